// Two people set one field: both values are shown at it, and the second one picks. Leaving without a word keeps theirs.
import { step } from "../live/choosing.js";
import { say } from "../live/say.js";

// Gives "theirs" or "mine". The picker's place in the page is where it opens, and its button gets the focus back.
export function askWhich(picker, html) {
  return new Promise((picked) => {
    const float = document.createElement("div");
    float.className = "menu down end";
    float.innerHTML = html;
    picker.append(float);
    const buttons = [...float.querySelectorAll("[data-pick]")];
    describe(float, picker.dataset.field);
    const leave = new AbortController();
    const { signal } = leave;
    const pick = (which, giveBack = true) => {
      if (signal.aborted) return;
      leave.abort();
      float.remove();
      if (giveBack) picker.button.focus({ preventScroll: true });
      picked(which);
    };
    float.addEventListener("click", (event) => {
      const which = event.target.closest("[data-pick]")?.dataset.pick;
      if (which) pick(which);
    }, { signal });
    float.addEventListener("keydown", (event) => {
      const next = step(buttons, document.activeElement, event);
      if (event.key === "Escape") pick("theirs");
      else if (next) next.focus();
      else return;
      event.preventDefault();
    }, { signal });
    float.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !float.contains(relatedTarget)) pick("theirs", false);
    }, { signal });
    document.addEventListener("pointerdown", (event) => float.contains(event.target) || pick("theirs", false), { signal });
    if (float.getBoundingClientRect().bottom > innerHeight) float.classList.replace("down", "up");
    // whoever went on writing meanwhile keeps the keys, and hears of it
    const away = document.activeElement !== document.body && !picker.contains(document.activeElement);
    if (away) say(float.querySelector(".merge-why")?.textContent.trim());
    else buttons[0]?.focus({ preventScroll: true });
  });
}

function describe(float, field) {
  const why = float.querySelector(".merge-why");
  if (!why) return;
  why.id = `merge-why-${field}`;
  float.querySelector(".merge").setAttribute("aria-describedby", why.id);
}
