// The page for when there is no network: the last alerts that came to this device, and answers that wait.

import { alerts, queue } from "./kept.js";

const list = document.querySelector("[data-kept]");
const template = document.querySelector("template");
const time = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

for (const alert of await alerts().catch(() => [])) {
  const item = template.content.cloneNode(true);
  item.querySelector("article").dataset.severity = alert.severity;
  item.querySelector("h2").textContent = alert.title;
  item.querySelector("h2").lang = item.querySelector(".words").lang = alert.language;
  item.querySelector(".words").textContent = alert.body;
  item.querySelector("time").textContent = time.format(alert.at);
  const button = item.querySelector("button");
  const waits = item.querySelector("[data-waits]");
  button.hidden = !alert.asks;
  button.addEventListener("click", async () => {
    await queue(alert.link);
    [button.hidden, waits.hidden] = [true, false];
  });
  list.append(item);
}
document.querySelector("[data-nothing]").hidden = list.children.length > 0;
document.querySelector("[data-again]").addEventListener("click", () => location.reload());
addEventListener("online", () => location.reload());
