// A box marked data-stick shows its end when the page opens and follows new content only if the reader was there.
// With data-stick="start" the newest comes first, and its end is where it begins.
const NEAR = 48;

const followed = new WeakSet();

const beginsWithNewest = (box) => box.dataset.stick === "start";
const endOf = (box) => beginsWithNewest(box) ? 0 : box.scrollHeight;
const isLeaving = (box, last) => beginsWithNewest(box) ? box.scrollTop > last : box.scrollTop < last;

export const isAtEnd = (box) => (beginsWithNewest(box) ? box.scrollTop : box.scrollHeight - box.scrollTop - box.clientHeight) <= NEAR;

// where the next entry of a conversation goes
export const swapOf = (thread) => thread.hasAttribute("data-newest-first") ? "afterbegin" : "beforeend";

export function toEnd(box) {
  if (!box) return;
  followed.add(box);
  box.scrollTop = endOf(box);
}

function keep(box) {
  let last = 0;
  toEnd(box);
  box.addEventListener("scroll", () => {
    if (!box.clientHeight) return;
    // content may have come since this box was last scrolled to its end: only going away from it is leaving
    if (isAtEnd(box)) followed.add(box);
    else if (isLeaving(box, last)) followed.delete(box);
    last = box.scrollTop;
  }, { passive: true });
  const sizes = new ResizeObserver(() => { if (box.clientHeight && followed.has(box)) box.scrollTop = endOf(box); });
  for (const part of [box, ...box.children]) sizes.observe(part);
}

document.querySelectorAll("[data-stick]").forEach(keep);
