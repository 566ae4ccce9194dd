// <similar-requests data-url>: one's own open requests that look like the subject beside it, shown after a pause in typing.
// It is an offer: nothing waits for it, and nothing is said when it fails.
import { say } from "../live/say.js";

const PAUSE = 400;

class SimilarRequests extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    this.subject = this.closest(".field").querySelector("input");
    this.subject.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(), PAUSE);
    }, { signal: this.leave.signal });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.leave.abort();
  }

  async look() {
    const { value } = this.subject;
    try {
      const response = await fetch(`${this.dataset.url}?${new URLSearchParams({ subject: value })}`, { headers: { Accept: "text/html" } });
      const found = response.ok ? await response.text() : "";
      if (value !== this.subject.value || found === this.shown) return;
      this.shown = this.innerHTML = found;
      say(this.innerText.trim());
    } catch {
      // the next letter asks again
    }
  }
}

customElements.define("similar-requests", SimilarRequests);
