// What this browser keeps for when there is no network: the last alerts it was told, and answers not yet sent.
// One database, two shelves. The service worker and the pages share it; signing out empties it (app.js).

const NAME = "cityalert";
const ALERTS = "alerts"; // by tag, so that an update takes the place of what it updates
const ANSWERS = "answers"; // by link: pressing twice answers once
const DEVICE = "device"; // this browser's own address for push messages, and the one before until the city knows
const MOST = 20;

function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 2);
    asked.onupgradeneeded = () => {
      const shelves = { [ALERTS]: "tag", [ANSWERS]: "link", [DEVICE]: "which" };
      for (const [name, keyPath] of Object.entries(shelves)) {
        if (!asked.result.objectStoreNames.contains(name)) asked.result.createObjectStore(name, { keyPath });
      }
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function within(shelf, mode, act) {
  const there = await open();
  try {
    return await new Promise((done, failed) => {
      const work = there.transaction(shelf, mode);
      const asked = act(work.objectStore(shelf));
      work.oncomplete = () => done(asked?.result);
      work.onerror = work.onabort = () => failed(work.error);
    });
  } finally {
    there.close();
  }
}

/** The alerts, the latest first. */
export async function alerts() {
  const found = await within(ALERTS, "readonly", (shelf) => shelf.getAll());
  return found.sort((one, other) => other.at - one.at);
}

/** Keep one; the oldest make room. */
export async function keep(alert) {
  await within(ALERTS, "readwrite", (shelf) => shelf.put(alert));
  for (const old of (await alerts()).slice(MOST)) await within(ALERTS, "readwrite", (shelf) => shelf.delete(old.tag));
}

/** An answer to be sent: the person's own link, which is also the proof of who answers. */
export const queue = (link) => within(ANSWERS, "readwrite", (shelf) => shelf.put({ link }));

/** Send what waits. What the city has is forgotten; what it does not know any more, too. True when nothing waits. */
export async function flush() {
  for (const { link } of await within(ANSWERS, "readonly", (shelf) => shelf.getAll())) {
    if (!(await acknowledge(link))) return false;
    await within(ANSWERS, "readwrite", (shelf) => shelf.delete(link));
  }
  return true;
}

/** Press the button behind a link. False: no network, or the city is not well; it can be tried again. */
export async function acknowledge(link) {
  const body = new URLSearchParams({ via: "push" });
  const answer = await fetch(link, { method: "POST", body, credentials: "omit" }).catch(() => null);
  return Boolean(answer) && answer.status < 500 && answer.status !== 429;
}

/** An address of this browser's: "now", or "before" while the city has not heard that it changed. */
export const device = (which) => within(DEVICE, "readonly", (shelf) => shelf.get(which));
export const keepDevice = (which, said) => within(DEVICE, "readwrite", (shelf) => shelf.put({ ...said, which }));
export const dropDevice = (which) => within(DEVICE, "readwrite", (shelf) => shelf.delete(which));

/** Nothing of the person who was here stays. */
export async function forget() {
  for (const shelf of [ALERTS, ANSWERS]) await within(shelf, "readwrite", (there) => there.clear());
}
