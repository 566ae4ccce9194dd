// <rating-form data-url>: how the requester found the way it was resolved. It is read anew when something happens on the
// request, or on another page of theirs; while the same is asked, what is chosen and typed stays.
import { channelOf } from "../live/channel.js";
import { socket } from "../live/connection.js";
import { commandId, post } from "../live/post.js";

const REST = 300;

class RatingForm extends HTMLElement {
  #timer = 0;
  #command = commandId();

  connectedCallback() {
    this.addEventListener("submit", this);
    this.addEventListener("input", this);
    document.addEventListener("channel:applied", ({ detail: { channel } }) => channel === channelOf(this) && this.#soon());
    socket?.on("notice", ({ kind }) => kind === "requests" && this.#soon());
  }

  async handleEvent(event) {
    if (event.type === "input") {
      this.#command = commandId();
      return;
    }
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("button");
    const fields = new FormData(form);
    fields.set("command_id", this.#command);
    button.disabled = true;
    const { ok, data } = await post(form.action, fields);
    button.disabled = false;
    if (ok) await this.load();
    const problem = this.querySelector(".problem");
    if (!problem) return;
    problem.hidden = ok;
    problem.querySelector(".words").textContent = ok ? "" : data.error || this.dataset.failed;
    if (ok) this.querySelector(":checked")?.focus({ preventScroll: true });
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.load(), REST);
  }

  async load() {
    const response = await fetch(this.dataset.url, { headers: { Accept: "text/html" }, cache: "no-store" }).catch(() => null);
    if (!response?.ok || response.redirected) return;
    const fresh = document.createElement("template");
    fresh.innerHTML = await response.text();
    const state = (part) => part.querySelector("form")?.dataset.state;
    if (state(fresh.content) !== state(this)) this.replaceChildren(fresh.content);
  }
}

customElements.define("rating-form", RatingForm);
