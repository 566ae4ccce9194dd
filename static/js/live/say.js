// Speaks to screen readers: politely, at most once every 2 s, several things at a time summed up; at once for failures.
import { plural } from "./words.js";

const PAUSE = 2000;
const KEPT = 8000;

const polite = document.getElementById("live-polite");
const assertive = document.getElementById("live-assertive");
let waiting = [];
let timer = 0;

export function say(text) {
  if (!text || !polite) return;
  waiting.push(text);
  if (!timer) speak();
}

export const shout = (text) => put(assertive, text);

function speak() {
  timer = 0;
  if (!waiting.length) return;
  put(polite, waiting.length === 1 ? waiting[0] : plural(polite, waiting.length) || waiting.at(-1));
  waiting = [];
  timer = setTimeout(speak, PAUSE);
}

function put(live, text) {
  if (!live || !text) return;
  const line = document.createElement("p");
  line.textContent = text;
  live.append(line);
  setTimeout(() => line.remove(), KEPT);
}
