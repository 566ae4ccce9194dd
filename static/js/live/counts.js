// How many tickets each list has, in the navigation and on the tabs: read once, then told by the desk, and read anew when
// the line comes back.
import { link, socket } from "./connection.js";
import { figure } from "./words.js";

const places = (name) => document.querySelectorAll(`[data-tickets="${CSS.escape(name)}"]`);

export function showCounts(counts, most) {
  for (const [name, count] of Object.entries(counts)) {
    const text = count >= most ? `${figure(most - 1)}+` : figure(count);
    for (const place of places(name)) if (place.textContent !== text) place.textContent = text;
  }
}

async function read() {
  const response = await fetch("/tickets/counts", { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok) return;
  const { counts, most } = await response.json();
  showCounts(counts, most);
}

if (document.querySelector("[data-tickets]")) {
  socket?.on("panel", ({ channel, counts, most }) => channel === "me" && counts && showCounts(counts, most));
  link.addEventListener("up", read);
  read();
}
