// How far has the person seen the conversation: everything that came with the page, and later entries once half of
// each was on screen for 1 s in a visible page. What is sent along is one number.
const LONG_ENOUGH = 1000;

const regions = new WeakMap();

export const seenIn = (region) => regions.get(region)?.() ?? Number(region?.dataset.seq ?? 0);

function watch(region, thread) {
  const loaded = Number(region.dataset.seq);
  const known = new WeakSet();
  const unseen = new Map();              // entry -> timer, 0 while it is not on screen
  const look = (entry, visible) => {
    clearTimeout(unseen.get(entry));
    unseen.set(entry, visible ? setTimeout(() => finish(entry), LONG_ENOUGH) : 0);
  };
  const onScreen = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting, intersectionRatio, intersectionRect, rootBounds } of changes) {
      // an entry taller than the screen can never be half shown: then it has to fill half of the screen
      const half = intersectionRatio >= 0.5 || intersectionRect.height >= (rootBounds?.height ?? innerHeight) / 2;
      if (unseen.has(target)) look(target, isIntersecting && half && !document.hidden);
    }
  }, { root: thread.closest("[data-stick]"), threshold: [0, 0.1, 0.25, 0.5, 0.75, 1] });
  const finish = (entry) => { unseen.delete(entry); onScreen.unobserve(entry); };
  const scan = () => {
    for (const entry of unseen.keys()) if (!entry.isConnected) finish(entry);
    for (const entry of thread.querySelectorAll("li[data-seq]")) {
      const own = entry.dataset.author && entry.dataset.author === region.dataset.viewer;
      if (Number(entry.dataset.seq) <= loaded || own || known.has(entry)) continue;
      known.add(entry);
      unseen.set(entry, 0);
      onScreen.observe(entry);
    }
  };
  new MutationObserver(scan).observe(thread, { childList: true });
  document.addEventListener("visibilitychange", () => {
    for (const entry of unseen.keys()) { onScreen.unobserve(entry); look(entry, false); onScreen.observe(entry); }
  });
  regions.set(region, () => Math.min(Number(region.dataset.seq), ...[...unseen.keys()].map((entry) => entry.dataset.seq - 1)));
}

for (const region of document.querySelectorAll("[data-channel]")) {
  const thread = region.querySelector("#thread");
  if (thread) watch(region, thread);
}
