// What this tab knows of the desk's copy of a draft, kept over a reload: then it can tell its own newer text from one
// that another device has changed.
export const isEmpty = ({ text = "", people = [] }) => !text.trim() && !people.length;

const values = ({ people = [] }) => people.map(({ value }) => value).join("\n");

export function same(one, other) {
  if (isEmpty(one) || isEmpty(other)) return isEmpty(one) && isEmpty(other);
  return one.text === other.text && one.mode === other.mode && values(one) === values(other);
}

// an empty draft has no mode: choosing one is no writing
export const stateOf = ({ body = "", text = body, mode, people = [] }) => ({ text, people, ...text || people.length ? { mode } : {} });

export class KnownDraft {
  #key;
  #record;

  constructor(key) {
    this.#key = key;
    try {
      this.#record = JSON.parse(sessionStorage.getItem(key));
    } catch {
      this.#record = null;   // storage is off, or holds something that is not ours
    }
  }

  // a message with these words is on its way: the desk empties its copy together with it
  get sent() { return Boolean(this.#record?.sent); }

  write(fields) {
    this.#record = { ...this.#record, ...fields };
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(this.#record));
    } catch {
      // full or off: only a reload would miss it
    }
  }

  // `local` is what the tab kept, `there` the desk's draft, `state` what the box holds now
  meet({ local, unsent, there, state }) {
    const known = this.#record ?? { text: "", people: [] };
    const back = unsent.filter((record) => record.files);        // files do not outlive a reload: these are in the box
    const here = back.length
      ? { ...state, text: [...back.map((record) => record.text), local.text].filter((text) => text?.trim()).join("\n\n") }
      : stateOf(local);
    const movedThere = !same(there, known) && !(known.posted && same(there, known.posted));
    const movedHere = !same(here, known);
    const isUnderWay = Boolean(known.sent) && unsent.length > back.length;
    const had = known.discarding && !movedThere && isEmpty(here) && !isEmpty(there) ? stateOf(there) : null;
    this.write({ version: there.version, ...stateOf(there), posted: null, sent: isUnderWay && !isEmpty(there), discarding: Boolean(had) });
    if (isUnderWay || had) return { state: here, had };
    if (!movedHere || known.sent && isEmpty(here)) return { state: stateOf(there) };
    return { state: here, question: movedThere && !isEmpty(there) && !same(here, there) };
  }
}
