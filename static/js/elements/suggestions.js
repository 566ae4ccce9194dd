// A list of people offered while somebody types: fetched with a pause, moved through by keyboard while the focus
// stays in the text. One list serves whichever text field asked last (the people field, or the note with its @).
import { step } from "../live/choosing.js";
import { say } from "../live/say.js";

const PAUSE = 120;

let lists = 0;

export class Suggestions {
  #timer = 0;
  #request = new AbortController();

  constructor(list, source, { taken, choose }) {
    Object.assign(this, { list, source, taken, choose });
    list.id ||= `people-${++lists}`;
    list.addEventListener("mousedown", (event) => event.preventDefault());     // the text keeps the focus
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.pick(option);
    });
  }

  get isOpen() { return !this.list.hidden; }
  get options() { return [...this.list.querySelectorAll("[role=option]")]; }
  get active() { return this.list.querySelector("[aria-selected=true]"); }

  ask(text, field) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fetch(text, field), PAUSE);
  }

  async #fetch(text, field) {
    this.#request.abort();
    const { signal } = this.#request = new AbortController();
    try {
      const url = `${this.source}${this.source.includes("?") ? "&" : "?"}q=${encodeURIComponent(text)}`;
      const response = await fetch(url, { headers: { Accept: "text/html" }, signal });
      const html = response.ok ? await response.text() : "";
      if (!signal.aborted && document.activeElement === field) this.#show(html, field);
    } catch {
      if (!signal.aborted) this.close();
    }
  }

  #show(html, field) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const taken = this.taken();
    const options = [...template.content.querySelectorAll("[role=option]")].filter((option) => !taken.has(option.dataset.value));
    options.forEach((option, at) => { option.id = `${this.list.id}-${at}`; });
    this.list.replaceChildren(...options);
    // in the text the list opens upwards, so that it never covers what is being typed
    this.list.classList.toggle("up", field.matches("textarea"));
    this.list.classList.toggle("down", !field.matches("textarea"));
    this.list.hidden = !options.length;
    this.field = field;
    if (!options.length) {
      say(template.content.textContent.trim());
      return this.close();
    }
    if (field.getAttribute("role") === "combobox") field.setAttribute("aria-expanded", "true");
    field.setAttribute("aria-controls", this.list.id);
    this.mark(options[0]);
  }

  mark(option) {
    for (const other of this.options) other.setAttribute("aria-selected", other === option);
    this.field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  close() {
    clearTimeout(this.#timer);
    this.#request.abort();
    this.list.hidden = true;
    if (this.field?.getAttribute("role") === "combobox") this.field.setAttribute("aria-expanded", "false");
    this.field?.removeAttribute("aria-activedescendant");
  }

  pick(option) {
    const { value, name } = option.dataset;
    const avatar = option.querySelector(".av")?.cloneNode(true);
    const { field } = this;
    this.close();
    this.choose({ value, name: name ?? option.textContent.trim(), avatar }, field);
  }

  // true if the key was meant for the list
  key(event) {
    if (!this.isOpen || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (["ArrowDown", "ArrowUp"].includes(event.key)) this.mark(step(this.options, this.active, event));
    else if (event.key === "Escape") this.close();
    else if (["Enter", "Tab"].includes(event.key) && !event.shiftKey && this.active) this.pick(this.active);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
