// <ticket-peek>: a look at the ticket under the pointer, or whose link has the focus: priority, status, latest comment.
// One request at most for each rest of 400 ms, none while the list scrolls; Escape closes it; it never covers its row.
const REST = 400;
const KEPT = 30_000;         // a look this old is taken anew
const GAP = 6;

class TicketPeek extends HTMLElement {
  #timer = 0;
  #row = null;
  #scrolled = 0;
  #looks = new Map();        // a row's id -> {at, html}

  connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    const list = document.querySelector(".q-scroll");
    if (!list) return;
    list.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.#rest(event.target.closest("tr[id^=ticket-]")), { signal });
    list.addEventListener("pointerleave", () => this.close(), { signal });
    list.addEventListener("focusin", ({ target }) => target.matches("a.subj:focus-visible") && this.#rest(target.closest("tr")), { signal });
    list.addEventListener("focusout", () => this.close(), { signal });
    list.addEventListener("scroll", () => { this.#scrolled = Date.now(); this.close(); }, { signal, passive: true });
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.hidden) return;
      event.stopImmediatePropagation();
      this.close();
    }, { signal, capture: true });
    addEventListener("pagehide", () => this.close(), { signal });
  }

  disconnectedCallback() { this.leave.abort(); }

  close() {
    clearTimeout(this.#timer);
    this.#row?.querySelector("a.subj")?.removeAttribute("aria-describedby");
    this.#row = null;
    this.hidden = true;
  }

  #rest(row) {
    if (row === this.#row) return;
    this.close();
    this.#row = row;
    if (row) this.#timer = setTimeout(() => this.#show(row), REST);
  }

  async #show(row) {
    if (Date.now() - this.#scrolled < REST) return;
    const html = await this.#look(row);
    if (html === null || this.#row !== row || !row.isConnected) return;
    this.innerHTML = html;
    this.hidden = false;
    this.setAttribute("role", "tooltip");
    row.querySelector("a.subj").setAttribute("aria-describedby", this.id);
    this.#place(row.getBoundingClientRect(), row.querySelector(".t-subj").getBoundingClientRect());
  }

  async #look(row) {
    const known = this.#looks.get(row.id);
    if (known && known.news === row.dataset.news && Date.now() - known.at < KEPT) return known.html;
    const response = await fetch(`/tickets/${row.id.replace("ticket-", "")}/summary`, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!response?.ok) return null;
    const html = await response.text();
    this.#looks.set(row.id, { at: Date.now(), news: row.dataset.news, html });
    return html;
  }

  #place(row, subject) {
    const below = innerHeight - row.bottom >= this.offsetHeight + GAP;
    this.style.insetBlockStart = `${below ? row.bottom + GAP : Math.max(0, row.top - this.offsetHeight - GAP)}px`;
    this.style.insetInlineStart = `${Math.min(subject.left, innerWidth - this.offsetWidth - GAP)}px`;
  }
}

customElements.define("ticket-peek", TicketPeek);
