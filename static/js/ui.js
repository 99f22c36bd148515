// What every page shares: theme switch, dialogs, tabs, menus, keys, toasts, the unread count, the live mark, running times.
// Declarative: the markup asks by attribute, and other modules by event. Words come from data-words on <body>.
//
//   [data-theme-switch]                      a button that changes between light and dark
//   [data-open="id"], [data-close]           open and close a <dialog>
//   [role=tab][aria-controls]                tabs, with arrow keys
//   details.menu                             closes with Escape and with a click elsewhere
//   [data-print]                             a button that prints the page
//   [data-row]                               J and K move between these; A presses [data-ack] in the one that has the
//                                            focus, else the first on the page; Enter is the row's own
//   [data-searchable]                        the search box hides the children that do not hold the words
//   <time datetime data-ago>                 its [data-ago-text] (or itself) says "3 min ago", and keeps saying it right
//   <button data-submit-once>                a form of it is sent once; a second press does nothing
// Events on document (detail):
//   toast  "words" or {value: "words"}       htmx sends it by HX-Trigger: {"toast": "words"}
//   unread 3                                 (3) in the title
//   live-state {state: "live"|"late"|"lost", at: Date|null}   fills [data-live] and shows [data-stale] when lost

const root = document.documentElement;
const words = JSON.parse(document.body.dataset.words ?? "{}");
const lang = root.lang || "en";

/** Say one sentence at the foot of the page; it stays eight seconds, or until closed when `stay`. */
export function toast(text, { stay = false } = {}) {
  const region = document.querySelector(".toasts");
  if (!region || !text) return;
  const box = document.createElement("div");
  box.className = "toast";
  const said = document.createElement("span");
  said.textContent = text;
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "button small", textContent: words.close ?? "Close" });
  close.addEventListener("click", () => box.remove());
  box.append(said, close);
  region.append(box);
  while (region.children.length > 4) region.firstElementChild.remove();
  if (!stay) setTimeout(() => box.remove(), 8000);
}

/** Show how many are unread in the title of the tab. */
export function unread(count) {
  const bare = document.title.replace(/^\(\d+\)\s*/, "");
  document.title = count > 0 ? `(${count}) ${bare}` : bare;
}

/** Say how fresh the page is. */
export function liveState({ state, at = null }) {
  const time = at ? at.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }) : "";
  for (const mark of document.querySelectorAll("[data-live]")) {
    mark.hidden = false;
    mark.dataset.state = state;
    const text = (words[state] ?? state).replace("{time}", time);
    const label = mark.querySelector("[data-live-word]");
    if (label.textContent !== text) label.textContent = text;
  }
  for (const heard of document.querySelectorAll("[data-live-time]")) heard.textContent = state === "live" && at ? (words.heard ?? "{time}").replace("{time}", time) : "";
  for (const band of document.querySelectorAll("[data-stale]")) {
    band.hidden = state !== "lost";
    const label = band.querySelector("[data-stale-word]");
    const text = (words.stale ?? "").replace("{time}", time);
    if (label && label.textContent !== text) label.textContent = text;
  }
}

const on = (name, act) => document.addEventListener(name, ({ detail }) => act(detail));
on("toast", (detail) => toast(typeof detail === "string" ? detail : detail?.value));
on("unread", (detail) => unread(Number(detail?.value ?? detail)));
on("live-state", liveState);

// A request that reached nobody, or failed without a sentence of its own.
on("htmx:sendError", () => toast(words.offline, { stay: true }));
on("htmx:timeout", () => toast(words.offline, { stay: true }));
on("htmx:responseError", ({ xhr }) => {
  const headers = xhr.getResponseHeader("HX-Trigger") ?? "";
  if (!headers.includes("toast") && !xhr.getResponseHeader("HX-Redirect")) toast(words.failed, { stay: true });
});

document.addEventListener("click", ({ target }) => {
  const hit = (selector) => target.closest?.(selector);
  if (hit("[data-theme-switch]")) switchTheme();
  const opener = hit("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  if (hit("[data-print]")) window.print();
  if (hit("[data-close]")) hit("dialog")?.close();
  const tab = hit("[role=tab][aria-controls]");
  if (tab) choose(tab);
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
});

function switchTheme() {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // Storage refused: then it lasts for this page.
  }
}

function choose(tab) {
  for (const other of tab.closest("[role=tablist]").querySelectorAll("[role=tab]")) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", chosen);
    other.tabIndex = chosen ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls"));
    if (panel) panel.hidden = !chosen;
  }
  tab.focus();
}

// On a phone a row of pages scrolls: the one that is open is in sight.
for (const row of document.querySelectorAll("nav.tabs")) {
  const here = row.querySelector("[aria-current]");
  if (here) row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}

document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("[data-submit-once]");
  if (!button) return;
  if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
  // Not `disabled`: the browser would leave the button's own value out of what is sent.
  else setTimeout(() => button.setAttribute("aria-disabled", "true"));
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const { target, key } = event;
  const menu = target.closest?.("details.menu[open]");
  if (key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  const tab = target.closest?.("[role=tab]");
  if (tab && (key === "ArrowLeft" || key === "ArrowRight")) {
    const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
    choose(tabs.at((tabs.indexOf(tab) + (key === "ArrowRight" ? 1 : -1)) % tabs.length));
  }
  if (target.matches?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  const act = { "/": focusSearch, "?": showKeys, a: acknowledge, j: () => move(1), k: () => move(-1) }[key.toLowerCase()];
  if (act?.()) event.preventDefault();
});

function focusSearch() {
  const box = document.getElementById("search");
  if (!box || !box.checkVisibility()) return false;
  box.focus();
  box.select();
  return true;
}

function showKeys() {
  const keys = document.getElementById("keys");
  keys?.showModal();
  return Boolean(keys);
}

function acknowledge() {
  const row = document.activeElement?.closest?.("[data-row]");
  const button = row?.querySelector("[data-ack]:enabled") ?? (row ? null : document.querySelector("[data-ack]:enabled"));
  button?.click();
  return Boolean(button);
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
  if (!rows.length) return false;
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + step));
  const row = rows[next];
  if (!row.matches("a, button, [tabindex]")) row.tabIndex = -1;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

const search = document.getElementById("search");
if (search && document.querySelector("[data-searchable]")) search.closest("[hidden]")?.removeAttribute("hidden");
search?.addEventListener("input", () => {
  const wanted = search.value.trim().toLowerCase().split(/\s+/);
  let left = 0;
  for (const list of document.querySelectorAll("[data-searchable]")) {
    for (const row of list.children) {
      const text = row.textContent.toLowerCase();
      row.hidden = !wanted.every((word) => text.includes(word));
      left += row.hidden ? 0 : 1;
    }
  }
  document.getElementById("search-count").textContent = (words.found ?? "{n}").replace("{n}", left);
});
search?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" && event.key !== "Enter") return;
  if (event.key === "Escape") {
    search.value = "";
    search.dispatchEvent(new Event("input"));
  }
  event.preventDefault();
  search.blur();
});

const relative = new Intl.RelativeTimeFormat(lang, { numeric: "always", style: "short" });

/** "3 min ago", or "now", for every <time data-ago>, older than a day left as it stands. */
function tick() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const minutes = Math.round((Date.now() - Date.parse(time.dateTime)) / 60_000);
    if (!Number.isFinite(minutes) || Math.abs(minutes) > 24 * 60) continue;
    const text = minutes === 0 ? words.now : Math.abs(minutes) < 60 ? relative.format(-minutes, "minute") : relative.format(-Math.round(minutes / 60), "hour");
    const place = time.querySelector("[data-ago-text]") ?? time;
    if (place.textContent !== text) place.textContent = text;
  }
}
tick();
setInterval(tick, 15_000);
document.addEventListener("htmx:afterSettle", tick);
