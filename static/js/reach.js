// The page of reach: fetched again when something moved, at most once a second.

import { atMostOnceIn, listen, replaceGently } from "./desk.js";

const page = document.getElementById("main");
const refresh = atMostOnceIn(1_000, () => document.getElementById("reach").dispatchEvent(new Event("refresh")));

replaceGently("#reach");
listen({ after: Number(page.dataset.after), topics: [page.dataset.topic], onCard: refresh, onHint: refresh, onBack: refresh });
