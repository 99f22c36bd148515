// Answers that must not be lost: each is kept in the browser until the server has taken it, over reloads and bad signal.
//
//   const answers = keep("answers-7-…", { onSent(entry, html), onRefused(entry, sentence), onWaiting(entries) });
//   answers.add({ alert, kind: "ack" | "respond", url, fields: { response, note } })
//   answers.send()      now; it also tries again by itself, and when the network is back
//
// An answer whose outcome is unknown is sent again: the server takes the same answer twice for one.

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30_000;
const TIMEOUT_MS = 15_000;
// Refused for good: it is not there, comes too late, or makes no sense. All else is tried again.
const FINAL = new Set([400, 404, 409, 410, 422]);

/** Keep the answers of one person for one partner: another who signs in here must not send them. */
export function keep(key, handlers) {
  return new Kept(key, handlers);
}

class Kept {
  constructor(key, { onSent, onRefused, onWaiting }) {
    Object.assign(this, { key, onSent, onRefused, onWaiting });
    this.entries = this.read();
    this.wait = FIRST_WAIT_MS;
    addEventListener("online", () => this.send());
    addEventListener("storage", (event) => {
      if (event.key !== this.key) return;
      this.entries = this.read();
      this.onWaiting(this.entries);
    });
    this.onWaiting(this.entries);
    this.send();
  }

  add(answer) {
    const replaced = (entry) => entry.alert === answer.alert && entry.kind === answer.kind && entry.id !== this.sending;
    this.entries = [...this.entries.filter((entry) => !replaced(entry)), { ...answer, id: crypto.randomUUID() }];
    this.write();
    this.wait = FIRST_WAIT_MS;
    this.send();
  }

  async send() {
    clearTimeout(this.again);
    if (this.isSending || !this.entries.length) return;
    this.isSending = true;
    // One window at a time, or each would send them all.
    if (navigator.locks) await navigator.locks.request(this.key, () => this.sendAll());
    else await this.sendAll();
    this.isSending = false;
    if (!this.entries.length) return;
    this.again = setTimeout(() => this.send(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
  }

  async sendAll() {
    this.entries = this.read() ?? this.entries;
    while (this.entries.length) {
      const [entry] = this.entries;
      this.sending = entry.id;
      const isDone = await this.sendOne(entry);
      this.sending = null;
      if (!isDone) return this.onWaiting(this.entries);
      this.entries = this.entries.filter((one) => one.id !== entry.id);
      this.write();
    }
  }

  // True when there is nothing more to do about it.
  async sendOne(entry) {
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...entry.fields, client_id: entry.id })) body.append(name, value);
    const headers = { "HX-Request": "true", "HX-Current-URL": location.href, "X-CSRFToken": token() };
    const answer = await fetch(entry.url, { method: "POST", body, headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => null);
    if (answer?.ok) {
      this.onSent(entry, await answer.text());
      return true;
    }
    const elsewhere = answer?.headers.get("HX-Redirect");
    if (elsewhere) location.assign(elsewhere);
    if (answer && FINAL.has(answer.status)) {
      this.onRefused(entry, (await answer.text()).slice(0, 300));
      return true;
    }
    return false;
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "[]");
    } catch {
      return this.entries ?? [];
    }
  }

  write() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.entries));
    } catch {
      // Storage refused: then they last as long as the page.
    }
    this.onWaiting(this.entries);
  }
}

// The cookie's, for it outlives the page's own when somebody signed in again.
function token() {
  const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  return cookie ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}
