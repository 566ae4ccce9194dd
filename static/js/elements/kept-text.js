// What is half typed, and what could not be sent, outlives a reload: kept for this tab, per person and ticket.
export class KeptText {
  constructor(channel, thread = "thread") {
    const { viewer } = channel.region.dataset;
    const place = thread === "thread" ? channel.name : `${channel.name}:${thread}`;
    this.draftKey = `draft:${viewer}:${place}`;
    this.unsentKey = `unsent:${viewer}:${place}`;
  }

  get draft() { return this.#read(this.draftKey, {}); }
  set draft(value) { this.#write(this.draftKey, value?.text || value?.people?.length || value?.told ? value : null); }
  get unsent() { return this.#read(this.unsentKey, []); }
  set unsent(list) { this.#write(this.unsentKey, list.length ? list : null); }

  #read(key, otherwise) {
    try {
      return JSON.parse(sessionStorage.getItem(key)) ?? otherwise;
    } catch {
      return otherwise;      // storage is off, or holds something that is not ours
    }
  }

  #write(key, value) {
    try {
      if (value === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      // full or off: the text is still in its box
    }
  }
}
