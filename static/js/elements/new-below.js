// <new-below data-one data-many>: the pill "2 new messages" beside a conversation, shown while messages arrived
// below what is being read; pressing it goes there.
import { isAtEnd, toEnd } from "../live/stick.js";
import { plural } from "../live/words.js";

const A_FRAME = 50;          // a box whose reader was at the end follows before the next frame

class NewBelow extends HTMLElement {
  #count = 0;
  #atEnd = true;             // as it was when the box was last shown: behind another tab it has no size

  connectedCallback() {
    const region = this.closest("[data-channel]");
    this.box = region?.querySelector("[data-stick]");
    this.button = this.querySelector("button");
    if (!this.box || this.watch) return;
    this.box.addEventListener("scroll", () => { if (!this.isAway && this.#count) this.show(0); }, { passive: true });
    this.button.addEventListener("click", () => {
      toEnd(this.box);
      this.box.focus({ preventScroll: true });
      this.show(0);
    });
    this.watch = new MutationObserver((changes) => this.arrived(changes));
    this.watch.observe(region.querySelector("#thread"), { childList: true });
  }

  get isAway() {
    if (this.box.clientHeight) this.#atEnd = isAtEnd(this.box);
    return !this.#atEnd;
  }

  arrived(changes) {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    const messages = added.filter((node) => node.matches?.(".msg[data-seq]"));
    if (messages.length) setTimeout(() => { if (this.isAway) this.show(this.#count + messages.length); }, A_FRAME);
  }

  show(count) {
    this.#count = count;
    this.hidden = !count;
    if (count) (this.button.querySelector(".text") ?? this.button).textContent = plural(this, count);
  }
}

customElements.define("new-below", NewBelow);
