"""The HTML of a mail made safe to show: nothing in it runs, submits, embeds, or tells its sender that it was read.

A pass of our own writes only elements and attributes that are known to be harmless, well nested and not deep, since the
sanitiser behind it takes minutes for a deep tree. The sanitiser reads HTML as browsers do and has the last word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

import nh3

from console.mail.html_tokens import CLOSE, TEXT, VOID, tokens

DEPTH = 100  # open elements; deeper ones are left out, and what they hold stays
ADDRESS = 2_000  # characters of an address that is kept

# Stands for it on the way through the sanitiser, which takes quadratic time for a text with many of them.
_AMPERSAND = "\ufdd0"

_TAGS = frozenset(
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl"
    " dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp"
    " section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr".split()
)
# Their content is for programs and not for readers.
_DROPPED = frozenset("svg math object applet template audio video canvas map datalist".split())

_EVERYWHERE = {"align", "bgcolor", "dir", "height", "lang", "style", "title", "valign", "width"}
_OF_TAG = {
    "a": {"href"},
    "img": {"alt", "border", "src", "data-remote-src"},
    "font": {"color", "face", "size"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type", "reversed"},
    "ul": {"type"},
    "li": {"value", "type"},
    "hr": {"color", "size", "noshade"},
    "br": {"clear"},
}
_STYLES = frozenset(
    "background-color border border-bottom border-collapse border-color border-left border-radius border-right"
    " border-spacing border-style border-top border-width color direction display font-family font-size font-style"
    " font-variant font-weight height letter-spacing line-height list-style-type margin margin-bottom margin-left"
    " margin-right margin-top max-width min-width padding padding-bottom padding-left padding-right padding-top"
    " table-layout text-align text-decoration text-indent text-transform vertical-align white-space width"
    " word-break word-spacing".split()
)
# A value without a function but for colours, without escapes, comments and anything that could leave the attribute.
_HARMLESS_VALUE = re.compile(r"(?:[\w\s.,%#'+-]|rgba?\([\d\s.,%]{1,40}\))+(?:!\s*important)?\s*", re.ASCII)
_NO_DISTANCE = re.compile(r"-\s*[\d.]|\d{5}")  # would move it over what is around the mail

_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//\S", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|gif|jpe?g|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ufeff]+")


@dataclass(frozen=True)
class Inert:
    """`html` is sanitised; `remote` are the addresses of images that a reader may ask for (`data-remote-src`)."""

    html: str
    remote: tuple[str, ...]


def make_inert(html: str) -> Inert:
    """`html` without whatever could act or load. Never raises, in time that grows with its length only."""
    writer = _Writer()
    for token in tokens(html):
        if token.kind == TEXT:
            writer.text(token.value)
        elif token.kind == CLOSE:
            writer.close(token.value)
        else:
            writer.open(token.value, token.attributes)
    return Inert(_sanitised(writer.finished()).replace(_AMPERSAND, "&amp;"), tuple(dict.fromkeys(writer.remote)))


@dataclass
class _Writer:
    pieces: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    too_deep: dict[str, int] = field(default_factory=dict)
    remote: list[str] = field(default_factory=list)
    dropping: tuple[str, int] | None = None  # the element whose content is dropped, and how many are open in it

    def text(self, text: str) -> None:
        if not self.dropping:
            self.pieces.append(escape(text.replace(_AMPERSAND, "").replace("&", _AMPERSAND), quote=False))

    def open(self, name: str, attributes: dict[str, str]) -> None:
        if self.dropping:
            if name == self.dropping[0]:
                self.dropping = (name, self.dropping[1] + 1)
        elif name in _DROPPED:
            self.dropping = (name, 1)
        elif name in _TAGS:
            if name in VOID:
                self.pieces.append(f"<{name}{self._attributes(name, attributes)}>")
            elif len(self.opened) < DEPTH:
                self.opened.append(name)
                self.pieces.append(f"<{name}{self._attributes(name, attributes)}>")
            else:
                self.too_deep[name] = self.too_deep.get(name, 0) + 1

    def close(self, name: str) -> None:
        if self.dropping:
            if name == self.dropping[0]:
                self.dropping = (name, self.dropping[1] - 1) if self.dropping[1] > 1 else None
        elif self.too_deep.get(name):
            self.too_deep[name] -= 1
        elif name in self.opened:
            while (left := self.opened.pop()) != name:
                self.pieces.append(f"</{left}>")
            self.pieces.append(f"</{name}>")

    def finished(self) -> str:
        self.pieces += [f"</{name}>" for name in reversed(self.opened)]
        return "".join(self.pieces)

    def _attributes(self, name: str, attributes: dict[str, str]) -> str:
        if not attributes:
            return ""
        kept = dict[str, str]()
        allowed = _OF_TAG.get(name, set[str]())
        for key, value in attributes.items():
            if key == "src" and name == "img":
                kept |= self._image(value)
            elif key == "href" and key in allowed:
                address = _BLANKS.sub(" " if value.lower().startswith("mailto:") else "", value.strip())
                if _LINK.match(address) and len(address) <= ADDRESS:
                    kept[key] = address
            elif key == "style":
                if style := _style(value):
                    kept[key] = style
            elif (key in allowed or key in _EVERYWHERE) and not key.startswith("data-") and len(value) <= ADDRESS:
                kept[key] = value
        return "".join(f' {key}="{escape(value)}"' for key, value in kept.items())

    def _image(self, value: str) -> dict[str, str]:
        address = _BLANKS.sub("", value)
        if address.lower().startswith("cid:") and len(address) <= ADDRESS:
            return {"src": f"cid:{address[4:]}"}
        if _PICTURE.fullmatch(address):
            return {"src": address}
        if _REMOTE.match(address) and len(address) <= ADDRESS:
            self.remote.append(address)
            return {"data-remote-src": address}
        return {}


def _style(value: str) -> str:
    kept = list[str]()
    for each in value[:4_000].split(";"):
        name, _, told = each.partition(":")
        name, told = name.strip().lower(), told.strip()
        if name in _STYLES and _HARMLESS_VALUE.fullmatch(told[:200]) and not _NO_DISTANCE.search(told):
            kept.append(f"{name}: {told[:200]}")
    return "; ".join(kept)


def _sanitised(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "svg", "math", "template"},
        attributes={tag: _EVERYWHERE | _OF_TAG.get(tag, set()) for tag in _TAGS},
        attribute_filter=_last_look,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def _last_look(tag: str, attribute: str, value: str) -> str | None:
    """The attribute as it may stand, or None."""
    if attribute == "href":
        return value if _LINK.match(value) else None
    if attribute == "src":
        return value if value.lower().startswith("cid:") or _PICTURE.fullmatch(value) else None
    return value
