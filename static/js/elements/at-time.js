// <at-time datetime="…Z" format="clock|date|relative|due|full">: a moment in the reader's own zone and language.
// The words live in a shadow root, so the server's HTML inside stays as it was sent.
import { language } from "../live/words.js";

const MINUTE = 60_000;
const EVERY = 30_000;

const written = (options) => new Intl.DateTimeFormat(language, options);
const clock = written({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = written({ day: "numeric", month: "short" });
const dayOfYear = written({ day: "numeric", month: "short", year: "numeric" });
const full = written({
  weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
const near = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const shown = new Set();

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
const daysAgo = (date, now) => Math.round((midnight(now) - midnight(date)) / (1440 * MINUTE));

function date(at, now) {
  const ago = daysAgo(at, now);
  if (ago === 0) return clock.format(at);
  if (ago === 1) return near.format(-1, "day");
  return (at.getFullYear() === now.getFullYear() ? day : dayOfYear).format(at);
}

const formats = {
  date,
  full: (at) => full.format(at),
  // a clock alone says enough today, and under a heading that names the day
  clock: (at, now, element) => daysAgo(at, now) === 0 || element.closest("#activity-log")
    ? clock.format(at) : `${date(at, now)}, ${clock.format(at)}`,
  // ahead: the day is said unless it is today
  due: (at, now) => daysAgo(at, now) === 0 ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`,
  relative(at, now) {
    const minutes = Math.trunc((at - now) / MINUTE);
    if (minutes === 0) return near.format(0, "second");
    return Math.abs(minutes) < 60 ? near.format(minutes, "minute") : date(at, now);
  },
};

class AtTime extends HTMLElement {
  static observedAttributes = ["datetime", "format"];
  #time = document.createElement("time");

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).append(this.#time);
  }

  connectedCallback() { shown.add(this); this.show(); }
  disconnectedCallback() { shown.delete(this); }
  attributeChangedCallback() { if (this.isConnected) this.show(); }

  show(now = new Date()) {
    const at = new Date(this.getAttribute("datetime"));
    const text = isNaN(at) ? this.textContent : (formats[this.getAttribute("format")] ?? date)(at, now, this);
    if (this.#time.textContent === text) return;
    this.#time.textContent = text;
    this.#time.dateTime = this.getAttribute("datetime") ?? "";
    this.#time.title = isNaN(at) ? "" : full.format(at);
  }
}

customElements.define("at-time", AtTime);

const refresh = () => { for (const element of shown) element.show(); };
setInterval(refresh, EVERY);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
