// A box marked data-stick shows its end when the page opens and follows new content only if the reader was there.
const NEAR = 48;

const followed = new WeakSet();

export const isAtEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight <= NEAR;

export function toEnd(box) {
  if (!box) return;
  followed.add(box);
  box.scrollTop = box.scrollHeight;
}

function keep(box) {
  let last = 0;
  toEnd(box);
  box.addEventListener("scroll", () => {
    if (!box.clientHeight) return;
    // content may have come since this box was last scrolled to its end: only going up is leaving
    if (isAtEnd(box)) followed.add(box);
    else if (box.scrollTop < last) followed.delete(box);
    last = box.scrollTop;
  }, { passive: true });
  const sizes = new ResizeObserver(() => { if (box.clientHeight && followed.has(box)) box.scrollTop = box.scrollHeight; });
  for (const part of [box, ...box.children]) sizes.observe(part);
}

document.querySelectorAll("[data-stick]").forEach(keep);
