// Who is on the page's tickets: the newest roster of each channel, and whether it can still be believed. While the line
// is down others are unknown, which is not the same as nobody.
import { isUp, link, silentFor, socket } from "./connection.js";

const UNKNOWN_AFTER = 1000;  // of a lost line; a moment is no reason to grey anybody
const SILENCE = 8000;        // the desk pings every 6 s
const WRITING_LASTS = 5000;  // as long as the desk itself believes in somebody who writes

const rosters = new Map();
let doubt = 0;
let writersUntil = 0;        // while there is no line

export function rosterOf(channel) {
  if (!rosters.has(channel)) rosters.set(channel, { rev: -Infinity, viewers: [], known: false, listeners: new Set() });
  return rosters.get(channel);
}

export function onRoster(channel, listener, signal) {
  const { listeners } = rosterOf(channel);
  listeners.add(listener);
  signal?.addEventListener("abort", () => listeners.delete(listener));
  listener(rosterOf(channel));
}

// a writer whose line, or ours, went quiet has not stopped for certain, but nobody may be shown writing for ever
export const isFresh = () => isUp() ? silentFor() < SILENCE : Date.now() < writersUntil;

function take(channel, { rev, viewers, unknown = false }, anew) {
  const roster = rosterOf(channel);
  if (!viewers || !anew && rev <= roster.rev) return;
  clearTimeout(doubt);
  if (!isUp()) writersUntil = Date.now() + WRITING_LASTS;
  tell(Object.assign(roster, { rev, viewers, known: !unknown }));  // the desk itself may not know of everybody
}

function tell(roster) {
  for (const listener of roster.listeners) listener(roster);
}

function forget() {
  for (const roster of rosters.values()) {
    roster.known = false;
    tell(roster);
  }
}

function down() {
  writersUntil = Date.now() + WRITING_LASTS;
  clearTimeout(doubt);
  doubt = setTimeout(forget, UNKNOWN_AFTER);
}

if (socket) {
  socket.on("presence", (roster) => take(roster.channel, roster, false));
  // a desk that started again may count from anywhere, so what it says first holds; so does an answer while there is no line
  document.addEventListener("channel:answered", ({ detail: { channel, answer, joined } }) => {
    take(channel.name, answer, joined || !isUp());
  });
  link.addEventListener("down", down);
  link.addEventListener("unreachable", () => isUp() || forget());
}
