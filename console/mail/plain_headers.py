"""Headers and parts of a mail as plain strings, whatever a broken mail holds: reading them never raises."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from email.message import Message
from typing import Any

PARTS = 200  # of one mail that are looked at
LONGEST = 100_000  # characters of one header or part that are looked at

ADDRESS = re.compile(r"(?<![\w.+=%-])[\w+][\w!#$%&'*+/=?^`{|}~.-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_REPORT_TYPE = re.compile(r"report-type\s{0,9}=\s{0,9}\"?([\w-]{1,60})", re.IGNORECASE)
_BARE = re.compile(r"\s{0,99}\"?([\w-]{1,60}/[\w.+-]{1,80})")


def plain(value: object) -> str:
    """A header's value on one line, without lone surrogates."""
    text = str(value)[:LONGEST]
    return " ".join(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").split())


def held(part: Message) -> Any:
    """What the parser put into a part: its text, or its parts. Its own way of giving it decodes, and fails at odd charsets."""
    return vars(part)["_payload"]


def headers(message: Message) -> dict[str, list[str]]:
    """All values by the name in lower case, in their order."""
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        found.setdefault(str(name).strip().lower(), []).append(plain(value))
    return found


def first(message: Message, name: str) -> str:
    """The first value of a header, or ""."""
    return next((plain(value) for key, value in message.raw_items() if str(key).strip().lower() == name), "")


def addresses(text: str) -> list[str]:
    """The addresses in a text, in lower case, each once."""
    return list(dict.fromkeys(each.group().lower().strip("'") for each in ADDRESS.finditer(text)))


def content_type(message: Message) -> str:
    """The type in lower case, such as text/plain, or "" if the mail says none."""
    found = _BARE.match(first(message, "content-type"))
    return found[1].lower() if found else ""


def report_type(message: Message) -> str:
    """What a multipart/report says it reports, in lower case, or ""."""
    value = first(message, "content-type")
    found = _REPORT_TYPE.search(value) if content_type(message) == "multipart/report" else None
    return found[1].lower() if found else ""


def parts(message: Message) -> Iterator[Message]:
    """The mail and its parts, without those of a mail within it."""
    waiting, seen = [message], 0
    while waiting and seen < PARTS:
        part = waiting.pop()
        seen += 1
        yield part
        payload = held(part)
        if isinstance(payload, list) and not content_type(part).startswith("message/"):
            waiting.extend(each for each in reversed(payload) if isinstance(each, Message))


def body(part: Message) -> str:
    """The text of a part; the blocks of a report, which the parser took for headers, as they stood."""
    payload = held(part)
    if isinstance(payload, list):
        text = "\n\n".join(_as_it_stood(each) for each in payload[:PARTS] if isinstance(each, Message))
    else:
        text = str(payload or "")
    encoding = first(part, "content-transfer-encoding").lower()
    if encoding in ("base64", "quoted-printable"):
        text = _decoded(text[:LONGEST], encoding)
    return text[:LONGEST].encode("utf-8", "surrogatepass").decode("utf-8", "replace").replace("\r\n", "\n")


def _as_it_stood(block: Message) -> str:
    lines = [f"{name}: {value}" for name, value in block.raw_items()]
    payload = held(block)
    return "\n".join([*lines, "", payload] if isinstance(payload, str) and payload else lines)


def _decoded(text: str, encoding: str) -> str:
    raw = text.encode("utf-8", "surrogateescape" if text.isascii() else "surrogatepass")
    try:
        decoded = binascii.a2b_base64(raw) if encoding == "base64" else binascii.a2b_qp(raw)
    except binascii.Error:
        return text
    return decoded.decode("utf-8", "replace") if decoded.strip() else text
