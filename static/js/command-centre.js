// The command centre: alerts arrive in the tray and on the map, the chosen one stands in the drawer and moves there.
// See templates/web/command_centre.html. Without this script every row is a link.

import { answerBy, fill } from "./answering.js";
import { arriving } from "./arrivals.js";
import { atMostOnceIn, drawAlerts, listen, replaceGently } from "./desk.js";
import { sound } from "./sound.js";

const SEVERITIES = ["extreme", "severe", "moderate", "minor", "unknown"];

const page = document.getElementById("main");
const words = JSON.parse(page.dataset.words);
const map = document.getElementById("command-map");
const tray = document.getElementById("tray");
const drawer = document.getElementById("drawer");
const isAuthor = page.dataset.mayPublish !== undefined;

const now = () => tray.querySelector("[data-now]");
const rowOf = (id) => tray.querySelector(`[data-alert="${id}"]`);
const chosen = () => drawer.querySelector("[data-detail]")?.dataset.detail ?? null;
let unread = 0;
let isChosenByHand = false;

// --- what is chosen ---

function mark() {
  const id = chosen();
  for (const row of tray.querySelectorAll("[data-row]")) row.toggleAttribute("aria-current", row.dataset.alert === id);
  for (const row of tray.querySelectorAll("[data-row][aria-current]")) row.setAttribute("aria-current", "true");
  const isExercise = isDrillOnly();
  document.body.classList.toggle("is-exercise", isExercise);
  for (const band of document.querySelectorAll("[data-exercise-band]")) band.hidden = !isExercise;
}

// The whole page is marked only while nothing real goes on: no real alert may look like a drill.
function isDrillOnly() {
  const rows = [...now().querySelectorAll("[data-row]")];
  const isDrillShown = drawer.querySelector("[data-exercise]") !== null;
  return rows.every((row) => row.classList.contains("is-drill")) && (rows.length > 0 || isDrillShown);
}

async function show({ isMoving }) {
  mark();
  await customElements.whenDefined("city-map");
  const { view } = map;
  const id = chosen();
  view.select(id);
  const area = view.data.alerts.features.find((feature) => feature.properties.id === id);
  if (isMoving && area) view.fit(area);
  await drawSites();
}

async function drawSites() {
  const url = drawer.querySelector("[data-sites]")?.dataset.sites;
  const answer = url ? await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null) : null;
  if (url && !answer?.ok) return;
  const sites = answer ? await answer.json() : { features: [] };
  if (url !== drawer.querySelector("[data-sites]")?.dataset.sites) return;
  map.view.set("sites", sites);
  const help = sites.features.filter(({ properties }) => properties.state === "needs_help").length;
  const sum = page.querySelector("[data-sum]");
  sum.hidden = sites.features.length === 0;
  const parts = [fill(words.sites, { n: sites.features.length }), ...(help ? [fill(words.help, { n: help })] : [])];
  sum.replaceChildren(...parts.map((text) => Object.assign(document.createElement("span"), { textContent: text })));
}

function choose(id) {
  const row = rowOf(id);
  if (row) row.click();
  else location.assign(`${page.dataset.home}?alert=${id}`);
}

drawer.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== drawer) return;
  drawer.scrollTop = 0;
  // On a phone it stands below the list.
  if (isChosenByHand && matchMedia("(max-width: 56rem)").matches) drawer.scrollIntoView({ block: "start" });
  isChosenByHand = false;
  show({ isMoving: true });
  line.watch(topics());
});
tray.addEventListener("click", ({ target, isTrusted }) => (isChosenByHand = isTrusted && Boolean(target.closest("[data-row]"))));
map.addEventListener("map-select", ({ detail }) => detail.layer === "alerts" && choose(detail.id));

// Zones are many and seldom wanted: fetched when they are.
page.addEventListener("change", async ({ target }) => {
  const from = target.dataset?.layerFrom;
  if (!from || !target.checked || target.dataset.fetched) return;
  const answer = await fetch(from, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  target.dataset.fetched = "yes";
  map.view.set("zones", await answer.json());
});

// --- what arrives ---

const arrivals = arriving(tray, tray.querySelector("[data-arrivals]"), put);

function put(card) {
  const known = rowOf(card.id) ?? now().querySelector(`[data-series="${card.series}"]`);
  known?.closest("li").remove();
  if (card.msg_type !== "Cancel") {
    const item = rowFor(card);
    const graver = SEVERITIES.slice(0, SEVERITIES.indexOf(card.severity));
    const after = [...now().children].findLast((one) => graver.includes(one.querySelector("[data-row]").dataset.severity));
    if (after) after.after(item);
    else now().prepend(item);
    htmx.process(item);
  }
  tray.querySelector("[data-nothing]").hidden = now().children.length > 0;
  tray.querySelector("[data-count-now]").textContent = now().children.length;
  mark();
  line.watch(topics());
  refreshTray();
}

function rowFor(card) {
  const item = page.querySelector("[data-row-template]").content.cloneNode(true).firstElementChild;
  const row = item.querySelector("[data-row]");
  const url = `${page.dataset.home}?alert=${card.id}`;
  Object.assign(row.dataset, { severity: card.severity, alert: card.id, series: card.series });
  row.classList.toggle("is-drill", card.status !== "Actual");
  row.classList.add("arrived");
  row.setAttribute("href", url);
  row.setAttribute("hx-get", url);
  row.setAttribute("hx-target", "#drawer");
  row.setAttribute("hx-swap", "innerHTML"); // the list around it says outerHTML
  row.setAttribute("hx-push-url", "true");
  row.querySelector("use").setAttribute("href", `#s-${card.severity}`);
  row.querySelector(".word").textContent = card.severity_word;
  row.querySelector(".title").textContent = card.headline;
  row.querySelector("[data-sender]").textContent = card.sender;
  const time = row.querySelector("time");
  time.dateTime = card.published_at;
  time.querySelector("[data-clock]").textContent = new Date(card.published_at).toLocaleTimeString("en-CA", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return item;
}

function heard(card) {
  if (rowOf(card.id)) return;
  arrivals.add(card, card.headline);
  const detail = drawer.querySelector("[data-detail]");
  if (!detail && card.msg_type !== "Cancel") choose(card.id);
  else if (detail?.dataset.series === card.series) htmx.ajax("GET", `${page.dataset.home}?alert=${detail.dataset.detail}`, { target: "#drawer", swap: "innerHTML" });
  draw();
  if (card.html.includes(`data-partner="${page.dataset.partner}"`)) return; // one's own side wrote it
  sound(card.id, card.severity);
  unread += 1;
  document.dispatchEvent(new CustomEvent("unread", { detail: unread }));
  page.querySelector("[data-said]").textContent = fill(words.arrived, card);
}

function seen() {
  unread = 0;
  document.dispatchEvent(new CustomEvent("unread", { detail: tray.querySelectorAll("[data-ack-url]").length }));
}
for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, () => unread && seen());

// --- what moves ---

// Those who watch the numbers hear of each at once; the many others not all in the same second.
const renewTray = () => document.getElementById("tray-list").dispatchEvent(new Event("refresh"));
const refreshTray = isAuthor ? atMostOnceIn(2_000, renewTray) : atMostOnceIn(5_000, renewTray, 5_000);
const renewDrawer = () => {
  document.getElementById("progress")?.dispatchEvent(new Event("refresh"));
  drawSites();
};
const refreshDrawer = isAuthor ? atMostOnceIn(1_000, renewDrawer) : atMostOnceIn(3_000, renewDrawer, 4_000);

function hinted(topic, word) {
  if (topic === `alert:${chosen()}`) refreshDrawer();
  refreshTray();
  if (word !== "reach") draw();
}

function topics() {
  const ids = [chosen(), ...[...tray.querySelectorAll("[data-row]")].map((row) => row.dataset.alert)];
  return [...new Set(ids.filter(Boolean))].slice(0, 20).map((id) => `alert:${id}`);
}

async function draw() {
  const found = await drawAlerts(map, map.dataset.from);
  map.view.select(chosen());
  return found;
}

const line = listen({
  after: Number(page.dataset.after),
  topics: topics(),
  onCard: heard,
  onHint: hinted,
  onBack() {
    refreshDrawer();
    refreshTray();
    draw();
  },
});
replaceGently("#tray-list", { may: () => !arrivals.isBusy() && !arrivals.held(), then: mark });
replaceGently("#progress", { then: () => answering.show() });

const answering = answerBy(page, {
  onAnswered(id) {
    rowOf(id)?.removeAttribute("data-ack-url");
    refreshTray();
    refreshDrawer();
  },
  onRefused: () => refreshTray(),
});

// A acknowledges the row in focus; elsewhere it presses the drawer's own button (ui.js).
addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("input, textarea, select")) return;
  if (["a", "j", "k"].includes(key)) arrivals.release();
  const row = document.activeElement?.closest?.("#tray [data-row]");
  if (key !== "a" || !row || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (row.dataset.ackUrl) answering.acknowledge(row.dataset.alert, row.dataset.ackUrl);
}, { capture: true });

// --- to begin with ---

seen();
draw().then((found) => {
  show({ isMoving: Boolean(chosen()) });
  if (!chosen() && found?.features.length) map.view.fit(found);
});
