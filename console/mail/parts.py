"""What a mail holds: its text, its HTML and its files, wherever in its parts they are and however these are broken."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message
from html import escape
from urllib.parse import unquote

from console.mail import filenames
from console.mail.bodies import children, content, source, unflowed, uuencoded
from console.mail.charsets import decode
from console.mail.headers import Headers, Valued
from console.mail.html_text import as_text
from console.mail.html_tokens import resolvable
from console.mail.parsed import Attached
from console.mail.structure import behind_the_end, read_message, with_boundary, written

DEPTH = 20  # parts inside parts
PARTS = 200
HTML = 4_000_000  # characters of one part that are shown

_STATUS = {
    "message/delivery-status",
    "message/disposition-notification",
    "message/feedback-report",
    "message/global-delivery-status",
    "message/global-disposition-notification",
    "message/global-headers",
    "message/rfc822-headers",
    "text/rfc822-headers",
}
_MAILS = {"message/rfc822", "message/global", "message/news"}
_ENRICHED = {"text/enriched", "text/richtext"}  # RFC 1896: near enough to HTML
_MARKED_UP = {"text/html", "application/xhtml+xml", *_ENRICHED}
_FOR_WATCHES = {"text/x-amp-html", "text/watch-html"}
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_CID = re.compile(r"cid:([^\"'\s<>)]{1,300})", re.IGNORECASE)
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Contents:
    """`html` is as it came, and neither sanitised nor inert."""

    text: str
    html: str | None
    attachments: tuple[Attached, ...]
    forwarded: Message | None  # the first mail that is attached
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Unit:
    """A piece of what is there to read; both, if they say the same."""

    plain: str | None = None
    html: str | None = None


def contents(message: Message) -> Contents:
    """What `message` holds. Never raises."""
    walk = _Walk()
    units = walk.units(message, 0)
    if not any(_filled(unit) for unit in units) and walk.doubtful:
        index, unit = walk.doubtful[0]
        units, walk.files[index] = [unit], None
    text, html = _composed(units)
    attachments = [each for each in walk.files if each is not None]
    if not text and not html and not attachments:
        words = message.preamble or decode(source(message))
        text = decode(words.encode("utf-8", "surrogateescape")).strip("\n")
    shown = {unquote(each).lower() for each in _CID.findall(html or "")}
    return Contents(
        text,
        html,
        tuple(_inline(each, shown) for each in attachments),
        walk.mails[0] if walk.mails else None,
        tuple(dict.fromkeys(walk.warnings)),
    )


@dataclass
class _Walk:
    files: list[Attached | None] = field(default_factory=list)
    doubtful: list[tuple[int, _Unit]] = field(default_factory=list)  # files that may be the text after all
    mails: list[Message] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seen: int = 0

    def units(self, part: Message, depth: int, parent: str = "") -> list[_Unit]:
        """What is there to read in `part`; its files are added to ours."""
        self.seen += 1
        if self.seen > PARTS:
            self.warnings.append(f"It has more than {PARTS} parts; the others were left out.")
            return []
        headers = Headers(part)
        told = headers.valued("content-type", "message/rfc822" if parent == "multipart/digest" else "text/plain")
        kind = told.value if "/" in told.value else "text/plain"
        if kind in _MAILS or (kind.startswith("message/") and kind not in _STATUS and part.is_multipart()):
            self._attach_mail(part, headers, told)
            return []
        if part.is_multipart() and depth >= DEPTH:
            self.warnings.append(f"Its parts are more than {DEPTH} deep; the deeper ones were attached unread.")
            self.files.append(Attached("nested.eml", "message/rfc822", written(part)))
            return []
        if kind in _STATUS and not depth:
            return [_Unit(decode(b"\n".join(map(written, children(part))) or source(part)).strip("\n"))]
        if kind in _STATUS:
            return [] if parent == "multipart/report" or kind.startswith("message/") else self._leaf(part, kind, parent)
        if part.is_multipart():
            return self._inside(part, kind, depth)
        if kind.startswith("multipart/"):
            mended = with_boundary(source(part))
            if mended is not None:
                self.warnings.append("The boundary of its parts was wrong or missing; it was found in the text.")
                return self._inside(mended, kind, depth)
            self.warnings.append("Its parts can't be told apart.")
            kind = "text/plain"
        return self._leaf(part, kind, parent, root=depth == 0)

    def _inside(self, part: Message, kind: str, depth: int) -> list[_Unit]:
        inner = children(part)
        rest = behind_the_end(part)
        if rest is not None:
            self.warnings.append("It has parts behind its end.")
            inner += children(rest)
        found = [self.units(each, depth + 1, kind) for each in inner]
        if kind != "multipart/alternative":
            return [unit for units in found for unit in units]
        plain = [units for units in found if any(map(_filled, units)) and not any(unit.html for unit in units)]
        rich = [unit for units in found for unit in units if any(each.html for each in units)]
        texts = dict.fromkeys(unit.plain for units in plain for unit in units if unit.plain)
        html = "\n".join(unit.html if unit.html is not None else _as_html(unit.plain or "") for unit in rich)
        if not rich:
            return [_Unit("\n".join(texts))]
        return [_Unit("\n".join(texts) or _composed(rich)[0], html)]

    def _leaf(self, part: Message, kind: str, parent: str, *, root: bool = False) -> list[_Unit]:
        headers = Headers(part)
        told, disposition = headers.valued("content-type"), headers.valued("content-disposition")
        name = filenames.harmless(disposition.parameters.get("filename") or disposition.parameters.get("name") or "")
        name = name or filenames.harmless(told.parameters.get("name") or told.parameters.get("filename") or "")
        encoding = headers.text("content-transfer-encoding")
        body = kind == "text/plain" or kind in _MARKED_UP
        named = bool(name) and not root and parent != "multipart/alternative"
        if body and not named and disposition.value != "attachment":
            unit = self._read(part, kind, told, encoding)
            return [unit]
        if kind in _FOR_WATCHES and parent == "multipart/alternative":
            return []
        raw = content(part, encoding, text=body)
        if not raw and not name and not told.value:
            return []
        if (body and disposition.value != "attachment") or (body and not name):
            self.doubtful.append((len(self.files), self._read(part, kind, told, encoding)))
        ids = headers.ids("content-id")
        self.files.append(
            Attached(
                name or filenames.made_up(kind),
                kind,
                raw,
                inline=disposition.value == "inline",
                content_id=ids[0] if ids else headers.text("content-id").strip("<> ") or None,
            )
        )
        return []

    def _read(self, part: Message, kind: str, told: Valued, encoding: str) -> _Unit:
        raw = content(part, encoding, text=True)
        claim = told.parameters.get("charset")
        if kind in _MARKED_UP:
            meta = _META_CHARSET.search(raw[:4_096])
            html = resolvable(decode(raw, claim or (meta[1].decode("ascii") if meta else None)))
            if kind in _ENRICHED:
                html = re.sub(r"\n{2,}", lambda breaks: "<br>" * (len(breaks[0]) - 1), html.replace("<<", "&lt;"))
            if len(html) > HTML:
                self.warnings.append(f"Its HTML is longer than {HTML} characters; the rest was left out.")
            return _Unit(html=html[:HTML])
        text = decode(raw, claim)
        if told.parameters.get("format", "").lower() == "flowed":
            text = unflowed(text, delete_space=told.parameters.get("delsp", "").lower() == "yes")
        if "begin" in text:
            text, files = uuencoded(text)
            for each in files:
                name = filenames.harmless(each.name) or filenames.made_up("application/octet-stream")
                self.files.append(Attached(name, filenames.type_by_name(name), each.content))
        return _Unit(text.strip("\n"))

    def _attach_mail(self, part: Message, headers: Headers, told: Valued) -> None:
        inner = next(iter(children(part)), None)
        raw = source(part) if inner is None else written(inner)
        encoding = headers.text("content-transfer-encoding")
        if inner is None or (not inner.keys() and encoding.lower() in ("base64", "quoted-printable")):
            raw = content(part if inner is None else inner, encoding, text=False)
            inner = read_message(raw)
        self.mails.append(inner)
        disposition = headers.valued("content-disposition")
        given = disposition.parameters.get("filename") or told.parameters.get("name") or ""
        name = filenames.harmless(given) or filenames.of_mail(Headers(inner).text("subject"))
        self.files.append(Attached(name, told.value or "message/rfc822", raw, inline=disposition.value == "inline"))


def _filled(unit: _Unit) -> bool:
    return bool((unit.plain or "").strip() or unit.html)


def _composed(units: list[_Unit]) -> tuple[str, str | None]:
    """The text and the HTML of these; a piece that says again what another one says is left out."""
    plains = [unit.plain for unit in units if unit.plain and unit.plain.strip()]
    htmls = [unit.html for unit in units if unit.html]
    mixed = bool(plains and htmls) and len(units) > 1
    said = set(_WORDS.findall(" ".join(plains))) if mixed else set()
    shown = set(_WORDS.findall(" ".join(map(as_text, htmls)))) if mixed else set()
    texts, markup = list[str](), list[str]()
    for unit in units:
        if unit.plain and unit.plain.strip():
            texts.append(unit.plain)
            if not unit.html and mixed and not _within(unit.plain, shown):
                markup.append(_as_html(unit.plain))
        elif unit.html:
            text = as_text(unit.html, links=False)
            if not plains or not _within(text, said):
                texts.append(text)
        if unit.html:
            markup.append(unit.html)
    return "\n".join(texts).strip("\n"), "\n".join(markup) if htmls else None


def _within(text: str, words: set[str]) -> bool:
    """Whether most words of `text` are among `words`."""
    own = _WORDS.findall(text)
    return sum(word in words for word in own) * 2 >= len(own)


def _as_html(text: str) -> str:
    return f'<div style="white-space: pre-wrap">{escape(text)}</div>'


def _inline(file: Attached, shown: set[str]) -> Attached:
    if file.inline or file.content_id is None or file.content_id.lower() not in shown:
        return file
    return Attached(file.filename, file.content_type, file.content, inline=True, content_id=file.content_id)
