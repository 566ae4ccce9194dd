// A <details class="tool"> closes by Escape, which gives the focus back, and when something else is pressed.
const opened = () => document.querySelectorAll("details.tool[open]");

addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const tool of opened()) {
    event.stopImmediatePropagation();
    tool.open = false;
    tool.querySelector("summary").focus();
  }
}, { capture: true });

addEventListener("pointerdown", ({ target }) => {
  for (const tool of opened()) if (!tool.contains(target)) tool.open = false;
});
