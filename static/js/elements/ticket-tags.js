// <ticket-tags data-url>: adds a tag by Enter, removes one by its button. The list itself is a panel that the desk pushes.
import { channelOf } from "../live/channel.js";
import { commandId, post } from "../live/post.js";

class TicketTags extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    this.form = this.querySelector("form");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#set(this.form.elements.tag.value, true);
    }, { signal });
    this.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-untag]");
      if (button) this.#set(button.dataset.untag, false);
    }, { signal });
  }

  disconnectedCallback() { this.leave.abort(); }

  async #set(tag, on) {
    const channel = channelOf(this);
    const body = new FormData();
    const fields = { tag, on: on ? 1 : 0, command_id: commandId(), last: channel.last, epoch: channel.epoch };
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const field = this.form.elements.tag;
    const { ok, data } = await post(this.dataset.url, body);
    this.querySelector(".bad").textContent = ok ? "" : data?.error ?? "";
    field.toggleAttribute("aria-invalid", !ok && on);
    if (!ok) return;
    if (on) field.value = "";
    else field.focus();
    await channel.receive(data);
  }
}

customElements.define("ticket-tags", TicketTags);
