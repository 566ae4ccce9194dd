// One's draft here and on the desk: saving in order, and what to do when another device wrote. No device overwrites
// another unseen, nothing comes back once its message left, and no text goes without a way back to it.
import { DraftDoor } from "./draft-door.js";
import { KnownDraft, isEmpty, same, stateOf } from "./known-draft.js";

const AFTER_KEY = 1000;
const AT_MOST = 3000;
const AGAIN = 5000;
const ECHO = 1500;           // a hint so soon after a save tells of that save
const LOOK_LATER = 4000;
const EMPTY = { text: "", people: [] };

// what was written while the desk was asked stays, behind what it gives
const typedSince = (before, now) => now === before ? "" : now.startsWith(before) ? now.slice(before.length) : `\n\n${now}`;

export class OwnDraft {
  #timer = 0;
  #retry = 0;
  #looking = 0;
  #since = 0;
  #savedAt = 0;
  #posted = null;            // on its way to the desk
  #unsure = [];              // posted, and no answer said whether it is there
  #sentOver = null;          // what was on its way when the message left
  #had = null;               // being discarded
  #turn = Promise.resolve();

  // `box` has a state, can be filled and can complain, and is told of every change; `found` is the desk's draft
  constructor({ url, key, box, found }) {
    Object.assign(this, { box, failed: false, over: false, question: null, swapped: false, taken: false });
    this.door = new DraftDoor(url);
    this.known = new KnownDraft(key);
    this.at = { version: found.version, ...stateOf(found) };       // what the desk is known to have
    this.#note(found);
  }

  get isDirty() { return !same(this.box.state, this.at) && !(this.known.sent && isEmpty(this.box.state)); }
  get isSaving() { return Boolean(this.#posted) || this.isDirty; }
  get version() { return this.at.version; }
  get saving() { return [this.#posted, ...this.#unsure].filter(Boolean); }
  get isEmpty() { return isEmpty(this.box.state); }

  // The page was loaded: does the text of this tab go on, or that of the desk?
  start(local, unsent) {
    const begun = this.known.meet({ local, unsent, there: this.at, state: this.box.state });
    if (begun.question) this.question = this.at;
    this.#had = begun.had ?? null;
    this.box.fill(begun.state);
    if (this.#had) this.again();
    this.changed();
  }

  changed() {
    clearTimeout(this.#timer);
    if (this.isDirty && !this.question) {
      this.#since ||= Date.now();
      this.#timer = setTimeout(() => this.save(), Math.max(0, Math.min(AFTER_KEY, this.#since + AT_MOST - Date.now())));
    }
    this.box.tell();
  }

  save() { return this.#inTurn(() => this.#save()); }
  again() { return this.#inTurn(() => this.#had ? this.#discard() : this.#save()); }

  // what is on its way still has the version that its answer would name
  leave() {
    const state = this.box.state;
    if (this.over || this.question || this.#had || !this.isDirty || this.#posted && same(state, this.#posted)) return;
    this.known.write({ posted: state });
    this.door.leave(state, this.at.version + (this.#posted ? 1 : 0));
    this.#unsure.push(state);
  }

  // the desk empties its copy together with the message, unless it is the other text that was asked about
  sent() {
    const other = this.question;
    Object.assign(this, { question: null, swapped: false, taken: false, discarded: false });
    this.#sentOver = this.#posted;
    this.known.write({ sent: !isEmpty(this.at) || this.saving.length > 0 });
    if (other) {
      this.#know(other.version, stateOf(other));
      this.box.fill(stateOf(other));
    }
    this.changed();
  }

  // a message is back in the box; `others` are still on their way
  back(others) {
    this.known.write({ sent: others });
    this.changed();
  }

  discard(had) {
    this.#had = had;
    Object.assign(this, { question: null, swapped: false });
    this.known.write({ discarding: true });
    return this.again();
  }

  restore() { return this.#had ? this.#keepAfterAll() : this.#ask("/restore", {}, true); }
  share(on) { return this.#ask("/sharing", { on: on ? 1 : 0 }); }

  async take(url) {
    this.swapped = await this.#ask(url, {}, true) && this.discarded;
    this.box.tell();
  }

  // "mine" stays and the other is kept, or the other way round
  decide(choice) {
    const theirs = this.question;
    this.question = null;
    this.#know(theirs.version, stateOf(theirs));
    return this.#inTurn(async () => {
      const there = stateOf(theirs);
      if (!await this.#send(this.box.state, true)) this.question ??= theirs;
      else if (choice === "theirs") await this.#act(isEmpty(there) ? "/discard" : "/restore", {}, true);
      this.swapped = !isEmpty(there) && !this.question;
    });
  }

  // something changed somewhere: most often it was this page's own save, except while a message is on its way
  heard() {
    const own = !this.known.sent && (this.#posted || Date.now() - this.#savedAt < ECHO);
    clearTimeout(this.#looking);
    this.#looking = setTimeout(() => this.look(), own ? LOOK_LATER : 0);
  }

  async look() {
    const found = this.over ? null : await this.door.read();
    if (found) this.learn(found);
  }

  learn(found, posted = this.#posted) {
    if (found.version < this.at.version) return;
    this.#note(found);
    if (found.version > this.at.version) this.#meet(found, stateOf(found), posted);
    this.changed();
  }

  #meet(found, there, posted) {
    // a note that became a reply elsewhere, or the other way round, is not followed in silence
    const turned = !isEmpty(there) && !this.isEmpty && there.mode !== this.box.state.mode;
    const clean = !this.isDirty && !turned;
    const emptied = this.known.sent && isEmpty(there);
    const own = emptied || same(there, this.box.state) || same(there, this.at) || [posted, ...this.#unsure].some((state) => state && same(there, state));
    this.taken ||= Boolean(found.taken_by);
    // who took it over has what was written until then: what is here goes on by itself
    const asks = !own && !clean && !(isEmpty(there) && found.taken_by);
    this.question = asks ? found : null;
    if (!asks) this.#know(found.version, there);
    if (clean && !own) this.box.fill(there);
  }

  async #save() {
    this.#since = 0;
    if (this.over || this.question || this.#had || !this.isDirty) return;
    await this.#send(this.box.state);
    if (!this.failed) this.changed();
  }

  async #send(state, keep = false) {
    this.#posted = state;
    this.known.write({ posted: state });
    this.box.tell();
    const answer = await this.door.save(state, this.at.version, keep);
    this.#posted = null;
    this.#savedAt = Date.now();
    this.failed = !answer.ok;
    if (answer.ok && answer.data.version > this.at.version) this.#know(answer.data.version, state, state === this.#sentOver);
    else if (answer.data.draft) this.learn(answer.data.draft, state);
    else if (!answer.ok) this.#failed(answer.status, state);
    return answer.ok && !answer.data.draft;
  }

  async #discard() {
    if (!this.#had) return;
    this.failed = false;
    if (!same(this.#had, this.at)) await this.#send(this.#had);
    if (this.question) this.#keepAfterAll();
    else if (!this.failed) {
      const answer = await this.#act("/discard", {}, false, EMPTY);
      this.failed = !answer.ok;
      if (answer.ok) this.#had = null;
      else this.#failed(answer.status);
    }
    this.known.write({ discarding: Boolean(this.#had) });
    this.changed();
  }

  #keepAfterAll() {
    const [had, now] = [this.#had, this.box.state];
    const text = [had.text, now.text].filter((words) => words.trim()).join("\n\n");
    this.box.fill(isEmpty(now) ? had : { ...had, text, mode: now.mode === had.mode ? had.mode : "note" });
    this.#had = null;
    this.known.write({ discarding: false });
    this.changed();
  }

  #ask(path, fields, follows) {
    return this.#inTurn(async () => {
      await this.#save();
      if (this.question || this.failed || this.#had) return false;      // first this has to be settled, and it says so
      return (await this.#act(path, fields, follows)).ok;
    });
  }

  // `follows`: the box shows whatever it gives
  async #act(path, fields, follows, posted = null) {
    const before = this.box.state;
    const answer = await this.door.act(path, fields);
    if (!answer.ok) {
      if (answer.status) this.box.complain(answer.data.error);
    } else if (follows) {
      const there = stateOf(answer.data);
      this.#note(answer.data);
      this.question = null;
      this.#know(answer.data.version, there);
      this.box.fill({ ...there, text: there.text + typedSince(before.text, this.box.state.text) });
    } else {
      this.learn(answer.data, posted);
    }
    this.changed();
    return answer;
  }

  #failed(status, state = null) {
    this.over ||= status === 404;
    clearTimeout(this.#retry);
    const unanswered = !status || status >= 500;
    if (state && unanswered && !this.#unsure.some((other) => same(other, state))) this.#unsure.push(state);
    if (unanswered || status === 408 || status === 429) this.#retry = setTimeout(() => this.again(), AGAIN);
    this.box.tell();
  }

  #inTurn(act) {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {}).then(() => this.box.tell());
    return done;
  }

  // `underWay`: the message that empties the desk's copy has not arrived yet
  #know(version, state, underWay = false) {
    this.at = { version, ...state };
    this.#unsure = [];
    this.known.write({ version, ...state, posted: null, sent: underWay && this.known.sent });
  }

  #note({ shared, discarded, taken_by: takenBy }) { Object.assign(this, { shared, discarded, takenBy }); }
}
