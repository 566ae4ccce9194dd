// The avatar of somebody who is here, as the server's own `face` draws it.
export function face({ initials, color }, mark, size = "") {
  const avatar = document.createElement("span");
  avatar.className = ["av", `h${color}`, size && `s${size}`].filter(Boolean).join(" ");
  avatar.setAttribute("aria-hidden", "true");
  avatar.append(initials, ...mark ? [mark] : []);
  return avatar;
}

// One element for each person, in this order; those who stay are the same elements as before.
export function arrange(box, people, { make, update }) {
  const there = new Map([...box.children].map((item) => [item.dataset.person, item]));
  let place = box.firstElementChild;
  for (const person of people) {
    const id = String(person.id);
    const item = there.get(id) ?? make(person);
    there.delete(id);
    item.dataset.person = id;
    update(item, person);
    if (item === place) place = place.nextElementSibling;
    else box.insertBefore(item, place);
  }
  for (const item of there.values()) item.remove();
}
