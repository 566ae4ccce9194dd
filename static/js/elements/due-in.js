// <due-in datetime="…Z" words="left|plain|wait|age">: how long until then, or how late it is; with "wait" or "age" how long
// since then, where a long wait is marked. The words for it are around it; its
// part tells the styles how near it is.
import { fill, figure, word } from "../live/words.js";
import { Ticking } from "./ticking.js";

const MINUTE = 60_000;
const NEAR = 60; // minutes
const LONG = 120; // of waiting

// the last minute reads 1, then it is late
const minutesTo = (at) => Math.ceil((at - Date.now()) / MINUTE);

function span(element, minutes) {
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const name = minutes < 60 ? "minutes" : minutes < 1440 ? "hours" : "days";
  return fill(word(element, name), { d: figure(d), h: figure(h), m: figure(m) });
}

class DueIn extends Ticking {
  static observedAttributes = ["datetime", "words"];
  #states = this.attachInternals().states;     // what is outside follows: a colour alone says nothing

  text(at) {
    const left = minutesTo(at);
    const words = this.getAttribute("words");
    const said = /^(wait|age)$/.test(words) ? "" : left <= 0 ? "late" : words === "plain" ? "" : "left";
    const time = span(this, Math.abs(left));
    return said ? fill(word(this, said), { time }) : time;
  }

  mark(at) {
    const left = minutesTo(at);
    const words = this.getAttribute("words");
    if (words === "age") this.time.part = "far";
    else if (words === "wait") this.time.part = left <= -LONG ? "late" : left <= -NEAR ? "near" : "far";
    else this.time.part = left <= 0 ? "late" : left <= NEAR ? "near" : "far";
    this.#states?.clear();
    this.#states?.add(this.time.part.value);
  }
}

customElements.define("due-in", DueIn);
