// <due-in datetime="…Z" words="left|plain|wait|age">: how long until then, or how late it is; with "wait" or "age" how long
// since then, where a long wait is marked. The words are around it. They are shown
// in a shadow root, so the server's HTML inside stays as it was sent; its part tells the styles how near it is.
import { fill, figure, word } from "../live/words.js";

const MINUTE = 60_000;
const EVERY = 10_000;
const NEAR = 60; // minutes
const LONG = 120; // of waiting
const shown = new Set();

function span(element, minutes) {
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const name = minutes < 60 ? "minutes" : minutes < 1440 ? "hours" : "days";
  return fill(word(element, name), { d: figure(d), h: figure(h), m: figure(m) });
}

class DueIn extends HTMLElement {
  static observedAttributes = ["datetime", "words"];
  #time = document.createElement("time");

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).append(this.#time);
  }

  connectedCallback() { shown.add(this); this.show(); }
  disconnectedCallback() { shown.delete(this); }
  attributeChangedCallback() { if (this.isConnected) this.show(); }

  show() {
    const at = Date.parse(this.getAttribute("datetime"));
    const left = Math.ceil((at - Date.now()) / MINUTE); // the last minute reads 1, then it is late
    const late = left <= 0;
    const time = span(this, Math.abs(left));
    const words = this.getAttribute("words");
    const said = /^(wait|age)$/.test(words) ? "" : late ? "late" : words === "plain" ? "" : "left";
    const text = isNaN(at) ? this.textContent : said ? fill(word(this, said), { time }) : time;
    if (this.#time.textContent === text) return;
    this.#time.textContent = text;
    this.#time.dateTime = this.getAttribute("datetime") ?? "";
    if (words === "age") this.#time.part = "far";
    else if (words === "wait") this.#time.part = left <= -LONG ? "late" : left <= -NEAR ? "near" : "far";
    else this.#time.part = late ? "late" : left <= NEAR ? "near" : "far";
  }
}

customElements.define("due-in", DueIn);

const refresh = () => { for (const element of shown) element.show(); };
setInterval(refresh, EVERY);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
