// On narrow screens the navigation is a drawer: <button data-drawer aria-controls="nav" aria-expanded> slides it in.
// The same kind of button inside it, Escape, a click beside it or leaving it with the keyboard closes it.
let open = null;             // { button, drawer }

function show(button) {
  const drawer = document.getElementById(button.getAttribute("aria-controls"));
  if (!drawer) return;
  open = { button, drawer };
  button.setAttribute("aria-expanded", "true");
  drawer.classList.add("open");
  drawer.querySelector("a, button")?.focus();
}

function close(giveBack = false) {
  if (!open) return;
  const { button, drawer } = open;
  open = null;
  drawer.classList.remove("open");
  button.setAttribute("aria-expanded", "false");
  if (giveBack) button.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-drawer]");
  if (button) open ? close(true) : show(button);
  else if (open && !open.drawer.contains(event.target)) close();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) close(true);
});

document.addEventListener("focusin", (event) => {
  if (open && event.target !== open.button && !open.drawer.contains(event.target)) close();
});
