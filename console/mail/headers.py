"""The headers of a mail, read as they are in the world: encoded wrongly, twice, or not at all."""

from __future__ import annotations

import binascii
import quopri
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote_to_bytes

from console.mail import charsets

MOST_BYTES = 65_536  # of one header; what stands behind is not read
MOST_IDS = 200  # in one header

_WORD = re.compile(r"=\?([A-Za-z0-9_.:*+-]{0,60})\?([BbQq])\?(.*?)\?=", re.DOTALL)
_FOLDED = re.compile(r"\r?\n[ \t]*|\r[ \t]*")
_ID = re.compile(r"<([^<>]{1,2000})>")
_BARE_ID = re.compile(r"[^\s<>\"',;()]+@[^\s<>\"',;()]+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_CONTINUED = re.compile(r"(.+?)\*(\d{1,3})(\*?)")


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers of one part. Values are decoded and on one line; `raw` ones are unfolded and nothing else."""

    items: tuple[tuple[str, str], ...]  # name in lower case, raw value

    def raw(self, name: str) -> list[str]:
        return [value for key, value in self.items if key == name]

    def all(self, name: str) -> list[str]:
        return [text(value) for value in self.raw(name)]

    def first(self, name: str) -> str:
        """The first value, or ""."""
        return next(iter(self.all(name)), "")

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.items)


def of(message: Message) -> Headers:
    """The headers of a message of `email`, whose own way to them may raise."""
    found = []
    for name, value in message.raw_items():
        unfolded = _FOLDED.sub(" ", str(value)[:MOST_BYTES])
        found.append((str(name).strip().lower(), unfolded.strip()))
    return Headers(tuple(found))


def payload(part: Message) -> str | list[Message]:
    """What a part holds, as the parser left it: its own way of giving it replaces what has eight bits."""
    held: Any = part._payload  # type: ignore[attr-defined]
    return [each for each in held if isinstance(each, Message)] if isinstance(held, list) else str(held or "")


def text(raw: str) -> str:
    """A header's value as text on one line."""
    return charsets.one_line(_decoded(raw))


def ids(values: list[str]) -> list[str]:
    """The Message-IDs in these values, each once, in order, without `<>`."""
    found: dict[str, None] = {}
    for value in values:
        marked = [re.sub(r"\s+", "", each) for each in _ID.findall(value)]
        for each in marked or _BARE_ID.findall(value):
            plain = charsets.one_line(_eight_bits(each))
            if plain:
                found[plain] = None
    return list(found)[:MOST_IDS]


def message_id(values: list[str]) -> str | None:
    """The Message-ID, without `<>`; one that has no marks is taken as it is."""
    for value in values:
        found = ids([value])
        if found:
            return found[0]
        plain = "".join(charsets.one_line(_eight_bits(value)).strip("<>").split())
        if plain:
            return plain
    return None


def date(value: str) -> datetime | None:
    """The moment that a Date header names, or None."""
    for attempt in (value, re.sub(r"\([^()]*\)", "", value), re.sub(r"\s*\b(?:UT|Z)\b.*$", " +0000", value)):
        try:
            moment = parsedate_to_datetime(attempt.strip())
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
            continue
    return None


def parameters(raw: str) -> tuple[str, dict[str, str]]:
    """The first word of such a header in lower case, and its parameters, decoded however they were encoded."""
    pieces = _pieces(raw)
    value = pieces[0].strip().lower() if pieces else ""
    plain: dict[str, str] = {}
    parts: dict[str, dict[int, tuple[str, bool]]] = {}
    for piece in pieces[1:]:
        key, mark, content = piece.partition("=")
        key, content = key.strip().lower(), _unquoted(content.strip())
        if not mark or not key:
            continue
        continued = _CONTINUED.fullmatch(key)
        if continued is not None:
            parts.setdefault(continued[1], {})[int(continued[2])] = (content, bool(continued[3]))
        elif key.endswith("*"):
            parts.setdefault(key[:-1], {})[0] = (content, True)
        else:
            plain.setdefault(key, text(content))
    return value, plain | {key: _joined(found) for key, found in parts.items()}


def _joined(found: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231: the pieces in order; the first of them names the charset."""
    charset, data = "", b""
    encoded = any(each for _, each in found.values())
    for number in sorted(found):
        content, is_encoded = found[number]
        if is_encoded or (number == 0 and encoded):
            if number == min(found) and content.count("'") >= 2:
                charset, _, content = content.split("'", 2)
            data += unquote_to_bytes(content.encode("utf-8", "surrogateescape"))
        else:
            data += content.encode("utf-8", "surrogateescape")
    decoded = charsets.decode(data, charset or "utf-8")
    return charsets.one_line(_decoded(decoded) if "=?" in decoded else decoded)


def _pieces(raw: str) -> list[str]:
    """Split at semicolons that stand in no quotes."""
    pieces, start, quoted, index = [], 0, False, 0
    while index < len(raw):
        char = raw[index]
        if char == "\\" and quoted:
            index += 1
        elif char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            pieces.append(raw[start:index])
            start = index + 1
        index += 1
    return [*pieces, raw[start:]]


def _unquoted(content: str) -> str:
    if content.startswith('"'):
        end = content.rfind('"')
        content = content[1:end] if end > 0 else content[1:]
        return re.sub(r"\\(.)", r"\1", content)
    return content


def _eight_bits(value: str) -> str:
    """What came as raw bytes of eight bits, as text."""
    if value.isascii():
        return value
    return charsets.decode(value.encode("utf-8", "surrogateescape"), None)


def _decoded(value: str) -> str:
    """Encoded words decoded; those that stand beside each other in one charset are one text, split where it fitted."""
    if "=?" not in value:
        return _eight_bits(value)
    out: list[str] = []
    pending: tuple[str, bytes] | None = None
    end = 0
    for found in _WORD.finditer(value):
        between = value[end : found.start()]
        charset, data = found[1].lower(), _word(found[2], found[3])
        if pending is not None and between.strip() == "" and pending[0] == charset:
            pending = charset, pending[1] + data
        else:
            if pending is not None:
                out.append(charsets.decode(pending[1], pending[0]))
                between = "" if between.strip() == "" else between
            out.append(_eight_bits(between))
            pending = charset, data
        end = found.end()
    if pending is not None:
        out.append(charsets.decode(pending[1], pending[0]))
    return "".join([*out, _eight_bits(value[end:])])


def _word(encoding: str, content: str) -> bytes:
    data = content.encode("utf-8", "surrogateescape")
    if encoding in "Qq":
        return quopri.decodestring(data.replace(b"_", b" ").replace(b"\n", b""))
    bare = _NOT_BASE64.sub(b"", data)
    bare = bare[: len(bare) - (len(bare) % 4 == 1)]
    try:
        return binascii.a2b_base64(bare + b"=" * (-len(bare) % 4))
    except binascii.Error:
        return data
