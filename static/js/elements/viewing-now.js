// <viewing-now>: who is on the ticket. A list of at most five, oneself first; the rest behind a button that names them.
// Elements stay with their people, so nothing blinks, and an open list stays open while people come and go.
import { onRoster } from "../live/presence.js";
import { fill, plural, word } from "../live/words.js";
import { arrange, face } from "./face.js";

const OTHERS = 4;
const OTHERS_NARROW = 2;

const narrow = matchMedia("(max-width: 720px)");

class ViewingNow extends HTMLElement {
  #leave;

  connectedCallback() {
    this.#leave = new AbortController();
    const { signal } = this.#leave;
    this.list = this.querySelector("ul");
    this.more = this.querySelector("button");
    this.panel = this.querySelector(".viewers");
    this.marks = new Map([...this.querySelector("template").content.children].map((mark) => [mark.dataset.state, mark]));
    this.more.addEventListener("click", () => this.#open(this.panel.hidden), { signal });
    this.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !this.contains(relatedTarget) && this.#open(false), { signal });
    document.addEventListener("pointerdown", ({ target }) => this.contains(target) || this.#open(false), { signal });
    narrow.addEventListener("change", () => this.#show(), { signal });
    onRoster(this.dataset.partOf, (roster) => { this.roster = roster; this.#show(); }, signal);
  }

  disconnectedCallback() { this.#leave.abort(); }

  #show() {
    const { viewers, known } = this.roster;
    const mine = ({ id }) => String(id) === this.dataset.viewer;
    const others = viewers.filter((viewer) => !mine(viewer)).map((viewer) => known ? viewer : { ...viewer, state: "unknown" });
    const room = narrow.matches ? OTHERS_NARROW : OTHERS;
    const rest = others.slice(room);
    const me = viewers.find(mine) ?? { id: this.dataset.viewer };    // not heard of yet: what came with the page holds
    arrange(this.list, [me, ...others.slice(0, room)], {
      make: () => document.createElement("li"),
      update: (item, viewer) => viewer.state && this.#drawFace(item, viewer, viewer === me),
    });
    arrange(this.panel.querySelector("ul"), rest, { make: line, update: (item, viewer) => this.#drawLine(item, viewer) });
    this.#count(rest.length);
  }

  #drawFace(item, viewer, mine) {
    const name = mine ? fill(word(this, "you"), viewer) : viewer.name;
    const label = fill(word(this, "label"), { name, state: this.#words(viewer.state) });
    if (item.title === label) return;
    const text = Object.assign(document.createElement("span"), { className: "vh", textContent: label });
    item.title = label;
    item.dataset.state = viewer.state;
    item.replaceChildren(face(viewer, this.#mark(viewer.state)), text);
  }

  #drawLine(item, viewer) {
    item.querySelector("at-time").setAttribute("datetime", viewer.since);
    if (item.dataset.state === viewer.state) return;
    item.dataset.state = viewer.state;
    item.querySelector(".av")?.remove();
    item.prepend(face(viewer, this.#mark(viewer.state), "24"));
    item.querySelector(".name").textContent = viewer.name;
    item.querySelector(".what").textContent = this.#words(viewer.state);
  }

  #known(state) { return this.marks.get(state) ?? this.marks.get("field"); }
  #words(state) { return this.#known(state).dataset.words; }
  #mark(state) { return this.#known(state).firstElementChild.cloneNode(true); }

  #count(rest) {
    const focused = !rest && (this.more === document.activeElement || this.panel.contains(document.activeElement));
    if (rest) {
      this.more.querySelector(".figure").textContent = `+${rest}`;
      this.more.setAttribute("aria-label", plural(this, rest));
    } else {
      this.#open(false);
    }
    this.more.hidden = !rest;
    if (!focused) return;
    this.list.tabIndex = -1;                         // the button has gone: the keyboard goes on from its place
    this.list.focus({ preventScroll: true });
  }

  #open(open) {
    if (this.panel.hidden === !open) return;
    this.panel.hidden = !open;
    this.more.setAttribute("aria-expanded", open);
  }

  #key(event) {
    if (event.key === "Escape" && !this.panel.hidden) {
      event.preventDefault();
      this.#open(false);
      this.more.focus();
    } else if (event.key === "ArrowDown" && event.target === this.more) {
      event.preventDefault();
      this.#open(true);
      this.panel.focus();
    }
  }
}

function line() {
  const item = Object.assign(document.createElement("li"), { className: "item" });
  const part = (name) => Object.assign(document.createElement("span"), { className: name });
  const since = document.createElement("at-time");
  since.setAttribute("format", "relative");
  const sub = part("sub");
  sub.append(part("what"), " ", since);
  item.append(part("name grow"), " ", sub);
  return item;
}

customElements.define("viewing-now", ViewingNow);
