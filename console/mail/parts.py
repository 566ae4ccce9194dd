"""The parts of a mail: its text, its HTML, its files. Whatever is broken, words come out and nothing is raised."""

from __future__ import annotations

import binascii
import mimetypes
import quopri
import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from console.desk.attachment import clean_name
from console.mail import charsets, headers
from console.mail.flowed import unflowed
from console.mail.headers import Headers
from console.mail.parsed import Attached

DEEPEST, MOST_PARTS = 20, 200
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_WORD = re.compile(r"[a-z0-9.+_-]{1,80}/[a-z0-9.+_-]{1,100}")
_MADE_UP = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    "image/jpeg": ".jpg",
}
# What a report of delivery consists of besides its words.
REPORT = {"message/delivery-status", "message/global-delivery-status", "message/feedback-report", "text/rfc822-headers"}
REPORT |= {"message/disposition-notification", "message/global-headers", "message/global-disposition-notification"}


@dataclass(slots=True)
class Parts:
    """What was found, in order."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    attached: list[Attached] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    count: int = 0

    def warn(self, words: str) -> None:
        if words not in self.warnings:
            self.warnings.append(words)


def read(message: Message) -> Parts:
    """All parts of a message."""
    found = Parts()
    _walk(message, found, 0, "")
    return found


def _walk(part: Message, found: Parts, depth: int, within: str) -> None:
    found.count += 1
    if depth > DEEPEST or found.count > MOST_PARTS:
        found.warn("too many parts, or too deep")
        return
    fields = headers.of(part)
    kind, parameters = _kind(fields, within)
    if part.is_multipart() and not kind.startswith("message/"):
        for inner in headers.payload(part):
            if isinstance(inner, Message):
                _walk(inner, found, depth + 1, kind)
        return
    if kind.startswith("multipart/"):
        _walk_broken(part, found, depth, parameters)
        return
    disposition, placed = headers.parameters(next(iter(fields.raw("content-disposition")), ""))
    name = placed.get("filename") or placed.get("name") or parameters.get("name") or parameters.get("filename") or ""
    if kind in REPORT and (within == "multipart/report" or kind != "text/rfc822-headers"):
        return
    if kind in ("message/rfc822", "message/global", "message/news"):
        found.attached.append(_mail(part, name))
        return
    content = content_of(part)
    if kind in ("text/plain", "text/html") and disposition != "attachment" and not name:
        _say(kind, content, parameters, found)
        return
    if (
        kind in ("text/enriched", "text/richtext", "text/x-amp-html", "text/watch-html")
        and within == "multipart/alternative"
    ):
        return
    cid = next(iter(headers.ids(fields.raw("content-id"))), None) or _bare(fields.first("content-id"))
    inline = disposition == "inline" or (disposition != "attachment" and cid is not None)
    if not name and kind == "text/rfc822-headers":
        return
    file = _name(name, kind, fields)
    found.attached.append(Attached(file, kind, content, inline and kind.startswith("image/"), cid))


def _say(kind: str, content: bytes, parameters: dict[str, str], found: Parts) -> None:
    text = charsets.decode(content, parameters.get("charset"))
    if kind == "text/html":
        found.htmls.append(text)
        return
    if parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, delsp=parameters.get("delsp", "").lower() == "yes")
    found.texts.append(text.strip("\n"))


def _walk_broken(part: Message, found: Parts, depth: int, parameters: dict[str, str]) -> None:
    """A multipart whose parts were not found: by the boundary that stands in it, or as the text that it is."""
    payload = headers.payload(part)
    raw = _bytes(payload if isinstance(payload, str) else "")
    boundary = re.search(rb"^--([^\s-][^\r\n]{0,200}?)(?:--)?[ \t]*\r?$", raw, re.MULTILINE)
    if boundary is not None and not parameters.get("x-mended"):
        found.warn("the parts had no boundary, or another one")
        mended = b'Content-Type: multipart/mixed; x-mended=1; boundary="' + boundary[1].replace(b'"', b"") + b'"\n\n'
        _walk(message_from_bytes(mended + raw), found, depth + 1, "")
        return
    found.warn("a part has no end, or none of the parts it should have")
    text = charsets.decode(raw, parameters.get("charset"))
    (found.htmls if re.search(r"<(?:html|body|div|p)\b", text[:2_000], re.IGNORECASE) else found.texts).append(
        text.strip("\n")
    )


def _kind(fields: Headers, within: str) -> tuple[str, dict[str, str]]:
    values = fields.raw("content-type")
    if not values:
        return ("message/rfc822" if within == "multipart/digest" else "text/plain"), {}
    kind, parameters = headers.parameters(values[0])
    kind = kind.replace(" ", "")
    if kind in ("text", "plain", "text/"):
        return "text/plain", parameters
    if kind in ("html",):
        return "text/html", parameters
    if _WORD.fullmatch(kind) is None:
        kind = "text/plain" if not parameters.get("name") else "application/octet-stream"
    return kind, parameters


def content_of(part: Message) -> bytes:
    """The bytes of a part, decoded as far as they go."""
    payload = headers.payload(part)
    if not isinstance(payload, str):
        return b""
    data = _bytes(payload)
    encoding = headers.of(part).first("content-transfer-encoding").lower().strip(" ;\"'")
    if encoding == "base64":
        return _base64(data)
    if encoding in ("quoted-printable", "quotedprintable", "quoted printable"):
        return quopri.decodestring(data)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _uu(data)
    return data


def _bytes(payload: str) -> bytes:
    return payload.encode("utf-8", "surrogateescape")


def _base64(data: bytes) -> bytes:
    bare = _NOT_BASE64.sub(b"", data)
    # what stands behind the padding is another encoded piece, or a footer that a list added
    pieces = re.split(rb"=+", bare)
    out = b""
    for piece in pieces:
        piece = piece[: len(piece) - (len(piece) % 4 == 1)]
        try:
            out += binascii.a2b_base64(piece + b"=" * (-len(piece) % 4))
        except binascii.Error:
            break
    return out


def _uu(data: bytes) -> bytes:
    out, inside = b"", False
    for line in data.split(b"\n"):
        if line.startswith(b"begin "):
            inside = True
        elif line.strip() in (b"end", b"`"):
            break
        elif inside:
            try:
                out += binascii.a2b_uu(line)
            except binascii.Error:
                continue
    return out


def _mail(part: Message, name: str) -> Attached:
    """A mail inside of this one, as one file; its own parts are not ours."""
    payload = headers.payload(part)
    inner = payload[0] if isinstance(payload, list) and payload else None
    if isinstance(inner, Message):
        try:
            content = inner.as_bytes()
        except (UnicodeError, LookupError, ValueError, AttributeError, KeyError, IndexError, TypeError):
            content = b"\n".join(
                f"{key}: {value}".encode("utf-8", "surrogateescape") for key, value in inner.raw_items()
            )
        subject = headers.of(inner).first("subject")
        if headers.of(part).first("content-transfer-encoding").lower() == "base64" and not headers.of(inner).items:
            content = _base64(content)
    else:
        content, subject = content_of(part), ""
    chosen = clean_name(f"{(subject or 'message').replace('/', '_')[:120]}.eml") if not name else clean_name(name)
    return Attached(chosen or "message.eml", "message/rfc822", content)


def _name(name: str, kind: str, fields: Headers) -> str:
    cleaned = clean_name(charsets.one_line(name))
    if cleaned:
        return cleaned
    described = clean_name(fields.first("content-description"))
    if described and "." in described[-6:]:
        return described
    ending = _MADE_UP.get(kind) or mimetypes.guess_extension(kind) or ".bin"
    return f"{kind.partition('/')[0] if kind.startswith(('image', 'audio', 'video')) else 'attachment'}{ending}"


def _bare(value: str) -> str | None:
    return "".join(value.strip("<> ").split()) or None
