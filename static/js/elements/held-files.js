// A reply that was held is its author's draft again, and its files come back with it: the box of whoever wrote it gets them
// from the desk, which still has them.
import { word } from "../live/words.js";

async function fetched({ href }) {
  const response = await fetch(href);
  if (!response.ok) throw new Error(response.status);
  return new File([await response.blob()], decodeURIComponent(href.slice(href.lastIndexOf("/") + 1)), {
    type: response.headers.get("content-type") ?? "",
  });
}

document.addEventListener("channel:applied", async ({ detail: { channel: { region }, event } }) => {
  const held = event.kind === "reply_held" && region.querySelector(`#entry-${event.seq} .held`);
  if (!held || held.dataset.writer !== region.dataset.viewer) return;
  const composer = region.querySelector("reply-composer");
  try {
    composer.putBackFiles(await Promise.all([...held.querySelectorAll("a.file")].map(fetched)));
  } catch {
    composer.complain(word(held, "failed"), "files");
  }
});
