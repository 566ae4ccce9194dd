// <bulk-bar>: what can be done with the ticked tickets. Each ticket goes through the desk by itself; what something arrived
// on since it was ticked is stopped and can be done anyway; fields can be set back.
import { commandId, post } from "../live/post.js";
import { onKey } from "../live/keys.js";
import { fill, plural, word } from "../live/words.js";

const AT_ONCE = 10;
const ANYWAY = 10 ** 14;     // no ticket has as many entries

const numberOf = (box) => box.value;
const rowOf = (number) => document.getElementById(`ticket-${number}`);

class BulkBar extends HTMLElement {
  #seen = new Map();         // a ticked ticket -> what its row had told when it was ticked

  connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    this.list = document.querySelector(".q-scroll");
    this.all = document.getElementById("select-all");
    this.form = this.querySelector("form");
    this.results = this.querySelector(".results");
    this.progress = this.querySelector("progress");
    document.addEventListener("change", ({ target }) => {
      if (target === this.all) for (const box of this.#boxes) box.checked = target.checked;
      if (target === this.all || target.matches?.(".t-sel .check")) this.#show();
    }, { signal });
    document.addEventListener("list:renewed", () => this.#show(), { signal });
    this.addEventListener("click", ({ target }) => this.#pressed(target.closest("button")), { signal });
    onKey(["x"], () => this.#tick(), signal);
  }

  disconnectedCallback() { this.leave.abort(); }

  get #boxes() { return [...document.querySelectorAll("#ticket-rows .t-sel .check")]; }

  #tick() {
    const box = document.activeElement?.closest("tr")?.querySelector(".t-sel .check");
    if (!box) return false;
    box.click();
    return true;
  }

  #show() {
    const ticked = this.#boxes.filter((box) => box.checked).map(numberOf);
    for (const number of this.#seen.keys()) if (!ticked.includes(number)) this.#seen.delete(number);
    for (const number of ticked) if (!this.#seen.has(number)) this.#seen.set(number, rowOf(number).dataset.news);
    this.all.checked = ticked.length > 0 && ticked.length === this.#boxes.length;
    this.all.indeterminate = ticked.length > 0 && !this.all.checked;
    if (ticked.length) {
      this.results.replaceChildren();
      this.querySelector(".many").textContent = plural(this.querySelector(".many"), ticked.length);
    }
    this.hidden = !ticked.length && !this.results.children.length;
    this.form.classList.toggle("idle", !ticked.length);
  }

  #pressed(button) {
    if (!button) return;
    if (button.matches("[data-close]")) return this.#close();
    const { action, value } = button.dataset;
    if (!action) return;
    const body = action === "reply" ? this.querySelector("textarea").value : "";
    const field = this.querySelector("[name=tag]");
    const tag = action === "tag" ? field.value.trim() : "";
    if (action === "tag" && !tag) return field.focus();
    if (action === "reply" && !body.trim()) return this.querySelector("textarea").focus();
    for (const tool of this.querySelectorAll("details[open]")) tool.open = false;
    this.#act({ action, value: value ?? "", body, tag }, [...this.#seen].map(([number, seen]) => ({ number, seen })));
  }

  #close() {
    for (const box of this.#boxes) box.checked = false;
    this.results.replaceChildren();
    this.#show();
    this.list.focus();
  }

  async #act(what, tickets, command = commandId()) {
    this.progress.max = tickets.length;
    this.progress.value = 0;
    this.progress.hidden = false;
    const results = [];
    for (let at = 0; at < tickets.length; at += AT_ONCE) {
      const some = tickets.slice(at, at + AT_ONCE);
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...what, command_id: command })) form.set(name, value);
      for (const { number, seen } of some) form.append("ticket", `${number}:${seen}`);
      const { ok, data } = await post("/tickets/bulk", form);
      results.push(...(ok ? data.results : some.map(({ number }) => ({ number, ok: false, error: data?.error || word(this, "failed") }))));
      this.progress.value = results.length;
    }
    this.progress.hidden = true;
    this.#told(what, results);
  }

  #told(what, results) {
    const done = results.filter(({ ok }) => ok);
    for (const { number } of done) {
      const box = rowOf(number)?.querySelector(".t-sel .check");
      if (box) box.checked = false;
    }
    this.#show();
    const lines = [];
    if (done.length) lines.push(this.#line(plural(this.querySelector(".done"), done.length), this.#undo(what, done)));
    for (const { number, error } of results.filter(({ ok }) => !ok)) lines.push(this.#line(`#${number}: ${error}`));
    const stopped = results.filter(({ head }) => head).map(({ number, head }) => ({ number: String(number), seen: head }));
    if (stopped.length) lines.push(this.#line("", this.#button(word(this, "anyway"), () => this.#act(what, stopped))));
    if (what.action === "reply" && done.length === results.length) this.querySelector("textarea").value = "";
    this.results.replaceChildren(...lines);
    this.hidden = false;
  }

  // fields go back to what each ticket had; replies are held as long as they wait
  #undo({ action, value, tag, before: back }, done) {
    if (back) return null;
    if (action === "tag") {
      const fresh = done.filter(({ before }) => !before).map(({ number }) => ({ number: String(number), seen: ANYWAY }));
      return fresh.length ? this.#button(word(this, "undo"), () => this.#act({ action, tag, before: 1 }, fresh)) : null;
    }
    if (action === "reply") {
      const form = ({ message }) => { const body = new FormData(); body.set("message", message); body.set("last", 0); body.set("command_id", commandId()); return body; };
      return this.#button(word(this, "hold"), async () => {
        const answers = await Promise.all(done.map((each) => post(`/tickets/${each.number}/holds`, form(each))));
        this.results.replaceChildren(...answers.map(({ ok, data }, nth) => this.#line(fill(word(this, ok ? "held" : "refused"), { number: done[nth].number, why: data?.error ?? "" }))));
      });
    }
    const changed = done.filter(({ before }) => before !== value);
    if (!changed.length) return null;
    return this.#button(word(this, "undo"), async () => {
      const values = [...new Set(changed.map(({ before }) => before))];
      for (const before of values) {
        const some = changed.filter((each) => each.before === before);
        await this.#act({ action, value: before, body: "" }, some.map(({ number }) => ({ number: String(number), seen: ANYWAY })));
      }
    });
  }

  #line(text, button = null) {
    const line = document.createElement("p");
    line.append(text, ...(button ? [" ", button] : []));
    return line;
  }

  #button(text, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn sm", textContent: text });
    button.addEventListener("click", act, { once: true });
    return button;
  }
}

customElements.define("bulk-bar", BulkBar);

onKey(["n"], () => {
  const next = document.querySelector("[data-next]");
  if (!next) return false;
  next.click();
  return true;
});
