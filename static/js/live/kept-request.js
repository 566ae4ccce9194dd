// A request that is being written, kept on this device for its author until it is sent or discarded. Files are not in it.
export class KeptRequest {
  constructor(viewer) { this.key = `request:${viewer}`; }

  get draft() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;           // storage is off, or holds something that is not ours
    }
  }

  // gives whether it is there now
  keep(draft) {
    try {
      localStorage.setItem(this.key, JSON.stringify(draft));
      return true;
    } catch {
      return false;          // full or off: the text is still in its box
    }
  }

  drop() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // off: then nothing was kept
    }
  }
}
