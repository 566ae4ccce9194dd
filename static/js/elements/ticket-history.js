// <ticket-history data-url>: what was done and what was chatted, fetched when its tab is opened, and again when something
// happens while it is. Which of its two tabs is chosen stays.
import { applyOp } from "../live/apply.js";
import { channelOf } from "../live/channel.js";

const REST = 300;

class TicketHistory extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    if (this.pane) return;
    this.pane = this.closest("[role=tabpanel]");
    new MutationObserver(() => this.load()).observe(this.pane, { attributeFilter: ["hidden"] });
    document.addEventListener("channel:applied", ({ detail: { channel } }) => {
      if (channel !== channelOf(this) || this.pane.hidden) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.load(), REST);
    });
  }

  async load() {
    if (this.pane.hidden) return;
    const chosen = this.querySelector("[role=tab][aria-selected=true]")?.id;
    const response = await fetch(this.dataset.url, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!response?.ok) return;
    const held = this.contains(document.activeElement) ? document.activeElement.id : "";
    await applyOp({ target: this.id, swap: "innerMorph", html: await response.text() });
    if (chosen) document.getElementById(chosen)?.click();
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
  }
}

customElements.define("ticket-history", TicketHistory);
