// <ticket-actions data-items data-assign data-follow data-unread data-revoke>: the menu of what can be done with the
// ticket as a whole, and its keys. Its items depend on who looks, so they are asked for whenever the menu opens.
import { applyOp } from "../live/apply.js";
import { cameFrom } from "../live/came-from.js";
import { channelOf } from "../live/channel.js";
import { onKey } from "../live/keys.js";
import { commandId, post } from "../live/post.js";
import { stopLooking } from "../live/views.js";
import { sentenceOrWay, word } from "../live/words.js";

const STAYS = 4000;
const DONE = { assign: "assigned", chat: "chatted", revoke: "revoked" };

class TicketActions extends HTMLElement {
  #busy = false;
  #timer = 0;

  connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    this.button = this.querySelector("button[aria-haspopup]");
    this.region = document.querySelector(`[data-channel="${CSS.escape(this.dataset.partOf)}"]`);
    this.addEventListener("click", (event) => {
      const item = event.target.closest("[data-act]");
      if (!item || item.getAttribute("aria-disabled") === "true") return;
      if (item.dataset.act === "revoke") this.#ask();
      else this.act(item.dataset.act, item.dataset);
    }, { signal });
    this.dialog = this.querySelector("dialog");
    this.dialog.addEventListener("submit", ({ submitter }) => submitter.value && this.act(submitter.value), { signal });
    onKey(["i", "u"], (key) => this.act(key === "i" ? "assign" : "unread"), signal);
    this.watch = new MutationObserver(() => this.#refresh());
    this.watch.observe(this.button, { attributeFilter: ["aria-expanded"] });
    document.addEventListener("channel:applied", () => this.#refresh(), { signal });
  }

  disconnectedCallback() {
    this.leave.abort();
    this.watch.disconnect();
  }

  async #refresh() {
    if (this.button.getAttribute("aria-expanded") !== "true") return;
    try {
      const response = await fetch(this.dataset.items, { headers: { Accept: "text/html" } });
      if (response.ok) await applyOp({ target: "actions-items", swap: "outerMorph", html: await response.text() });
    } catch {
      // the menu offers what it offered before
    }
  }

  #ask() {
    this.button.focus();     // where focus comes back to
    this.dialog.showModal();
  }

  async act(name, { on = "1" } = {}) {
    if (this.#busy) return;
    this.#busy = true;
    this.#say("");
    const channel = channelOf(this.region);
    const body = new FormData();
    const fields = { command_id: commandId(), last: channel.last, epoch: channel.epoch };
    if (name === "assign") fields.value = this.dataset.viewer;
    if (name === "follow") fields.on = on;
    for (const [field, value] of Object.entries(fields)) body.set(field, value);
    if (name === "unread") await stopLooking(this.region);
    const { ok, data } = await post(this.dataset[name], body);
    this.#busy = false;
    if (!ok) {
      stopLooking(this.region, false);
      this.#say(data.error || word(this, "failed"), data.sign_in);
    } else if (name === "unread") {
      location.assign(cameFrom().path);
    } else {
      await channel.receive(data);
      this.#say(word(this, DONE[name] ?? (on === "1" ? "followed" : "unfollowed")));
    }
  }

  #say(sentence, signIn) {
    clearTimeout(this.#timer);
    this.querySelector(".acted").replaceChildren(...sentence ? [sentenceOrWay(sentence, signIn)] : []);
    if (sentence) this.#timer = setTimeout(() => this.#say(""), STAYS);
  }
}

customElements.define("ticket-actions", TicketActions);
