// My alerts: cards arrive, replace the version before them, and are answered; see templates/alerts/inbox.html.

import { answerBy, fill, parse } from "./answering.js";
import { arriving } from "./arrivals.js";
import { atMostOnceIn, drawAlerts, listen, replaceGently } from "./desk.js";
import { sound } from "./sound.js";

const NOBODY = "00000000-0000-0000-0000-000000000000";
const SEEN_AFTER_MS = 1_000;

const page = document.getElementById("main");
const words = JSON.parse(page.dataset.words);
const place = page.querySelector("[data-place]");
const map = page.querySelector("city-map");
const list = () => document.getElementById("inbox-list");
const current = () => list().querySelector("[data-current]");
const cardOf = (id) => document.getElementById(`alert-${id}`);

// --- cards arrive ---

const arrivals = arriving(place, place.querySelector("[data-arrivals]"), put);

function put(card) {
  if (cardOf(card.id)) return;
  const article = parse(card.html);
  article.querySelector("[data-answers]").replaceChildren(answersFor(article, card));
  const known = list().querySelector(`.happening[data-series="${card.series}"]`);
  const item = known ?? document.createElement("li");
  if (known) replace(known, article);
  else {
    item.className = "happening";
    item.dataset.series = card.series;
    item.append(article);
  }
  if (!current().contains(item)) current().prepend(item);
  article.classList.add("new", "arrived");
  if (card.msg_type === "Alert") article.querySelector("[data-new]").hidden = false;
  article.dataset.unseen = "";
  watchForEyes(article);
  count();
  answering.show();
  page.querySelector("[data-said]").textContent = fill(words.arrived, card);
}

// The version before folds up under the new one; what was being typed goes along.
function replace(item, article) {
  const old = item.querySelector("article");
  const note = old.querySelector("input[name=note]")?.value;
  const folded = item.querySelector(".versions");
  if (folded) {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = `/alerts/${old.dataset.alert}/`;
    link.textContent = old.querySelector("h2").textContent;
    line.append(old.querySelector("time").cloneNode(true), " ", link);
    folded.querySelector("ol").prepend(line);
    folded.querySelector(".num").textContent = folded.querySelectorAll("li").length;
    folded.hidden = false;
  }
  old.replaceWith(article);
  const input = article.querySelector("input[name=note]");
  if (input && note) input.value = note;
}

function answersFor(article, card) {
  const html = page.querySelector("[data-answers-template]").innerHTML.replaceAll(NOBODY, card.id);
  const made = parse(html);
  if (article.dataset.asksResponse === undefined) {
    for (const part of made.querySelectorAll("form:not(:has([data-ack])), form + .muted")) part.remove();
  }
  return made;
}

function heard(card) {
  if (cardOf(card.id) || parse(card.html).dataset.partner === page.dataset.partner) return;
  arrivals.add(card, card.headline);
  count();
  sound(card.id, card.severity);
  line.watch(topics());
  if (map) drawAlerts(map, map.dataset.from);
}

function topics() {
  const ids = [...current().querySelectorAll("article")].map((article) => `alert:${article.dataset.alert}`);
  return ids.slice(0, 20);
}

function count() {
  const unanswered = current().querySelectorAll("article.new").length;
  document.dispatchEvent(new CustomEvent("unread", { detail: unanswered + arrivals.held() }));
  const going = current().children.length;
  list().querySelector("[data-nothing]").hidden = going > 0;
  page.querySelector("[data-count=current]").textContent = going;
  page.querySelector("[data-count=new]").textContent = unanswered;
}

// A colleague answered, or an alert ended: ask, but not in the same second as every other desk.
const refresh = atMostOnceIn(3_000, () => list().dispatchEvent(new Event("refresh")), 4_000);
const line = listen({ after: Number(page.dataset.after), topics: topics(), onCard: heard, onHint: refresh, onBack: refresh });

replaceGently("#inbox-list", {
  may: () => !arrivals.isBusy() && !arrivals.held(),
  then() {
    answering.show();
    watchAll();
    count();
    line.watch(topics());
  },
});
// A held card is the newest: A is for it.
addEventListener("keydown", ({ key }) => ["a", "j", "k"].includes(key.toLowerCase()) && arrivals.release(), { capture: true });

// --- answers ---

const answering = answerBy(page, {
  onAnswered(id) {
    const article = cardOf(id);
    article?.classList.remove("new");
    const badge = article?.querySelector("[data-new]");
    if (badge) badge.hidden = true;
    count();
  },
  onRefused: () => list().dispatchEvent(new Event("refresh")),
});

// --- seen: once, when it was really before somebody's eyes ---

const shown = new Set();
const eyes = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) setTimeout(() => isBeforeEyes(target) && saw(target), SEEN_AFTER_MS);
  }
}, { threshold: 0.5 });

function isBeforeEyes(article) {
  const { top, bottom } = article.getBoundingClientRect();
  return document.visibilityState === "visible" && article.checkVisibility() && top < innerHeight && bottom > 0;
}

function watchForEyes(article) {
  if (article.dataset.unseen !== undefined) eyes.observe(article);
}

function watchAll() {
  for (const article of list().querySelectorAll("article[data-unseen]")) watchForEyes(article);
}

let unsaid = [];
const saySeen = atMostOnceIn(500, async () => {
  const body = new FormData();
  const ids = unsaid.splice(0);
  for (const id of ids) body.append("id", id);
  const headers = { "X-CSRFToken": JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"], "HX-Request": "true" };
  const answer = await fetch(page.dataset.seenUrl, { method: "POST", body, headers }).catch(() => null);
  if (!answer || answer.status >= 500) for (const id of ids) shown.delete(id);
});

function saw(article) {
  eyes.unobserve(article);
  const id = article.dataset.alert;
  if (shown.has(id)) return;
  shown.add(id);
  unsaid.push(id);
  saySeen();
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  eyes.disconnect();
  watchAll();
});

watchAll();
count();
if (map) drawAlerts(map, map.dataset.from).then((found) => found?.features.length && map.view.fit(found));
