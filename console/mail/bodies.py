"""The bytes and the text of one part: transfer encodings undone as far as they go, and flowed lines joined."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from email.message import Message

from console.mail.encoded_words import as_bytes, unpadded

LINE = 60  # letters of a whole line of base64, which a line of prose without a blank does not have

_LETTERS = re.compile(rb"[A-Za-z0-9+/]+={0,3}")
_ENCODED = re.compile(rb"[A-Za-z0-9+/=]*\s*")
_SOFT_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_BEGIN = re.compile(r"^begin(?:-base64)? [0-7]{3,4} (.{1,200})\n", re.MULTILINE)
_DEPTH = re.compile(r">*")


def source(part: Message) -> bytes:
    """The body of a part as it stands in the mail."""
    payload = vars(part)["_payload"]  # get_payload() decodes it with the charset it claims, and fails if that is odd
    return as_bytes(payload) if isinstance(payload, str) else b""


def children(part: Message) -> list[Message]:
    """The parts of a part, or the mail in it."""
    payload = vars(part)["_payload"]
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def content(part: Message, encoding: str, *, text: bool) -> bytes:
    """The body of a part without its transfer encoding; of a `text`, also what was put behind the encoded letters."""
    raw = source(part)
    match re.sub(r"[^a-z0-9]", "", encoding.partition(";")[0].lower()):
        case "base64" | "b64" | "xbase64":
            return _base64_text(raw) if text else _base64(raw)
        case "quotedprintable" | "qp" | "quotedprintible":
            return binascii.a2b_qp(_SOFT_BREAK.sub(b"=", raw))
        case "xuuencode" | "uuencode" | "xuue" | "uue":
            _, files = uuencoded(raw.decode("latin-1").replace("\r\n", "\n"))
            return files[0].content if files else raw
    return raw


def _base64(raw: bytes) -> bytes:
    squeezed = re.sub(rb"[^A-Za-z0-9+/=]", b"", raw)
    return b"".join(unpadded(each.rstrip(b"=").decode("ascii")) for each in _LETTERS.findall(squeezed))


def _base64_text(raw: bytes) -> bytes:
    """As `_base64`, but lines of words before or behind it are kept as they are, as lists add them."""
    lines = raw.splitlines(keepends=True)
    encoded = [bool(_ENCODED.fullmatch(line)) for line in lines]
    first = next((index for index, each in enumerate(encoded) if each and lines[index].strip()), len(lines))
    last = next((index for index in range(first, len(lines)) if not encoded[index]), len(lines))
    before, behind = b"".join(lines[:first]), b"".join(lines[last:])
    letters = b"".join(b"".join(lines[first:last]).split())
    if behind and (len(letters) % 4 or not (letters.endswith(b"=") or len(letters) >= LINE)):
        return raw  # prose with a line of one word
    inside = _base64(letters)
    joint = b"\n" if behind and inside and not inside.endswith(b"\n") else b""
    return before + inside + joint + behind


@dataclass(frozen=True)
class Uuencoded:
    name: str
    content: bytes


def uuencoded(text: str) -> tuple[str, list[Uuencoded]]:
    """A text without the files that are written into it between `begin` and `end`, and the files."""
    kept, files, position = list[str](), list[Uuencoded](), 0
    for begin in _BEGIN.finditer(text):
        if begin.start() < position:
            continue
        end = text.find("\nend", begin.end() - 1)
        if end < 0:
            break
        lines = text[begin.end() : end].split("\n")
        if not all(len(line) < 100 for line in lines) or not lines[0]:
            continue
        kept.append(text[position : begin.start()])
        files.append(Uuencoded(begin[1].strip(), b"".join(map(_uu_line, lines))))
        position = text.find("\n", end + 1) + 1 or len(text)
    return "".join([*kept, text[position:]]) if files else text, files


def _uu_line(line: str) -> bytes:
    raw = line.encode("ascii", "ignore")
    try:
        return binascii.a2b_uu(raw)
    except binascii.Error:
        wanted = ((raw[0] - 32) & 63) if raw else 0
        try:
            return binascii.a2b_uu(raw[: 1 + (wanted * 4 + 5) // 3])
        except binascii.Error:
            return b""


def unflowed(text: str, *, delete_space: bool) -> str:
    """Lines of `format=flowed` (RFC 3676) joined into the paragraphs that were typed."""
    result, open_depth, paragraph = list[str](), -1, ""
    for line in text.split("\n"):
        found = _DEPTH.match(line)
        depth = found.end() if found else 0
        body = line[depth:].removeprefix(" ")
        if open_depth not in (-1, depth):
            result.append(_marked(paragraph, open_depth))
            open_depth, paragraph = -1, ""
        flows = body.endswith(" ") and body != "-- "
        if body == "-- " and open_depth == depth:
            result.append(_marked(paragraph, depth))
            paragraph = ""
        paragraph += body[:-1] if flows and delete_space else body
        open_depth = depth
        if not flows:
            result.append(_marked(paragraph, depth))
            open_depth, paragraph = -1, ""
    if open_depth >= 0:
        result.append(_marked(paragraph, open_depth))
    return "\n".join(result)


def _marked(paragraph: str, depth: int) -> str:
    return f"{'>' * depth} {paragraph}" if depth else paragraph
