// Public pages with script: the live map, and bringing the page up to date by itself. Without it they are complete.

import "./city-map.js";

const EVERY_S = 30;
const page = document.querySelector("[data-now]");
const stale = document.querySelector("[data-public-stale]");
let known = null;

document.addEventListener("map-select", ({ detail }) => {
  const { url = "" } = detail.properties;
  if (url.startsWith("/public/") && url !== location.pathname) location.assign(url);
});

// A page that was left open must not show as current what was cancelled meanwhile.
async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.pathname, { cache: "no-cache", credentials: "omit" }).catch(() => null);
  stale.hidden = Boolean(answer?.ok);
  const tag = answer?.headers.get("ETag");
  if (!answer?.ok || tag === known) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  // The first answer only says where we stand; the page itself came a moment ago.
  const isNews = words(fresh) !== words(document);
  known = tag;
  if (isNews) location.reload();
  else for (const [index, line] of [...page.querySelectorAll("[data-as-of]")].entries()) line.replaceWith(fresh.querySelectorAll("[data-as-of]")[index]);
}

// What is said, apart from how fresh it is.
function words(from) {
  const copy = from.querySelector("[data-now]").cloneNode(true);
  for (const part of copy.querySelectorAll("[data-as-of], .map-both")) part.remove();
  return copy.textContent.replace(/\s+/g, " ");
}

if (page) {
  setInterval(refresh, EVERY_S * 1_000);
  document.addEventListener("visibilitychange", refresh);
}
