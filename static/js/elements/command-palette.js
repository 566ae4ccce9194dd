// The command palette (Ctrl or Cmd K): a combobox over places of the navigation and actions of this page, which are here,
// and tickets and people, which are asked for with a pause and given up when more is typed.
import { step } from "../live/choosing.js";
import { plural, word } from "../live/words.js";

const PAUSE = 150;
const PLACES = ["#nav .nav a"];
const ACTS = [
  "reply-composer [data-mode]",
  "#actions-items [role=menuitem]:not([aria-disabled=true])",
  "field-picker > .pick",
  "[data-opens]",
];
const MARK = 'svg:not(:has(use[href$="#chevron-down"]))';

const dialog = document.getElementById("palette");
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();

// what an element says, without its keys, figures and marks
function wordsOf(element) {
  const copy = element.cloneNode(true);
  for (const part of copy.querySelectorAll("kbd, svg, .count, .av, [hidden]")) part.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

class Palette {
  #timer = 0;
  #request = new AbortController();

  constructor() {
    this.input = dialog.querySelector("input");
    this.list = dialog.querySelector("[role=listbox]");
    this.none = dialog.querySelector(".palette-none");
    this.status = dialog.querySelector("[role=status]");
    this.groups = [...this.list.children];
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());    // the text keeps the focus
    this.list.addEventListener("click", (event) => this.clicked(event));
    dialog.addEventListener("close", () => this.#forget());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-closes]")) dialog.close();
    });
  }

  get options() { return [...this.list.querySelectorAll("[role=option]:not([hidden])")]; }
  get active() { return this.list.querySelector("[role=option][aria-selected=true]"); }

  open() {
    this.#offer("places", PLACES);
    this.#offer("acts", ACTS);
    this.input.value = "";
    this.#found("");
    dialog.showModal();
    this.input.focus();
  }

  #offer(name, selectors) {
    const elements = selectors.flatMap((each) => [...document.querySelectorAll(each)]);
    const group = this.groups.find((each) => each.dataset.group === name);
    const offered = elements.map((each, at) => {
      const option = document.createElement("div");
      const mark = each.querySelector(MARK)?.cloneNode(true) ?? document.createElement("span");
      if (mark.matches("span")) mark.className = "i";
      option.id = `palette-${name}-${at}`;
      option.setAttribute("role", "option");
      option.append(mark, wordsOf(each));
      option.meant = each;
      return option;
    });
    group.replaceChildren(group.firstElementChild, ...offered);
  }

  typed() {
    clearTimeout(this.#timer);
    this.#request.abort();
    const text = this.input.value.trim();
    if (!text) return this.#found("");
    this.#filter();
    this.#timer = setTimeout(() => this.#fetch(text), PAUSE);
  }

  async #fetch(text) {
    const { signal } = this.#request = new AbortController();
    try {
      const url = `${dialog.dataset.options}?q=${encodeURIComponent(text)}`;
      const response = await fetch(url, { headers: { Accept: "text/html" }, signal });
      if (!response.ok) throw new Error(response.status);
      const html = await response.text();
      if (!signal.aborted) this.#found(html);
    } catch {
      if (!signal.aborted) this.#found("", word(dialog, "failed"));
    }
  }

  #found(html, problem = "") {
    const template = document.createElement("template");
    template.innerHTML = html;
    this.list.replaceChildren(...this.groups, ...template.content.children);
    this.#filter(problem);
  }

  // of what is here only that which has words that begin so; what was asked for fits already
  #filter(problem = "") {
    const typed = plain(this.input.value).split(" ");
    for (const group of this.groups) {
      const offered = [...group.querySelectorAll("[role=option]")];
      for (const option of offered) {
        const said = plain(option.textContent).split(" ");
        option.hidden = !typed.every((each) => said.some((one) => one.startsWith(each)));
      }
      group.hidden = offered.every((option) => option.hidden);
    }
    const { options } = this;
    this.#mark(options[0]);
    this.none.textContent = problem || word(dialog, "none");
    this.none.hidden = !problem && options.length > 0;
    this.status.textContent = problem || (options.length ? plural(dialog, options.length) : word(dialog, "none"));
  }

  #mark(option) {
    for (const other of this.list.querySelectorAll("[role=option]")) other.setAttribute("aria-selected", other === option);
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (["ArrowDown", "ArrowUp"].includes(event.key)) this.#mark(step(this.options, this.active, event));
    else if (event.key === "Enter") this.#go();
    else return;
    event.preventDefault();
  }

  // before anything was found, to all that is
  #go() {
    const text = this.input.value.trim();
    if (this.active) this.active.click();
    else if (text) location.assign(`${dialog.dataset.search}?q=${encodeURIComponent(text)}`);
  }

  clicked(event) {
    const option = event.target.closest("[role=option]");
    if (!option?.meant) return;       // a link leads where it leads
    dialog.close();                   // gives the focus back, before what was chosen takes it
    option.meant.click();
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#request.abort();
  }
}

if (dialog) {
  const palette = new Palette();
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else if (!document.querySelector("dialog[open]")) palette.open();
  });
}
