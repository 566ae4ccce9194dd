// Entries are the same for everybody who may read them; here the viewer's own get the class "mine".
for (const region of document.querySelectorAll("[data-viewer]")) {
  const mark = () => {
    for (const entry of region.querySelectorAll("[data-author]")) {
      const own = entry.dataset.author === region.dataset.viewer;
      if (entry.classList.contains("mine") !== own) entry.classList.toggle("mine", own);
    }
  };
  mark();
  // a morph brings the server's class back, so classes are watched too
  new MutationObserver(mark).observe(region, { childList: true, subtree: true, attributeFilter: ["class", "data-author"] });
}
