// The page of one alert: what moves on it is fetched when something moved.

import { answerBy } from "./answering.js";
import { atMostOnceIn, listen, replaceGently } from "./desk.js";

const page = document.getElementById("main");
const answering = answerBy(page, { onAnswered: () => refresh() });
const refresh = atMostOnceIn(1_000, () => document.getElementById("progress").dispatchEvent(new Event("refresh")));

replaceGently("#progress", { then: () => answering.show() });
listen({
  after: Number(page.dataset.after),
  topics: [page.dataset.topic],
  // A correction has a page of its own: this one then names it.
  onCard: ({ series }) => series === document.querySelector("[data-series]").dataset.series && location.reload(),
  onHint: refresh,
  onBack: refresh,
});
