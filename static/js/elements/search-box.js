// `/` leads to the search: into its box, or to its page where the box is in a drawer that is closed.
import { onKey } from "../live/keys.js";

const boxes = [...document.querySelectorAll("[data-search-box]")];

if (boxes.length) {
  onKey(["/"], () => {
    const box = boxes.findLast((each) => each.checkVisibility());
    if (!box) location.assign(boxes[0].form.action);
    box?.focus();
    box?.select();
  });
}
