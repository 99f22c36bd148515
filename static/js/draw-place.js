// A map is heavy, and few draw: it is fetched when somebody opens <details data-draw-place>, whose <template> holds the
// area editor. Without script there are addresses and neighbourhoods.

for (const box of document.querySelectorAll("[data-draw-place]")) {
  const unfold = () => {
    const waiting = box.open && box.querySelector("template");
    if (!waiting) return;
    waiting.replaceWith(waiting.content);
    import("./area-editor.js");
  };
  box.addEventListener("toggle", unfold);
  unfold();
}
