// <field-picker data-field data-choices data-action>: a button showing a field's value opens a listbox fetched from
// the server; choosing posts, with the value that held when the list opened: if another holds by then, both are shown.
// The value inside the button is a panel and may change at any time, also while the list is open.
import { channelOf } from "../live/channel.js";
import { step } from "../live/choosing.js";
import { onKey } from "../live/keys.js";
import { commandId, post } from "../live/post.js";
import { fill, sentenceOrWay, word } from "../live/words.js";
import { askWhich } from "./field-merge.js";

const KINDS = { technician: "assigned" };        // the activity that tells of a field, if it is not <field>_changed

class FieldPicker extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.list ? this.close(true) : this.open(), { signal });
    this.button.addEventListener("keydown", (event) => {
      if (["ArrowDown", "ArrowUp"].includes(event.key)) { event.preventDefault(); this.open(); }
    }, { signal });
    document.addEventListener("pointerdown", (event) => this.contains(event.target) || this.close(), { signal });
    this.addEventListener("focusout", (event) => {
      if (this.list && event.relatedTarget && !this.contains(event.relatedTarget)) this.close();
    }, { signal });
    if (this.dataset.key) onKey([this.dataset.key], () => { this.button.focus(); this.open(); }, signal);
    document.addEventListener("channel:applied", ({ detail }) => this.list && this.happened(detail.event), { signal });
    this.watch = new MutationObserver(() => this.list && this.remark());
    this.watch.observe(this.button, { childList: true, subtree: true, characterData: true });
  }

  disconnectedCallback() {
    this.close();
    this.leave.abort();
    this.watch.disconnect();
  }

  get options() { return [...this.list.querySelectorAll("[role=option]")]; }
  get now() { return this.list.querySelector("[aria-selected=true]")?.dataset.value ?? ""; }

  async open() {
    if (this.list || this.opening) return;
    this.opening = true;
    this.complain("");
    await this.saving;       // a list from before one's own choice would dispute it
    const list = await this.fetchList();
    this.opening = false;
    if (!list) return this.complain(word(this, "failed"));
    // whoever went on writing meanwhile keeps the keys
    if (document.activeElement !== document.body && !this.contains(document.activeElement)) return;
    const float = document.createElement("div");
    float.className = "menu down end";
    float.append(list);
    this.append(float);
    this.list = list;
    this.before = this.now;
    this.editor = "";
    list.tabIndex = -1;
    list.id ||= `choices-${this.dataset.field}`;
    this.options.forEach((option, at) => { option.id ||= `${list.id}-${at}`; });
    list.addEventListener("keydown", (event) => this.key(event));
    list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
    this.button.setAttribute("aria-expanded", "true");
    this.button.setAttribute("aria-controls", list.id);
    if (float.getBoundingClientRect().bottom > innerHeight) float.classList.replace("down", "up");
    if (float.getBoundingClientRect().top < 0) float.classList.replace("up", "down");
    this.mark(this.options.find((option) => option.getAttribute("aria-selected") === "true") ?? this.options[0]);
    list.focus({ preventScroll: true });
  }

  async fetchList() {
    try {
      const response = await fetch(this.dataset.choices, { headers: { Accept: "text/html" } });
      if (!response.ok) return null;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const list = page.querySelector("[role=listbox]");
      return list && document.importNode(list, true);
    } catch {
      return null;
    }
  }

  // a colleague changed the value meanwhile: the list stays open and shows which one holds now
  async remark() {
    const fresh = await this.fetchList();
    if (!fresh || !this.list) return;
    const now = fresh.querySelector("[aria-selected=true]")?.dataset.value;
    const check = this.list.querySelector(".grow + .i");
    for (const option of this.options) {
      option.setAttribute("aria-selected", option.dataset.value === now);
      if (check && option.dataset.value === now) option.append(check);
    }
    this.tellNews();
  }

  happened({ kind, seq }) {
    if (kind !== (KINDS[this.dataset.field] ?? `${this.dataset.field}_changed`)) return;
    const line = document.getElementById(`act-${seq}`);
    const own = line?.dataset.author === channelOf(this).region.dataset.viewer;
    this.editor = own ? "" : line?.querySelector("b")?.textContent ?? "";
    this.tellNews();
  }

  // at the end that is free to grow: what is pointed at does not move
  tellNews() {
    const float = this.list.parentElement;
    float.querySelector(".choices-news")?.remove();
    if (this.now === this.before) return;
    const value = this.options.find((option) => option.dataset.value === this.now)?.querySelector(".grow").textContent ?? "";
    const words = fill(word(this, this.editor ? "changed" : "changed-itself"), { name: this.editor, value });
    const line = Object.assign(document.createElement("p"), { className: "choices-news", textContent: words });
    if (float.classList.contains("up")) float.prepend(line);
    else float.append(line);
  }

  mark(option) {
    if (!option) return;
    this.active = option;
    for (const other of this.options) other.classList.toggle("on", other === option);
    this.list.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.key === "Escape" || event.key === "Tab") {
      if (event.key === "Escape") event.preventDefault();
      this.close(true);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.choose(this.active);
    } else {
      const next = step(this.options, this.active, event);
      if (next) { event.preventDefault(); this.mark(next); }
    }
  }

  choose(option) {
    if (!option || option.getAttribute("aria-disabled") === "true") return;
    const same = option.getAttribute("aria-selected") === "true";
    const { value = "" } = option.dataset;
    this.close(true);
    if (!same) this.saving = this.save(value, this.before);
  }

  async save(value, before) {
    const channel = channelOf(this);
    const body = new FormData();
    const fields = { value, before, command_id: commandId(), last: channel.last, epoch: channel.epoch };
    for (const [name, text] of Object.entries(fields)) body.set(name, text);
    this.button.setAttribute("aria-busy", "true");
    const { ok, data } = await post(this.dataset.action, body);
    this.button.removeAttribute("aria-busy");
    if (ok) return channel.receive(data);
    if (!data.merge) return this.complain(data.error || word(this, "failed"), data.sign_in);
    channel.poll();
    this.close();
    if (await askWhich(this, data.merge.html) === "mine") await this.save(value, data.merge.value);
  }

  close(giveBack = false) {
    if (!this.list) return;
    this.list.parentElement.remove();
    this.list = this.active = null;
    this.button.setAttribute("aria-expanded", "false");
    this.button.removeAttribute("aria-controls");
    if (giveBack) this.button.focus({ preventScroll: true });
  }

  complain(sentence, signIn) {
    this.querySelector(".err")?.remove();
    if (!sentence) return;
    const line = Object.assign(document.createElement("p"), { className: "err" });
    line.setAttribute("role", "alert");
    line.append(sentenceOrWay(sentence, signIn));
    this.append(line);
  }
}

customElements.define("field-picker", FieldPicker);
