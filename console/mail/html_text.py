"""The plain text that a person would read in an HTML mail, in time that grows with its length only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from console.mail.html_tokens import CLOSE, TEXT, VOID, Token, tokens

DEPTH = 200  # open elements that are told apart; deeper ones count as part of theirs
QUOTES = 20  # marks of quotes before one line
LINK = 100  # characters of an address that is worth reading

_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 ul ol dl blockquote pre table figure hr".split())
_LINES = frozenset(
    "address article aside body caption center dd details div dt fieldset figcaption footer form header html legend li"
    " main nav section summary tbody tfoot thead tr option".split()
)
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?:px)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*0(?:px|pt)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u00ad\u034f\u200b-\u200f\u2060\ufeff\xa0\\s]*")


def as_text(html: str, *, links: bool = True) -> str:
    """The text of `html`, quotes marked with `> `; with `links`, an address that a link does not show in brackets."""
    writer = _Writer(links)
    for token in tokens(html):
        writer.take(token)
    return writer.text()


@dataclass
class _Writer:
    links: bool
    lines: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)  # of the line that is being written
    opened: list[str] = field(default_factory=list)
    counters: list[int | None] = field(default_factory=list)  # of the lists that are open
    link: tuple[str, int] | None = None  # the address, and where in `pieces` it began
    quotes: int = 0
    preformatted: int = 0
    hidden: tuple[str, int] | None = None  # the element that hides, and how many of its name are open in it

    def take(self, token: Token) -> None:
        if self.hidden:
            self._stay_hidden(token, *self.hidden)
        elif token.kind == TEXT:
            self._write(token.value)
        elif token.kind == CLOSE:
            self._close(token.value)
        else:
            self._open(token.value, token.attributes)

    def text(self) -> str:
        self._end_line()
        return "\n".join(self.lines).strip("\n")

    def _stay_hidden(self, token: Token, name: str, inside: int) -> None:
        if token.kind != TEXT and token.value == name:
            inside += -1 if token.kind == CLOSE else 1
            self.hidden = (name, inside) if inside else None

    def _write(self, text: str) -> None:
        if self.preformatted:
            first, *others = text.split("\n")
            self.pieces.append(first)
            for each in others:
                self._end_line(keep_empty=True)
                self.pieces.append(each)
        else:
            text = _BLANKS.sub(" ", text)
            if text == " " and (not self.pieces or self.pieces[-1].endswith(" ")):
                return
            self.pieces.append(text)

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        if name not in VOID and ("hidden" in attributes or _HIDDEN.search(attributes.get("style", "")[:2_000])):
            self.hidden = (name, 1)
            return
        if name == "br":
            self._end_line(keep_empty=True)
        elif name in _PARAGRAPHS:
            self._separate()
        elif name in _LINES:
            self._end_line()
        elif name in ("td", "th") and self.pieces:
            self.pieces.append("  ")
        elif name == "img" and not re.search(r"\w", alt := attributes.get("alt", "")):
            self.pieces.append(alt)  # a smiley
        elif name == "a" and self.links:
            self.link = (attributes.get("href", "").strip(), len(self.pieces))
        if name == "li" and self.counters:
            number = self.counters[-1]
            self.pieces.append("- " if number is None else f"{number}. ")
            self.counters[-1] = None if number is None else number + 1
        if name not in VOID and len(self.opened) < DEPTH:
            self.opened.append(name)
            self._enter(name)

    def _enter(self, name: str) -> None:
        self.quotes += name == "blockquote"
        self.preformatted += name == "pre"
        if name in ("ul", "ol"):
            self.counters.append(1 if name == "ol" else None)

    def _close(self, name: str) -> None:
        if name == "a":
            self._end_link()
        if name in _PARAGRAPHS or name in _LINES:
            self._end_line()
        if name in self.opened:
            while self._leave() != name:
                pass
        if name in _PARAGRAPHS:
            self._separate()

    def _leave(self) -> str:
        left = self.opened.pop()
        if left == "blockquote":
            self.quotes -= 1
            while self.lines and not self.lines[-1].strip("> "):
                self.lines.pop()
        self.preformatted -= left == "pre"
        if left in ("ul", "ol") and self.counters:
            self.counters.pop()
        return left

    def _end_link(self) -> None:
        if self.link is None:
            return
        address, start = self.link
        self.link = None
        shown = "".join(self.pieces[start:]).strip()
        bare = re.sub(r"^(?:https?://(?:www\.)?|mailto:)", "", address).rstrip("/").lower()
        told = re.sub(r"^(?:https?://)?(?:www\.)?", "", shown.lower()).rstrip("/")
        if shown and bare != told and len(address) <= LINK and address.startswith(("http://", "https://")):
            self.pieces.append(f" [{address}]")

    def _separate(self) -> None:
        """A blank line, unless there is one."""
        self._end_line()
        mark = self._mark().rstrip()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(mark)

    def _end_line(self, *, keep_empty: bool = False) -> None:
        line = "".join(self.pieces)
        self.pieces.clear()
        if self.link:
            self.link = (self.link[0], 0)
        delimiter = line.replace("\xa0", " ").strip() == "--" and line.replace("\xa0", " ").endswith(" ")
        line = line.rstrip() if self.preformatted else line.strip()
        line = "" if _INVISIBLE.fullmatch(line) else line.replace("\xa0", " ")
        if line or keep_empty:
            self.lines.append((self._mark() + ("-- " if delimiter else line)) if line else self._mark().rstrip())

    def _mark(self) -> str:
        return "> " * min(self.quotes, QUOTES)
