// The doors of one's draft on the desk. A save names the version it goes on from.
import { post } from "./post.js";

const OUTLIVES = 15_000;     // characters; browsers carry 64 kB over the end of a page

export class DraftDoor {
  constructor(url) { this.url = url; }

  // goes on when the page is left meanwhile, as long as browsers take it
  save(state, version, keep) {
    return post(this.url, formOf(state, version, keep), { keepalive: state.text.length < OUTLIVES });
  }

  act(path, fields = {}) { return post(path.startsWith("/tickets/") ? path : this.url + path, new URLSearchParams(fields)); }

  async read() {
    try {
      const response = await fetch(this.url, { headers: { Accept: "application/json" } });
      return response.ok ? await response.json() : null;
    } catch {
      return null;           // the next hint, or the next save, tells
    }
  }

  // outlives the page; nobody hears the answer
  leave(state, version) {
    const [body, headers] = [formOf(state, version), { Accept: "application/json" }];
    fetch(this.url, { method: "POST", body, headers, keepalive: true }).catch(() => {});
  }
}

function formOf({ text, mode, people }, version, keep = false) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ body: text, mode, version })) form.set(name, value);
  if (keep) form.set("keep", 1);
  for (const { value } of people) form.append("people", value);
  return form;
}
