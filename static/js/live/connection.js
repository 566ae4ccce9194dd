// The page's one Socket.IO connection. It comes back with jitter, notices sleep and silence, and tells
// the rest of the page through `link`: "up", "down", "refused" (signed out: no more tries by itself).
import { io } from "../../vendor/socket.io-client@4.8.4/dist/socket.io.esm.min.js";
import { language } from "./words.js";

const SHORTEST_WAIT = 200;
const FIRST_SPREAD = 2800;   // a worker that dies sends all its pages away at once: they must not come back together
const LONGEST_WAIT = 5000;
const ANSWER_WAIT = 8000;    // a connect without an answer for so long is given up
const SILENCE = 8000;        // the server pings every 6 s, so a longer silence means sleep or a dead line

const namespace = document.body.dataset.namespace;

// which page this is, while it has no socket of its own to tell
export const page = Math.random().toString(36).slice(2, 12);

export const link = new EventTarget();
export const socket = namespace
  ? io(namespace, { path: "/socket.io", transports: ["websocket"], auth: { language, page },
                    autoConnect: false, reconnection: false, timeout: ANSWER_WAIT })
  : null;

let tries = 0;
let retry = 0;
let refused = 0;
let heard = Date.now();
let dropping = false;

export const isUp = () => Boolean(socket?.connected);
export const isRefused = () => refused > 0;
export const silentFor = () => Date.now() - heard;
const tell = (name) => link.dispatchEvent(new Event(name));
const hear = () => { heard = Date.now(); };

export function connect() {
  if (!socket) return;
  clearTimeout(retry);
  hear();
  dropping = true;
  socket.disconnect();
  dropping = false;
  retry = setTimeout(connect, ANSWER_WAIT);
  socket.connect();
}

export function refuse() {
  clearTimeout(retry);
  refused = Date.now();
  tell("refused");
}

function later() {
  clearTimeout(retry);
  const spread = Math.min(FIRST_SPREAD * 1.3 ** tries++, LONGEST_WAIT - SHORTEST_WAIT);
  retry = setTimeout(connect, SHORTEST_WAIT + Math.random() * spread);
}

function wake() {
  if (refused && Date.now() - refused < SILENCE) return;
  if (!isUp() || Date.now() - heard > SILENCE) connect();
}

function watchTheClock() {
  let tick = Date.now();
  setInterval(() => {
    const slept = Date.now() - tick > SILENCE;
    tick = Date.now();
    // a hidden page's timers are slowed down by the browser: that is no sleep, and showing it asks again
    if (slept && !document.hidden) connect();
  }, 2000);
}

if (socket) {
  socket.on("connect", () => {
    clearTimeout(retry);
    tries = refused = 0;
    hear();
    tell("up");
  });
  socket.on("disconnect", () => {
    tell("down");
    if (!dropping) later();
  });
  socket.on("connect_error", (error) => {
    if (error.message === "signed_out") refuse();
    else later();
  });
  socket.io.on("ping", hear);
  socket.onAny(hear);
  addEventListener("online", connect);
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  addEventListener("pagehide", () => {
    clearTimeout(retry);
    dropping = true;
    socket.disconnect();      // a clean goodbye
    dropping = false;
  });
  addEventListener("pageshow", (event) => event.persisted && connect());
  watchTheClock();
}
