// <notice-bell data-unread="2" data-summary="/notifications/unread">: the badge, the "(2) " before the page's title,
// and a line in #toasts for each notice that arrives.
import { isUp, link, socket } from "../live/connection.js";
import { say } from "../live/say.js";
import { lookAt, ticketsLookedAt } from "../live/views.js";
import { fill, plural, word } from "../live/words.js";

const STAYS = 12_000;
const AT_ONCE = 3;

class NoticeBell extends HTMLElement {
  #leave;
  #heard = 0;

  connectedCallback() {
    this.#leave = new AbortController();
    const { signal } = this.#leave;
    this.show(Number(this.dataset.unread ?? 0));
    if (!socket) return;
    this.onNotice = (notice) => this.receive(notice);
    socket.on("notice", this.onNotice);
    link.addEventListener("up", () => this.join(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh(), { signal });
    if (isUp()) this.join();
  }

  disconnectedCallback() {
    this.#leave.abort();
    socket?.off("notice", this.onNotice);
  }

  // "me" has no numbers: what happened while the line was down is read anew
  join() {
    socket.emit("join", { channel: "me" }, () => this.refresh());
  }

  async refresh() {
    const [[number], heard] = [ticketsLookedAt(), this.#heard];
    try {
      const url = this.dataset.summary + (number ? `?ticket=${number}` : "");
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (!response.ok) return;
      const { unread, here = 0 } = await response.json();
      if (heard !== this.#heard) return this.refresh();    // the answer may be older than what was heard since
      this.show(unread - here);
      // what is before the reader anyway is read by it
      if (here && !await lookAt(number)) this.show(unread);
    } catch {
      // the next round asks again
    }
  }

  show(unread) {
    this.dataset.unread = unread;
    const badge = this.querySelector(".count");
    if (badge) {
      badge.textContent = unread;
      badge.hidden = !unread;
    }
    const name = unread ? plural(this, unread) : word(this, "none");
    this.querySelector("a, button").setAttribute("aria-label", name);
    document.title = (unread ? `(${unread}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  }

  async receive({ kind, unread, ticket, text }) {
    this.#heard += 1;
    const toasts = document.getElementById("toasts");
    // what is before the reader anyway is settled without a sign
    if (text && await lookAt(ticket)) return;
    // only a notice with words rings; others may count one whose own frame is still on its way
    if (text || unread < this.dataset.unread) this.show(unread);
    if (kind === "read") for (const line of [...toasts.children]) if (!unread || Number(line.dataset.ticket) === ticket) line.remove();
    if (!text) return;
    say(text);
    toasts.append(toast(toasts, ticket, text));
    while (toasts.children.length > AT_ONCE) toasts.firstElementChild.remove();
  }
}

function toast(toasts, ticket, text) {
  const line = document.createElement("div");
  line.className = "toast";
  line.dataset.ticket = ticket;
  const way = document.createElement("a");
  way.href = ticket ? fill(word(toasts, "href"), { n: ticket }) : "/notifications";
  way.textContent = text;
  const dismiss = document.createElement("button");
  dismiss.type = "button";
  dismiss.className = "btn ghost icon sm";
  dismiss.setAttribute("aria-label", word(toasts, "dismiss"));
  dismiss.textContent = "×";
  dismiss.addEventListener("click", () => line.remove());
  line.append(way, dismiss);
  const leave = () => line.matches(":hover, :focus-within") ? setTimeout(leave, STAYS) : line.remove();
  setTimeout(leave, STAYS);
  return line;
}

customElements.define("notice-bell", NoticeBell);
