// Moving through a list of choices by keyboard: arrows, Home, End and first letters. Used by menus and listboxes.
const SAME_WORD = 600;       // letters typed within this time belong together

let typed = "";
let typedAt = 0;

export function step(items, current, event) {
  const at = items.indexOf(current);
  switch (event.key) {
    case "ArrowDown": return items[(at + 1) % items.length];
    case "ArrowUp": return items[(at <= 0 ? items.length : at) - 1];
    case "Home": return items[0];
    case "End": return items.at(-1);
    default: return isLetter(event) ? byLetters(items, at, plain(event.key)) : null;
  }
}

const isLetter = (event) => event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
const plain = (text) => text.trim().normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function byLetters(items, at, letter) {
  const now = Date.now();
  const goesOn = typed && now - typedAt < SAME_WORD && find(items, Math.max(at, 0), typed + letter);
  typed = goesOn ? typed + letter : letter;
  typedAt = now;
  return goesOn || find(items, at + 1, letter);
}

function find(items, from, start) {
  return [...items.slice(from), ...items.slice(0, from)].find((item) => nameOf(item).startsWith(start)) ?? null;
}

// without the initials of an avatar and other marks that are not part of the name
function nameOf(item) {
  const parts = [...item.childNodes].filter((node) => !node.matches?.("[aria-hidden]"));
  return plain(item.dataset.name ?? parts.map((node) => node.textContent).join(""));
}
