// Where this browser was made a device of somebody's: answers that waited are sent, and signing out leaves nothing.
// A browser that is nobody's device is left alone.

import { flush, forget } from "./kept.js";
import { forgetPostsOfOthers } from "./posts-kept.js";

const PERSON = "cityalert-person";
// Pages that know who looks say so (empty: nobody is signed in); public pages know nothing of their reader.
const person = document.body.dataset.person;

async function isDevice() {
  return Boolean(await navigator.serviceWorker?.getRegistration("/"));
}

async function start() {
  if (person !== undefined) {
    const before = localStorage.getItem(PERSON);
    // A session that ran out must not cost what waits to be sent: that goes when somebody else signs in.
    if (person) await forgetPostsOfOthers(person).catch(() => {});
    if (before && before !== person && (await isDevice())) await forget();
    localStorage.setItem(PERSON, person);
  }
  await send();
}

async function send() {
  if (navigator.onLine && (await isDevice())) {
    await flush();
    (await navigator.serviceWorker.ready).active?.postMessage("answers");
  }
}

addEventListener("online", () => send().catch(() => {}));
start().catch(() => {});
