// The list of requests: read anew when the desk says that something of it changed, whenever the line is back, and in
// rounds where there is none. How many have news is told by the page's title and by the mark of the installed app.
import { applyOp } from "./apply.js";
import { isUp, link, refuse, socket } from "./connection.js";

const GATHER = 1000;         // one change may be several activities

const region = () => document.getElementById("requests");
let timer = 0;
let reading = false;
let again = false;

function show() {
  const unread = Number(region().dataset.unread);
  document.title = (unread ? `(${unread}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  // browsers without an installed app have no mark to set
  (unread ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.())?.catch(() => {});
}

export async function refreshRequests() {
  again = true;
  if (!region() || reading) return;
  reading = true;
  while (again) {
    again = false;
    await read().catch(() => {});        // the next word of the desk, or the next round, reads it
  }
  reading = false;
}

async function read() {
  const response = await fetch(region().dataset.url, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (response.redirected) return refuse();                      // signed out
  if (!response.ok) return;
  await applyOp({ target: "requests", swap: "outerMorph", html: await response.text() });
  show();
}

function soon() {
  timer ||= setTimeout(() => {
    timer = 0;
    refreshRequests();
  }, GATHER);
}

function join() {
  socket.emit("join", { channel: "me" }, refreshRequests);
}

if (region()) {
  show();
  socket?.on("notice", ({ kind }) => kind === "requests" && soon());
  link.addEventListener("up", join);
  if (isUp()) join();
}
