// Tells the desk that a technician looks at a ticket, which also settles what the bell says about it: when the page is
// first visible, and on coming back to it. The desk logs it once in half an hour; a hidden tab was not looked at.
const AGAIN_AFTER = 60_000;

for (const { dataset } of document.querySelectorAll("[data-views]")) {
  let told = 0;
  const tell = async () => {
    if (document.hidden || Date.now() - told < AGAIN_AFTER) return;
    told = Date.now();
    try {
      await fetch(dataset.views, { method: "POST", headers: { Accept: "application/json" } });
    } catch {
      told = 0;              // nothing is lost by it: the next look tells
    }
  };
  document.addEventListener("visibilitychange", tell);
  tell();
}
