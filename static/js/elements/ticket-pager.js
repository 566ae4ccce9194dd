// <ticket-pager data-place="{place} of {count}">: the tickets before and after this one in the list that one came from,
// also by K and J; hidden if this tab knows of none. Escape leads back to the list.
import { cameFrom } from "../live/came-from.js";
import { onKey } from "../live/keys.js";
import { figure, fill, word } from "../live/words.js";

const OPEN = ":is([aria-haspopup], [data-drawer], .more)[aria-expanded=true], details.user-menu[open], dialog[open]";

class TicketPager extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    const { path, numbers } = cameFrom();
    const here = Number(location.pathname.split("/").at(-1));
    const at = numbers.indexOf(here);
    this.path = numbers.length ? path : "/tickets";
    for (const way of document.querySelectorAll(".crumb a")) way.href = this.path;
    this.hidden = at < 0;
    if (at >= 0) this.#show(numbers, at);
    onKey(["j", "k"], (key) => this.#go(key === "j" ? "next" : "prev"), signal);
    // whatever Escape closes is closed before this hears of it
    let open = false;
    addEventListener("keydown", () => { open = Boolean(document.querySelector(OPEN)); }, { signal, capture: true });
    onKey(["Escape"], () => open ? false : location.assign(this.path), signal);
  }

  disconnectedCallback() { this.leave.abort(); }

  #show(numbers, at) {
    const [place, count] = [figure(at + 1), figure(numbers.length)];
    this.querySelector(".num").textContent = fill(word(this, "place"), { place, count });
    for (const [rel, number] of [["prev", numbers[at - 1]], ["next", numbers[at + 1]]]) {
      const way = this.querySelector(`[rel=${rel}]`);
      if (number) way.href = `/tickets/${number}`;
      else way.setAttribute("aria-disabled", "true");
      if (!number) way.setAttribute("role", "link");
    }
  }

  #go(rel) {
    const { href } = this.querySelector(`[rel=${rel}]`);
    if (href) location.assign(href);
  }
}

customElements.define("ticket-pager", TicketPager);
