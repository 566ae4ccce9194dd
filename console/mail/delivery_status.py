"""Reports of delivery as the standards have them (RFC 3464, 5965, 8098), also when they are broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from console.mail.bodies import children, source
from console.mail.headers import Headers
from console.mail.parsed import Bounce, BounceKind

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])([45])(\d\d)(?![\d.])(?:[ -]|$)")
_ADDRESS = re.compile(r"[^\s<>()\"',;:\[\]]{1,120}@[A-Za-z0-9._-]{1,200}")
Block = dict[str, str]  # fields by their names in lower case

_RETURNED = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
)
_ORIGINAL = ("original-message-id", "x-original-message-id")
_PLAIN_ID = re.compile(r"<?([^<>\s]{1,500}@[^<>\s]{1,300})>?")
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
        kind = Headers(part).valued("content-type", "text/plain").value
        yield kind, part
        if not kind.startswith("message/"):
            todo[:0] = children(part)


def report_type(message: Message) -> str:
    """delivery-status, feedback-report, disposition-notification, or "" if it is no report."""
    told = Headers(message).valued("content-type")
    if told.value == "multipart/report" and told.parameters.get("report-type"):
        return told.parameters["report-type"].lower()
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
        action = block.get("action", "").lower().split(" ")[0].strip("()")
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
    status = next((each for each, _ in statuses if each), "") or status_in(text) or ""
    delayed = bool(statuses) and all(action == "delayed" for _, action in statuses)
    return Bounce(tuple(failed), status or None, kind_of(status, delayed), original_id(message, text))


def kind_of(status: str | None, delayed: bool = False) -> BounceKind:
    if delayed or (status or "").startswith("4"):
        return "transient"
    return "permanent" if (status or "").startswith("5") else "unknown"


def original_id(message: Message, text: str) -> str | None:
    """The Message-ID of the mail that it tells of: attached whole, as headers, or quoted in the text."""
    for kind, part in parts(message):
        if kind in _RETURNED:
            inside = children(part)
            found = Headers(inside[0]).ids("message-id") if inside else ()
            if found:
                return found[0]
            named = _MESSAGE_ID.search(source(part).decode("latin-1"))
            if named is not None:
                return named[1]
    own = Headers(message)
    for name in _ORIGINAL:
        if own.ids(name):
            return own.ids(name)[0]
    for kind, part in parts(message):
        if kind.startswith("text/"):
            named = _MESSAGE_ID.search(source(part).decode("latin-1"))
            if named is not None:
                return named[1]
        elif kind.endswith("delivery-status"):
            for block in _blocks(part):
                named = _PLAIN_ID.search(" ".join(block.get(name, "") for name in _ORIGINAL))
                if named is not None:
                    return named[1]
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


def fields_of(part: Message) -> Block:
    """The headers of a part as a block."""
    fields = Headers(part)
    return {name: fields.text(name) for name in {each.strip().lower() for each, _ in part.raw_items()}}


def _blocks(part: Message) -> list[Block]:
    blocks: list[Block] = []
    for each in children(part):
        blocks.append(fields_of(each))
        blocks += _written(source(each).decode("latin-1"))
    return blocks + _written(source(part).decode("latin-1"))


def _written(text: str) -> list[Block]:
    """The blocks of fields in a text, where the parser did not see them."""
    blocks = []
    for paragraph in re.split(r"\n[ \t]*\n", text.replace("\r", "")):
        items: dict[str, str] = {}
        name = ""
        for line in paragraph.split("\n"):
            if line[:1] in (" ", "\t") and name:
                items[name] = f"{items[name]} {line.strip()}"
            elif ":" in line:
                name, _, value = (piece.strip() for piece in line.partition(":"))
                name = name.lower()
                items.setdefault(name, value)
        if items:
            blocks.append(items)
    return blocks


def _recipient(block: Block) -> str:
    for name in ("final-recipient", "original-recipient", "x-actual-recipient", "x-display-name"):
        value = block.get(name, "")
        found = _ADDRESS.search(value.partition(";")[2] or value)
        if found is not None:
            return found[0].lower().strip(".")
    return ""


def _status(block: Block) -> str:
    status, diagnostic = block.get("status", ""), block.get("diagnostic-code", "")
    found = STATUS.search(status)
    if found is not None and not found[1].endswith(".0.0"):
        return found[1]
    better = STATUS.search(diagnostic)
    if better is not None and better[1][0] in "45":
        return better[1]
    return found[1] if found is not None else server_code(diagnostic) or ""
