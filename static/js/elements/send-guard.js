// The send guard's panel: the desk stopped a send because something arrived that its author has not seen. It shows
// exactly that between conversation and box, where the text is again, and lets the person decide.
import { shout } from "../live/say.js";
import { see, showEntry, theirsBehind } from "../live/seen.js";
import { plural } from "../live/words.js";

const DOUBLED = ["id", "data-seq", "data-command", "data-guards"];
const ACTS = ".redact, .show-note, .mails, [data-reopen]";

export class SendGuard {
  #held = null;              // { head, written, status } of what was stopped

  constructor(composer) {
    this.composer = composer;
    this.panel = composer.querySelector(".guard");
    this.panel?.addEventListener("click", (event) => this.#decide(event.target.closest("[data-guard]")?.dataset.guard));
    this.panel?.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      this.#decide("review");
    });
  }

  get isOpen() { return Boolean(this.panel && !this.panel.hidden); }

  // Whoever sends again without having seen what is in the panel is led to it; who has seen it all meanwhile is not.
  holds(seen) {
    if (!this.isOpen) return false;
    if (seen >= this.#held.head) this.close();
    else this.panel.focus();
    return this.isOpen;
  }

  // Who pressed Send is led to it. Who writes on, because the message left by itself or was slow, is only told.
  open({ head, count, html }, messages, goesOn) {
    const [first] = messages;
    const status = messages.map((message) => message.field("status")).filter(Boolean).at(-1);
    const before = this.#held ?? { written: first.field("written") ?? first.field("seen") };
    this.#held = { head, status: status ?? before.status, written: before.written };
    const heading = this.panel.querySelector("h2");
    heading.textContent = plural(this.panel, count);
    this.panel.querySelector(".missed").replaceChildren(copyOf(html));
    this.panel.hidden = false;
    this.composer.notice.show();
    this.composer.channel.poll();
    const elsewhere = document.activeElement !== document.body && !this.composer.contains(document.activeElement);
    if (goesOn || elsewhere) shout(heading.textContent);
    else this.panel.focus();
  }

  close() {
    if (!this.isOpen) return;
    this.panel.hidden = true;
    this.#held = null;
    this.panel.querySelector(".missed").replaceChildren();
    this.composer.notice.show();
  }

  async #decide(way) {
    if (!way) return;
    const { composer } = this;
    const { region } = composer.channel;
    const { head, written, status } = this.#held;
    this.close();
    composer.text.focus({ preventScroll: true });
    if (way === "discard") return composer.discard();
    see(region, head);
    if (way === "anyway") return composer.send(status, { seen: head, written });
    if (Number(region.dataset.seq) < head) await composer.channel.poll();
    showEntry(theirsBehind(region, written)[0]);
  }
}

function copyOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const act of template.content.querySelectorAll(ACTS)) act.remove();     // they belong to the entry itself
  for (const name of DOUBLED) for (const element of template.content.querySelectorAll(`[${name}]`)) element.removeAttribute(name);
  return template.content;
}
