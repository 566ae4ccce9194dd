// <going-out message leaves data-in data-failed>: a reply that leaves in a few seconds. Everybody on the ticket sees how
// many there are, and may hold it.
import { channelOf } from "../live/channel.js";
import { commandId, post } from "../live/post.js";
import { word } from "../live/words.js";

const TICK = 250;
const LONGEST = 60; // seconds; with a clock that is wrong there would be hours

class GoingOut extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.words = this.querySelector(".words");
    this.button = this.querySelector("button");
    this.button.onclick = () => this.#hold();
    this.#timer = setInterval(() => this.#count(), TICK);
    this.#count();
  }

  disconnectedCallback() { clearInterval(this.#timer); }

  #count() {
    const left = Math.ceil((Date.parse(this.getAttribute("leaves")) - Date.now()) / 1000);
    if (left > 0 && left <= LONGEST) this.words.textContent = word(this, "in").replace("{n}", left);
  }

  async #hold() {
    const channel = channelOf(this);
    const fields = { message: this.getAttribute("message"), command_id: commandId(), last: channel.last, epoch: channel.epoch };
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    this.button.disabled = true;
    const { ok, data } = await post(`/tickets/${channel.name.replace("ticket:", "")}/holds`, body);
    if (ok) return channel.receive(data);
    clearInterval(this.#timer);
    this.words.textContent = data.error || word(this, "failed");
    this.button.disabled = false;
  }
}

customElements.define("going-out", GoingOut);
