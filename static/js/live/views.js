// Tells the desk that a technician looks at a ticket, and how far: when the page comes into view, when more of it was
// seen, and when it is left. It also settles what the bell says about the ticket. A hidden page is not looked at.
import { channelOf } from "./channel.js";
import { Watch } from "./seen.js";

const AGAIN_AFTER = 60_000;  // coming back within this time is the same view
const GATHER = 2000;

const lookers = new Map();   // channel's name -> Looker

// A notice about a ticket that is before the reader is read: true once the desk knows.
export async function lookAt(number) {
  const looker = lookers.get(`ticket:${number}`);
  return Boolean(looker?.looking && await looker.tell({ later: 1 }));
}

export const ticketsLookedAt = () => [...lookers].filter(([, looker]) => looker.looking).map(([name]) => name.replace("ticket:", ""));

// Marking as unread is the last word about a look, until it did not work or the page is opened again.
export async function stopLooking(region, stopped = true) {
  const looker = lookers.get(region?.dataset.channel);
  if (looker) looker.stopped = stopped;
  await looker?.telling;
}

const byOthers = (region, seq) => [...region.querySelectorAll("#thread > li[data-seq]")]
  .filter(({ dataset }) => dataset.seq > seq && dataset.author !== region.dataset.viewer);

class Looker {
  #openedAt = 0;
  #told = 0;                 // the last entry that the desk knows to be seen
  #timer = 0;
  stopped = false;
  telling = Promise.resolve(true);

  constructor(region) {
    this.region = region;
    this.watch = new Watch(region, region.querySelector("#thread"), byOthers);
    region.addEventListener("seen", () => this.#soon());
    document.addEventListener("channel:applied", () => this.#soon());
    document.addEventListener("visibilitychange", () => document.hidden ? this.#leave() : this.#come());
    addEventListener("pagehide", () => document.hidden || this.#leave());
    this.#come();
  }

  get looking() { return !document.hidden && !this.stopped && !channelOf(this.region).over; }

  // quiet changes show nothing in the conversation, so they are no reason to tell anything
  get #last() {
    const { seen } = this.watch;
    const seqs = [...this.region.querySelectorAll("#thread > li[data-seq]")].map(({ dataset }) => Number(dataset.seq));
    return Math.max(0, ...seqs.filter((seq) => seq <= seen));
  }

  tell(more = {}) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const last = this.#last;
    const body = new URLSearchParams({ seen: this.watch.seen, ...more });
    const headers = { Accept: "application/json" };
    this.telling = fetch(this.region.dataset.views, { method: "POST", body, headers, keepalive: true }).then(({ ok }) => {
      if (ok) this.#told = Math.max(this.#told, last);
      return ok;
    }, () => false);         // nothing is lost by it: the next look tells
    return this.telling;
  }

  async #come() {
    if (!this.looking) return;
    if (Date.now() - this.#openedAt < AGAIN_AFTER) return this.#soon();
    this.#openedAt = Date.now();
    if (!await this.tell()) this.#openedAt = 0;
  }

  #soon() {
    if (!this.#timer && this.looking && this.#last > this.#told) this.#timer = setTimeout(() => this.#grown(), GATHER);
  }

  #grown() {
    this.#timer = 0;
    if (this.looking && this.#last > this.#told) this.tell({ later: 1 });
  }

  #leave() {
    if (!this.stopped && !channelOf(this.region).over && this.#openedAt && this.#last > this.#told) this.tell({ later: 1 });
  }
}

for (const region of document.querySelectorAll("[data-views]")) lookers.set(region.dataset.channel, new Looker(region));
