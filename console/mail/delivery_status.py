"""Reports of delivery as the standards have them (RFC 3464, 5965, 8098), also when they are broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from console.mail import charsets, headers
from console.mail.headers import Headers
from console.mail.parsed import Bounce, BounceKind

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])([45])(\d\d)(?![\d.])(?:[ -]|$)")
_ADDRESS = re.compile(r"[^\s<>()\"',;:\[\]]{1,120}@[A-Za-z0-9._-]{1,200}")
_MESSAGE_ID = re.compile(
    r"^[ \t>]{0,8}Message-ID:[ \t]{0,4}(?:\r?\n[ \t]{1,8})?<([^<>\s]{1,500})>", re.IGNORECASE | re.MULTILINE
)


def parts(message: Message) -> Iterator[tuple[str, Message]]:
    """The parts of a message by kind, those of attached mails left out."""
    todo = [message]
    seen = 0
    while todo and seen < 200:
        part = todo.pop(0)
        seen += 1
        kind = headers.parameters(next(iter(headers.of(part).raw("content-type")), "text/plain"))[0]
        yield kind, part
        if part.is_multipart() and not kind.startswith("message/"):
            todo[:0] = [each for each in headers.payload(part) if isinstance(each, Message)]


def report_type(message: Message) -> str:
    """delivery-status, feedback-report, disposition-notification, or "" if it is no report."""
    kind, named = headers.parameters(next(iter(headers.of(message).raw("content-type")), ""))
    if kind == "multipart/report" and named.get("report-type"):
        return named["report-type"].lower()
    for kind, _ in parts(message):
        if kind in ("message/delivery-status", "message/global-delivery-status", "message/feedback-report"):
            return kind.partition("/")[2].removeprefix("global-")
        if kind == "message/disposition-notification":
            return "disposition-notification"
    return ""


def delivery_report(message: Message, text: str) -> Bounce | None:
    """What a delivery-status part says; None if there is none, or everything was delivered."""
    blocks = [block for kind, part in parts(message) if kind.endswith("delivery-status") for block in _blocks(part)]
    failed: dict[str, None] = {}
    statuses: list[tuple[str, str]] = []
    delivered = False
    for block in blocks:
        action = block.first("action").lower().split(" ")[0].strip("()")
        recipient = _recipient(block)
        if action in ("delivered", "relayed", "expanded"):
            delivered = True
            continue
        status = _status(block)
        if not recipient and not status and not action:
            continue
        if recipient:
            failed[recipient] = None
        if status or action:
            statuses.append((status, action))
    if delivered and not failed:
        return None
    if not blocks or (not failed and not statuses):
        return None
    status = next((each for each, _ in statuses if each), "") or _of_text(text)
    delayed = bool(statuses) and all(action == "delayed" for _, action in statuses)
    return Bounce(tuple(failed), status or None, kind_of(status, delayed), original_id(message, text))


def kind_of(status: str | None, delayed: bool = False) -> BounceKind:
    if delayed or (status or "").startswith("4"):
        return "transient"
    return "permanent" if (status or "").startswith("5") else "unknown"


def original_id(message: Message, text: str) -> str | None:
    """The Message-ID of the mail that it tells of: attached whole, as headers, or quoted in the text."""
    for kind, part in parts(message):
        if kind in (
            "message/rfc822",
            "message/global",
            "text/rfc822-headers",
            "message/rfc822-headers",
            "message/global-headers",
        ):
            payload = headers.payload(part)
            if isinstance(payload, list) and payload and isinstance(payload[0], Message):
                found = headers.message_id(headers.of(payload[0]).raw("message-id"))
                if found:
                    return found
            elif isinstance(payload, str):
                named = _MESSAGE_ID.search(payload)
                if named is not None:
                    return named[1]
    own = headers.of(message)
    for name in ("original-message-id", "x-original-message-id"):
        if own.has(name):
            return headers.message_id(own.raw(name))
    for kind, part in parts(message):
        payload = headers.payload(part)
        if isinstance(payload, str) and (kind.startswith("text/") or kind == "message/delivery-status"):
            named = _MESSAGE_ID.search(payload)
            if named is not None:
                return named[1]
        elif kind.endswith("delivery-status"):
            for block in _blocks(part):
                if block.has("original-message-id") or block.has("x-original-message-id"):
                    found = headers.message_id(block.raw("original-message-id") or block.raw("x-original-message-id"))
                    if found:
                        return found
    found_in_text = _MESSAGE_ID.search(text)
    return found_in_text[1] if found_in_text else None


def status_in(text: str) -> str | None:
    """The first status of failure in a text, from a status code or the code of a server's answer."""
    for found in STATUS.finditer(text):
        if found[1][0] in "45":
            return found[1]
    return None


def server_code(text: str) -> str | None:
    """A status made from the three digits that a server answered with."""
    found = _CODE.search(text)
    return None if found is None else f"{found[1]}.0.0"


def _blocks(part: Message) -> list[Headers]:
    payload = headers.payload(part)
    if isinstance(payload, list):
        blocks = []
        for each in payload:
            blocks.append(headers.of(each))
            inner = headers.payload(each)
            if isinstance(inner, str) and ":" in inner:
                blocks += _written(inner)
        return blocks
    return _written(charsets.decode(payload.encode("utf-8", "surrogateescape"), None))


def _written(text: str) -> list[Headers]:
    """The blocks of fields in a text, where the parser did not see them."""
    blocks = []
    for paragraph in re.split(r"\n[ \t]*\n", text.replace("\r", "")):
        items: list[tuple[str, str]] = []
        for line in paragraph.split("\n"):
            if line[:1] in " \t" and items:
                items[-1] = (items[-1][0], f"{items[-1][1]} {line.strip()}")
            elif ":" in line:
                name, _, value = line.partition(":")
                items.append((name.strip().lower(), value.strip()))
        if items:
            blocks.append(Headers(tuple(items)))
    return blocks


def _recipient(block: Headers) -> str:
    for name in ("final-recipient", "original-recipient", "x-actual-recipient", "x-display-name"):
        value = block.first(name)
        found = _ADDRESS.search(value.partition(";")[2] or value)
        if found is not None:
            return found[0].lower().strip(".")
    return ""


def _status(block: Headers) -> str:
    status, diagnostic = block.first("status"), block.first("diagnostic-code")
    found = STATUS.search(status)
    if found is not None and not found[1].endswith(".0.0"):
        return found[1]
    better = STATUS.search(diagnostic)
    if better is not None and better[1][0] in "45":
        return better[1]
    return found[1] if found is not None else server_code(diagnostic) or ""


def _of_text(text: str) -> str:
    return status_in(text) or ""
