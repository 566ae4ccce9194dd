// A word to one technician from the lead's board, in a dialog. What could not be sent stays in it.
import { commandId, post } from "../live/post.js";
import { say } from "../live/say.js";
import { fill, word } from "../live/words.js";

const board = document.querySelector("[data-board]");
const sheet = document.getElementById("whisper-sheet");
let opener = "";             // the button's id: the button itself may be another by then
let name = "";

function open(button) {
  opener = button.id;
  name = button.dataset.name;
  sheet.querySelector("h2").textContent = fill(word(sheet, "title"), { name });
  sheet.querySelector("[name=person]").value = button.dataset.whisper;
  complain("");
  sheet.showModal();
  sheet.querySelector("textarea").focus();
}

function complain(sentence) {
  const line = sheet.querySelector(".problem");
  line.textContent = sentence;
  line.hidden = !sentence;
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const body = new FormData(form);
  body.set("command_id", commandId());
  const { ok, data } = await post(form.action, body);
  if (!ok) return complain(data.error || word(sheet.querySelector(".problem"), "failed"));
  form.reset();
  sheet.close();
  say(fill(word(sheet, "done"), { name }));
}

if (board && sheet) {
  board.addEventListener("click", (event) => {
    const button = event.target.closest("[data-whisper]");
    if (button) open(button);
  });
  sheet.addEventListener("submit", send);
  sheet.querySelector("[data-closes]").addEventListener("click", () => sheet.close());
  sheet.addEventListener("close", () => (document.getElementById(opener) ?? document.getElementById("card-technicians"))?.focus());
}
