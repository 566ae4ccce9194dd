// <draft-keeper>: keeps what is in the composer on the desk, says quietly how that stands, and offers the ways back to
// what was discarded, taken over or changed elsewhere.
import { isUp, link, socket } from "../live/connection.js";
import { OwnDraft } from "../live/own-draft.js";
import { say } from "../live/say.js";
import { fill, word } from "../live/words.js";

class DraftKeeper extends HTMLElement {
  connectedCallback() {
    if (this.draft) return;
    this.composer = this.closest("reply-composer");
    this.form = this.closest("form");
    this.text = this.form.querySelector("textarea");
    const { channel, kept } = this.composer;
    this.channel = channel;
    const found = { ...JSON.parse(this.dataset.known), body: this.text.defaultValue };
    const key = `draft-known:${channel.region.dataset.viewer}:${channel.name}`;
    this.draft = new OwnDraft({ url: this.dataset.url, key, box: this, found });
    this.draft.start(kept.draft, kept.unsent);
    this.#listen();
  }

  get state() { return this.composer.state; }

  // the text may change under the caret, which stays where it was
  fill(state) {
    const { selectionStart, selectionEnd, value: old } = this.text;
    const { text: now = "" } = state;
    const focused = document.activeElement === this.text && old !== now;
    const ahead = old && now.endsWith(old) ? now.length - old.length : 0;
    this.composer.fill(state);
    if (focused) this.text.setSelectionRange(selectionStart + ahead, selectionEnd + ahead);
    this.latest = this.state;
  }

  complain(sentence) { this.composer.complain(sentence || word(this, "failed")); }

  tell() {
    if (!this.draft) return;
    const { draft } = this;
    this.#goAlong();
    const status = draft.failed || draft.question ? "unsaved" : draft.isSaving ? "saving" : "saved";
    const shown = draft.isEmpty && !draft.isSaving ? "" : word(this, status);
    const state = this.form.querySelector(".draft-state");
    if (state.textContent !== shown) state.textContent = shown;
    state.classList.toggle("bad", status === "unsaved");
    const [share, discard] = this.#buttons;
    share.hidden = !this.text.value.trim() && !draft.shared;
    share.setAttribute("aria-pressed", Boolean(draft.shared));
    discard.hidden = draft.isEmpty;
    this.#showLine(this.#line());
  }

  get #buttons() { return ["share", "discard"].map((name) => this.form.querySelector(`[data-${name}-draft]`)); }

  #line() {
    const { question, discarded, takenBy, taken, swapped, isEmpty } = this.draft;
    if (question) return (question.body ?? question.text) ? "changed" : "gone";
    if (takenBy && (isEmpty || taken)) return "taken";
    if (discarded && isEmpty) return "discarded";
    return swapped ? "swapped" : "";
  }

  #showLine(name) {
    for (const line of this.querySelectorAll("[data-line]")) {
      const words = line.querySelector(".words");
      line.dataset.words ??= words.textContent;
      if (line.dataset.line === "taken") {
        words.textContent = fill(line.dataset.words, { name: this.draft.takenBy ?? "" });
        line.querySelector("button").hidden = !this.draft.isEmpty;
      }
      const shows = line.dataset.line === name;
      if (shows && line.hidden) say(words.textContent);
      line.hidden = !shows;
    }
  }

  #listen() {
    const { draft, composer, composer: { kept } } = this;
    const [share, discard] = this.#buttons;
    composer.addEventListener("composer:changed", () => { this.latest = this.state; draft.changed(); });
    composer.addEventListener("composer:sent", () => draft.sent());
    composer.addEventListener("composer:back", () => { this.latest = this.state; draft.back(kept.unsent.length > 0); });
    composer.addEventListener("composer:discarded", () => draft.discard(this.latest));
    share.addEventListener("click", () => draft.share(!draft.shared));
    discard.addEventListener("click", () => this.#then(() => composer.discard()));
    this.addEventListener("click", (event) => this.#answered(event.target.closest("[data-act]")?.dataset.act));
    document.addEventListener("draft:take", ({ detail }) => this.#then(() => draft.take(detail.url)));
    // signing out ends the right to save
    document.addEventListener("submit", ({ target }) => target.matches("[action='/sign-out']") && draft.save(), true);
    document.addEventListener("visibilitychange", () => document.hidden && !this.left && draft.save());
    addEventListener("pagehide", () => { this.left = true; draft.leave(); });
    addEventListener("pageshow", (event) => { this.left = false; if (event.persisted) draft.look(); });
    document.addEventListener("channel:applied", () => draft.known.sent && draft.heard());
    link.addEventListener("up", () => draft.look().then(() => draft.again()));
    link.addEventListener("polled", () => isUp() || draft.look());
    socket?.on("notice", ({ kind, ticket }) => { if (kind === "draft" && this.channel.name === `ticket:${ticket}`) draft.heard(); });
  }

  // with a message: the version that it empties, and what may have become the next one by then
  #goAlong() {
    const fields = [["draft", this.draft.version], ...this.draft.saving.map(({ text }) => ["draft_saving", text])];
    const inputs = fields.map(([name, value]) => Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    this.querySelector(".going-along").replaceChildren(...inputs);
  }

  #answered(act) {
    if (act === "restore") this.#then(() => this.draft.restore());
    else if (act) this.#then(() => this.draft.decide(act));
  }

  // the button goes with its line: writing goes on
  #then(act) {
    this.text.focus();
    act();
  }
}

customElements.define("draft-keeper", DraftKeeper);
