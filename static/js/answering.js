// The forms of _answers.html, wherever they stand: sent in the background, shown as waiting while they cannot be.
//
//   const answering = answerBy(page, { onAnswered(alertId), onRefused(alertId) });   page: an element with data-person,
//     data-partner, data-words (JSON) and a [data-said] for screen readers; the forms stand inside a [data-alert]
//   answering.show()                    after cards were replaced
//   answering.acknowledge(alert, url)   without a form

import { keep } from "./answers.js";
import { toast } from "./ui.js";

const SLOW_MS = 800;

/** "{n} of {all}" with its values. */
export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** The card or the answers that a fragment holds. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.querySelector("article, [data-answer]");
}

/** Take over the forms of a page. */
export function answerBy(page, { onAnswered = () => {}, onRefused = () => {} } = {}) {
  const words = JSON.parse(page.dataset.words);
  const boxOf = (alert) => page.querySelector(`[data-answer="${alert}"]`);
  let kept = { entries: [] };

  function sent(entry, html) {
    const box = boxOf(entry.alert);
    const hadFocus = box?.contains(document.activeElement);
    const made = parse(html);
    box?.replaceWith(made);
    if (made.dataset.acknowledged !== undefined) onAnswered(entry.alert);
    if (hadFocus) focusOn(made.closest("[data-alert]"));
    page.querySelector("[data-said]").textContent = words.sent;
  }

  function refused(entry, sentence) {
    toast(sentence, { stay: true });
    onRefused(entry.alert);
  }

  // Only what takes long is said: on a good line the answer is there before one could read it.
  function show() {
    setTimeout(() => {
      for (const mark of page.querySelectorAll("[data-waiting]")) {
        const mine = kept.entries.filter((entry) => entry.alert === mark.closest("[data-answer]").dataset.answer);
        mark.hidden = mine.length === 0;
        const what = mine.map((entry) => words[entry.fields.response ?? "ack"]).join(", ");
        if (mine.length) mark.querySelector("[data-waiting-word]").textContent = fill(words.waiting, { what });
      }
    }, SLOW_MS);
  }

  kept = keep(`answers-${page.dataset.person}-${page.dataset.partner}`, { onSent: sent, onRefused: refused, onWaiting: show });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-answer-form]");
    if (!form) return;
    event.preventDefault();
    const alert = form.closest("[data-answer]").dataset.answer;
    const response = event.submitter?.value;
    const note = form.elements.note?.value ?? "";
    event.submitter?.setAttribute("aria-pressed", "true");
    const url = form.getAttribute("action");
    if (response) kept.add({ alert, kind: "respond", url, fields: { response, note } });
    else kept.add({ alert, kind: "ack", url, fields: {} });
  });

  return { show, acknowledge: (alert, url) => kept.add({ alert, kind: "ack", url, fields: {} }) };
}

function focusOn(element) {
  if (!element) return;
  if (!element.matches("a, button, [tabindex]")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
