// <reply-composer>: the box for replies and internal notes. Changing the mode never empties it; sending shows the
// message at once; whatever goes wrong, the text is back in the box or in its bubble. The portal's has no modes.
import { channelOf } from "../live/channel.js";
import { onKey } from "../live/keys.js";
import { commandId } from "../live/post.js";
import { seenIn } from "../live/seen.js";
import { sentenceOrWay, word } from "../live/words.js";
import { AttachFiles } from "./attach-files.js";
import { countCharacters } from "./character-count.js";
import { fieldsOf, modeOf, peopleFields, setMode } from "./composer-mode.js";
import { KeptText } from "./kept-text.js";
import { mentionTyping } from "./mention-typing.js";
import { Outgoing } from "./outgoing.js";

const SAVE_AFTER = 300;
const DOUBLE_CLICK = 600;

class ReplyComposer extends HTMLElement {
  #sentAt = 0;
  #saving = 0;
  #underway = new Set();

  connectedCallback() {
    this.leave = new AbortController();
    if (!this.form) this.#start();
    this.#listenToKeys(this.leave.signal);
    addEventListener("pagehide", () => this.#save(), { signal: this.leave.signal });
  }

  disconnectedCallback() { this.leave.abort(); }

  #start() {
    this.form = this.querySelector("form");
    this.text = this.form.querySelector("textarea");
    this.problem = this.form.querySelector(".problem");
    this.channel = channelOf(this);
    this.files = new AttachFiles(this.form, { complain: (sentence) => this.complain(sentence) });
    for (const field of peopleFields(this.form, "note")) mentionTyping(this.text, field);
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.form.addEventListener("input", () => this.#changed());
    this.addEventListener("click", (event) => this.#clicked(event.target));
    this.kept = new KeptText(this.channel);
    this.#restore();
  }

  #listenToKeys(signal) {
    this.addEventListener("keydown", (event) => {
      if (event.isComposing || event.defaultPrevented) return;
      const digit = event.altKey && !event.ctrlKey && /^(?:Digit|Numpad)([1-4])$/.exec(event.code)?.[1];
      const status = digit && this.querySelectorAll("[data-status]")[digit - 1]?.dataset.status;
      if (!status && !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
      event.preventDefault();
      this.send(status);
    }, { signal });
    if (!this.querySelector("[data-mode]")) return;
    onKey(["r", "n"], (key) => this.#choose(key === "r" ? "reply" : "note"), signal);
  }

  #clicked(target) {
    const button = target.closest("[data-mode], [data-status]");
    if (button?.dataset.mode) this.#choose(button.dataset.mode);
    if (button?.dataset.status) this.send(button.dataset.status);
  }

  #choose(mode) {
    const section = this.closest("[data-with-tab][hidden]");
    document.getElementById(section?.dataset.withTab)?.click();
    setMode(this.form, mode);
    this.#save();
    this.text.focus();
  }

  #changed() {
    this.complain(countCharacters(this.form, this.text.value), "body");
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.#save(), SAVE_AFTER);
  }

  #save() {
    if (this.channel.over) return;
    const people = peopleFields(this.form).flatMap((field) => field.people).map(({ value, name }) => ({ value, name }));
    this.kept.draft = { text: this.text.value, mode: modeOf(this.form), people };
    this.kept.unsent = [...this.#underway].map((message) => message.record);
  }

  #restore() {
    const { draft, unsent } = this.kept;
    this.text.value ||= draft.text ?? "";
    setMode(this.form, draft.mode ?? modeOf(this.form));
    for (const field of peopleFields(this.form)) field.people = draft.people ?? [];
    for (const record of unsent) {
      if (document.querySelector(`[data-command="${CSS.escape(record.command)}"]`)) continue;
      // files do not outlive a reload, so such a message goes back into the box
      if (record.files) this.text.value = [record.text, this.text.value].filter(Boolean).join("\n\n");
      else this.#launch(new Outgoing(this, { ...record, files: [] })).restore();
    }
    this.#changed();
  }

  send(status) {
    const [text, { files }] = [this.text.value, this.files];
    if (!text.trim() && !files.length) {
      // the second click of a double click, not somebody who forgot to write
      if (Date.now() - this.#sentAt > DOUBLE_CLICK) this.complain(word(this, "empty"), "body");
      return;
    }
    if (countCharacters(this.form, text)) return this.#changed();
    this.#sentAt = Date.now();
    const fields = peopleFields(this.form);
    const message = new Outgoing(this, {
      command: commandId(), url: this.form.getAttribute("action"), mode: modeOf(this.form), text, files,
      fields: fieldsOf(this.form, { seen: seenIn(this.channel.region), status }), people: fields.flatMap((field) => field.everybody),
    });
    this.text.value = "";
    this.files.clear();
    for (const field of fields) field.people = [];
    this.#launch(message).send();
    this.#save();
    this.#changed();
  }

  #launch(message) {
    this.#underway.add(message);
    return message;
  }

  settled(message) {
    this.#underway.delete(message);
    this.#save();
  }

  // refused: everything is back where it was written
  takeBack(message, { error, field, sign_in: signIn }) {
    this.#sentAt = 0;
    setMode(this.form, message.mode);
    const typed = this.text.value;
    this.text.value = typed.trim() ? `${message.text}\n\n${typed}` : message.text;
    this.files.add(message.files);
    for (const people of peopleFields(this.form)) people.people = [...message.people, ...people.people];
    this.#changed();
    this.complain((signIn && word(this, "signed-out")) || error || word(this, "error"), field, signIn);
  }

  complain(sentence, name, signIn) {
    for (const field of this.form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    this.problem.querySelector(".words").replaceChildren(sentenceOrWay(sentence, signIn));
    this.problem.hidden = !sentence;
    if (!sentence || !name) return;
    const field = this.form.querySelector(`textarea[name="${name}"], people-field[name="${name}"] [role=combobox]`);
    field?.setAttribute("aria-invalid", "true");
  }
}

customElements.define("reply-composer", ReplyComposer);
