// Tells the desk what this person does on the page's tickets: writing, changing a field, looking, idle, away.
import { isUp, page, socket } from "./connection.js";

const IDLE_AFTER = 60_000;   // without pointer, key or wheel
const AWAY_AFTER = 30_000;   // hidden
const RENEW_EVERY = 3000;    // while keys keep coming, or a list stays open
const BELIEVED = 5000;       // so long after the last renewal the desk falls back to viewing by itself

const isStaff = document.body.dataset.namespace === "/staff";
const regions = [...document.querySelectorAll("[data-channel]")];
let input = Date.now();
let hidden = document.hidden ? input : 0;
let looking = 0;             // timer
let busy = "";               // reply, note or field:<name>
let renewing = 0;            // timer
let renewedAt = 0;
let goesOn = false;          // another key since the last renewal
let told = "viewing";
let pointer = "";

// of requesters it is told only that they write in the chat
function calm(now = Date.now()) {
  if (!isStaff) return "viewing";
  if (hidden && now - hidden >= AWAY_AFTER) return "away";
  return now - input >= IDLE_AFTER ? "idle" : "viewing";
}

export const intentQuery = () => isStaff && regions.length ? `&intent=${encodeURIComponent(busy || calm())}&page=${page}` : "";

function send(state) {
  told = state;
  if (!isUp()) return;       // on coming back it is told anew, and a page without a line tells it by asking
  for (const { dataset } of regions) socket.emit("intent", { channel: dataset.channel, state });
}

function report() {
  const state = busy || calm();
  if (state !== told) send(state);
}

function watch() {
  clearTimeout(looking);
  const state = calm();
  report();
  const due = hidden ? hidden + AWAY_AFTER : input + IDLE_AFTER;
  if (state === "viewing" || hidden && state === "idle") looking = setTimeout(watch, Math.max(due - Date.now(), 50));
}

function active() {
  const rested = calm() !== "viewing";
  input = Date.now();
  if (rested) watch();
  if (!busy && openField()) begin(openField());
}

// writing

function begin(state) {
  if (busy === state && Date.now() - renewedAt < RENEW_EVERY) goesOn = true;
  else renew(state);
}

function renew(state) {
  busy = state;
  goesOn = false;
  renewedAt = Date.now();
  send(state);
  clearTimeout(renewing);
  renewing = setTimeout(next, RENEW_EVERY);
}

function next() {
  if (goesOn || openField() === busy && calm() === "viewing") renew(busy);
  else renewing = setTimeout(end, BELIEVED - RENEW_EVERY, false);
}

function end(atOnce = true) {
  clearTimeout(renewing);
  if (!busy) return;
  busy = "";
  if (!atOnce) told = "viewing";
  report();
}

const isField = () => busy.startsWith("field:");

function openField() {
  const button = document.querySelector("field-picker button[aria-expanded=true]");
  return button ? `field:${button.closest("field-picker").dataset.field}` : "";
}

function fieldsChanged() {
  const field = openField();
  if (field && field !== busy) renew(field);
  else if (!field && isField()) end();
}

if (regions.length && socket) {
  for (const name of ["pointerdown", "keydown", "wheel", "touchmove"]) {
    document.addEventListener(name, active, { passive: true, capture: true });
  }
  document.addEventListener("pointermove", ({ screenX, screenY }) => {
    if (pointer !== (pointer = `${screenX},${screenY}`)) active();    // what moves under a resting pointer is no input
  }, { passive: true, capture: true });
  document.addEventListener("visibilitychange", () => {
    hidden = document.hidden ? Date.now() : 0;
    if (!hidden) input = Date.now();
    watch();
  });
  document.addEventListener("composer:typed", ({ detail }) => { if (isStaff || detail.mode === "chat") begin(detail.mode); });
  document.addEventListener("composer:quiet", () => isField() || end());
  document.addEventListener("channel:answered", ({ detail: { joined } }) => {
    if (!joined) return;
    told = "viewing";
    report();
  });
  for (const region of regions) new MutationObserver(fieldsChanged).observe(region, { subtree: true, attributeFilter: ["aria-expanded"] });
  watch();
}
