// What the pages with live alerts share: the line with its polling fallback, refreshing a part of the page without
// losing what is typed or open in it, and alerts on the map.

import { connect } from "./live.js";

const POLLED_MS = 20_000;

/** Open the line; `watch(topics)` changes what is heard, `isLive()` says whether anything is. */
export function listen({ after, topics, onCard, onHint, onBack = () => {} }) {
  let position = after;
  let state = null;
  let polledAt = null;
  let line;
  let heard = topics;

  const say = (next, at) => {
    const wasDown = state !== null && state !== "live";
    state = next;
    // The list still renews itself by polling: late, not lost.
    const isPolled = next === "lost" && polledAt && Date.now() - polledAt < POLLED_MS;
    const detail = isPolled ? { state: "late", at: polledAt } : { state: next, at };
    document.dispatchEvent(new CustomEvent("live-state", { detail }));
    if (next === "live" && wasDown) onBack();
  };
  const open = () => {
    line = connect({
      url: "/live/",
      after: position,
      topics: heard,
      onCard(card, at) {
        position = at;
        onCard(card);
      },
      onHint,
      onState: ({ state: next, at }) => say(next, at),
    });
  };
  open();
  // While cards come by themselves nothing needs to be asked for.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { triggeringEvent } = event.detail.requestConfig;
    const isPoll = !triggeringEvent || triggeringEvent.type === "every";
    const isSpared = state === "live" && event.target.matches("[hx-trigger*=every]:not([data-always])");
    if (isPoll && isSpared) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful || !event.target.matches("[hx-trigger*=every]")) return;
    polledAt = new Date();
    if (state === "lost") say("lost", polledAt);
  });

  // What failed by itself is tried again by itself: the live mark says so, no sentence at the foot of the page.
  for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    addEventListener(failure, (event) => event.target.matches?.("[hx-trigger*=every]") && event.stopImmediatePropagation(), { capture: true });
  }

  return {
    isLive: () => state === "live",
    watch(wanted) {
      const next = wanted.slice(0, 20);
      if (next.length === heard.length && next.every((topic) => heard.includes(topic))) return;
      heard = next;
      line.close();
      open();
    },
  };
}

/** Call `act` at most once in `ms`, the last wish included; `spread` more at random, so that not all pages ask at once. */
export function atMostOnceIn(ms, act, spread = 0) {
  let timer = null;
  let last = 0;
  return () => {
    if (timer) return;
    const wait = Math.max(0, last + ms - Date.now()) + Math.random() * spread;
    timer = setTimeout(() => {
      timer = null;
      last = Date.now();
      act();
    }, wait);
  };
}

/** When htmx replaces an element: what is typed, open and focused in it stays. `may` can refuse the replacement. */
export function replaceGently(selector, { may = () => true, then = () => {} } = {}) {
  let kept = null;
  const inside = (event) => event.detail.target?.matches?.(selector);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!inside(event)) return;
    if (!may(event.detail.target)) event.detail.shouldSwap = false;
    else kept = snapshot(event.detail.target);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const now = document.querySelector(selector);
    if (!kept || !now || !(event.detail.elt?.matches?.(selector) || inside(event))) return;
    restore(now, kept);
    kept = null;
    then(now);
  });
}

const nameOf = (element) => element.id || element.closest("[id], [data-series]")?.id || element.closest("[data-series]")?.dataset.series;

function snapshot(place) {
  const typed = [...place.querySelectorAll("input:not([type=hidden])")].filter((input) => input.value !== input.defaultValue);
  return {
    typed: typed.map((input) => [input.id, input.value]),
    open: [...place.querySelectorAll("details[open]")].map((one) => `${nameOf(one)} ${one.className}`),
    focus: place.contains(document.activeElement) ? focusOf(document.activeElement) : null,
    top: (place.querySelector(".scroll") ?? place).scrollTop,
  };
}

function focusOf(element) {
  const row = element.closest("[data-row]");
  return { id: element.id, row: row?.id, isAck: element.matches("[data-ack]") };
}

function restore(place, { typed, open, focus, top }) {
  for (const [id, value] of typed) {
    const input = document.getElementById(id);
    if (input) input.value = value;
  }
  for (const one of place.querySelectorAll("details")) if (open.includes(`${nameOf(one)} ${one.className}`)) one.open = true;
  (place.querySelector(".scroll") ?? place).scrollTop = top;
  if (!focus) return;
  const row = document.getElementById(focus.row ?? "");
  const target = document.getElementById(focus.id) ?? (focus.isAck && row?.querySelector("[data-ack]")) ?? row;
  if (target && !target.matches("a, button, input, summary, [tabindex]")) target.tabIndex = -1;
  target?.focus?.({ preventScroll: true });
}

/** Put what is going on onto a <city-map>, from the address of its GeoJSON. */
export async function drawAlerts(map, url) {
  await customElements.whenDefined("city-map");
  const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return null;
  const collection = await answer.json();
  for (const { properties } of collection.features) {
    // The name of the thing; the list beside the map has the whole sentence.
    properties.label = properties.headline.split(/[.,:;]/)[0];
    properties.exercise = properties.status !== "Actual";
  }
  map.view.set("alerts", collection);
  return collection;
}
