// How long the text is, shown when it comes near the limit. Counted in characters, as the server does.
import { figure, fill, word } from "../live/words.js";

const MOST = 64_000;
const SHOWN_FROM = 4000;     // characters before the limit

export function countCharacters(form, text) {
  const limit = Number(word(form, "limit")) || MOST;
  const length = text.length < limit - SHOWN_FROM ? text.length : [...text].length;
  const over = length - limit;
  const shown = form.querySelector(".count");
  if (shown) {
    shown.hidden = length < limit - SHOWN_FROM;
    shown.classList.toggle("bad", over > 0);
    shown.textContent = shown.hidden ? "" : fill(word(form, "count"), { count: figure(length), limit: figure(limit) });
  }
  return over > 0 ? fill(word(form, "too-long"), { count: figure(over) }) : "";
}
