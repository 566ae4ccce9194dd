// How far has the person seen what guards a send: everything that came with the page, later entries once half of each
// was on screen for 1 s in a visible page, and what they asked to be shown. What is sent along is one number.
const LONG_ENOUGH = 1000;

const watches = new WeakMap();

export const seenIn = (region) => watches.get(region)?.seen ?? Number(region?.dataset.seq ?? 0);
export const unseenIn = (region) => watches.get(region)?.entries ?? [];
export const see = (region, seq) => watches.get(region)?.see(seq);

// what others did that guards, behind a number
export function theirsBehind(region, seq) {
  const own = ({ author }) => author && author === region.dataset.viewer;
  return [...region.querySelectorAll(":is(#thread, #chat-lines) > li[data-guards]")]
    .filter(({ dataset }) => Number(dataset.seq) > Number(seq) && !own(dataset));
}

// a line of the chat, whose list has another frame
export const saw = (region, seq) => watches.get(region)?.saw(seq);
export const lookAt = (region) => watches.get(region)?.scan();

export function showEntry(entry) {
  entry?.closest("ticket-chat")?.open();
  entry?.scrollIntoView({ block: "start" });
}

// Tells the region "seen" whenever there is more or less that was not seen yet.
export class Watch {
  #unseen = new Map();       // seq -> { entry, timer }

  // `behind` finds the entries behind a number that have to be seen
  constructor(region, thread, behind = theirsBehind) {
    Object.assign(this, { region, thread, behind });
    this.known = Number(region.dataset.seq);
    this.past = new Set();   // single ones behind `known`
    this.onScreen = new IntersectionObserver((changes) => changes.forEach((change) => this.#shown(change)),
                                             { root: thread.closest("[data-stick]"), threshold: [0, 0.1, 0.25, 0.5, 0.75, 1] });
    new MutationObserver(() => this.scan()).observe(thread, { childList: true });
    document.addEventListener("visibilitychange", () => this.#lookAgain());
  }

  get entries() { return [...this.#unseen.values()].map(({ entry }) => entry); }

  get seen() {
    const first = Math.min(Number(this.region.dataset.seq), ...[...this.#unseen.keys()].map((seq) => seq - 1));
    return Math.max(this.known, first);
  }

  see(seq) {
    this.known = Math.max(this.known, seq);
    for (const each of [...this.#unseen.keys()]) if (each <= seq) this.#finish(each);
  }

  saw(seq) {
    if (this.#unseen.has(seq)) this.#finish(seq);
    this.past.add(seq);
  }

  scan() {
    for (const [seq, { entry }] of this.#unseen) if (!entry.isConnected) this.#finish(seq, false);
    for (const entry of this.behind(this.region, this.known)) {
      const seq = Number(entry.dataset.seq);
      if (this.past.has(seq) || this.#unseen.has(seq)) continue;
      this.#unseen.set(seq, { entry, timer: 0 });
      this.onScreen.observe(entry);
      this.#tell();
    }
  }

  #shown({ target, isIntersecting, intersectionRatio, intersectionRect, rootBounds }) {
    const found = this.#unseen.get(Number(target.dataset.seq));
    if (found?.entry !== target) return;
    // an entry taller than the screen can never be half shown: then it has to fill half of the screen
    const half = intersectionRatio >= 0.5 || intersectionRect.height >= (rootBounds?.height ?? innerHeight) / 2;
    clearTimeout(found.timer);
    if (!isIntersecting || !half || document.hidden) return;
    found.timer = setTimeout(() => this.#finish(Number(target.dataset.seq)), LONG_ENOUGH);
  }

  #finish(seq, seen = true) {
    const { entry, timer } = this.#unseen.get(seq);
    clearTimeout(timer);
    this.#unseen.delete(seq);
    this.onScreen.unobserve(entry);
    if (seen) this.past.add(seq);
    this.#tell();
  }

  #lookAgain() {
    for (const found of this.#unseen.values()) {
      clearTimeout(found.timer);
      this.onScreen.unobserve(found.entry);
      this.onScreen.observe(found.entry);
    }
  }

  #tell() { this.region.dispatchEvent(new Event("seen")); }
}

for (const region of document.querySelectorAll("[data-channel]")) {
  const thread = region.querySelector("#thread");
  if (thread) watches.set(region, new Watch(region, thread));
}
