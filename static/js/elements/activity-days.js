// Headings for the days of the activity log. They depend on the reader's zone, so the browser puts them in,
// and puts them right again whenever a line arrives.
import { language } from "../live/words.js";

const log = document.getElementById("activity-log");
const near = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const DAY = 86_400_000;

const dayOf = (line) => new Date(line.querySelector("at-time")?.getAttribute("datetime") ?? NaN).toLocaleDateString("sv");

function nameOf(day) {
  const date = new Date(`${day}T12:00`);
  const ago = Math.round((new Date(`${new Date().toLocaleDateString("sv")}T12:00`) - date) / DAY);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  const text = ago === 0 || ago === 1 ? near.format(-ago, "day")
    : date.toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long", year });
  return text[0].toLocaleUpperCase(language) + text.slice(1);
}

function heading(day) {
  const item = document.createElement("li");
  item.className = "day";
  item.dataset.client = "";
  item.dataset.day = day;
  item.textContent = nameOf(day);
  return item;
}

function arrange() {
  const old = new Map([...log.querySelectorAll(":scope > .day[data-client]")].map((item) => [item.dataset.day, item]));
  let last = "";
  for (const line of [...log.children]) {
    if (log.dataset.show && line.dataset.group !== log.dataset.show) continue;
    const day = line.matches("[data-client]") ? "" : dayOf(line);
    if (!day || day === last || day === "Invalid Date") continue;
    last = day;
    const item = old.get(day) ?? heading(day);
    old.delete(day);
    if (line.previousElementSibling !== item) line.before(item);
  }
  for (const item of old.values()) item.remove();
}

if (log) {
  const watch = new MutationObserver(() => { arrange(); watch.takeRecords(); });
  watch.observe(log, { childList: true, attributeFilter: ["data-show"] });
  arrange();
  watch.takeRecords();
}
