// What is in the composer: text, mode, people, files and what is told besides; taken out as a message, put in, put back.
import { commandId } from "../live/post.js";
import { AttachFiles } from "./attach-files.js";
import { fieldsOf, modeOf, peopleFields, setMode } from "./composer-mode.js";

const plain = (people) => people.map(({ value, name }) => ({ value, name }));
const same = (one, other) => JSON.stringify(plain(one)) === JSON.stringify(plain(other));

export class ComposerBox {
  constructor(form, complain) {
    this.form = form;
    this.text = form.querySelector("textarea");
    this.attached = new AttachFiles(form, { complain });
    this.told = form.querySelector("told-fields");       // the portal has none
  }

  get mode() { return modeOf(this.form); }
  get isEmpty() { return !this.text.value.trim() && !this.attached.files.length; }

  get state() {
    const people = peopleFields(this.form).flatMap((field) => field.people);
    return { text: this.text.value, mode: this.mode, people: plain(people), told: this.told?.state ?? null };
  }

  // a draft of the desk knows nothing of what is `told` besides: that stays
  fill({ text = "", mode = this.mode, people = [], told }) {
    setMode(this.form, mode);
    if (told !== undefined && this.told) this.told.state = told;
    for (const field of peopleFields(this.form)) if (!same(field.people, people)) field.people = people;
    if (this.text.value !== text) this.text.value = text;
  }

  empty() {
    this.text.value = "";
    if (this.told) this.told.state = null;
    this.attached.clear();
    for (const field of peopleFields(this.form)) field.people = [];
  }

  takeOut({ seen, status, written }) {
    const { form, mode, attached: { files } } = this;
    const message = {
      command: commandId(), url: form.getAttribute("action"), mode, text: this.text.value, files, told: this.state.told,
      fields: fieldsOf(form, { seen, status, written }), people: peopleFields(form).flatMap((field) => field.everybody),
    };
    this.empty();
    return message;
  }

  // A note is visible only if all that comes together in it is: what was meant for technicians must not leave.
  #together(messages, typed) {
    const mine = this.told.state;
    const all = [...messages.map((message) => message.told), ...typed || mine ? [mine] : []];
    const told = mine ?? messages.findLast((message) => message.told)?.told ?? null;
    return told && { ...told, visible: all.every((each) => each?.visible) };
  }

  // Before what was typed since, or `behind` what came back earlier; the caret stays at its words. Where a reply and a
  // note meet they are a note: what was meant for technicians must not leave.
  putBack(messages, behind = false) {
    const { text } = this;
    const typed = text.value.trim() ? [text.value] : [];
    const modes = new Set([...messages.map((message) => message.mode), ...typed.map(() => this.mode)]);
    setMode(this.form, modes.size > 1 ? "note" : [...modes][0]);
    const back = messages.map((message) => message.text).filter((words) => words.trim());
    const whole = (behind ? [...typed, ...back] : [...back, ...typed]).join("\n\n");
    const caret = [text.selectionStart, text.selectionEnd].map((at) => behind ? at : at + whole.length - text.value.length);
    text.value = whole;
    text.setSelectionRange(...caret);
    if (this.told) this.told.state = this.#together(messages, typed.length > 0);
    this.attached.add(messages.flatMap((message) => message.files));
    const people = messages.filter((message) => message.mode === this.mode).flatMap((message) => message.people);
    for (const field of peopleFields(this.form)) field.people = [...people, ...field.people];
  }
}
