"""HTML as a row of tokens, each character looked at once: no tree that a stranger could make deep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

ATTRIBUTES = 64  # of one element

TEXT, OPEN, CLOSE = "", "<", "</"
VOID = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())

# Nothing inside them is HTML. What they hold is dropped, but for those that show it.
_RAW = frozenset("script style xmp iframe noembed noframes title textarea plaintext".split())
_SHOWN = frozenset({"textarea", "xmp", "plaintext"})

_NAME = re.compile(r"</?([a-zA-Z][^\s/>]{0,200})")
_ATTRIBUTE = re.compile(r"[\s/]*(?:([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*)))?|=)")
_COMMENT_END = re.compile(r"--!?>")
# References that stand for no character: too long for Python to read, null, and halves of a pair.
_NOTHING = re.compile(
    r"&#(?:\d{8,}|[xX][0-9a-fA-F]{8,}|0+(?![\d])|[xX]0+(?![\da-fA-F])|[xX]0{0,4}[dD][89a-fA-F][\da-fA-F]{2}(?![\da-fA-F])"
    r"|0{0,3}5(?:5(?:29[6-9]|[3-9]\d\d)|6\d{3}|7(?:[0-2]\d\d|3[0-3]\d|34[0-3]))(?!\d));?"
)
_PAIR = re.compile(
    r"&#(?:(5(?:529[6-9]|5[3-9]\d\d|6[0-2]\d\d|63[01]\d))|[xX]([dD][89abAB][\da-fA-F]{2}));"
    r"&#(?:(5(?:6[3-9]\d\d|7[0-3]\d\d))|[xX]([dD][c-fC-F][\da-fA-F]{2}));"
)


_NONE: dict[str, str] = {}


class Token(NamedTuple):
    """A piece of text, or an element that opens or closes; `value` is the text, or the name in lower case."""

    kind: str
    value: str
    attributes: dict[str, str]


def tokens(html: str) -> Iterator[Token]:
    """What `html` consists of; comments, declarations, scripts, styles and titles are left out."""
    position, unclosed = 0, set[str]()
    while position < len(html):
        less = html.find("<", position)
        if less != position:
            yield Token(TEXT, unescaped(html[position : less if less >= 0 else len(html)]), _NONE)
        if less < 0:
            return
        name_at = _NAME.match(html, less)
        if name_at is None:
            position = _behind_declaration(html, less)
            if position == less + 1:
                yield Token(TEXT, "<", _NONE)
            continue
        behind, name = name_at.end(), name_at[1].lower()
        attributes, position = (_NONE, behind + 1) if html.startswith(">", behind) else _attributes(html, behind)
        if position < 0 or "@" in name or name.startswith(("http:", "https:", "mailto:")):
            position = position if position > 0 else len(html)  # an address in brackets, or less than a tag
            yield Token(TEXT, unescaped(html[less:position]), _NONE)
        elif name_at[0].startswith("</"):
            yield Token(CLOSE, name, _NONE)
        elif name in _RAW:
            inside, position = _raw(html, name, position, unclosed)
            if name in _SHOWN and inside:
                yield Token(TEXT, unescaped(inside) if name == "textarea" else inside, _NONE)
        else:
            yield Token(OPEN, name, attributes)


def unescaped(text: str) -> str:
    """`text` with its references to characters resolved."""
    if "&" not in text:
        return text
    return unescape(resolvable(text)).encode("utf-8", "ignore").decode("utf-8")


def resolvable(html: str) -> str:
    """`html` without references that Python refuses, or that stand for half a character; two halves are put together."""
    if "&#" not in html:
        return html
    return _NOTHING.sub("", _PAIR.sub(_joined, html))


def _joined(pair: re.Match[str]) -> str:
    high = int(pair[1]) if pair[1] else int(pair[2], 16)
    low = int(pair[3]) if pair[3] else int(pair[4], 16)
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) if 0xDC00 <= low < 0xE000 else ""


def _behind_declaration(html: str, less: int) -> int:
    if html.startswith("<!--", less):
        if html.startswith(("<!-->", "<!--->"), less):
            return html.find(">", less) + 1
        end = _COMMENT_END.search(html, less + 4)
        return end.end() if end else len(html)
    if html.startswith(("<!", "<?", "</"), less):
        end_at = html.find(">", less)
        return end_at + 1 if end_at >= 0 else len(html)
    return less + 1


def _attributes(html: str, position: int) -> tuple[dict[str, str], int]:
    """The attributes of the element and the index behind it, or -1 if it does not end."""
    found = dict[str, str]()
    while True:
        each = _ATTRIBUTE.match(html, position)
        if each is None:
            end = html.find(">", position)
            return found, end + 1 if end >= 0 else -1
        position = each.end()
        name = (each[1] or "").lower()
        if name and name not in found and len(found) < ATTRIBUTES:
            found[name] = unescaped(each[2] or each[3] or each[4] or "")


def _raw(html: str, name: str, position: int, unclosed: set[str]) -> tuple[str, int]:
    """What is inside such an element, and the index behind it."""
    end = None if name in unclosed else re.compile(rf"</{name}(?=[\s/>])[^>]*>?", re.IGNORECASE).search(html, position)
    if end:
        return html[position : end.start()], end.end()
    unclosed.add(name)
    if name in ("script", "style", "iframe"):
        return "", len(html)
    return "", position  # browsers show nothing of the rest; its words matter more
