"""The text of a mail that has HTML only: what a person reads in it, line by line."""

from __future__ import annotations

import re

from console.mail.markup import VOID, attributes, tokens

_BREAKS = {
    *("p", "div", "table", "tr", "ul", "ol", "li", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "dl"),
    *(
        "dt",
        "dd",
        "center",
        "address",
        "article",
        "section",
        "header",
        "footer",
        "aside",
        "main",
        "nav",
        "form",
        "fieldset",
    ),
    *("body", "html", "tbody", "thead", "tfoot", "caption", "figure", "figcaption"),
}
_SPACED = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "blockquote",
    "pre",
    "dl",
}  # an empty line stands around
_HIDDEN = re.compile(r"display\s?:\s?none|mso-hide\s?:\s?all|visibility\s?:\s?hidden", re.IGNORECASE)
_WHITE = re.compile(r"[ \t\r\n\f]+")
_MANY_LINES = re.compile(r"\n{3,}")


def text_of(html: str) -> str:
    """`html` as text; never raises."""
    page = _Page()
    for token in tokens(html):
        if token.kind == "text":
            page.say(token.value)
        elif token.kind == "open":
            page.open(token.value, token.tag)
        else:
            page.close(token.value)
    return page.text()


class _Page:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._line: list[str] = []
        self._hidden: list[str] = []  # what is open inside of something that is not shown, that included
        self._pre = 0

    def say(self, words: str) -> None:
        if self._hidden:
            return
        if self._pre:
            first, *others = words.split("\n")
            self._line.append(first)
            for each in others:
                self._end()
                self._line.append(each)
        else:
            plain = _WHITE.sub(" ", words)
            if plain != " " or self._line:
                self._line.append(plain)

    def open(self, name: str, tag: str) -> None:
        if self._hidden or (
            "style" in tag.lower() and name not in VOID and _HIDDEN.search(attributes(tag).get("style", ""))
        ):
            if name not in VOID and len(self._hidden) < 500:
                self._hidden.append(name)
            return
        if name == "br":
            self._end()
        elif name in _BREAKS:
            self._break(name)
            self._pre += name == "pre"
            if name == "li":
                self._line.append("- ")
        elif name in ("td", "th") and "".join(self._line).strip():
            self._line.append(" ")

    def close(self, name: str) -> None:
        if self._hidden:
            if name in self._hidden:
                while self._hidden.pop() != name:
                    pass
            return
        if name in _BREAKS:
            self._break(name)
            self._pre = max(0, self._pre - (name == "pre"))

    def text(self) -> str:
        self._break("div")
        return _MANY_LINES.sub("\n\n", "\n".join(self._out)).strip()

    def _break(self, name: str) -> None:
        if "".join(self._line).strip():
            self._end()
        self._line.clear()
        if name in _SPACED and self._out and self._out[-1]:
            self._out.append("")

    def _end(self) -> None:
        line = "".join(self._line).replace("\xa0", " ").replace("\u200b", "").replace("\ufeff", "")
        self._out.append(line.rstrip() if self._pre else re.sub(r" {2,}", " ", line).strip())
        self._line.clear()
