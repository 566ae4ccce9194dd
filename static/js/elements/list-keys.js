// In a list of tickets J and K move the focus from row to row, and the page of a ticket learns which list it came from.
import { rememberList } from "../live/came-from.js";
import { onKey } from "../live/keys.js";

const table = document.querySelector("table.tix");
const links = () => [...table.querySelectorAll("tr[id^=ticket-] a.subj")];

function move(by) {
  const all = links();
  const at = all.indexOf(document.activeElement?.closest("tr")?.querySelector("a.subj"));
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

if (table) {
  const remember = () => rememberList(links().map((each) => Number(each.closest("tr").id.replace("ticket-", ""))));
  remember();
  addEventListener("pagehide", remember);
  onKey(["j", "k"], (key) => move(key === "j" ? 1 : -1));
}
