// <ticket-chat data-url data-side>: the chat of a ticket on either side. Its head is a panel, its lines are entries of the
// channel; here are its buttons, who is typing, and how far the lines of the other side were got and seen.
import { channelOf } from "../live/channel.js";
import { link, socket } from "../live/connection.js";
import { applyOp } from "../live/apply.js";
import { commandId, post } from "../live/post.js";
import { lookAt, saw } from "../live/seen.js";
import { toEnd } from "../live/stick.js";
import { fill, sentenceOrWay, word } from "../live/words.js";
import { ReplyComposer } from "./reply-composer.js";

const TYPING_LASTS = 5000;   // after the last that was heard
const MARK_AFTER = 250;
const LONG_ENOUGH = 1000;    // on screen

const COMMANDS = { ask: "", accept: "/answer", decline: "/answer", end: "/end", join: "/people" };

class ChatComposer extends ReplyComposer {
  thread = "chat-lines";

  watchUnseen() { return null; }
  isSendKey({ shiftKey, target }) { return !shiftKey && target === this.text; }
}

class TicketChat extends HTMLElement {
  #busy = false;
  #typing = 0;
  #marking = 0;
  #told = { got: 0, saw: 0 };

  connectedCallback() {
    if (this.channel) return;
    this.channel = channelOf(this);
    this.lines = this.querySelector("#chat-lines");
    this.log = this.querySelector(".log");
    this.addEventListener("click", ({ target }) => this.#clicked(target.closest("[data-chat], [data-fold]")));
    new MutationObserver(() => this.#changed()).observe(this.lines, { childList: true });
    new MutationObserver(() => this.#look()).observe(this.querySelector("header"), { childList: true, subtree: true, attributes: true, attributeFilter: ["data-state", "data-people"] });
    document.addEventListener("visibilitychange", () => this.#mark());
    link.addEventListener("up", () => { this.#told = { got: 0, saw: 0 }; this.#mark(); });
    socket?.on("panel", ({ channel, ops }) => { if (channel === this.channel.name) this.#pushed(ops); });
    socket?.on("typing", (told) => { if (told.channel === this.channel.name) this.#types(told); });
    this.#look();
    this.#changed();
  }

  get head() { return this.querySelector("#panel-chat"); }
  get state() { return this.head?.dataset.state ?? "none"; }
  get isShown() { return this.state === "open" && !this.classList.contains("folded") && !document.hidden && this.log.clientHeight > 0; }

  open() { this.#fold(false); }

  get #isIn() {
    return this.dataset.side === "requester" || this.head?.dataset.people.split(" ").includes(this.channel.region.dataset.viewer);
  }

  #look() {
    const { state } = this;
    const join = this.querySelector("[data-chat=join]");
    if (join) join.hidden = this.#isIn;
    this.#mark();
    if (this.dataset.state === state) return;
    if (state !== "none" && this.dataset.state !== undefined) this.#fold(false);
    this.dataset.state = state;
    this.querySelector(".mark")?.toggleAttribute("hidden", state !== "open");
    if (state !== "open") this.#types({ on: false });
    toEnd(this.log);
  }

  #changed() {
    lookAt(this.channel.region);
    const last = this.lines.lastElementChild;
    if (last?.dataset.side && last.dataset.side !== this.dataset.side) this.#types({ on: false });
    this.#mark();
  }

  #fold(on) {
    const button = this.querySelector("[data-fold]");
    this.classList.toggle("folded", on);
    button.setAttribute("aria-expanded", !on);
    button.setAttribute("aria-label", word(this, on ? "open" : "close"));
    if (!on) toEnd(this.log);
    this.#mark();
  }

  #clicked(button) {
    if (!button) return;
    if (button.matches("[data-fold]")) this.#fold(!this.classList.contains("folded"));
    else this.#act(button.dataset.chat);
  }

  async #act(name) {
    if (this.#busy) return;
    this.#busy = true;
    this.#say("");
    const body = new FormData();
    const fields = { command_id: commandId(), last: this.channel.last, epoch: this.channel.epoch };
    if (COMMANDS[name] === "/answer") fields.on = name === "accept" ? 1 : 0;
    for (const [field, value] of Object.entries(fields)) body.set(field, value);
    const held = this.contains(document.activeElement);
    const { ok, data } = await post(this.dataset.url + COMMANDS[name], body);
    this.#busy = false;
    if (!ok) return this.#say(data.error || word(this, "failed"), data.sign_in);
    await this.channel.receive(data);
    if (held && !this.contains(document.activeElement)) (this.state === "open" ? this.querySelector("textarea") : this.querySelector("[data-chat]"))?.focus();
  }

  #say(sentence, signIn) {
    const line = this.querySelector(".chat-acted");
    line.replaceChildren(...sentence ? [sentenceOrWay(sentence, signIn)] : []);
    line.hidden = !sentence;
  }

  async #pushed(ops) {
    for (const op of ops) if (op.target === "chat-mark") await applyOp(op);
    this.querySelector(".mark")?.toggleAttribute("hidden", this.state !== "open");
  }

  #types({ side, name, on }) {
    clearTimeout(this.#typing);
    const line = this.querySelector(".typing");
    const shown = on && side !== this.dataset.side && this.state === "open";
    line.hidden = !shown;
    if (!shown) return;
    line.querySelector(".words").textContent = name ? fill(word(this, "typing"), { name }) : word(this, "typing-nobody");
    this.#typing = setTimeout(() => this.#types({ on: false }), TYPING_LASTS);
  }

  // the highest number of the other side's lines that is here, and that was on screen for a while
  #mark() {
    clearTimeout(this.#marking);
    if (this.state !== "open") return;
    this.#marking = setTimeout(async () => {
      await this.#tellMark(false);
      if (this.isShown) this.#marking = setTimeout(() => this.#tellMark(true), LONG_ENOUGH);
    }, MARK_AFTER);
  }

  async #tellMark(shown) {
    const theirs = [...this.lines.children].filter(({ dataset }) => dataset.side && dataset.side !== this.dataset.side);
    const got = Math.max(0, ...theirs.map(({ dataset }) => Number(dataset.line)));
    const seen = shown && this.isShown ? got : this.#told.saw;
    if (shown && this.isShown) for (const { dataset } of this.lines.children) if (dataset.guards !== undefined) saw(this.channel.region, Number(dataset.seq));
    if (!this.#isIn) return;      // who only looks on has no marks
    if (got <= this.#told.got && seen <= this.#told.saw) return;
    const { ok } = await post(`${this.dataset.url}/marks`, new URLSearchParams({ got, saw: seen }));
    if (ok) this.#told = { got, saw: seen };
  }
}

customElements.define("chat-composer", ChatComposer);
customElements.define("ticket-chat", TicketChat);
