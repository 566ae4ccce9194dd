// The two modes of the composer, reply and note: what is shown, what the buttons say, where the form goes, and which
// fields go along (not those of the other mode; files are added when the message is sent).
import { word } from "../live/words.js";

export const modeOf = (form) => form.classList.contains("is-note") ? "note" : "reply";

export function setMode(form, mode) {
  form.classList.toggle("is-note", mode === "note");
  for (const button of form.querySelectorAll("[data-mode]")) button.setAttribute("aria-pressed", button.dataset.mode === mode);
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== mode;
  form.querySelector("told-fields")?.show?.();
  label(form, mode);
  const url = word(form, `${mode}-action`);
  if (url) form.setAttribute("action", url);
}

// without a connection the button says when the message will leave
export function setOffline(form, offline) {
  form.classList.toggle("is-offline", offline);
  label(form, modeOf(form));
}

function label(form, mode) {
  const offline = form.classList.contains("is-offline");
  for (const part of form.parentElement.querySelectorAll(`[data-label-${mode}]`)) {
    part.textContent = offline && part.getAttribute(`data-label-${mode}-back`) || part.getAttribute(`data-label-${mode}`);
  }
}

export function peopleFields(form, mode = modeOf(form)) {
  const fields = [...form.querySelectorAll("people-field")];
  return fields.filter((field) => (field.closest("[data-for]")?.dataset.for ?? mode) === mode);
}

export function fieldsOf(form, { seen, status, written }) {
  const data = new FormData(form);
  data.delete("files");
  for (const part of form.querySelectorAll("[data-for][hidden] [name]")) data.delete(part.getAttribute("name"));
  const told = form.querySelector("told-fields");
  if (told) {
    for (const field of told.querySelectorAll("[name]")) data.delete(field.getAttribute("name"));
    for (const [name, value] of told.entries) data.set(name, value);
  }
  data.set("seen", seen);
  if (status) data.set("status", status);
  if (written !== undefined) data.set("written", written);
  return [...data];
}
