// This browser as a way to be reached: asks for leave on a press and not before, subscribes, and says so in a form.
// Members' pages and residents' share it: it knows the markup below and no page.
//
//   <form data-device data-key="the city's public key">   with hidden fields endpoint, p256dh, auth; its button
//     <p data-device-says="old|denied|failed" hidden>      one of these is shown: no push here, not allowed, no answer
//   [data-device-is="digest of an endpoint"]               is marked .is-this when it is this browser's own;
//     [data-device-here] in it is shown, [data-device-leaves] in it ends the subscription when its form is sent

const form = document.querySelector("form[data-device]");
const canPush = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function say(what) {
  for (const line of form?.querySelectorAll("[data-device-says]") ?? []) line.hidden = line.dataset.deviceSays !== what;
}

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

async function digest(text) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function current() {
  const there = await navigator.serviceWorker.getRegistration("/");
  return (await there?.pushManager.getSubscription()) ?? null;
}

// Another key than the one it was made with: the city has drawn a new one, and the old subscription is worth nothing.
async function subscribe(key) {
  const worker = await navigator.serviceWorker.register("/service-worker.js", { scope: "/" });
  await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: bytes(key) };
  try {
    return await worker.pushManager.subscribe(options);
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    await (await worker.pushManager.getSubscription())?.unsubscribe();
    return worker.pushManager.subscribe(options);
  }
}

async function add() {
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  say("");
  const { endpoint, keys } = (await subscribe(form.dataset.key)).toJSON();
  Object.assign(form.elements.endpoint, { value: endpoint });
  Object.assign(form.elements.p256dh, { value: keys.p256dh });
  Object.assign(form.elements.auth, { value: keys.auth });
  form.submit();
}

async function mark() {
  const own = await current();
  const here = own && document.querySelector(`[data-device-is="${await digest(own.endpoint)}"]`);
  if (!here) return;
  here.classList.add("is-this");
  for (const part of here.querySelectorAll("[data-device-here]")) part.hidden = false;
  for (const part of here.querySelectorAll("[data-device-leaves]")) part.addEventListener("submit", () => own.unsubscribe());
  if (form) form.hidden = true;
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (!canPush) return say("old");
  button.disabled = true;
  add()
    .catch(() => say("failed"))
    .finally(() => { button.disabled = false; });
});
if (canPush) mark();
else say("old");
