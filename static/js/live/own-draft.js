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

export class OwnDraft {
  #timer = 0;
  #retry = 0;
  #looking = 0;
  #since = 0;
  #savedAt = 0;
  #posted = null;            // on its way to the desk
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
  get version() { return this.at.version + (this.#posted ? 1 : 0); }   // with the save that is on its way
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
    this.door.leave(state, this.version);
  }

  // the desk empties its copy together with the message, unless it is the other text that was asked about
  sent() {
    const other = this.question;
    Object.assign(this, { question: null, swapped: false, taken: false, discarded: false });
    this.known.write({ sent: true });
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
    const clean = !this.isDirty;
    const emptied = this.known.sent && isEmpty(there);
    const own = emptied || same(there, this.box.state) || same(there, this.at) || Boolean(posted && same(there, posted));
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
    this.failed = !answer.ok && !answer.data.draft;
    if (answer.ok) this.#know(answer.data.version, state);
    else if (answer.data.draft) this.learn(answer.data.draft, state);
    else this.#failed(answer.status);
    return answer.ok;
  }

  async #discard() {
    if (!this.#had) return;
    if (!same(this.#had, this.at)) await this.#send(this.#had);
    if (this.question) this.#keepAfterAll();
    else if (!this.failed && await this.#act("/discard", {}, false, EMPTY)) this.#had = null;
    this.known.write({ discarding: Boolean(this.#had) });
    this.changed();
  }

  #keepAfterAll() {
    this.box.fill(this.#had);
    this.#had = null;
    this.known.write({ discarding: false });
    this.changed();
  }

  #ask(path, fields, follows) {
    return this.#inTurn(async () => {
      await this.#save();
      return !this.question && this.#act(path, fields, follows);
    });
  }

  // `follows`: the box shows whatever it gives
  async #act(path, fields, follows, posted = null) {
    const answer = await this.door.act(path, fields);
    this.failed = !answer.ok;
    if (!answer.ok) {
      this.box.complain(answer.data.error);
      this.#failed(answer.status);
    } else if (follows) {
      this.#note(answer.data);
      this.#know(answer.data.version, stateOf(answer.data));
      this.box.fill(stateOf(answer.data));
    } else {
      this.learn(answer.data, posted);
    }
    this.changed();
    return answer.ok;
  }

  #failed(status) {
    this.over ||= status === 404;
    clearTimeout(this.#retry);
    if (!status || status >= 500) this.#retry = setTimeout(() => this.again(), AGAIN);
    this.box.tell();
  }

  #inTurn(act) {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {}).then(() => this.box.tell());
    return done;
  }

  #know(version, state) {
    this.at = { version, ...state };
    this.known.write({ version, ...state, posted: null, ...isEmpty(state) && { sent: false } });
  }

  #note({ shared, discarded, taken_by: takenBy }) { Object.assign(this, { shared, discarded, takenBy }); }
}
