// <people-field name="cc" data-source="…?for=cc">: people as tokens plus a combobox. Each person chosen is a hidden
// input named after the field; what was typed but not chosen is sent too, so that the server can say what is wrong.
import { fill, word } from "../live/words.js";
import { Suggestions } from "./suggestions.js";

class PeopleField extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    this.input = this.querySelector("input:not([type=hidden])");
    this.box = this.querySelector(".tokens") ?? this;
    const list = this.querySelector("[role=listbox]");
    this.suggestions = new Suggestions(list, this.dataset.source, {
      taken: () => new Set(this.people.map((person) => person.value)),
      choose: (person, field) => this.chosen(person, field),
    });
    this.input.setAttribute("aria-controls", list.id);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.suggestions.close());
    this.box.addEventListener("click", (event) => { if (event.target === this.box) this.input.focus(); });
  }

  get name() { return this.getAttribute("name"); }

  get people() {
    return [...this.querySelectorAll(".token")].map((token) => ({
      value: token.querySelector("input").value, name: token.dataset.name, avatar: token.querySelector(".av"),
    }));
  }

  // with what was typed but not chosen: the server says whether it is somebody
  get everybody() {
    const text = this.input.value.trim();
    return text ? [...this.people, { value: text, name: text }] : this.people;
  }

  set people(list) {
    for (const token of this.querySelectorAll(".token")) token.remove();
    this.input.value = "";
    this.input.removeAttribute("name");
    for (const person of list) this.add(person);
  }

  typed() {
    const text = this.input.value.trim();
    text ? this.input.setAttribute("name", this.name) : this.input.removeAttribute("name");
    this.input.removeAttribute("aria-invalid");
    if (text) this.suggestions.ask(text, this.input);
    else this.suggestions.close();
  }

  key(event) {
    if (event.isComposing || this.suggestions.key(event)) return;
    const { value } = this.input;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      this.suggestions.ask(value.trim(), this.input);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();                    // Enter chooses, it never sends the form
    } else if (event.key === "Backspace" && !value) {
      [...this.querySelectorAll(".token")].at(-1)?.remove();
      this.changed();
    }
  }

  // the note's textarea puts the name into its own text
  chosen(person, field) {
    this.add(person);
    this.changed();
    if (field === this.input) {
      this.input.value = "";
      this.typed();
    } else {
      this.dispatchEvent(new CustomEvent("mention", { detail: person }));
    }
  }

  changed() { this.dispatchEvent(new Event("change", { bubbles: true })); }

  add({ value, name, avatar }) {
    if (this.people.some((person) => person.value === value)) return;
    const token = document.createElement("span");
    token.className = "token";
    token.dataset.name = name;
    const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: this.name, value });
    const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    remove.setAttribute("aria-label", fill(word(this, "remove") || "{name}", { name }));
    remove.addEventListener("click", () => { token.remove(); this.changed(); this.input.focus(); });
    const face = avatar?.cloneNode(true);
    if (face) face.className = face.className.replace(/\bs\d+\b/, "") + " s20";
    token.append(...[face, name, hidden, remove].filter(Boolean));
    this.box.insertBefore(token, this.box === this.input.parentElement ? this.input : null);
  }
}

customElements.define("people-field", PeopleField);
