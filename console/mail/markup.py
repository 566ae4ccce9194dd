"""The tokens of a mail's HTML: one look at each character, however it is nested or broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

LONGEST = 4_000_000  # characters of HTML that are read
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9]{0,30}")
_ATTRIBUTE = re.compile(r"""([a-zA-Z][a-zA-Z0-9_:-]{0,60})\s{0,20}(?:=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
MOST_IN_TAG = 50_000  # characters of a tag that are looked at
# Their content is no text of the mail.
SILENT = {
    *("script", "style", "title", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "math", "xml"),
    *(
        "select",
        "textarea",
        "button",
        "audio",
        "video",
        "canvas",
        "noembed",
        "noframes",
        "frameset",
        "xmp",
        "plaintext",
    ),
}
VOID = {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr", "param", "frame"}


class Token(NamedTuple):
    """`kind` is text, open or close; `value` the text, or the element's name in lower case; `tag` what is in its tag."""

    kind: str
    value: str
    tag: str = ""


def tokens(html: str) -> Iterator[Token]:
    """The text and the tags; comments, declarations and what is not shown are left out."""
    html, position = html[:LONGEST], 0
    ends: dict[str, int] = {}  # where the last one of a character is, so that none is sought twice in vain
    while position < len(html):
        less = html.find("<", position)
        if less < 0:
            yield Token("text", unescape(html[position:]))
            return
        if less > position:
            yield Token("text", unescape(html[position:less]))
        if html.startswith("<!--", less):
            end = _find(html, "-->", less + 4, ends)
            position = len(html) if end < 0 else end + 3
            continue
        closing = html.startswith("</", less)
        name = _NAME.match(html, less + 1 + closing)
        if name is None:
            if html.startswith(("<!", "<?", "</"), less):
                end = _find(html, ">", less, ends)
                position = len(html) if end < 0 else end + 1
            else:
                yield Token("text", "<")
                position = less + 1
            continue
        end = _tag_end(html, name.end(), ends)
        word = name[0].lower()
        tag, position = html[name.end() : min(end, name.end() + MOST_IN_TAG)], end + 1
        if closing:
            yield Token("close", word)
        elif word in SILENT:
            position = _behind(html, word, position, ends)
        else:
            yield Token("open", word, tag)


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a tag, names in lower case; the first of several counts, as in browsers."""
    found: dict[str, str] = {}
    for each in _ATTRIBUTE.finditer(tag):
        value = each[2] if each[2] is not None else each[3] if each[3] is not None else each[4]
        found.setdefault(each[1].lower(), unescape(value or ""))
    return found


def _find(html: str, what: str, start: int, ends: dict[str, int]) -> int:
    if what in ends and start > ends[what]:
        return -1
    found = html.find(what, start)
    if found < 0:
        ends[what] = start
    return found


def _tag_end(html: str, start: int, ends: dict[str, int]) -> int:
    """Where the tag's `>` is; one inside of a quoted value is none."""
    position = start
    while True:
        end = _find(html, ">", position, ends)
        if end < 0:
            return len(html)
        quote = _open_quote(html, position, end)
        if quote is None:
            return end
        closed = _find(html, html[quote], quote + 1, ends)
        if closed < 0:
            return end
        position = closed + 1


def _open_quote(html: str, start: int, end: int) -> int | None:
    """The quote between `start` and `end` that opens a value and is not closed before `end`."""
    position = start
    while True:
        equals = html.find("=", position, end)
        if equals < 0:
            return None
        at = equals + 1
        while at < end and html[at] in " \t\r\n":
            at += 1
        if at < end and html[at] in "\"'":
            closed = html.find(html[at], at + 1, end)
            if closed < 0:
                return at
            position = closed + 1
        else:
            position = at


def _behind(html: str, word: str, position: int, ends: dict[str, int]) -> int:
    """Where it goes on behind an element whose content is not shown; one that is never closed hides nothing."""
    key = f"</{word}"
    if key in ends and position > ends[key]:
        return position
    found = re.compile(re.escape(key) + r"[\s/>]", re.IGNORECASE).search(html, position)
    if found is None:
        ends[key] = position
        return position if word not in ("script", "style", "xmp", "plaintext") else len(html)
    end = _find(html, ">", found.start(), ends)
    return len(html) if end < 0 else end + 1
