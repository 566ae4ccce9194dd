// The lead's board follows the desk card by card. A card that somebody points at waits until they rest, so that no row moves
// under a click; the focus stays where it is, or goes to the card if what held it is gone.
import { applyOp } from "./apply.js";
import { connect, isUp, link, refuse, socket } from "./connection.js";
import { word } from "./words.js";

const ANSWER_WAIT = 8000;
const REST = 2000;           // without a movement of the pointer

const board = document.querySelector("[data-board]");
const waiting = new Map();   // a card's id -> its newest op, while it is pointed at
let moved = { card: null, at: 0 };
let timer = 0;

function join() {
  socket.timeout(ANSWER_WAIT).emit("join", { channel: "board" }, (late, answer) => {
    if (late) connect();
    else if (answer.error === "not_found") gone();
    else if (answer.error === "signed_out") refuse();
    else if (!answer.ok) setTimeout(join, ANSWER_WAIT);
  });
}

function gone() {
  const sentence = document.createElement("p");
  sentence.textContent = word(board, "gone");
  board.replaceChildren(sentence);
}

// Where there is no line, the page is asked for its cards.
export async function refreshBoard() {
  if (!board) return;
  const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" }).catch(() => null);
  if (response?.status === 404) gone();
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const card of page.querySelectorAll("[id^=card-]")) await show({ target: card.id, html: card.outerHTML });
}

const pointed = (card) => card === moved.card && card.matches(":hover") && Date.now() - moved.at < REST;

async function show(op) {
  const card = document.getElementById(op.target);
  if (!card) return;
  if (!pointed(card)) return put(card, op);
  waiting.set(op.target, op);
  clearTimeout(timer);
  timer = setTimeout(flush, REST);
}

async function flush() {
  const ops = [...waiting.values()];
  waiting.clear();
  for (const op of ops) await show(op);
}

async function put(card, { target, html }) {
  waiting.delete(target);
  const held = card.contains(document.activeElement);
  await applyOp({ target, swap: "outerMorph", html: opened(card, html) });
  if (held && !document.getElementById(target)?.contains(document.activeElement)) document.getElementById(target)?.focus();
}

// what the reader has unfolded stays so
function opened(card, html) {
  if (!card.querySelector("details[open]")) return html;
  const template = document.createElement("template");
  template.innerHTML = html;
  template.content.querySelector("details")?.setAttribute("open", "");
  return template.innerHTML;
}

if (socket && board) {
  socket.on("panel", async ({ channel, ops }) => {
    if (channel === "board") for (const op of ops) await show(op);
  });
  socket.on("gone", ({ channel }) => channel === "board" && gone());
  board.addEventListener("pointermove", (event) => {
    const card = event.target.closest("[id^=card-]");
    if (card !== moved.card && waiting.size) flush();
    moved = { card, at: Date.now() };
  });
  board.addEventListener("pointerleave", () => {
    moved = { card: null, at: 0 };
    flush();
  });
  link.addEventListener("up", join);
  if (isUp()) join();
}
