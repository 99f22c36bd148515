// Posts that must not be lost and must not come twice: kept in IndexedDB, files and all, until the server has taken them.
//
//   const kept = keepPosts("7-…", { token, onSent(entry, answer), onRefused(entry, sentence), onWaiting(entries) });
// onRefused says whether it has shown the words to whoever wrote them; if not, they stay until their own page is open.
//
//   kept.add({ conversation, url, fields, files })   kept.drop(id)   kept.send()
//
// An outcome that is unknown is tried again under the same key: the server makes one post of it. In their order: what
// was written later waits for what was written before.

const NAME = "cityalert-posts";
const STORE = "posts";
const FIRST_WAIT_MS = 1_500;
const LONGEST_WAIT_MS = 30_000;
const TIMEOUT_MS = 60_000;
// Refused for good: it is not there, is closed, makes no sense. All else is tried again.
const FINAL = new Set([400, 403, 404, 409, 410, 413, 422]);

/** Keep the posts of one person for one partner: another who signs in here must not send them. */
export function keepPosts(owner, handlers) {
  return new Kept(owner, handlers);
}

class Kept {
  constructor(owner, handlers) {
    Object.assign(this, { owner, handlers, memory: [], wait: FIRST_WAIT_MS });
    addEventListener("online", () => this.send());
    this.giveBack().then(() => this.show()).then(() => this.send());
  }

  async add(post) {
    const entry = { ...post, id: crypto.randomUUID(), owner: this.owner, at: Date.now(), tries: 0 };
    await this.write(entry);
    await this.show();
    this.wait = FIRST_WAIT_MS;
    await this.send();
  }

  async drop(id) {
    this.memory = this.memory.filter((entry) => entry.id !== id);
    await within("readwrite", (store) => store.delete(id)).catch(() => {});
    await this.show();
  }

  /** What was refused while another page was open. */
  async giveBack() {
    for (const entry of await this.read()) {
      if (entry.refused && this.handlers.onRefused(entry, entry.refused)) await this.drop(entry.id);
    }
  }

  async send() {
    clearTimeout(this.again);
    if (this.isSending) return;
    this.isSending = true;
    // One window at a time: two would both send, and though it would be one post, twice over a bad line is slow.
    const work = () => this.sendAll();
    if (navigator.locks) await navigator.locks.request(`posts-${this.owner}`, work);
    else await work();
    this.isSending = false;
    if (!(await this.due()).length) return;
    this.again = setTimeout(() => this.send(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
  }

  async sendAll() {
    for (;;) {
      const [entry] = await this.due();
      if (!entry) break;
      const outcome = await this.sendOne(entry);
      if (outcome === "again") {
        await this.write({ ...entry, tries: entry.tries + 1 });
        break;
      }
      if (outcome === "done") await this.drop(entry.id);
      else await this.write({ ...entry, refused: outcome });
    }
    await this.show();
  }

  // "done", "again", or the sentence with which it was refused and which nobody has seen.
  async sendOne(entry) {
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...entry.fields, client_id: entry.id })) body.append(name, value ?? "");
    for (const file of entry.files) body.append("files", file, file.name);
    const headers = { "HX-Request": "true", "HX-Current-URL": location.href, "X-CSRFToken": this.handlers.token() };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(entry.url, { method: "POST", body, headers, signal }).catch(() => null);
    if (answer?.ok && !answer.redirected) {
      this.handlers.onSent(entry, await answer.json());
      return "done";
    }
    const elsewhere = answer?.headers.get("HX-Redirect");
    if (elsewhere) location.assign(elsewhere);
    if (answer && FINAL.has(answer.status)) {
      const sentence = (await answer.text()).slice(0, 300);
      return this.handlers.onRefused(entry, sentence) ? "done" : sentence;
    }
    return "again";
  }

  async show() {
    this.handlers.onWaiting(await this.read());
  }

  // Where the browser refuses to keep anything (a private window), they last as long as the page.
  async read() {
    const found = await within("readonly", (store) => store.getAll()).catch(() => null);
    const all = found ?? this.memory;
    return all.filter((entry) => entry.owner === this.owner).sort((one, other) => one.at - other.at);
  }

  async due() {
    return (await this.read()).filter((entry) => !entry.refused);
  }

  async write(entry) {
    await within("readwrite", (store) => store.put(entry)).catch(() => {
      this.memory = [...this.memory.filter((one) => one.id !== entry.id), entry];
    });
  }
}

/** Of whoever was here before nothing stays. */
export async function forgetPostsOfOthers(person) {
  if (!(await indexedDB.databases?.())?.some(({ name }) => name === NAME)) return;
  const all = await within("readonly", (store) => store.getAll());
  for (const { id, owner } of all) if (!owner.startsWith(`${person}-`)) await within("readwrite", (store) => store.delete(id));
}

function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function within(mode, act) {
  const there = await open();
  try {
    return await new Promise((done, failed) => {
      const work = there.transaction(STORE, mode);
      const asked = act(work.objectStore(STORE));
      work.oncomplete = () => done(asked?.result);
      work.onerror = work.onabort = () => failed(work.error);
    });
  } finally {
    there.close();
  }
}
