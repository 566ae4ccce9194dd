// <told-fields>: what a reply or a note tells besides its words – who is to know, when it happened, how long it took, what
// solved it. Its parts stand in the composer's form; the button that opens them tells whether there is anything in it.
import { modeOf } from "./composer-mode.js";

const EMPTY = { visible: false, email: null, occurred_at: "", minutes: "", solution: "" };

class ToldFields extends HTMLElement {
  #mails = null;     // what somebody chose for the mail; null: as usual

  connectedCallback() {
    if (this.form) return;
    this.form = this.closest("form");
    this.button = this.form.querySelector("[aria-controls=told-fields]");
    this.button.addEventListener("click", () => this.open(this.hidden));
    this.addEventListener("input", ({ target }) => {
      if (target.name === "email") this.#mails = target.checked;
      this.show();
    });
    this.show();
  }

  #field(name) { return this.querySelector(`[name="${name}"]`); }
  get isVisible() { return modeOf(this.form) === "reply" || this.#field("visible").checked; }

  open(on = true) {
    this.hidden = !on;
    this.button.setAttribute("aria-expanded", on);
    if (on) this.#field("occurred_at").max = local(new Date());
  }

  makeVisible() {
    this.#field("visible").checked = true;
    this.show();
  }

  // null if there is nothing in it
  get state() {
    const value = (name) => this.#field(name).value;
    const state = { visible: this.#field("visible").checked, email: this.#mails, occurred_at: value("occurred_at"), minutes: value("minutes"), solution: value("solution") };
    return JSON.stringify(state) === JSON.stringify(EMPTY) ? null : state;
  }

  set state(state) {
    const { visible, email, ...texts } = { ...EMPTY, ...state };
    this.#field("visible").checked = visible;
    this.#mails = email;
    for (const [name, text] of Object.entries(texts)) if (this.#field(name).value !== text) this.#field(name).value = text;
    this.open(Boolean(state));
    this.show();
  }

  // after the mode changed, too: what requesters do not see is not mailed to them
  show() {
    const mail = this.#field("email");
    mail.disabled = !this.isVisible;
    mail.checked = this.isVisible && this.#mails !== false;
    this.form.classList.toggle("is-visible", this.isVisible);
    this.button.classList.toggle("on", Boolean(this.state));
  }

  // as they are sent
  get entries() {
    const entries = [["email", this.#field("email").checked ? "1" : "0"]];
    if (modeOf(this.form) === "note") entries.push(["visible", this.#field("visible").checked ? "1" : "0"]);
    const { occurred_at: at, minutes, solution } = this.state ?? EMPTY;
    if (at) entries.push(["occurred_at", new Date(at).toISOString()]);
    if (minutes) entries.push(["minutes", minutes]);
    if (solution.trim()) entries.push(["solution", solution]);
    return entries;
  }
}

// as <input type=datetime-local> writes it
const local = (date) => new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

customElements.define("told-fields", ToldFields);
