// A list of tickets that follows the desk: rows that are there change in place, and their order stays. A list has no
// numbers, so whatever may have been missed is made up for by reading the page anew.
import { applyOp } from "./apply.js";
import { connect, isUp, link, socket } from "./connection.js";

const ANSWER_WAIT = 8000;

const views = [...document.querySelectorAll("[data-view]")];
let reading = false;
let again = false;
const arrived = new Map();   // a row's id -> when it was pushed last

function join() {
  for (const { dataset: { view: channel } } of views) {
    socket.timeout(ANSWER_WAIT).emit("join", { channel }, (late, answer) => {
      if (late) connect();
      else if (answer.ok) refreshViews();
      else if (answer.error === "limited") setTimeout(join, ANSWER_WAIT);
    });
  }
}

export async function refreshViews() {
  again = true;
  if (!views.length || reading) return;
  reading = true;
  while (again) {
    again = false;
    await read().catch(() => {});        // the next join, or the next round of asking, reads it
  }
  reading = false;
}

async function read() {
  const asked = Date.now();
  const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const view of views) {
    for (const row of page.querySelectorAll(`[data-view="${CSS.escape(view.dataset.view)}"] tr[id]`)) {
      if (arrived.get(row.id) >= asked) continue;          // what was pushed since is newer
      await applyOp({ target: row.id, swap: "outerMorph", html: row.outerHTML });
    }
  }
}

async function pushed({ channel, ops }) {
  if (!views.some((view) => view.dataset.view === channel)) return;
  for (const op of ops) {
    arrived.set(op.target, Date.now());
    await applyOp(op);
    if (channel === "view:chats") await chats(op);
  }
}

// the list of chats has those that wait or go on, whenever they begin
async function chats({ target, html }) {
  const row = document.getElementById(target);
  if (row && !row.dataset.chat) return row.remove();
  const pushed = new DOMParser().parseFromString(`<table>${html}</table>`, "text/html").querySelector("tr");
  if (!row && pushed?.dataset.chat) {
    const body = document.querySelector('[data-view="view:chats"] tbody');
    body.id ||= "chat-rows";
    await applyOp({ target: body.id, swap: "afterbegin", html });
  }
}

if (socket && views.length) {
  socket.on("panel", pushed);
  link.addEventListener("up", join);
  if (isUp()) join();
}
