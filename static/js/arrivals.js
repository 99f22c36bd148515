// Lets news into a list without moving what is under the pointer: while a pointer is over the list (or a finger has
// just touched it) news waits behind a button at its head, which names it; then it slides in.
//
//   const arrivals = arriving(list, pill, put)    put(item) inserts; pill: a hidden button with data-text="{n} new: {headline}"
//   arrivals.add(item, headline)                  now, or as soon as nothing can be hit by mistake
//   arrivals.release()                            now
//   arrivals.held()                               how many wait
//   arrivals.isBusy()                             a pointer has moved over the list in the last seconds

const TOUCHED_MS = 2_000;
const BUSY_MS = 5_000;

/** Watch a list's pointer and let items in. `list` may be replaced while the page lives: its parent is watched. */
export function arriving(place, pill, put) {
  const waiting = [];
  let isOver = false;
  let timer;
  let movedAt = 0;

  const release = () => {
    clearTimeout(timer);
    pill.hidden = true;
    for (const { item } of waiting.splice(0)) put(item);
  };
  const touched = () => {
    isOver = true;
    clearTimeout(timer);
    timer = setTimeout(left, TOUCHED_MS);
  };
  const left = () => {
    isOver = false;
    release();
  };
  const moved = ({ pointerType }) => {
    movedAt = Date.now();
    if (pointerType === "mouse") isOver = true;
    else touched();
  };
  place.addEventListener("pointermove", moved);
  place.addEventListener("pointerdown", moved);
  place.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && left());
  pill.addEventListener("click", () => {
    release();
    place.scrollTo?.({ top: 0 });
    pill.dispatchEvent(new CustomEvent("arrivals-shown", { bubbles: true }));
  });

  return {
    add(item, headline) {
      waiting.push({ item, headline });
      if (!isOver) return release();
      pill.querySelector("[data-pill-text]").textContent = pill.dataset.text
        .replace("{n}", waiting.length)
        .replace("{headline}", waiting.at(-1).headline);
      pill.hidden = false;
    },
    release,
    held: () => waiting.length,
    isBusy: () => Date.now() - movedAt < BUSY_MS,
  };
}
