// The service worker: shows push messages, acknowledges from the message itself, and has a page for when there is no
// network. It keeps no page of anybody's, only the alerts it was told (kept.js) and the page that shows them.
//
// Served at /service-worker.js behind what kept.js exports (cityalert/web/app.py), which also fills in SHELL: the
// version, and the files of that page.

const { version, files, offline, icon, badge, moved } = SHELL;
const CACHE = `shell ${version}`;
const LATER = "answers";

self.addEventListener("install", (event) => {
  const fresh = files.map((file) => new Request(file, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

// The network first, always: what is kept is only for when there is none.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(shell));
  else if (files.includes(new URL(request.url).pathname)) event.respondWith(fetch(request).catch(() => caches.match(request, { ignoreVary: true })));
});

async function shell() {
  const last = (await alerts().catch(() => []))[0];
  const language = (last?.language ?? self.navigator.language ?? "en").slice(0, 2);
  return (await caches.match(offline[language] ?? offline.en, { ignoreVary: true })) ?? Response.error();
}

self.addEventListener("push", (event) => event.waitUntil(told(event.data.json()).finally(remember)));

// The browser's push service gives it another address now and then. The city is told with the old one, which is the proof
// of whose it is; not every browser says what that was, so it is kept.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(changed(event)));

const described = (subscription) => ({ ...subscription.toJSON(), key: subscription.options.applicationServerKey });

async function remember() {
  const now = await self.registration.pushManager.getSubscription();
  if (now) await keepDevice("now", described(now)).catch(() => {});
}

async function changed({ oldSubscription, newSubscription }) {
  const before = oldSubscription ? described(oldSubscription) : await device("now");
  if (!before) return;
  await keepDevice("before", before);
  const push = self.registration.pushManager;
  const now = newSubscription ?? (await push.getSubscription()) ?? (await push.subscribe({ userVisibleOnly: true, applicationServerKey: before.key }));
  await keepDevice("now", described(now));
  if (!(await tellOfMove())) await self.registration.sync?.register(LATER).catch(() => {});
}

// True when there is nothing to tell.
async function tellOfMove() {
  const [before, now] = [await device("before"), await device("now")];
  if (!before || !now) return true;
  const body = new URLSearchParams({ old_endpoint: before.endpoint, old_p256dh: before.keys.p256dh, old_auth: before.keys.auth, endpoint: now.endpoint, ...now.keys });
  const answer = await fetch(moved, { method: "POST", body, credentials: "omit" }).catch(() => null);
  if (!answer?.ok) return false;
  await dropDevice("before");
  return true;
}

async function told(said) {
  await keep({ ...said, at: Date.now() }).catch(() => {});
  await self.registration.showNotification(said.title, {
    ...look(said),
    renotify: true,
    requireInteraction: said.stays,
    actions: said.asks ? [{ action: "acknowledge", title: said.words.acknowledge }, { action: "open", title: said.words.open }] : [],
    data: said,
  });
}

const look = ({ body, language, tag }) => ({ body, lang: language, tag, icon, badge });

self.addEventListener("notificationclick", (event) => {
  const { notification, action } = event;
  notification.close();
  event.waitUntil(action === "acknowledge" ? answered(notification.data) : self.clients.openWindow(notification.data.link));
});

async function answered(said) {
  if (await acknowledge(said.link)) return;
  await queue(said.link);
  await self.registration.showNotification(said.title, { ...look(said), body: said.words.later, silent: true, data: { ...said, waits: true } });
  // Where the browser cannot be asked to wake us, the next page that opens sends it (app.js).
  await self.registration.sync?.register(LATER).catch(() => {});
}

async function send() {
  // A failure makes the browser try again later.
  if (!((await flush()) && (await tellOfMove()))) throw new Error("no network yet");
  for (const notification of await self.registration.getNotifications()) if (notification.data?.waits) notification.close();
}

self.addEventListener("sync", (event) => {
  if (event.tag === LATER) event.waitUntil(send());
});
self.addEventListener("message", (event) => {
  if (event.data === LATER) event.waitUntil(send().catch(() => {}));
});
