// <activity-filter>: chips that show only one group of the activity log's lines; lines that arrive later obey too.
class ActivityFilter extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-group]");
      if (chosen) this.#choose(chosen);
    });
  }

  #choose(chosen) {
    for (const chip of this.querySelectorAll("[data-group]")) chip.setAttribute("aria-pressed", chip === chosen);
    document.getElementById(this.getAttribute("aria-controls")).dataset.show = chosen.dataset.group;
  }
}

customElements.define("activity-filter", ActivityFilter);
