// The files of a new request: images with a preview, documents with their name; chosen, pasted or dropped, each removable.
// One that can't go along is refused in words with its name, and the others stay.
import { fill, word } from "../live/words.js";
import { sizeText } from "./attach-files.js";

const IMAGE = /^image\/(png|jpeg|gif|webp)$/;

export class RequestFiles {
  #rows = { image: new Map(), document: new Map() };     // file -> its row
  #pasted = 0;

  constructor(form, { complain, changed }) {
    Object.assign(this, { form, complain, changed });
    for (const input of form.querySelectorAll("input[type=file]")) {
      input.addEventListener("change", () => {
        const files = [...input.files];
        input.value = "";
        this.add(files, input.dataset.kind);
      });
    }
    form.addEventListener("dragover", (event) => this.#over(event, true));
    form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || this.#over(event, false));
    form.addEventListener("drop", (event) => {
      this.#over(event, false);
      if (event.dataTransfer?.files.length) this.add(event.dataTransfer.files);
    });
    document.addEventListener("paste", (event) => this.#paste(event));
  }

  get files() { return Object.values(this.#rows).flatMap((rows) => [...rows.keys()]); }

  // `place` is where they were put in; without one they go where they belong
  add(files, place) {
    const refused = [];
    for (const file of files) {
      const kind = IMAGE.test(file.type) ? "image" : "document";
      const why = place === "image" && kind !== "image" ? "not-image" : this.#refusal(file, kind);
      if (why) refused.push(fill(word(this.form, why), { name: file.name }));
      else this.#show(file, kind);
    }
    this.complain(refused.join(" "));
    this.changed();
  }

  #refusal(file, kind) {
    const bytes = this.files.reduce((sum, other) => sum + other.size, file.size);
    if (bytes > Number(word(this.form, "max-bytes"))) return "too-large";
    return this.#rows[kind].size < this.#most(kind) ? "" : "too-many";
  }

  #most(kind) { return Number(word(this.form, `max-${kind}s`)); }

  #show(file, kind) {
    const template = this.form.querySelector(kind === "image" ? ".shot-template" : ".doc-template");
    const row = template.content.firstElementChild.cloneNode(true);
    if (kind === "image") row.querySelector("img").src = URL.createObjectURL(file);
    row.querySelector(".name").textContent = file.name;
    row.querySelector(".size").textContent = sizeText(file.size);
    const remove = row.querySelector(".remove");
    remove.setAttribute("aria-label", fill(remove.getAttribute("aria-label"), { name: file.name }));
    remove.addEventListener("click", () => this.#remove(file, kind));
    this.#rows[kind].set(file, row);
    this.#adder(kind).before(row);
    this.#makeRoom(kind);
  }

  // the place to add one more goes when there is no more room
  #remove(file, kind) {
    const row = this.#rows[kind].get(file);
    if (kind === "image") URL.revokeObjectURL(row.querySelector("img").src);
    row.remove();
    this.#rows[kind].delete(file);
    this.#makeRoom(kind);
    this.#adder(kind).querySelector("input").focus();
    this.complain("");
    this.changed();
  }

  #makeRoom(kind) { this.#adder(kind).hidden = this.#rows[kind].size >= this.#most(kind); }

  #adder(kind) { return this.form.querySelector(`input[data-kind=${kind}]`).closest("li"); }

  #over(event, inside) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.form.classList.toggle("dropping", inside);
  }

  // spreadsheets and word processors put a picture beside the text: then the text is what was meant
  #paste(event) {
    const { files, types } = event.clipboardData;
    if (!this.form.isConnected || !files.length || types.includes("text/plain")) return;
    event.preventDefault();
    this.add([...files].map((file) => /^image\.\w+$/.test(file.name) || !file.name ? this.#named(file) : file));
  }

  #named(file) {
    const ending = file.type.split("/")[1]?.replace("jpeg", "jpg") || "bin";
    return new File([file], `pasted-${++this.#pasted}.${ending}`, { type: file.type });
  }
}
