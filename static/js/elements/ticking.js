// A time on the page that is written anew as time passes. The words live in a shadow root, so the server's HTML inside stays
// as it was sent. Who extends it says in `text()` what is to be read, and in `mark()` what else of the element follows.
const EVERY = 10_000;
const shown = new Set();

export class Ticking extends HTMLElement {
  time = document.createElement("time");

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).append(this.time);
  }

  connectedCallback() { shown.add(this); this.show(); }
  disconnectedCallback() { shown.delete(this); }
  attributeChangedCallback() { if (this.isConnected) this.show(); }

  show() {
    const at = new Date(this.getAttribute("datetime"));
    const text = isNaN(at) ? this.textContent : this.text(at);
    if (this.time.textContent === text) return;
    this.time.textContent = text;
    this.time.dateTime = this.getAttribute("datetime") ?? "";
    this.mark(at);
  }
}

const refresh = () => { for (const element of shown) element.show(); };
setInterval(refresh, EVERY);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
