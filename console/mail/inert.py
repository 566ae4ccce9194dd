"""A mail's HTML made inert: nothing in it runs, sends or loads.

It is written anew from an allow-list, and what was written passes a second sanitiser. Images from elsewhere would tell a
stranger who reads: their addresses wait in `data-remote-src` until somebody asks for them; `cid:` images are the mail's own.
"""

from __future__ import annotations

import re
from html import escape

import nh3

from console.mail.markup import VOID, attributes, tokens

DEEPEST = 90  # open elements; the content of deeper ones stays, their tags do not

_TAGS = {
    *("a", "abbr", "address", "b", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup"),
    *("dd", "del", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd"),
    *("li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody"),
    *("td", "tfoot", "th", "thead", "tr", "tt", "u", "ul"),
}
_ATTRIBUTES = {
    *(
        "alt",
        "title",
        "width",
        "height",
        "align",
        "valign",
        "bgcolor",
        "color",
        "size",
        "face",
        "border",
        "dir",
        "lang",
    ),
    *("cellpadding", "cellspacing", "colspan", "rowspan", "start", "type", "style"),
}
_SHARED: dict[str, set[str]] = {"*": _ATTRIBUTES, "a": {"href"}, "img": {"src", "data-remote-src"}, "blockquote": set()}
_LINK = re.compile(r"\s*(?:https?://|mailto:|tel:)", re.IGNORECASE)
_REMOTE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_CID = re.compile(r"\s*cid:[^\s\"'<>]{1,500}\s*$", re.IGNORECASE)
_PROPERTIES = {
    *("color", "background-color", "font", "font-family", "font-size", "font-style", "font-weight", "text-align"),
    *(
        "text-decoration",
        "line-height",
        "margin",
        "margin-top",
        "margin-right",
        "margin-bottom",
        "margin-left",
        "padding",
    ),
    *("padding-top", "padding-right", "padding-bottom", "padding-left", "border", "border-top", "border-right"),
    *("border-bottom", "border-left", "border-color", "border-style", "border-width", "border-collapse", "width"),
    *("height", "max-width", "vertical-align", "white-space", "list-style-type", "display", "direction"),
}
_HARMFUL = re.compile(r"[\\<>{}@]|url|expression|javascript|import|behavior|/\*", re.IGNORECASE)

_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes=_SHARED,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)


def inert(html: str) -> str:
    """`html` with nothing left that runs, sends or loads; "" if nothing is left at all."""
    out: list[str] = []
    opened: list[str] = []
    for token in tokens(html):
        if token.kind == "text":
            out.append(escape(token.value.replace("\0", "")))
        elif token.value not in _TAGS:
            continue
        elif token.kind == "close":
            _close(token.value, opened, out)
        elif token.value in VOID:
            out.append(_tag(token.value, token.tag))
        elif len(opened) < DEEPEST:
            opened.append(token.value)
            out.append(_tag(token.value, token.tag))
    out.extend(f"</{name}>" for name in reversed(opened))
    return _cleaner.clean("".join(out)).strip()


def _close(name: str, opened: list[str], out: list[str]) -> None:
    if name in opened:
        while True:
            last = opened.pop()
            out.append(f"</{last}>")
            if last == name:
                return


def _tag(name: str, tag: str) -> str:
    kept = []
    for key, value in attributes(tag).items():
        if key == "style":
            value = _style(value)
        elif key == "href" and name == "a":
            value = value.strip() if _LINK.match(value) else ""
        elif key == "src" and name == "img":
            if _REMOTE.match(value):
                key, value = "data-remote-src", value.strip()
            else:
                value = value.strip() if _CID.match(value) else ""
        elif key not in _ATTRIBUTES:
            continue
        if value or key == "alt":
            kept.append(f' {key}="{escape(value)}"')
    return f"<{name}{''.join(kept)}>"


def _style(value: str) -> str:
    kept = []
    for declaration in value[:5_000].split(";"):
        name, mark, content = declaration.partition(":")
        if mark and name.strip().lower() in _PROPERTIES and not _HARMFUL.search(content) and len(content) < 200:
            kept.append(f"{name.strip().lower()}: {content.strip()}")
    return "; ".join(kept)
