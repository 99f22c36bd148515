// Sets the theme before the first paint, so it is a small classic script in the head; the switch lives in ui.js.
// What this person chose, else the system's choice (which the stylesheet follows by itself).
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem("theme");
  } catch {
    // Storage may be refused: then the system decides.
  }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
