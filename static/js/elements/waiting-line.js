// Messages written while the connection is away. They wait in their order and leave by themselves when it is back, one
// after the other, each under its own command id. What the desk does not answer stays first in the line.
import { link } from "../live/connection.js";
import { isLost } from "../live/link-state.js";

const AGAIN = 3000;

export class WaitingLine {
  #messages = [];
  #leaving = false;
  #timer = 0;

  constructor() {
    for (const name of ["up", "found"]) link.addEventListener(name, () => this.#leave());
  }

  // those that the send guard stops together with the first of them
  get guarded() { return this.#messages.filter((message) => message.mode === "reply" || message.field("status")); }

  add(message) {
    if (this.#messages.includes(message)) return;
    this.#messages.push(message);
    message.wait();
    this.#later();
  }

  drop(message) { this.#messages = this.#messages.filter((other) => other !== message); }

  // where the page never learned that the line was away there is no word that it is back
  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#leave(), AGAIN);
  }

  async #leave() {
    if (this.#leaving) return;
    this.#leaving = true;
    while (this.#messages.length && !isLost()) {
      const [message] = this.#messages;
      await message.send();
      if (message.unanswered) { this.#later(); break; }
      this.drop(message);
    }
    this.#leaving = false;
  }
}
