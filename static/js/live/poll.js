// Where websockets are blocked the page asks instead: each channel every 3 s, the bell and the lists every 15 s, until the
// socket is up.
import { allChannels } from "./channel.js";
import { isRefused, link, socket } from "./connection.js";
import { refreshBoard } from "./board.js";
import { refreshRequests } from "./requests.js";
import { refreshViews } from "./view.js";

const EVERY = 3000;
const SELDOM = 5;            // rounds

let timer = 0;
let round = 0;

function ask() {
  if (isRefused()) return;
  for (const channel of allChannels()) channel.poll();
  if (++round % SELDOM) return;
  for (const bell of document.querySelectorAll("notice-bell")) bell.refresh();
  refreshViews();
  refreshRequests();
  refreshBoard();
}

function start() { timer ||= setInterval(ask, EVERY); }
function stop() { clearInterval(timer); timer = 0; }

if (socket) {
  link.addEventListener("down", start);
  link.addEventListener("up", stop);
  start();
}
