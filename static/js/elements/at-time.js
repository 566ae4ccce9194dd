// <at-time datetime="…Z" format="clock|date|relative|due|full">: a moment in the reader's own zone and language.
import { language } from "../live/words.js";
import { Ticking } from "./ticking.js";

const MINUTE = 60_000;

const written = (options) => new Intl.DateTimeFormat(language, options);
const clock = written({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = written({ day: "numeric", month: "short" });
const dayOfYear = written({ day: "numeric", month: "short", year: "numeric" });
const full = written({
  weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
const near = new Intl.RelativeTimeFormat(language, { numeric: "auto" });

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

class AtTime extends Ticking {
  static observedAttributes = ["datetime", "format"];

  text(at) { return (formats[this.getAttribute("format")] ?? date)(at, new Date(), this); }
  mark(at) { this.time.title = isNaN(at) ? "" : full.format(at); }
}

customElements.define("at-time", AtTime);
