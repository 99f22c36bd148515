// Compose: keeps the draft while one types, shows what publishing would do, and opens the one confirmation.
// The server answers with fragments; here is only when to ask, and what must survive an answer: the chosen tab, what is
// unfolded, and the map. Also on the second person's page, which has the confirmation and no form.

import { connect } from "./live.js";

const PAUSE_MS = 400;
const RETRY_MS = 5_000;
// Not part of what is written, though they are in the form.
const PASSING = ["csrfmiddlewaretoken", "version", "template", "audience", "audience_name", "saved_area", "area_name"];

const form = document.getElementById("compose");
const confirmation = document.getElementById("confirm");
const editor = form?.querySelector("area-editor");
let pause;
let kept = form && written();
// What the server last confirmed: with it, one can tell what was changed here from what was changed elsewhere.
let base = kept;
let sent = null;

/** What is written at this moment, as text that can be compared. */
function written() {
  const entries = [...new FormData(form)].filter(([name]) => !PASSING.includes(name));
  return JSON.stringify(entries);
}

/** One field was filled in by the server; what is typed in others at this moment is still to be sent. */
function took(name) {
  const value = new FormData(form).get(name);
  kept = JSON.stringify(JSON.parse(kept).map((entry) => (entry[0] === name ? [name, value] : entry)));
}

function soon() {
  clearTimeout(pause);
  pause = setTimeout(() => written() !== kept && window.htmx.trigger(form, "keep"), PAUSE_MS);
}

form?.addEventListener("input", soon);
form?.addEventListener("change", (event) => {
  if (event.target.name === "severity") colour();
  soon();
});
form?.addEventListener("submit", (event) => {
  clearTimeout(pause);
  kept = written();
  if (!event.submitter?.matches("[data-default]")) return;
  // Enter in a field looks, it does not leave the page.
  event.preventDefault();
  window.htmx.trigger(form, "keep");
});
form?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) document.getElementById("send").click();
});
// An address that was chosen is, until somebody writes better, the place in words.
form?.addEventListener("click", ({ target }) => {
  const place = target.closest('[data-act="place"]');
  const words = form.elements.area_desc;
  if (place && !words.value.trim()) words.value = place.textContent.trim();
  if (target.closest("[data-take-theirs]")) take(target.closest("[data-conflict]"));
  const mend = target.closest("[data-mend]");
  if (mend) show(mend.dataset.mend);
}, { capture: true });
// Leaving: what was typed in the last moment is kept, too.
addEventListener("pagehide", () => {
  if (form && written() !== kept) navigator.sendBeacon(form.action, new FormData(form));
});

// Somebody else kept something: look at once.
if (form) connect({ url: "/live/", topics: [form.dataset.topic], onHint: () => window.htmx.trigger("#beside", "look") });

/** Bring a field into view and put the cursor into it. */
function show(name) {
  const field = document.getElementById(`field-${name}`);
  field?.scrollIntoView({ block: "center" });
  field?.querySelector("input:not([type=hidden]):checked, input:not([type=hidden], [type=radio]), textarea, select, button:enabled")?.focus({ preventScroll: true });
}
document.addEventListener("mend", ({ detail }) => show(detail.field));

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (!form?.contains(detail.elt)) return;
  clearTimeout(pause);
  kept = sent = written();
});
for (const lost of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(lost, ({ detail: { elt, xhr } }) => {
    if (!form?.contains(elt)) return;
    kept = null;
    // Refused is refused; what did not arrive, or broke there, is tried again.
    if (xhr.status && xhr.status < 500) return;
    document.getElementById("kept").textContent = form.dataset.notKept;
    clearTimeout(pause);
    pause = setTimeout(() => window.htmx.trigger(form, "keep"), RETRY_MS);
  });
}

// Tabs and folds look after an answer as before it.
let looked = {};
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  looked = {
    tabs: [...detail.target.querySelectorAll('[role=tab][aria-selected="true"]')].map((tab) => tab.id),
    open: [...detail.target.querySelectorAll("details[open]")].map((fold) => fold.id),
  };
});
document.addEventListener("htmx:afterSwap", ({ detail: { target, xhr } }) => {
  for (const id of looked.tabs ?? []) select(document.getElementById(id));
  for (const id of looked.open ?? []) document.getElementById(id)?.setAttribute("open", "");
  if (target === confirmation && xhr.status < 500 && !confirmation.open) confirmation.showModal();
  if (target === confirmation) confirmation.querySelector("[autofocus]")?.focus();
  if (!form || target.id === "beside") return;
  if (form.querySelector("#preview .refusal [data-keep-mine]")) merge();
  else if (sent) base = sent;
  settle();
});
// Words into which a blank was filled, while somebody writes in them: theirs stay.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  if (detail.target.matches("textarea, .input") && detail.target === document.activeElement) detail.shouldSwap = false;
});
document.addEventListener("htmx:oobAfterSwap", ({ detail: { target } }) => {
  // A template was taken: what the server filled in is not ours to send back at once.
  if (["who", "what", "ends"].includes(target.id)) kept = written();
  else if (kept && target.matches("textarea, .input")) took(target.name);
});

function select(tab) {
  for (const other of tab?.closest("[role=tablist]").querySelectorAll("[role=tab]") ?? []) {
    other.setAttribute("aria-selected", other === tab);
    other.tabIndex = other === tab ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = other !== tab;
  }
}

/** The area has the colour of the severity that is chosen. */
function colour() {
  const chosen = form.querySelector("[name=severity]:checked")?.closest("[data-severity]").dataset.severity;
  if (chosen && editor.dataset.severity !== chosen) editor.dataset.severity = chosen;
}

/** A saved area was taken: the editor shows it, and can undo it. */
function place(shapes) {
  delete document.getElementById("on-the-map").dataset.shapes;
  editor.value = JSON.parse(shapes);
  editor.view?.fit(editor.geometry());
  took("shapes");
}

/** Put into a control what somebody else has kept. */
function take(conflict) {
  const { conflict: name, theirs } = conflict.dataset;
  if (name === "shapes") editor.value = JSON.parse(theirs);
  const controls = [...form.querySelectorAll(`[name="${name}"]`)];
  for (const control of controls) {
    if (control.type === "checkbox" && controls.length > 1) control.checked = theirs.split(",").includes(control.value);
    else if (control.type === "checkbox") control.checked = theirs === "on";
    else if (control.type === "radio") control.checked = control.value === theirs;
    else control.value = theirs;
  }
  conflict.remove();
}

/** What each field holds, by name; several values of one as one text. */
function valuesOf(text) {
  const values = new Map();
  for (const [name, value] of JSON.parse(text)) values.set(name, [...(values.get(name) ?? []), value]);
  return new Map([...values].map(([name, all]) => [name, all.sort().join(",")]));
}

/** As the server compares it: an area whatever the order of its JSON, words without what surrounds them. */
function plain(name, value = "") {
  if (name !== "shapes" || !value) return value.trim();
  const sorted = (_key, part) => (part?.constructor === Object ? Object.fromEntries(Object.entries(part).sort()) : part);
  return JSON.stringify(JSON.parse(value), sorted);
}

/** What only one of the two changed is settled; if nothing is left to decide, all of it is kept. */
function merge() {
  const conflicts = [...form.querySelectorAll("[data-conflict]")];
  if (!conflicts.length) return;
  const [was, mine] = [valuesOf(base), valuesOf(written())];
  for (const one of conflicts) {
    const { conflict: name, theirs } = one.dataset;
    const before = plain(name, was.get(name));
    if (plain(name, mine.get(name)) === before) take(one);
    else if (plain(name, theirs) === before) one.remove();
  }
  if (!form.querySelector("[data-conflict]")) form.querySelector("[data-keep-mine]")?.click();
}

/** What the answer says beyond its own place: marks on fields, the map, the exercise. */
function settle() {
  for (const fault of form.querySelectorAll(".fault[id^='fault-']")) {
    for (const field of form.querySelectorAll(`[aria-describedby="${fault.id}"]`)) {
      if (fault.childElementCount) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
  }
  colour();
  const { sites, fault, faultAt, shapes } = document.getElementById("on-the-map")?.dataset ?? {};
  if (shapes) place(shapes);
  editor.view?.set("sites", sites ? JSON.parse(sites) : null);
  if (fault) editor.complain(fault);
  if (fault && faultAt) editor.view?.pin(faultAt.split(",").map(Number), fault);
  const isExercise = Boolean(document.querySelector("#compose-band .band"));
  document.body.classList.toggle("is-exercise", isExercise);
  if (editor.hasAttribute("data-exercise") !== isExercise) editor.toggleAttribute("data-exercise", isExercise);
}
if (form) customElements.whenDefined("area-editor").then(settle);
