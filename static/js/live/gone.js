// What is left of a region that may not be shown any more: one sentence, and the unsent text to be copied.
import { say } from "./say.js";
import { sentenceOrWay, word } from "./words.js";

export function showGone(channel, reason) {
  const { region, name } = channel;
  const sentence = word(region, `gone-${reason}`) || word(region, "gone");
  const rest = document.createElement("div");
  rest.className = "gone";
  // The page keeps a heading and a place for its skip link to lead to.
  const line = document.createElement("h1");
  rest.id = document.querySelector(".skip")?.hash.slice(1) || "content";
  rest.tabIndex = -1;
  line.append(sentenceOrWay(sentence, reason === "signed_out" && "/sign-in"));
  rest.append(line, ...unsentTexts(region));
  for (const part of document.querySelectorAll(`[data-part-of="${CSS.escape(name)}"]`)) part.remove();
  for (const aside of region.parentElement.querySelectorAll(":scope > aside")) aside.remove();
  region.replaceChildren(rest);
  say(sentence);
}

function unsentTexts(region) {
  const bubbles = [...region.querySelectorAll("[data-pending] .body")].map((body) => body.textContent);
  const texts = [...bubbles, region.querySelector("reply-composer textarea")?.value ?? ""].filter((text) => text.trim());
  return texts.map((text) => {
    const label = document.createElement("label");
    const box = document.createElement("textarea");
    box.readOnly = true;
    box.rows = 6;
    box.value = text;
    label.append(word(region, "gone-draft"), box);
    return label;
  });
}
