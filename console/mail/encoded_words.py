"""The words of RFC 2047 in a header, `=?charset?encoding?text?=`, also where their writers got them wrong."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from console.mail.charsets import decode, tidy

LONGEST = 65_536  # characters of one header that are read

_START = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?")
_MORE_HEX = re.compile(r"[0-9A-F]{2}[^?\s]{0,80}\?=")
_FOLD = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_BREAKS = re.compile("[\t\n\u2028\u2029]")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


@dataclass
class _Word:
    charset: str
    encoding: str
    payload: str


def read(value: str, hint: str | None = None) -> str:
    """A header as the parser keeps it (bytes beyond ASCII as surrogates), decoded, in one line."""
    value = _FOLD.sub(" ", value[:LONGEST])
    if "=?" not in value:
        return _one_line(decode(as_bytes(value), None, hint))
    pieces, words = list[str](), list[_Word]()
    position = 0
    starts = list(_START.finditer(value))
    for index, start in enumerate(starts):
        if start.start() < position:
            continue
        gap = value[position : start.start()]
        if gap.strip() or not words:
            pieces += [_joined(words), decode(as_bytes(gap), None, hint)]
            words = []
        border = starts[index + 1].start() if index + 1 < len(starts) else len(value)
        end, position = _end(value, start.end(), border)
        words.append(_Word(start[1].partition("*")[0].lower(), start[2].lower(), value[start.end() : end]))
    pieces += [_joined(words), decode(as_bytes(value[position:]), None, hint)]
    return _one_line("".join(pieces))


def as_bytes(value: str) -> bytes:
    """The bytes that the parser made `value` of."""
    return value.encode("utf-8", "surrogateescape")


def _end(value: str, first: int, border: int) -> tuple[int, int]:
    """Where the text of a word ends, and where what follows it begins."""
    at = value.find("?=", first, border)
    while at >= 0:
        if not _MORE_HEX.match(value, at + 2, border):  # a question mark that its writer forgot to encode
            return at, at + 2
        at = value.find("?=", at + 2, border)
    blank = value.find(" ", first, border)
    end = blank if blank >= 0 else border
    return end, end


def _joined(words: list[_Word]) -> str:
    """Words without a gap as one text: a character may begin in one and end in the next."""
    text, raw, before = list[str](), b"", ""
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else None
        if word.charset != before and raw:
            text.append(decode(raw, before))
            raw = b""
        before = word.charset
        if word.encoding == "q":
            raw += _unquoted(word.payload)
            continue
        letters = _NOT_BASE64.sub("", word.payload)
        same = following is not None and (following.charset, following.encoding) == (word.charset, "b")
        if same and following is not None and len(letters) % 4 and "=" not in word.payload:
            following.payload = letters + following.payload  # cut in the middle of four letters
        else:
            raw += unpadded(letters)
    text.append(decode(raw, before))
    return "".join(text)


def unpadded(letters: str) -> bytes:
    """Base64 without its padding, as far as it goes."""
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return base64.b64decode(whole + "=" * (-len(whole) % 4))


def _unquoted(payload: str) -> bytes:
    raw = as_bytes(payload.replace("_", " "))
    return _HEX.sub(lambda found: bytes((int(found[1], 16),)), raw)


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", tidy(text)).strip()
