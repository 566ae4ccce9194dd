// Loads a region anew when catching up is not possible: the page is fetched again and its conversation, log and
// panels are morphed into this one. The composer is not among them, so its text, focus and caret stay.
import { applyOp } from "./apply.js";
import { swapOf } from "./stick.js";

const PARTS = "#thread, #chat-lines, #activity-log, [id^='panel-']";

export async function renew(channel) {
  const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (response.status === 401) return { gone: "signed_out" };
  if (response.status >= 400 && response.status < 500 && response.status !== 429) return { gone: "access" };
  if (!response.ok) throw new Error(response.status);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const region = page.querySelector(`[data-channel="${CSS.escape(channel.name)}"]`);
  if (!region) return { gone: new URL(response.url).pathname === "/sign-in" ? "signed_out" : "access" };
  keepBubbles(page);
  for (const part of page.querySelectorAll(PARTS)) {
    await applyOp({ target: part.id, swap: "outerMorph", html: part.outerHTML });
  }
  return { last: Number(region.dataset.seq), epoch: region.dataset.epoch };
}

// messages still being sent are known to this page only; by their id the morph keeps the very same elements
function keepBubbles(page) {
  for (const bubble of document.querySelectorAll(":is(#thread, #chat-lines) > [data-pending]")) {
    const list = page.getElementById(bubble.parentElement.id);
    list?.insertAdjacentElement(swapOf(list), page.importNode(bubble, true));
  }
}
