// Menu buttons: any <button aria-haspopup="menu"> opens the [role=menu] it controls (or the one beside it).
// Opens with focus on the first item; arrows, Home, End, first letters; Escape gives focus back to the button.
import { step } from "../live/choosing.js";

let open = null;             // { button, menu }

const menuOf = (button) => document.getElementById(button.getAttribute("aria-controls"))
  ?? button.parentElement.querySelector("[role=menu]");
const itemsOf = (menu) => [...menu.querySelectorAll("[role^=menuitem]")].filter((item) => !item.disabled);

function show(button, last = false) {
  close();
  const menu = menuOf(button);
  if (!menu) return;
  open = { button, menu };
  button.setAttribute("aria-expanded", "true");
  menu.hidden = false;
  for (const item of itemsOf(menu)) item.tabIndex = -1;
  itemsOf(menu).at(last ? -1 : 0)?.focus();
}

function close(giveBack = false) {
  if (!open) return;
  const { button, menu } = open;
  open = null;
  button.setAttribute("aria-expanded", "false");
  menu.hidden = true;
  if (giveBack) button.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.('button[aria-haspopup="menu"]');
  if (button) open?.button === button ? close(true) : show(button);
  else if (open?.menu.contains(event.target) && event.target.closest("[role^=menuitem]")) close(true);
  else if (!open?.menu.contains(event.target)) close();
});

document.addEventListener("keydown", (event) => {
  const button = event.target.closest?.('button[aria-haspopup="menu"]');
  if (button && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    show(button, event.key === "ArrowUp");
  } else if (open?.menu.contains(event.target)) {
    moveIn(event);
  }
});

function moveIn(event) {
  if (event.key === "Escape") {
    event.preventDefault();
    close(true);
  } else if (event.key === "Tab") {
    close(true);             // from the button the browser goes on to what comes next
  } else {
    const next = step(itemsOf(open.menu), document.activeElement, event);
    if (next) { event.preventDefault(); next.focus(); }
  }
}

document.addEventListener("focusin", (event) => {
  if (open && !open.menu.contains(event.target) && event.target !== open.button) close();
});
