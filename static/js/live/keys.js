// Single keys act only while nobody is writing or choosing. Letters and signs do not at all if the person switched them off.
const BUSY = "input, textarea, select, [contenteditable], [role=listbox], [role=menu], [role=dialog], [role=alertdialog], dialog[open]";

export function onKey(keys, act, signal) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.repeat && !/^[jk]$/i.test(event.key) || document.querySelector("dialog[open]")) return;
    const single = event.key.length === 1;
    if (single && document.body.dataset.keys === "off" || event.target.closest?.(BUSY)) return;
    const key = single ? event.key.toLowerCase() : event.key;
    if (!keys.includes(key)) return;
    if (act(key) !== false) event.preventDefault();
  }, { signal });
}
