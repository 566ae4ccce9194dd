// The page's words come from the server in data-* attributes, on the element that needs them or around it.
// A place for a figure or a name is written {n}, {name}.
export const language = document.documentElement.lang || "en";

const figures = new Intl.NumberFormat(language);
const rules = new Intl.PluralRules(language);

export const figure = (n) => figures.format(n);

export function word(element, name) {
  return element?.closest(`[data-${name}]`)?.getAttribute(`data-${name}`) ?? "";
}

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

// data-one and data-many: what each language counts as one is its own affair
export function plural(element, n) {
  return fill(word(element, rules.select(n) === "one" ? "one" : "many"), { n: figure(n) });
}

// A sentence that says "sign in" is itself the way there, in a new tab: this page and its text stay.
export function sentenceOrWay(sentence, signIn) {
  if (!signIn) return sentence;
  const href = new URL(signIn, location.href);
  href.searchParams.set("next", location.pathname);
  return Object.assign(document.createElement("a"), { href, target: "_blank", rel: "noopener", textContent: sentence });
}
