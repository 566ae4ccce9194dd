// Single letters act only while nobody is writing or choosing, and not at all if the person switched them off.
const BUSY = "input, textarea, select, [contenteditable], [role=listbox], [role=menu], [role=dialog]";

export function onKey(keys, act, signal) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (document.body.dataset.keys === "off" || event.target.closest?.(BUSY)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!keys.includes(key)) return;
    if (act(key) !== false) event.preventDefault();
  }, { signal });
}
