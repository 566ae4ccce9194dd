// <typing-line>: who is writing, above the composer. Never read aloud, but that somebody starts to reply is said once.
import { isFresh, onRoster } from "../live/presence.js";
import { say } from "../live/say.js";
import { fill, language, plural, word } from "../live/words.js";
import { face } from "./face.js";

const LOOK_EVERY = 1000;
const FACES = 3;

const names = new Intl.ListFormat(language, { type: "conjunction" });

class TypingLine extends HTMLElement {
  #leave;
  #shown = "";
  #looking = 0;
  #told = null;              // who is known to reply; nobody is known before the first roster

  connectedCallback() {
    this.#leave = new AbortController();
    const region = this.closest("[data-channel]");
    this.viewer = region.dataset.viewer;
    onRoster(region.dataset.channel, (roster) => { this.roster = roster; this.#show(); this.#tell(); }, this.#leave.signal);
    document.addEventListener("channel:applied", ({ detail: { event } }) => {
      // this reply is there: what its author writes from now on is another one
      this.#told?.delete(Number(document.getElementById(`entry-${event.seq}`)?.dataset.author));
    }, { signal: this.#leave.signal });
  }

  disconnectedCallback() {
    this.#leave.abort();
    clearInterval(this.#looking);
  }

  #others(...states) {
    return this.roster.viewers.filter(({ id, state }) => String(id) !== this.viewer && states.includes(state));
  }

  #show() {
    const writers = isFresh() ? this.#others("reply", "note") : [];
    const now = writers.map(({ id, state }) => `${id} ${state}`).join();
    if (now === this.#shown) return;
    this.#shown = now;
    this.classList.toggle("on", writers.length > 0);
    this.querySelector(".stack").replaceChildren(...writers.slice(0, FACES).map((writer) => face(writer, null, "20")));
    this.querySelector(".words").replaceChildren(...this.#sentence(writers));
    clearInterval(this.#looking);
    if (writers.length) this.#looking = setInterval(() => this.#show(), LOOK_EVERY);
  }

  #sentence(writers) {
    if (!writers.length) return [];
    if (writers.length > 2) return [plural(this, writers.length)];
    const sentence = word(this, writers.length > 1 ? "both" : writers[0].state);
    const [before, after] = sentence.split(/\{names?\}/);
    const parts = names.formatToParts(writers.map(({ name }) => name));
    return [before, ...parts.map(({ type, value }) => type === "element" ? bold(value) : value), after];
  }

  #tell() {
    const { viewers, known } = this.roster;
    if (!known) return;
    const first = !this.#told;
    this.#told ??= new Set();
    const here = new Set(viewers.map(({ id }) => id));
    for (const id of this.#told) if (!here.has(id)) this.#told.delete(id);
    for (const { id, name } of this.#others("reply")) {
      if (!first && !this.#told.has(id)) say(fill(word(this, "reply"), { name }));
      this.#told.add(id);
    }
  }
}

const bold = (text) => Object.assign(document.createElement("b"), { textContent: text });

customElements.define("typing-line", TypingLine);
