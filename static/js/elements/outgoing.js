// A message on its way: its bubble in the conversation, its sending, and sending it again under the same command id,
// so that a lost answer never makes two messages. The bubble is plain text; the entry itself replaces it.
import { dropDelivered } from "../live/apply.js";
import { connect, isUp } from "../live/connection.js";
import { post } from "../live/post.js";
import { say, shout } from "../live/say.js";
import { swapOf, toEnd } from "../live/stick.js";
import { word } from "../live/words.js";

const WAIT = 30_000;
const SLOWEST_LINE = 50;     // bytes in a millisecond: files get more time

export class Outgoing {
  constructor(composer, { command, url, mode, text, fields, files, people, told = null, waiting = false }) {
    Object.assign(this, { composer, command, url, mode, text, fields, files, people, told, waiting });
    this.unanswered = false;
    this.thread = document.getElementById(composer.thread);
    this.bubble = this.#draw();
  }

  // what sessionStorage can keep over a reload
  get record() {
    const { command, url, mode, text, fields, told, waiting } = this;
    const people = this.people.map(({ value, name }) => ({ value, name }));
    return { command, url, mode, text, fields, people, told, waiting, files: this.files.length };
  }

  field(name) { return this.fields.find(([other]) => other === name)?.[1]; }

  // "unanswered": nobody knows whether the desk has it
  async send() {
    if (this.busy) return;
    this.busy = true;
    this.unanswered = false;
    if (!this.waiting) this.#look("sending");
    const { channel } = this.composer;
    const body = new FormData();
    for (const [name, value] of this.fields) body.append(name, value);
    for (const file of this.files) body.append("files", file, file.name);
    const fields = { command_id: this.command, last: channel.last, epoch: channel.epoch };
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const bytes = this.files.reduce((sum, file) => sum + file.size, 0);
    const answer = await post(this.url, body, { wait: WAIT + bytes / SLOWEST_LINE });
    this.busy = false;
    if (answer.ok) await this.#sent(answer.data);
    else if (answer.status >= 400 && answer.status < 500) this.composer.takeBack(this, { error: "", ...answer.data });
    else if (answer.status) this.#failed(answer.data.error || word(this.composer, "error"));
    else this.#lost();
  }

  async #sent(data) {
    this.composer.settled(this);
    await this.composer.channel.receive(data);
    dropDelivered();
    this.bubble?.remove();   // nothing of it is shown here: the queue has caught up all the same
  }

  vanish() {
    this.bubble?.remove();
    this.composer.settled(this);
  }

  #failed(sentence) {
    this.waiting = false;
    this.#look("failed");
    const why = this.bubble?.querySelector(".fail .why");
    if (why) why.textContent = sentence;
    shout(sentence);
  }

  // without a line it waits for one; with one, the person decides, while the line shows whether it really is there
  #lost() {
    this.unanswered = true;
    if (this.waiting) return;
    if (!isUp()) return this.composer.line.add(this);
    this.#failed(word(this.composer, "offline"));
    connect();
  }

  wait() {
    this.waiting = true;
    this.#look("waiting");
    say(word(this.composer, "waiting"));
  }

  // after a reload nobody knows whether it arrived: sending it again under its id is safe either way
  restore() {
    if (this.waiting) this.composer.line.add(this);
    else this.#failed("");
  }

  #draw() {
    const template = this.composer.querySelector(".sending-template") ?? document.querySelector(".sending-template");
    const bubble = template?.content.firstElementChild.cloneNode(true);
    if (!bubble || !this.thread) return null;
    bubble.id = `pending-${this.command}`;
    bubble.dataset.command = this.command;
    bubble.dataset.pending = "";
    if (this.mode === "note" && !this.told?.visible) bubble.classList.replace("tech", "note");
    for (const part of bubble.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== this.mode || Boolean(this.told?.visible);
    bubble.querySelector(".body").textContent = [this.text, ...this.files.map((file) => file.name)].filter(Boolean).join("\n");
    bubble.querySelector(".fail button").addEventListener("click", () => this.send());
    bubble.querySelector(".waits button").addEventListener("click", () => this.#wantedBack());
    this.thread.insertAdjacentElement(swapOf(this.thread), bubble);
    toEnd(this.thread.closest("[data-stick]"));
    return bubble;
  }

  #wantedBack() {
    if (this.busy) return;
    this.composer.takeBack(this);
    this.composer.text.focus();
  }

  #look(name) {
    if (!this.bubble) return;
    this.bubble.classList.toggle("failed", name === "failed");
    this.bubble.classList.toggle("sending", name !== "failed");
    const focused = this.bubble.contains(document.activeElement);
    this.bubble.querySelector(".fail").hidden = name !== "failed";
    this.bubble.querySelector(".waits").hidden = name !== "waiting";
    if (focused && !this.bubble.contains(document.activeElement)) this.thread.closest("[data-stick]")?.focus({ preventScroll: true });
    const state = this.bubble.querySelector(".state");
    if (state) state.textContent = word(this.composer, name);
  }
}
