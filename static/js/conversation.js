// One conversation: sends in the background, keeps what cannot be sent, and shows what others say as they say it.
//
// What waits lies in the browser (posts-kept.js) with the key it was given here: sent again after a bad line, it is one
// post. The socket brings posts in their order; whatever is missing between two is fetched, so that all pages agree.

import { connect } from "./live.js";
import { keepPosts } from "./posts-kept.js";
import { liveState, toast } from "./ui.js";

const page = document.getElementById("main");
const list = document.getElementById("posts");
const waiting = document.getElementById("waiting");
const form = document.querySelector("[data-say]");
const words = JSON.parse(page.dataset.words);
const { conversation, topic, person, partner, sinceUrl, lineUrl, readUrl } = page.dataset;
const isNewest = page.dataset.old === undefined;
// Of a topic that began while we connected the first look may come a moment later.
const LATER_MS = 4_000;
const AGAIN_MS = 20_000;
const SEEN_MS = 1_000;

let last = Number(page.dataset.last);
let fetching = null;
let wanted = false;

// --- what comes -----------------------------------------------------------------------------------------------------

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.querySelector("li");
}

function show(position, html, author = null) {
  const line = parse(html);
  if (author !== null && String(author) === person) line.classList.add("own");
  const there = document.getElementById(`p-${position}`);
  if (there) return there.replaceWith(line);
  const isAtEnd = innerHeight + scrollY >= document.body.scrollHeight - 160;
  const after = [...list.querySelectorAll("[data-position]")].find((one) => Number(one.dataset.position) > position);
  list.insertBefore(line, after ?? null);
  document.getElementById("nothing-yet")?.remove();
  if (isAtEnd) scrollTo(0, document.body.scrollHeight);
  seen();
}

/** All that was said after the last one here; again if it was asked for meanwhile. */
async function catchUp() {
  if (!isNewest) return;
  if (fetching) {
    wanted = true;
    return fetching;
  }
  fetching = fetchSince().catch(() => {});
  await fetching;
  fetching = null;
  if (wanted) {
    wanted = false;
    await catchUp();
  }
}

async function fetchSince() {
  for (;;) {
    const answer = await fetch(`${sinceUrl}?after=${last}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const said = await answer.json();
    for (const { position, html, author } of said.posts) {
      show(position, html, author);
      last = Math.max(last, position);
    }
    if (!said.posts.length || last >= said.last) return;
  }
}

function came(_topic, position, card) {
  if (!isNewest || position <= last) return;
  if (!card || position !== last + 1) return catchUp();
  last = position;
  show(position, card.html, card.author);
}

async function changed(_topic, word) {
  const [what, position] = word.split(" ");
  if (what !== "changed" || !document.getElementById(`p-${position}`)) return;
  // A full room must not ask in the same moment.
  await new Promise((done) => setTimeout(done, Math.random() * 1500));
  const answer = await fetch(lineUrl.replace("/0/line/", `/${position}/line/`), { headers: { "HX-Request": "true" } }).catch(() => null);
  if (answer?.ok) show(Number(position), await answer.text());
}

let seenTimer = 0;
function seen() {
  clearTimeout(seenTimer);
  if (document.visibilityState !== "visible" || !isNewest) return;
  seenTimer = setTimeout(() => {
    const body = new URLSearchParams({ position: String(last) });
    fetch(readUrl, { method: "POST", body, headers: { "X-CSRFToken": token() } }).catch(() => {});
  }, SEEN_MS);
}

function token() {
  const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  return cookie ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

connect({
  url: "/live/",
  after: Number(page.dataset.feed),
  topics: [topic],
  onItem: came,
  onHint: changed,
  onHello: () => {
    catchUp();
    setTimeout(catchUp, LATER_MS);
  },
  onState: liveState,
});
setInterval(() => document.visibilityState === "visible" && catchUp(), AGAIN_MS);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") catchUp().then(seen);
});

// --- what goes ------------------------------------------------------------------------------------------------------

const kept = keepPosts(`${person}-${partner}`, {
  token,
  onSent(entry, answer) {
    if (entry.conversation !== conversation) return;
    page.querySelector("[data-said]").textContent = words.sent;
    if (answer.position === last + 1) last = answer.position;
    show(answer.position, answer.html, person);
    catchUp();
  },
  onRefused(entry, sentence) {
    const isHere = entry.conversation === conversation;
    if (isHere) giveBack(entry);
    if (isHere) toast(sentence, { stay: true });
    return isHere;
  },
  onWaiting: (entries) => drawWaiting(entries.filter((entry) => entry.conversation === conversation)),
});

function drawWaiting(entries) {
  const isStuck = entries.some((entry) => entry.tries);
  waiting.replaceChildren(
    ...entries.map((entry) => {
      const line = document.createElement("li");
      line.className = "post waits";
      line.dataset.client = entry.id;
      const said = document.createElement("div");
      said.className = "post-text";
      said.dir = "auto";
      said.textContent = [entry.fields.text, ...entry.files.map((file) => file.name)].filter(Boolean).join(" · ");
      const foot = document.createElement("div");
      foot.className = "post-foot";
      const state = document.createElement("span");
      state.textContent = isStuck ? words.waiting : words.sending;
      const end = document.createElement("span");
      end.className = "end";
      foot.append(state, end);
      if (isStuck) foot.append(button(words.again, () => kept.drop(entry.id).then(() => giveBack(entry))));
      line.append(said, foot);
      return line;
    }),
  );
}

/** What was not taken stands in the form again, if that is empty; else it is said. */
function giveBack(entry) {
  if (!form) return showKept(entry);
  const box = form.elements.text;
  box.value = box.value.trim() ? `${box.value}\n${entry.fields.text}` : entry.fields.text;
  form.elements.tlp.value = entry.fields.tlp;
  setPlace(entry.fields.lat, entry.fields.lon);
  files = [...files, ...entry.files];
  drawFiles();
  box.focus();
}

/** Here nothing can be written any more: the words stand there to be taken elsewhere. */
function showKept(entry) {
  const kept = document.createElement("pre");
  kept.className = "kept";
  kept.textContent = entry.fields.text;
  page.append(kept);
}

let files = [];

function drawFiles() {
  form.querySelector("[data-chosen]").replaceChildren(
    ...files.map((file) => {
      const item = document.createElement("li");
      item.className = "badge";
      const name = document.createElement("span");
      name.textContent = file.name;
      item.append(
        name,
        button(words.takeAway, () => {
          files = files.filter((one) => one !== file);
          drawFiles();
        }),
      );
      return item;
    }),
  );
}

function button(text, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "button small", textContent: text });
  made.addEventListener("click", act);
  return made;
}

function setPlace(lat, lon) {
  form.elements.lat.value = lat ?? "";
  form.elements.lon.value = lon ?? "";
  form.querySelector("[data-place]").hidden = !lat;
  form.querySelector("[data-place-word]").textContent = lat ? `${lat}, ${lon}` : "";
}

/** Where this device is, if it says so. `isAsked`: somebody pressed for it, and is told if it does not. */
function here(isAsked) {
  navigator.geolocation?.getCurrentPosition(
    ({ coords }) => setPlace(coords.latitude.toFixed(5), coords.longitude.toFixed(5)),
    () => isAsked && toast(words.noPlace),
    { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
  );
}

function send() {
  const { text, tlp, reply_to: replyTo, lat, lon } = form.elements;
  if (!text.value.trim() && !files.length && !lat.value) return text.focus();
  const fields = { text: text.value, tlp: tlp.value, reply_to: replyTo.value, lat: lat.value, lon: lon.value };
  kept.add({ conversation, url: form.getAttribute("action"), fields, files });
  text.value = "";
  replyTo.value = "";
  form.querySelector("[data-answers]")?.remove();
  setPlace();
  files = [];
  drawFiles();
  text.focus();
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  form.elements.text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    send();
  });
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      files = [...files, ...input.files];
      input.value = "";
      drawFiles();
    });
  }
  form.querySelector("[data-photo]").addEventListener("click", () => here(false));
  form.querySelector("[data-no-place]").addEventListener("click", () => setPlace());
  const placeButton = form.querySelector("[data-here]");
  placeButton.hidden = !navigator.geolocation;
  placeButton.addEventListener("click", () => here(true));
  const voice = form.querySelector("[data-voice]");
  voice.hidden = !navigator.mediaDevices?.getUserMedia || !window.MediaRecorder;
  voice.addEventListener("click", () => record(voice).catch(() => toast(words.noVoice)));
}

let recorder = null;

async function record(voice) {
  if (recorder) return recorder.stop();
  const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  const parts = [];
  recorder = new MediaRecorder(sound);
  const label = voice.querySelector("span");
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  recorder.addEventListener("stop", () => {
    for (const track of sound.getTracks()) track.stop();
    const type = recorder.mimeType.split(";")[0];
    files = [...files, new File(parts, `voice.${type.split("/")[1]}`, { type })];
    drawFiles();
    recorder = null;
    label.textContent = words.voice;
    voice.setAttribute("aria-pressed", "false");
  });
  recorder.start();
  label.textContent = words.recording;
  voice.setAttribute("aria-pressed", "true");
}

if (isNewest && !location.hash) scrollTo(0, document.body.scrollHeight);
