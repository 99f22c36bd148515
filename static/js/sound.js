// A sound for what has just arrived: once per alert, graver for graver ones. No file is fetched; two tones are enough.
//
//   <button data-sound aria-pressed>   turns it on and off; remembered. [data-sound-word] in it says how it is.
//   sound(id, "extreme")               plays, unless this browser has already done so for this id, in any window
//
// Browsers let a page sound only after somebody touched it; until then the button says so.

const PATTERNS = {
  extreme: [[880, 0], [660, 0.22], [880, 0.44], [660, 0.66], [880, 0.88], [660, 1.1]],
  severe: [[784, 0], [587, 0.25], [784, 0.5]],
  moderate: [[659, 0], [523, 0.25]],
  minor: [[523, 0]],
  unknown: [[523, 0]],
};
const LOUD = { extreme: 0.5, severe: 0.4 };
const REMEMBERED = 50;

let context = null;

const isOn = () => read("sound", "on") === "on";

/** Sound once for this alert. */
export function sound(id, severity) {
  const done = JSON.parse(read("sounded", "[]"));
  if (done.includes(id) || !isOn()) return;
  write("sounded", JSON.stringify([...done, id].slice(-REMEMBERED)));
  if (context?.state !== "running") return show();
  play(severity);
}

function play(severity) {
  for (const [pitch, after] of PATTERNS[severity] ?? PATTERNS.unknown) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const start = context.currentTime + after;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(LOUD[severity] ?? 0.25, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.2);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.22);
  }
}

async function allow() {
  context ??= new AudioContext();
  if (context.state !== "running") await context.resume();
  show();
}

function show() {
  const button = document.querySelector("[data-sound]");
  if (!button) return;
  const words = JSON.parse(button.dataset.sound);
  const state = !isOn() ? "off" : context?.state === "running" ? "on" : "blocked";
  button.setAttribute("aria-pressed", String(state === "on"));
  button.dataset.state = state;
  button.title = words[state] ?? "";
  const word = button.querySelector("[data-sound-word]");
  if (word) word.textContent = words[state] ?? "";
  button.querySelector("use")?.setAttribute("href", state === "on" ? "#i-bell" : "#i-bell-off");
}

function read(name, fallback) {
  try {
    return localStorage.getItem(name) ?? fallback;
  } catch {
    return fallback;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage refused: it lasts for this page only.
  }
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-sound]");
  if (!button) return;
  const wasBlocked = button.dataset.state === "blocked";
  write("sound", isOn() && !wasBlocked ? "off" : "on");
  allow();
});
document.addEventListener("htmx:afterSwap", show);
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => isOn() && allow(), { once: true });
show();
