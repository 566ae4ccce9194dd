// Marks the rows of a list that changed since the viewer last looked at the ticket. Rows are the same for everybody;
// how far the viewer has looked comes with the table, and anew when a tab of theirs has looked or the line was down.
import { link, socket } from "./connection.js";
import { word } from "./words.js";

const AT_ONCE = 200;         // tickets in one question

const table = document.querySelector("table[data-looked]");
const looks = new Map((table?.dataset.looked.match(/\d+:\d+/g) ?? []).map((each) => [each.split(":")[0], Number(each.split(":")[1])]));
const numberOf = (row) => row.id.replace("ticket-", "");
const rows = () => [...table.querySelectorAll("tr[data-news]")];

function mark() {
  for (const row of rows()) {
    // a ticket that was never looked at is not marked
    const changed = Number(row.dataset.news) > looks.get(numberOf(row));
    if (row.classList.contains("changed") !== changed) row.classList.toggle("changed", changed);
    const said = row.querySelector(".said-changed");
    if (!changed) said?.remove();
    else if (!said) row.querySelector(".subj")?.after(sentence());
  }
}

function sentence() {
  const text = Object.assign(document.createElement("span"), { className: "vh said-changed", textContent: word(table, "changed") });
  text.dataset.client = "";
  return text;
}

async function ask(numbers) {
  try {
    const response = await fetch(`/tickets/looks?numbers=${numbers}`, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    const answer = await response.json();
    for (const [number, seq] of Object.entries(answer.looks)) looks.set(number, seq);
    mark();
  } catch {
    // the line's return asks again
  }
}

if (table) {
  mark();
  // a push brings the row as the server writes it
  new MutationObserver(mark).observe(table, { childList: true, subtree: true, attributeFilter: ["class", "data-news"] });
  const askAll = () => ask(rows().slice(0, AT_ONCE).map(numberOf));
  socket?.on("notice", ({ kind, ticket }) => kind === "looked" && document.getElementById(`ticket-${ticket}`) && ask([ticket]));
  link.addEventListener("up", askAll);
  document.addEventListener("visibilitychange", () => document.hidden || askAll());
  addEventListener("pageshow", (event) => event.persisted && askAll());
}
