// The line "New since you last looked", once per visit: before the first entry by somebody else that the viewer had not
// seen when the page was loaded. It belongs to this page alone, so whatever renews the conversation leaves it out.
import { word } from "../live/words.js";

function place(region) {
  const thread = region.querySelector("#thread");
  const entries = () => [...thread.querySelectorAll(":scope > li[data-seq]")];
  const looked = Number(region.dataset.looked);
  const theirs = ({ dataset }) => dataset.seq > looked && dataset.author !== region.dataset.viewer;
  const first = Number(entries().find(theirs)?.dataset.seq);
  if (!first) return;
  const line = document.createElement("li");
  line.className = "mark-new";
  line.dataset.client = "";
  line.append(Object.assign(document.createElement("span"), { textContent: word(region, "new-since") }));
  const put = () => {
    const entry = entries().find(({ dataset }) => dataset.seq >= first);
    if (entry && entry.previousElementSibling !== line) entry.before(line);
  };
  put();
  new MutationObserver(put).observe(thread, { childList: true });
}

for (const region of document.querySelectorAll("[data-looked][data-channel]")) place(region);
