// The line above the composer that tells somebody who is writing what arrived meanwhile and was not seen yet: "Rui
// Antunes replied 2 minutes ago. Read it before you send." It goes when it was seen, and never takes the focus.
import { see, showEntry, unseenIn } from "../live/seen.js";
import { plural } from "../live/words.js";

const caseOf = ([entry, more]) => more ? "several" : entry.matches(".tech, .b.technician") ? "reply" : entry.matches(".msg, .b") ? "message" : "change";

export class UnseenNotice {
  constructor(composer) {
    this.composer = composer;
    this.region = composer.channel.region;
    this.notice = this.region.querySelector(".notice.unseen");
    if (!this.notice) return;
    this.button = this.notice.querySelector("button");
    this.region.addEventListener("seen", () => this.show());
    this.button.addEventListener("click", () => this.#go());
  }

  show() {
    if (!this.notice) return;
    const unseen = unseenIn(this.region);
    const { box, guard } = this.composer;
    this.notice.hidden = !unseen.length || box.isEmpty || guard.isOpen;
    if (!this.notice.hidden) this.#say(unseen);
  }

  #say(unseen) {
    const which = caseOf(unseen);
    for (const part of this.notice.querySelectorAll("[data-case]")) part.hidden = part.dataset.case !== which;
    const shown = this.notice.querySelector(`[data-case="${which}"]`);
    const [first] = unseen;
    if (which === "several") shown.textContent = plural(shown, unseen.length);
    else shown.querySelector("at-time").setAttribute("datetime", first.querySelector("at-time").getAttribute("datetime"));
    const who = shown.querySelector(".author");
    if (who) who.textContent = first.querySelector(".their-name").textContent;
    this.button.textContent = this.button.getAttribute(`data-${which}`);
  }

  #go() {
    const unseen = unseenIn(this.region);
    const [first] = unseen;
    this.composer.text.focus({ preventScroll: true });
    see(this.region, Math.max(...unseen.map((entry) => entry.dataset.seq)));
    showEntry(first);
  }
}
