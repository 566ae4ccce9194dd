// The files of a message being written: chosen, dropped or pasted, shown with a preview in .picked, removable.
// A file that is too much is refused in words beside its name; the others stay.
import { fill, language, word } from "../live/words.js";

const MOST_BYTES = 20e6;     // of one message
const IMAGE = /^image\/(png|jpeg|gif|webp|avif|bmp)$/;

const unit = (name, maximumFractionDigits) =>
  new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits });
const kilobytes = unit("kilobyte", 0);
const megabytes = unit("megabyte", 1);
export const sizeText = (bytes) => bytes < 1e6 ? kilobytes.format(Math.max(1, Math.round(bytes / 1e3))) : megabytes.format(bytes / 1e6);

export class AttachFiles {
  #rows = new Map();         // file -> its row
  #pasted = 0;

  constructor(form, { complain }) {
    Object.assign(this, { form, complain });
    this.list = form.querySelector(".picked");
    this.inputs = [...form.querySelectorAll("input[type=file]")];
    for (const input of this.inputs) {
      input.previousElementSibling.addEventListener("click", () => input.click());
      input.addEventListener("change", () => {
        const files = [...input.files];
        input.value = "";
        this.add(files, input.dataset.kind === "image");
      });
    }
    form.addEventListener("dragover", (event) => this.#over(event, true));
    form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || this.#over(event, false));
    form.addEventListener("drop", (event) => this.#drop(event));
    form.querySelector("textarea").addEventListener("paste", (event) => this.#paste(event));
  }

  get files() { return [...this.#rows.keys()]; }

  add(files, onlyImages = false) {
    const refused = [];
    for (const file of files) {
      const why = this.#refusal(file, onlyImages);
      if (why) refused.push(fill(word(this.form, why), { name: file.name }));
      else this.#show(file);
    }
    if (this.list) this.list.hidden = !this.#rows.size;
    if (refused.length) this.complain(refused.join(" "), "files");
  }

  clear() { for (const file of this.files) this.#remove(file); }

  #refusal(file, onlyImages) {
    const bytes = this.files.reduce((sum, other) => sum + other.size, file.size);
    if (onlyImages && !file.type.startsWith("image/")) return "not-image";
    if (bytes > (Number(word(this.form, "max-bytes")) || MOST_BYTES)) return "too-large";
    if (this.#rows.size >= (Number(word(this.form, "max-files")) || Infinity)) return "too-many";
    return "";
  }

  #show(file) {
    const row = this.form.querySelector(".picked-template").content.firstElementChild.cloneNode(true);
    if (IMAGE.test(file.type)) {
      const image = Object.assign(document.createElement("img"), { src: URL.createObjectURL(file), alt: "" });
      row.querySelector(".thumb").replaceChildren(image);
    }
    row.querySelector(".name").textContent = file.name;
    row.querySelector(".size").textContent = sizeText(file.size);
    const remove = row.querySelector(".remove");
    remove.setAttribute("aria-label", fill(remove.getAttribute("aria-label"), { name: file.name }));
    remove.addEventListener("click", () => {
      this.#remove(file);
      this.form.querySelector("textarea").focus();
    });
    this.#rows.set(file, row);
    this.list?.append(row);
  }

  #remove(file) {
    const row = this.#rows.get(file);
    const image = row.querySelector("img");
    if (image) URL.revokeObjectURL(image.src);
    row.remove();
    this.#rows.delete(file);
    if (this.list) this.list.hidden = !this.#rows.size;
  }

  #over(event, inside) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.form.classList.toggle("dropping", inside);
  }

  #drop(event) {
    this.#over(event, false);
    if (event.dataTransfer?.files.length) this.add(event.dataTransfer.files);
  }

  // spreadsheets and word processors put a picture beside the text: then the text is what was meant
  #paste(event) {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    this.add([...files].map((file) => /^image\.\w+$/.test(file.name) || !file.name ? this.#named(file) : file));
  }

  #named(file) {
    const ending = file.type.split("/")[1]?.replace("jpeg", "jpg") || "bin";
    return new File([file], `pasted-${++this.#pasted}.${ending}`, { type: file.type });
  }
}

// a file dropped beside the composer would make the browser leave the page, and what was written with it
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (!event.defaultPrevented && event.dataTransfer?.types.includes("Files")) {
      event.preventDefault();
      event.dataTransfer.dropEffect = "none";
    }
  });
}
