// "@be" in the text of an internal note opens the list of the people field; who is chosen is written into the text
// as "@Beatriz Nunes " and becomes a token, which is what notifies her.
const MENTION = /(?:^|[\s(])@([\p{L}\p{N}._-]{0,30})$/u;

export function mentionTyping(textarea, field) {
  const { suggestions } = field;
  const allowed = () => field.isConnected && !field.closest("[hidden]");
  const typed = () => textarea.value.slice(0, textarea.selectionStart).match(MENTION)?.[1];

  textarea.addEventListener("input", () => {
    const text = allowed() ? typed() : undefined;
    if (text !== undefined) suggestions.ask(text, textarea);
    else if (suggestions.field === textarea) suggestions.close();
  });
  textarea.addEventListener("keydown", (event) => {
    if (suggestions.field === textarea && !event.isComposing) suggestions.key(event);
  });
  textarea.addEventListener("blur", () => suggestions.field === textarea && suggestions.close());
  field.addEventListener("mention", ({ detail }) => {
    const end = textarea.selectionStart;
    textarea.setRangeText(`@${detail.name} `, end - (typed() ?? "").length - 1, end, "end");
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
