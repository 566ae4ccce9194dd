// Says how the connection is: beside one's name after 1 s, in a bar after 4 s, and what was caught up when it is back.
// To the rest of the page it tells the same through `link`: "lost" and "found".
import { connect, isRefused, isUp, link, socket } from "./connection.js";
import { plural, word } from "./words.js";

const SAY_AFTER = 1000;
const BAR_AFTER = 4000;
const BACK_FOR = 3000;

const state = document.querySelector(".link-state");
const bar = document.querySelector(".link-bar");
const textOf = (element) => element.querySelector(".link-text");
let timers = [];
let caughtUp = 0;
let lost = false;

export const isLost = () => lost;

function setLost(now) {
  if (lost === now) return;
  lost = now;
  link.dispatchEvent(new Event(now ? "lost" : "found"));
}

function showState(name) {
  if (!state) return;
  textOf(state).textContent = word(state, name);
  state.dataset.state = name;
  state.querySelector(".dot")?.classList.toggle("off", name !== "live");
}

function showBar(text, back = false) {
  if (!bar) return;
  bar.hidden = !text;
  bar.classList.toggle("back", back);
  if (textOf(bar).textContent !== text) textOf(bar).textContent = text;
  const again = bar.querySelector("[data-retry]");
  if (again) again.hidden = back || isRefused();
}

const showLost = () => showBar(word(bar, "lost"));
const isShown = (back) => bar && !bar.hidden && bar.classList.contains("back") === back;

function after(wait, act) {
  const timer = setTimeout(() => {
    timers = timers.filter((other) => other !== timer);
    act();
  }, wait);
  timers.push(timer);
}

function forget() {
  timers.forEach(clearTimeout);
  timers = [];
}

function offline() {
  showState("offline");
  setLost(true);
}

function down() {
  forget();
  after(SAY_AFTER, offline);
  after(BAR_AFTER, showLost);
}

// over the socket ("live"), or, where it is blocked, by asking over HTTP: then nothing is lost, only slower
function back(name) {
  forget();
  showState(name);
  setLost(false);
  if (isShown(false)) {
    caughtUp = 0;
    showBar(word(bar, "back"), true);
  }
  if (isShown(true)) after(BACK_FOR, () => showBar(""));
}

function countCaughtUp({ detail }) {
  caughtUp += detail;
  if (caughtUp && isShown(true)) showBar(plural(bar, caughtUp), true);
}

function unreachable() {
  if (isUp() || timers.length) return;
  offline();
  showLost();
}

// there is a line, but not for this session: sending says so in words
function signedOut() {
  forget();
  showState("offline");
  setLost(false);
  showBar(word(bar, "signed-out"));
  if (!bar) return;
  const way = document.createElement("a");
  way.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
  way.textContent = word(bar, "sign-in");
  textOf(bar).append(" ", way);
}

if (socket) {
  link.addEventListener("down", down);
  link.addEventListener("up", () => back("live"));
  link.addEventListener("caught-up", countCaughtUp);
  link.addEventListener("polled", () => isUp() || back("slow"));
  link.addEventListener("unreachable", unreachable);
  link.addEventListener("refused", signedOut);
  bar?.querySelector("[data-retry]")?.addEventListener("click", connect);
  down();
}
