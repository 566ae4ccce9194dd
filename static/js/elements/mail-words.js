// <mail-words>: the words of a kind of mail, with a preview that follows while they are written.
const REST = 500;

class MailWords extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.form = this.querySelector("form");
    this.button = this.querySelector("[formtarget]");
    this.form.addEventListener("input", () => this.#later());
    this.#show();
  }

  disconnectedCallback() { clearTimeout(this.#timer); }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(), REST);
  }

  // a form that is not valid yet shows what it showed before, and asks for nothing
  #show() {
    if (this.form.checkValidity()) this.form.requestSubmit(this.button);
  }
}

customElements.define("mail-words", MailWords);
