// A list of tickets that follows the desk: rows that are there change in place and their order stays; what would stand
// elsewhere, is new or does not belong here any more waits behind a button. A list has no numbers, so whatever may have
// been missed is made up for by reading the page anew.
import { applyOp } from "./apply.js";
import { connect, isUp, link, socket } from "./connection.js";
import { plural } from "./words.js";

const ANSWER_WAIT = 8000;
const RANKS = { low: 0, normal: 1, high: 2, urgent: 3 };

const list = document.querySelector("[data-view]");
const body = document.getElementById("ticket-rows");
const button = document.querySelector(".fresh-order");
const channel = list?.dataset.view;
const chats = channel === "view:chats";
const coming = new Set();    // ids of rows that belong here and are not
const leaving = new Set();   // ids of rows that are here and do not belong
const arrived = new Map();   // a row's id -> when it was pushed last
let reading = false;
let again = false;

function join() {
  socket.timeout(ANSWER_WAIT).emit("join", { channel }, (late, answer) => {
    if (late) connect();
    else if (answer.ok) refreshViews();
    else if (answer.error === "limited") setTimeout(join, ANSWER_WAIT);
  });
}

export async function refreshViews() {
  again = true;
  if (!list || reading) return;
  reading = true;
  while (again) {
    again = false;
    await read().catch(() => {});        // the next join, or the next round of asking, reads it
  }
  reading = false;
}

async function fetched() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (!response.ok) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html").getElementById("ticket-rows");
}

async function read() {
  const asked = Date.now();
  const rows = await fetched();
  if (!rows) return;
  const there = new Set();
  for (const row of rows.children) {
    there.add(row.id);
    if (arrived.get(row.id) >= asked) continue;            // what was pushed since is newer
    if (document.getElementById(row.id)) await applyOp({ target: row.id, swap: "outerMorph", html: row.outerHTML });
    else coming.add(row.id);
  }
  for (const { id } of body.children) if (!there.has(id)) leaving.add(id);
  await tell();
}

// The rows as a fresh page has them. Focus and ticks stay with their tickets.
async function renew() {
  const rows = await fetched().catch(() => null);
  if (!rows) return;
  const ticked = new Set([...body.querySelectorAll(".t-sel .check:checked")].map((each) => each.value));
  const focused = document.activeElement?.closest("tr")?.id;
  coming.clear();
  leaving.clear();
  body.replaceChildren(...rows.children);
  for (const each of body.querySelectorAll(".t-sel .check")) each.checked = ticked.has(each.value);
  if (focused) document.getElementById(focused)?.querySelector("a.subj").focus();
  button.hidden = true;
  document.dispatchEvent(new CustomEvent("list:renewed"));
}

const numberOf = (row) => Number(row.id.replace("ticket-", ""));

function keys(row) {
  const updated = Number(row.dataset.updated);
  const number = numberOf(row);
  const { sort } = list.dataset;
  if (sort === "created") return [-number];
  if (sort === "due") return [Number(row.dataset.due), number];
  if (sort === "waiting") return [updated, number];
  return sort === "priority" ? [-RANKS[row.dataset.priority], -updated, -number] : [-updated, -number];
}

function before(one, other) {
  const [a, b] = [keys(one), keys(other)];
  const at = a.findIndex((key, nth) => key !== b[nth]);
  return at >= 0 && a[at] < b[at];
}

// the rows that stand where they do not belong: all but the longest run in order
function displaced() {
  const rows = [...body.children].filter(({ id }) => !leaving.has(id));
  const ends = [];           // of the best run of each length
  for (const row of rows) {
    const at = ends.findIndex((end) => before(row, end));
    ends[at < 0 ? ends.length : at] = row;
  }
  return rows.length - ends.length;
}

// Whether a row that is not here would stand on this page.
function belongs(row) {
  const { firstElementChild: first, lastElementChild: last } = body;
  if (!first) return true;
  return (list.dataset.first === "true" || before(first, row)) && (list.dataset.last === "true" || before(row, last));
}

async function tell() {
  for (const row of body.children) row.classList.toggle("out", leaving.has(row.id));
  const count = coming.size + leaving.size + displaced();
  if (count && (chats || !body.children.length)) return renew();   // nothing to lose the place in
  button.hidden = !count;
  if (count) button.querySelector(".words").textContent = plural(button, count);
}

async function pushed({ channel: name, ops }) {
  if (name !== channel) return;
  for (const op of ops) {
    arrived.set(op.target, Date.now());
    const here = document.getElementById(op.target);
    if (here) {
      await applyOp(op);
      leaving[op.in ? "delete" : "add"](op.target);
    } else if (op.in) {
      const row = new DOMParser().parseFromString(`<table>${op.html}</table>`, "text/html").querySelector("tr");
      if (belongs(row)) coming.add(op.target);
    } else coming.delete(op.target);
  }
  await tell();
}

if (socket && list) {
  socket.on("panel", pushed);
  link.addEventListener("up", join);
  if (isUp()) join();
}
button?.addEventListener("click", renew);
