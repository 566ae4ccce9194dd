// A channel is a region of the page that follows one numbered log. Whatever brings its events (socket, catch-up,
// the answer to one's own POST) goes through one queue: each is applied once, in order; a hole means asking for it.
import { applyEvent } from "./apply.js";
import { connect, isUp, link, refuse, socket } from "./connection.js";
import { showGone } from "./gone.js";
import { intentQuery } from "./intent.js";
import { renew } from "./renew.js";

const ANSWER_WAIT = 8000;
const FIRST_REST = 300;
const LONGEST_REST = 5000;
const VAIN_ASKS = 6;         // so many answers without the missing event, and the region loads anew

const channels = new Map();

export const allChannels = () => channels.values();
export const channelOf = (element) => channels.get(element?.closest("[data-channel]")?.dataset.channel)
  ?? channels.values().next().value;

export class Channel {
  #waiting = new Map();      // seq -> event that came before its turn
  #head;
  #stale = false;
  #asked = false;
  #busy = false;
  #running = Promise.resolve();
  #vain = 0;
  #wake = () => {};

  constructor(region) {
    this.region = region;
    this.name = region.dataset.channel;
    this.last = this.#head = Number(region.dataset.seq);
    this.epoch = region.dataset.epoch;
    this.over = false;
  }

  take(event) {
    const known = this.#waiting.get(event.seq);
    if (event.seq > this.last && (!known || known.pull)) this.#waiting.set(event.seq, event);
    return this.#work();
  }

  receive(answer) {
    this.#accept(answer);
    this.#wake();
    return this.#work();
  }

  poll() {
    this.#asked = true;
    return this.#work();
  }

  join() {
    if (!isUp() || this.over) return;
    const [after, line] = [this.last, socket.id];
    socket.timeout(ANSWER_WAIT).emit("join", { channel: this.name, after, epoch: this.epoch }, (late, answer) => {
      if (socket.id !== line || this.over) return;
      if (late) connect();                                       // a line that does not answer is a dead line
      else if (answer.ok) this.#joined(answer, after);
      else if (answer.error === "not_found") this.end("access");
      else if (answer.error === "signed_out") refuse();
      else setTimeout(() => this.join(), LONGEST_REST);
    });
  }

  end(reason) {
    if (this.over) return;
    this.over = true;
    showGone(this, reason);
  }

  #joined(answer, after) {
    this.#tellAnswered(answer, true);
    this.#tellCaughtUp(answer, after);
    this.receive(answer);
  }

  // who listens: presence, which has no numbers and so no place in the queue
  #tellAnswered(answer, joined) {
    document.dispatchEvent(new CustomEvent("channel:answered", { detail: { channel: this, answer, joined } }));
  }

  #tellCaughtUp({ epoch, seq }, after) {
    if (epoch === this.epoch && seq > after) link.dispatchEvent(new CustomEvent("caught-up", { detail: seq - after }));
  }

  #accept({ epoch, seq, events = [], reset }) {
    if (reset || epoch !== this.epoch) this.#stale = true;
    else {
      for (const event of events) this.#waiting.set(event.seq, event);
      this.#head = Math.max(this.#head, seq);
    }
  }

  #work() {
    if (!this.#busy) {
      this.#busy = true;
      this.#running = this.#loop();
    }
    return this.#running;
  }

  #hasWork() {
    for (const seq of this.#waiting.keys()) if (seq <= this.last) this.#waiting.delete(seq);
    return !this.over && (this.#stale || this.#asked || this.#head > this.last || this.#waiting.size > 0);
  }

  async #loop() {
    while (this.#hasWork()) {
      const next = this.#waiting.get(this.last + 1);
      if (this.#stale || next?.reset) await this.#renew();
      else if (next && !next.pull) await this.#apply(next);
      else await this.#pull();
    }
    this.#busy = false;      // in the same breath as the last look: what comes later starts a new loop
  }

  async #apply(event) {
    this.#vain = 0;
    try {
      await applyEvent(event, this.region);
    } catch {
      this.#stale = true;    // half an event on the page: the fresh page is the cure
    }
    this.last = event.seq;
    this.region.dataset.seq = event.seq;
    document.dispatchEvent(new CustomEvent("channel:applied", { detail: { channel: this, event } }));
  }

  async #pull() {
    this.#asked = false;
    const before = this.last;
    const answer = await this.#ask();
    if (answer) this.#accept(answer);
    const moved = this.#stale || this.#waiting.has(before + 1) && !this.#waiting.get(before + 1).pull;
    if (answer && !this.#hasWork()) this.#vain = 0;
    if (moved || answer && !this.#hasWork()) return;
    if (answer && ++this.#vain % VAIN_ASKS === 0) this.#stale = true;
    else await this.#rest();
  }

  async #ask() {
    try {
      const url = `${this.region.dataset.since}/${this.last}?epoch=${encodeURIComponent(this.epoch)}${isUp() ? "" : intentQuery()}`;
      const response = await fetch(url, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(ANSWER_WAIT) });
      if (response.status === 401) refuse();
      if (response.status === 404 || response.status === 403) this.end("access");
      if (!response.ok) throw new Error(response.status);
      const answer = await response.json();
      this.#tellAnswered(answer, false);
      link.dispatchEvent(new Event("polled"));
      if (!isUp()) this.#tellCaughtUp(answer, this.last);
      return answer;
    } catch {
      this.#vain += 1;
      link.dispatchEvent(new Event("unreachable"));
      return null;
    }
  }

  async #renew() {
    try {
      const fresh = await renew(this);
      if (fresh.gone) return this.end(fresh.gone);
      if (fresh.epoch !== this.epoch) this.#waiting.clear();
      Object.assign(this, fresh);
      Object.assign(this.region.dataset, { seq: fresh.last, epoch: fresh.epoch });
      this.#head = this.last;
      this.#stale = false;
      this.join();
    } catch {
      this.#stale = true;
    }
    this.#vain += 1;
    await this.#rest();      // never two in a row without a breath
  }

  #rest() {
    const wait = Math.min(LONGEST_REST, FIRST_REST * 2 ** this.#vain);
    return new Promise((done) => {
      const timer = setTimeout(done, wait);
      this.#wake = () => { clearTimeout(timer); done(); };
    });
  }
}

for (const region of document.querySelectorAll("[data-channel]")) {
  channels.set(region.dataset.channel, new Channel(region));
}
if (socket) {
  socket.on("event", (event) => channels.get(event.channel)?.take(event));
  socket.on("head", (head) => channels.get(head.channel)?.receive(head));
  socket.on("gone", ({ channel, reason }) => channels.get(channel)?.end(reason));
  link.addEventListener("up", () => { for (const channel of channels.values()) channel.join(); });
}
