// <new-request>: the form of a new request. It is sent without leaving the page, so that a refusal loses nothing, not even
// files; what is typed and chosen is kept on this device until the request is there.
import { KeptRequest } from "../live/kept-request.js";
import { commandId, post } from "../live/post.js";
import { say } from "../live/say.js";
import { sentenceOrWay, word } from "../live/words.js";
import { RequestFiles } from "./request-files.js";

const WAIT = 180_000;        // 20 MB over a slow line
const FIELDS = ["subject", "application", "module", "department", "priority", "body"];

class NewRequest extends HTMLElement {
  connectedCallback() {
    if (this.form) return;
    this.form = this.querySelector("form");
    this.state = this.querySelector(".draft-state");
    this.discard = this.querySelector("[data-discard]");
    this.button = this.querySelector("[type=submit]");
    this.kept = new KeptRequest(this.dataset.viewer);
    this.files = new RequestFiles(this.form, {
      complain: (sentence) => this.#tell("files", sentence),
      changed: () => { this.tried = false; },
    });
    this.empty = JSON.stringify(this.#values());
    if (!("refused" in this.dataset)) this.#restore();
    this.form.addEventListener("input", ({ target }) => this.#typed(target.name));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#send(); });
    this.discard.addEventListener("click", () => this.#forget());
  }

  #values() {
    return Object.fromEntries(FIELDS.map((name) => [name, this.form.elements[name]?.value ?? ""]));
  }

  #fill(values) {
    for (const name of FIELDS) {
      const field = this.form.elements[name];
      if (!field || values[name] === undefined) continue;
      const before = field.value;
      field.value = values[name];
      if (field instanceof HTMLSelectElement && field.selectedIndex < 0) field.value = before;
      if (name === "application") field.dispatchEvent(new Event("change"));
    }
  }

  #restore() {
    const draft = this.kept.draft;
    if (!draft?.values) return;
    this.#fill(draft.values);
    this.form.elements.command_id.value = draft.command;
    this.#stand("restored");
    this.form.elements.subject.dispatchEvent(new Event("input"));
  }

  #typed(name) {
    this.#tell(name, "");
    if (this.tried) this.form.elements.command_id.value = commandId();     // another text is another request
    this.tried = false;
    this.#keep();
  }

  #keep() {
    const values = this.#values();
    const isEmpty = JSON.stringify(values) === this.empty;
    if (isEmpty) this.kept.drop();
    this.#stand(!isEmpty && this.kept.keep({ values, command: this.form.elements.command_id.value }) ? "kept" : "");
  }

  #stand(name) {
    this.state.textContent = name ? word(this, name) : "";
    this.discard.hidden = !name;
  }

  #forget() {
    this.kept.drop();
    this.#fill(JSON.parse(this.empty));
    this.form.elements.command_id.value = commandId();
    this.#stand("");
    this.form.elements.subject.dispatchEvent(new Event("input"));
    this.form.elements.subject.focus();
  }

  async #send() {
    if (this.sending) return;
    if (!this.tried) this.#keep();
    this.sending = this.tried = true;
    this.button.setAttribute("aria-busy", "true");
    say(word(this, "sending"));
    const body = new FormData(this.form);
    body.delete("files");
    for (const file of this.files.files) body.append("files", file);
    const { ok, status, data } = await post(this.form.action, body, { wait: WAIT });
    this.sending = false;
    this.button.removeAttribute("aria-busy");
    if (!ok) return this.#refused(status, data);
    this.kept.drop();
    location.assign(data.url);
  }

  #refused(status, { error, errors = {}, sign_in: signIn }) {
    for (const place of this.querySelectorAll("[data-of]")) this.#tell(place.dataset.of, errors[place.dataset.of] ?? "");
    const isBeside = Object.keys(errors).some((name) => this.#place(name));
    const sentence = signIn ? word(this, "signed-out") : isBeside ? word(this, "check") : error || word(this, status ? "error" : "offline");
    this.#complain(sentence, signIn);
    this.querySelector("[aria-invalid=true]")?.focus();
  }

  #place(name) { return this.querySelector(`[data-of="${name}"]`); }

  #tell(name, sentence) {
    const place = this.#place(name);
    if (!place) return;
    place.querySelector(".words").textContent = sentence;
    place.hidden = !sentence;
    const field = name === "files" ? null : this.form.elements[name];
    if (field instanceof Element) field.toggleAttribute("aria-invalid", false);
    if (sentence && field instanceof Element) field.setAttribute("aria-invalid", "true");
    if (sentence && name === "files") say(sentence);
    if (!this.querySelector("[data-of]:not([hidden])")) this.#complain("");
  }

  #complain(sentence, signIn) {
    const line = this.querySelector(".problem");
    line.querySelector(".words").replaceChildren(sentenceOrWay(sentence, signIn));
    line.hidden = !sentence;
  }
}

customElements.define("new-request", NewRequest);
