// <shared-drafts>: the drafts that colleagues share on this ticket. The region is the same for everybody and arrives
// whole with each change; what is half typed in a comment stays, also while a draft is hidden for a moment.
import { applyOp } from "../live/apply.js";
import { channelOf } from "../live/channel.js";
import { isUp, link, socket } from "../live/connection.js";
import { post } from "../live/post.js";
import { say } from "../live/say.js";
import { word } from "../live/words.js";

class SharedDrafts extends HTMLElement {
  #typed = new Map();        // a draft's id -> a comment half typed
  #said = new Set();

  connectedCallback() {
    if (this.channel) return;
    this.channel = channelOf(this);
    for (const { id } of this.querySelectorAll("[data-say]")) this.#said.add(id);
    this.addEventListener("input", ({ target }) => this.#typed.set(target.closest("article").id, target.value));
    this.addEventListener("submit", (event) => { event.preventDefault(); this.#comment(event.target); });
    this.addEventListener("click", ({ target }) => this.#take(target.closest("[data-take]")));
    new MutationObserver(() => this.#settle()).observe(this, { childList: true, subtree: true });
    link.addEventListener("up", () => this.refresh());
    link.addEventListener("polled", () => isUp() || this.refresh());
    socket?.on("panel", ({ channel, ops }) => { if (channel === this.channel.name) this.#pushed(ops); });
  }

  async refresh() {
    try {
      const url = this.channel.region.querySelector("draft-keeper").dataset.url + "s";
      const response = await fetch(url, { headers: { Accept: "text/html" } });
      if (response.ok) this.#push([{ target: this.id, swap: "outerMorph", html: await response.text() }]);
    } catch {
      // the next push, or the next time the line is back, brings it
    }
  }

  // nothing in it: the drafts are too large to be pushed
  #pushed(ops) { return ops.length ? this.#push(ops) : this.refresh(); }

  async #push(ops) {
    for (const op of ops) if (op.target === this.id) await applyOp(op);
  }

  #settle() {
    for (const article of this.querySelectorAll("article")) {
      const [field, typed] = [article.querySelector("input"), this.#typed.get(article.id)];
      if (typed && field.value !== typed) field.value = typed;
    }
    for (const line of this.querySelectorAll("[data-say]")) {
      const { viewer } = this.channel.region.dataset;
      const concerns = line.closest("article").dataset.author === viewer && line.dataset.author !== viewer;
      if (concerns && !this.#said.has(line.id)) say(line.dataset.say);
      this.#said.add(line.id);
    }
  }

  async #comment(form) {
    const [article, field] = [form.closest("article"), form.querySelector("input")];
    const { value } = field;
    if (!value.trim()) return field.focus();
    if (form.dataset.busy) return;
    form.dataset.busy = "";
    const answer = await post(form.action, new URLSearchParams({ body: value }));
    delete form.dataset.busy;
    const problem = article.querySelector(".problem");
    problem.textContent = answer.ok ? "" : answer.data.error || word(this, "failed");
    problem.hidden = answer.ok;
    if (!answer.ok) return;
    if (field.value === value) field.value = "";
    if (field.value) this.#typed.set(article.id, field.value);
    else this.#typed.delete(article.id);
    if (!isUp()) this.refresh();
  }

  #take(button) {
    if (button) document.dispatchEvent(new CustomEvent("draft:take", { detail: { url: button.dataset.take } }));
  }
}

customElements.define("shared-drafts", SharedDrafts);
