// Acting from the board: a ticket is given to a technician, or taken. The menu stands apart from the cards, so that it stays
// as it is while they change.
import { isUp } from "../live/connection.js";
import { refreshBoard } from "../live/board.js";
import { commandId, post } from "../live/post.js";
import { say } from "../live/say.js";
import { fill, word } from "../live/words.js";

const board = document.querySelector("[data-board]");
const menu = document.getElementById("assign-menu");
const problem = document.getElementById("board-problem");
const GAP = 6;
let number = "";             // of the ticket that the menu is for
let card = null;

// before menu-button.js opens it
function prepare(button) {
  number = button.dataset.assign;
  card = button.closest("[id^=card-]");
  for (const item of menu.querySelectorAll("[role=menuitem]")) {
    item.hidden = item.disabled = !item.dataset.departments.split(" ").includes(button.dataset.department);
  }
  const place = button.getBoundingClientRect();
  menu.hidden = false;
  const { width, height } = menu.getBoundingClientRect();
  menu.hidden = true;
  const below = place.bottom + GAP + height <= innerHeight;
  menu.style.insetBlockStart = `${below ? place.bottom + GAP : Math.max(GAP, place.top - GAP - height)}px`;
  menu.style.insetInlineStart = `${Math.max(GAP, Math.min(place.right, innerWidth - GAP) - width)}px`;
}

async function assign(ticket, person, name) {
  const body = new FormData();
  body.set("value", person);
  body.set("command_id", commandId());
  problem.hidden = true;
  const { ok, data } = await post(`/tickets/${ticket}/technician`, body);
  if (ok) say(fill(word(menu, "done"), { number: ticket, name }));
  else {
    problem.textContent = data.error || word(problem, "failed");
    problem.hidden = false;
  }
  if (!isUp()) refreshBoard();
}

if (board && menu) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-assign]");
    if (button) prepare(button);
  }, { capture: true });
  document.addEventListener("keydown", (event) => {
    const button = event.target.closest?.("[data-assign]");
    if (button && ["ArrowDown", "ArrowUp"].includes(event.key)) prepare(button);
  }, { capture: true });
  board.addEventListener("click", (event) => {
    const { take } = event.target.closest("[data-take]")?.dataset ?? {};
    if (take) assign(take, board.dataset.viewer, word(menu, "me"));
  });
  menu.addEventListener("click", (event) => {
    const item = event.target.closest("[data-person]");
    if (item) assign(number, item.dataset.person, item.querySelector(".grow").textContent);
  });
  // the button that the menu belonged to may be gone by the time it closes
  new MutationObserver(() => {
    if (menu.hidden && document.activeElement === document.body) card?.focus();
  }).observe(menu, { attributeFilter: ["hidden"] });
}
