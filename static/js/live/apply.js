// Puts the fragments of an event into the page with htmx, leaving the person at the keyboard alone:
// focus, caret, selection and scroll stay where they are.
import { say } from "./say.js";
import { swapOf } from "./stick.js";

export async function applyEvent(event, region) {
  for (const op of event.ops ?? []) await applyOp(op);
  const entry = document.getElementById(`entry-${event.seq}`) ?? document.getElementById(`chat-${event.seq}`) ?? document.getElementById(`act-${event.seq}`);
  const own = entry?.dataset.author && entry.dataset.author === region.dataset.viewer;
  if (!own) say(event.say);
}

export async function applyOp({ target: id, swap, html }) {
  const target = document.getElementById(id);
  if (!target) return;
  // a tree that holds the focus is morphed, never replaced
  const place = swap === "beforeend" ? swapOf(target) : swap;
  const style = swap === "outerHTML" && target.contains(document.activeElement) ? "outerMorph" : place;
  await htmx.swap({ sourceElement: target, target, text: withoutAutofocus(html ?? ""),
                    swap: `${style} settle:0 ignoreTitle:true`, request: {} });
  dropDelivered();
}

// The bubble of a message being sent goes when the entry itself is there, whoever brought it.
export function dropDelivered() {
  for (const bubble of document.querySelectorAll("[data-pending]")) {
    const command = CSS.escape(bubble.dataset.command);
    if (!document.querySelector(`[data-command="${command}"]:not([data-pending])`)) continue;
    bubble.remove();
    document.dispatchEvent(new CustomEvent("message:delivered", { detail: bubble.dataset.command }));
  }
}

function withoutAutofocus(html) {
  if (!html.includes("autofocus")) return html;
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const element of template.content.querySelectorAll("[autofocus]")) element.removeAttribute("autofocus");
  return template.innerHTML;
}
