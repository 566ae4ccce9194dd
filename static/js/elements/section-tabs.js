// Tabs: arrows, Home and End move and choose; [ shows the first section, ] the second. All panes stay in the page,
// so a hidden one goes on being updated; where one was reading in it is kept.
import { onKey } from "../live/keys.js";
import { isAtEnd, toEnd } from "../live/stick.js";
import { step } from "../live/choosing.js";

const places = new WeakMap();

const tabsOf = (tab) => [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
const paneOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
const boxOf = (pane) => pane?.matches("[data-stick]") ? pane : pane?.querySelector("[data-stick]") ?? pane;

function choose(tab) {
  for (const other of tabsOf(tab)) {
    const chosen = other === tab;
    const pane = paneOf(other);
    const box = boxOf(pane);
    if (box && !chosen && !pane.hidden) places.set(box, box.matches("[data-stick]") && isAtEnd(box) ? "end" : box.scrollTop);
    other.setAttribute("aria-selected", chosen);
    other.tabIndex = chosen ? 0 : -1;
    if (!pane) continue;
    const appears = chosen && pane.hidden;
    pane.hidden = !chosen;
    if (appears && places.has(box)) places.get(box) === "end" ? toEnd(box) : box.scrollTop = places.get(box);
    for (const part of document.querySelectorAll(`[data-with-tab="${CSS.escape(other.id)}"]`)) part.hidden = !chosen;
  }
}

for (const tab of document.querySelectorAll("[role=tab]")) {
  tab.tabIndex = tab.getAttribute("aria-selected") === "true" ? 0 : -1;
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest?.("[role=tab]");
  if (tab) choose(tab);
});

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[role=tab]");
  if (!tab || event.ctrlKey || event.metaKey || event.altKey) return;
  const arrows = { ArrowRight: "ArrowDown", ArrowLeft: "ArrowUp", Home: "Home", End: "End" };
  const next = arrows[event.key] && step(tabsOf(tab), tab, { key: arrows[event.key] });
  if (!next) return;
  event.preventDefault();
  choose(next);
  next.focus();
});

onKey(["[", "]"], (key) => {
  const tab = document.querySelectorAll("[role=tab]")[key === "[" ? 0 : 1];
  if (!tab) return false;
  choose(tab);
  tab.focus();
});
