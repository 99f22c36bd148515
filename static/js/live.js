// The page's socket: news comes down, decisions go up by HTTP. Keeps its place, and says how fresh what it shows is.
//
//   const line = connect({ url: "/live/", after: 41, topics: ["alert:…"], onCard, onHint, onItem, onHello, onState });
//
// onCard(card, position)   each once, in order
// onHint(topic, word)      something about a topic changed: fetch it
// onItem(topic, position, card)   an entry of a topic that is a stream; card is null where it has to be fetched
// onHello()                connected, for the first time or again: what was missed of streams is to be fetched
// onState({ state, at })   whenever something was heard (`at`: a Date, or null before the first time) or the state changed:
//    "live"  heard within 15 s
//    "late"  connecting, or nothing heard for 15 s
//    "lost"  nothing heard for 45 s, or too many pages of this person are open and this was the oldest

const LATE_AFTER = 15_000;
const LOST_AFTER = 45_000;
const CLOSED = { NO_RIGHT: 4401, TOO_MANY: 4409 };
const FIRST_WAIT = 500;
const LONGEST_WAIT = 20_000;
const LONGEST_STAY = 12 * 3_600_000;
const RELOAD_AGAIN_AFTER = 60_000;

export function connect({ url, after = null, topics = [], onCard, onHint, onItem, onHello, onState }) {
  let socket = null;
  let position = after;
  let wait = FIRST_WAIT;
  let at = null;
  let state = "late";
  let isSentAway = false;
  let timer = 0;
  let leaving = 0;
  let isStopped = false;
  let openedAt = 0;
  const startedAt = Date.now();

  function become(next) {
    if (next === state && next !== "live") return;
    state = next;
    onState?.({ state, at });
  }

  function open() {
    clearTimeout(timer);
    if (isStopped || socket) return;
    const address = new URL(url, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    if (position !== null) address.searchParams.set("after", position);
    for (const topic of topics) address.searchParams.append("topic", topic);
    const opened = new WebSocket(address);
    socket = opened;
    openedAt = Date.now();
    opened.onmessage = ({ data }) => opened === socket && hear(JSON.parse(data));
    opened.onclose = ({ code }) => opened === socket && closed(code);
    // Sessions do not last longer, and a proxy may forget a connection that never ends.
    clearTimeout(leaving);
    leaving = setTimeout(reopen, LONGEST_STAY * (0.8 + 0.2 * Math.random()));
  }

  function hear(message) {
    at = new Date();
    if (message.type === "hello") {
      wait = FIRST_WAIT;
      position = message.position;
      onHello?.();
    } else if (message.type === "card" && (position === null || message.position > position)) {
      position = message.position;
      onCard?.(message.card, message.position);
    } else if (message.type === "hint") {
      onHint?.(message.topic, message.word);
    } else if (message.type === "item") {
      onItem?.(message.topic, message.position, message.card);
    }
    become("live");
  }

  function closed(code) {
    socket = null;
    if (code === CLOSED.NO_RIGHT && mayReload()) return location.reload(); // to the sign-in page, or to what is left
    if (code === CLOSED.TOO_MANY) {
      isSentAway = true; // coming back would send another page away: wait until somebody looks at this one
      return become("lost");
    }
    become(state === "lost" ? "lost" : "late");
    // A thousand pages that lost one server must not all come back in the same moment.
    timer = setTimeout(open, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  function reopen() {
    const old = socket;
    socket = null;
    old?.close();
    open();
  }

  function look() {
    if (isSentAway) return;
    const silence = Date.now() - (at?.getTime() ?? startedAt);
    if (silence > LOST_AFTER) become("lost");
    else if (silence > LATE_AFTER) become("late");
    // An open socket that says nothing has been cut somewhere on the way, and nobody else will notice.
    if (silence > LOST_AFTER && socket && Date.now() - openedAt > LOST_AFTER) reopen();
  }

  function wake() {
    if (document.visibilityState !== "visible" || socket) return;
    wait = FIRST_WAIT;
    isSentAway = false;
    open();
  }

  const looking = setInterval(look, 1_000);
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  open();

  return {
    close() {
      isStopped = true;
      clearInterval(looking);
      clearTimeout(timer);
      clearTimeout(leaving);
      document.removeEventListener("visibilitychange", wake);
      window.removeEventListener("online", wake);
      socket?.close();
    },
  };
}

function mayReload() {
  const last = Number(sessionStorage.getItem("live-ended"));
  sessionStorage.setItem("live-ended", Date.now());
  return Date.now() - last > RELOAD_AGAIN_AFTER;
}
