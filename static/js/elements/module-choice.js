// <module-choice>: the modules that can be chosen are those of the chosen application. All of them are in the page, in a
// group for each application; a choice that is still valid stays.
import { fill, word } from "../live/words.js";

class ModuleChoice extends HTMLElement {
  connectedCallback() {
    if (this.modules) return;
    [this.application, this.module] = this.querySelectorAll("select");
    this.modules = new Map([...this.module.querySelectorAll("optgroup")].map((group) => [group.dataset.application, [...group.children]]));
    this.hint = this.querySelector(".hint");
    this.application.addEventListener("change", () => this.offer());
    this.offer();
  }

  offer() {
    const { value, selectedOptions: [chosen] } = this.application;
    const before = this.module.value;
    const there = this.modules.get(value) ?? [];
    const words = !value ? "first" : there.length ? "any" : "none";
    this.module.replaceChildren(new Option(word(this, words), ""), ...there);
    this.module.value = there.some((option) => option.value === before) ? before : "";
    this.module.disabled = !there.length;
    this.hint.textContent = there.length ? fill(word(this, "hint"), { name: chosen.textContent }) : "";
  }
}

customElements.define("module-choice", ModuleChoice);
