// The sheet of keyboard shortcuts: `?` or its item in the user menu opens it. It lists what works on this page, and
// switches single letters off and on for the person.
import { onKey } from "../live/keys.js";
import { post } from "../live/post.js";
import { word } from "../live/words.js";

const sheet = document.getElementById("keys-sheet");

function open() {
  for (const row of sheet.querySelectorAll("[data-needs]")) {
    row.hidden = document.querySelector(row.dataset.needs)?.hidden !== false;
  }
  sheet.showModal();
}

async function choose(form, button) {
  const body = new URLSearchParams({ on: button.value });
  const { ok, data } = await post(form.action, body);
  const problem = form.querySelector(".problem");
  problem.hidden = ok;
  problem.querySelector(".words").textContent = ok ? "" : data.error || word(problem, "failed");
  if (!ok) return;
  document.body.dataset.keys = data.on ? "on" : "off";
  button.setAttribute("aria-checked", data.on);
  button.value = data.on ? "0" : "1";
}

if (sheet) {
  onKey(["?"], () => open());
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.(`[data-opens="${sheet.id}"]`);
    const menu = opener?.closest("details");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();     // where focus comes back to
    }
    if (opener) open();
    // a click on what is behind it hits the dialog itself
    else if (event.target === sheet || event.target.closest?.("[data-closes]")) sheet.close();
  });
  sheet.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    choose(event.target, event.submitter);
  });
}
