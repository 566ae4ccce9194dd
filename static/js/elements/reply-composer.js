// <reply-composer>: the box for replies and internal notes. Changing the mode never empties it; sending shows the
// message at once; whatever goes wrong, the text is back in the box or in its bubble. The portal's has no modes.
// Others read `state`, put one in with `fill`, and hear composer:typed, quiet, changed, sent, back and discarded.
import { channelOf } from "../live/channel.js";
import { link } from "../live/connection.js";
import { onKey } from "../live/keys.js";
import { isLost } from "../live/link-state.js";
import { seenIn } from "../live/seen.js";
import { sentenceOrWay, word } from "../live/words.js";
import { countCharacters } from "./character-count.js";
import { ComposerBox } from "./composer-box.js";
import { peopleFields, setMode, setOffline } from "./composer-mode.js";
import { KeptText } from "./kept-text.js";
import { mentionTyping } from "./mention-typing.js";
import { Outgoing } from "./outgoing.js";
import { SendGuard } from "./send-guard.js";
import { UnseenNotice } from "./unseen-notice.js";
import { WaitingLine } from "./waiting-line.js";

const SAVE_AFTER = 300;
const DOUBLE_CLICK = 600;

export class ReplyComposer extends HTMLElement {
  thread = "thread";         // the id of the list that its messages stand in

  #sentAt = 0;
  #saving = 0;
  #underway = new Set();

  connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    if (!this.form) this.#start();
    this.#listenToKeys(signal);
    for (const name of ["lost", "found"]) link.addEventListener(name, () => this.#linkChanged(), { signal });
    addEventListener("pagehide", () => this.#save(), { signal });
  }

  disconnectedCallback() { this.leave.abort(); }

  #start() {
    this.form = this.querySelector("form");
    this.problem = this.form.querySelector(".problem");
    this.channel = channelOf(this);
    this.box = new ComposerBox(this.form, (sentence) => this.complain(sentence));
    this.text = this.box.text;
    for (const field of peopleFields(this.form, "note")) mentionTyping(this.text, field);
    document.addEventListener("message:delivered", ({ detail }) => this.#delivered(detail));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    for (const name of ["input", "change"]) this.form.addEventListener(name, (event) => this.#written(event));
    this.text.addEventListener("blur", () => this.#tell("quiet"));
    this.addEventListener("click", (event) => this.#clicked(event.target));
    this.line = new WaitingLine();
    this.guard = new SendGuard(this);
    this.notice = this.watchUnseen();
    this.kept = new KeptText(this.channel, this.thread);
    this.#restore();
    this.#linkChanged();
  }

  watchUnseen() { return new UnseenNotice(this); }

  get state() { return this.box.state; }

  // Puts a state in without sending it; the focus stays, and so does the caret if the text is the same.
  fill(state) {
    this.box.fill(state);
    this.#changed();
  }

  putBackFiles(files) {
    this.box.attached.add(files);
    this.#changed();
  }

  isSendKey() { return false; }

  discard() {
    this.box.empty();
    this.#changed();
    this.#tell("discarded");
    this.#tell("quiet");
  }

  #tell(name, detail) { this.dispatchEvent(new CustomEvent(`composer:${name}`, { bubbles: true, detail })); }

  #listenToKeys(signal) {
    this.addEventListener("keydown", (event) => {
      if (event.isComposing || event.defaultPrevented) return;
      const digit = event.altKey && !event.ctrlKey && /^(?:Digit|Numpad)([1-4])$/.exec(event.code)?.[1];
      const status = digit && this.querySelectorAll("[data-status]")[digit - 1]?.dataset.status;
      const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey || this.isSendKey(event));
      const leaves = event.key === "Escape" && event.target === this.text;
      if (!leaves && !status && !sends) return;
      event.preventDefault();
      if (leaves) this.text.blur();
      else this.send(status);
    }, { signal });
    if (!this.querySelector("[data-mode]")) return;
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-add-note]");
      if (!button) return;
      this.#choose("note");
      this.box.told?.open();
      if (button.dataset.addNote === "visible") this.box.told?.makeVisible();
    }, { signal });
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
    const changes = mode !== this.box.mode;
    setMode(this.form, mode);
    this.#save();
    this.text.focus();
    if (changes) this.#tell("changed");
  }

  // "change" counts only for people: a text field tells it once more when it is left
  #written({ type, target }) {
    const written = type === "input" && target === this.text;
    if (type === "input") this.#changed();
    if (written) this.#tell(this.text.value ? "typed" : "quiet", { mode: this.form.dataset.intent ?? this.box.mode });
    if (written || target.matches("people-field")) this.#tell("changed");
  }

  #changed() {
    this.complain(countCharacters(this.form, this.text.value), "body");
    if (this.box.isEmpty) this.guard.close();
    this.notice?.show();
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.#save(), SAVE_AFTER);
  }

  #linkChanged() {
    setOffline(this.form, isLost());
    if (isLost()) for (const message of this.#underway) if (message.unanswered) this.line.add(message);
  }

  #save() {
    if (this.channel.over) return;
    this.kept.draft = this.state;
    this.kept.unsent = [...this.#underway].map((message) => message.record);
  }

  #restore() {
    const { draft } = this.kept;
    const there = ({ command }) => document.querySelector(`[data-command="${CSS.escape(command)}"]`);
    const unsent = this.kept.unsent = this.kept.unsent.filter((record) => !there(record));      // the others arrived
    this.box.fill({ ...draft, text: this.text.value || draft.text });
    for (const record of unsent) {
      const message = { ...record, files: [] };
      // files do not outlive a reload, so such a message goes back into the box
      if (record.files) this.box.putBack([message]);
      else this.#launch(message).restore();
    }
    this.#changed();
  }

  send(status, { seen = seenIn(this.channel.region), written } = {}) {
    if (this.box.isEmpty) {
      // the second click of a double click, not somebody who forgot to write
      if (Date.now() - this.#sentAt > DOUBLE_CLICK) this.complain(word(this, "empty"), "body");
      return;
    }
    if (countCharacters(this.form, this.text.value)) return this.#changed();
    if (this.guard.holds(seen)) return;
    this.#sentAt = Date.now();
    const message = this.#launch(this.box.takeOut({ seen, status, written }));
    if (isLost()) this.line.add(message);
    else message.send();
    this.#save();
    this.#changed();
    this.#tell("sent", { command: message.command });
    this.#tell("quiet");
  }

  #launch(message) {
    const outgoing = new Outgoing(this, message);
    this.#underway.add(outgoing);
    return outgoing;
  }

  // its entry is there, though its answer never came
  #delivered(command) {
    for (const message of this.#underway) if (message.command === command && !message.busy) this.settled(message);
  }

  settled(message) {
    this.#underway.delete(message);
    this.line.drop(message);
    this.#save();
  }

  // refused, stopped or wanted back: everything is where it was written
  takeBack(message, { error, guard, field, sign_in: signIn } = {}) {
    this.#sentAt = 0;
    const messages = guard ? [message, ...this.line.guarded.filter((other) => other !== message)] : [message];
    const goesOn = message.waiting || !this.box.isEmpty;
    for (const each of messages) each.vanish();
    this.box.putBack(messages, this.guard.isOpen);
    this.#changed();
    this.#tell("back");
    if (guard) this.guard.open(guard, messages, goesOn);
    else if (error !== undefined) this.complain((signIn && word(this, "signed-out")) || error || word(this, "error"), field, signIn);
  }

  complain(sentence, name, signIn) {
    for (const field of this.form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    this.problem.querySelector(".words").replaceChildren(sentenceOrWay(sentence, signIn));
    this.problem.hidden = !sentence;
    if (!sentence || !name) return;
    // in a field of people the hidden inputs of those chosen have its name, too
    const field = this.form.querySelector(`people-field[name="${name}"] [role=combobox]`) ?? this.form.querySelector(`[name="${name}"]`);
    field?.setAttribute("aria-invalid", "true");
    if (field) field.closest("told-fields")?.open();
  }
}

customElements.define("reply-composer", ReplyComposer);
