"""From the bytes of a mail to what it says: `parse`."""

from __future__ import annotations

import re
from email.message import Message

from console.mail import forwarded, inert
from console.mail.bodies import children
from console.mail.delivery_status import original_id
from console.mail.headers import Headers, moment
from console.mail.kind import classify
from console.mail.parsed import Address, Kind, Parsed
from console.mail.parts import contents
from console.mail.structure import read_message
from console.mail.visible import split

LEVELS = 6  # of parts in which a charset is sought for headers that tell none

_BEFORE = re.compile(rb"(?:\xef\xbb\xbf|[\r\n]|>?From (?![ \t]*:)[^\r\n]{0,1000}(?:\r\n|\r|\n))+")
_HEAD_END = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_FIELD = re.compile(rb"[!-9;-~]+:")
_FIELD_WITH_BLANK = re.compile(rb"([!-9;-~]+)[ \t]+:")
_KNOWN = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]+|received|return-path|reply-to|x-[\w-]+)[ \t]*:",
    re.IGNORECASE,
)
_NO_ANSWER_PRECEDENCE = {"bulk", "junk", "list", "auto_reply"}
_PERSONS = ("human", "list")


class NoMessage(Exception):
    """There is no mail in these bytes: they are empty, or have no header."""


def parse(raw: bytes) -> Parsed:
    """What the mail `raw` says. Raises NoMessage, and nothing else."""
    message = read_message(_mended(raw))
    if not any(re.fullmatch(r"[A-Za-z][\w-]*", name) for name, _ in message.raw_items()):
        raise NoMessage("There is no mail: it is empty." if not raw.strip() else "There is no mail: it has no header.")
    headers = Headers(message, _hint(message))
    warnings = ["Its headers are too long; the last ones were left out."] if headers.cut else []
    holds = contents(message)
    subject = headers.text("subject")
    kind = classify(message, holds.text, subject)
    from_ = _from(headers, warnings)
    date = moment(headers.text("date"))
    if date is None and headers.text("date"):
        warnings.append("Its date can't be read.")
    html = None
    if holds.html is not None:
        made = inert.make_inert(holds.html)
        html = made.html
        if made.remote:
            warnings.append(f"Images that load from elsewhere were held back: {len(made.remote)}.")
    visible = split(holds.text, holds.html)
    ids = headers.ids("message-id")
    listed = {name: headers.addresses(name).addresses for name in ("reply-to", "to", "cc")}
    return Parsed(
        message_id=ids[0] if ids else None,
        in_reply_to=headers.ids("in-reply-to"),
        references=headers.ids("references"),
        date=date,
        from_=from_,
        sender=_sender(headers, from_, kind),
        reply_to=listed["reply-to"],
        to=listed["to"],
        cc=listed["cc"],
        subject=subject,
        text=holds.text,
        html=html,
        reply=visible.reply,
        quoted=visible.quoted,
        signature=visible.signature,
        attachments=holds.attachments,
        kind=kind,
        spam=_spam(headers),
        warnings=(*warnings, *holds.warnings),
        delivered_to=_delivered_to(headers),
        authentication=tuple(headers.texts("authentication-results")),
        loop=tuple(headers.texts("x-loop", "x-agent-console")),
        no_answer=_asks_for_no_answer(headers),
        complained_of=original_id(message, holds.text) if kind.name == "complaint" else None,
        forwarded=forwarded.author(holds.text, subject, holds.forwarded) if kind.name in _PERSONS else None,
    )


def _mended(raw: bytes) -> bytes:
    """`raw` without what mailboxes put before it, and with headers that a stray line does not end."""
    before = _BEFORE.match(raw)
    raw = raw[before.end() :] if before else raw
    head_end = _HEAD_END.search(raw)
    end = head_end.start() if head_end else len(raw)
    lines = raw[:end].splitlines(keepends=True)
    if all(_FIELD.match(line) or line[:1] in b" \t" for line in lines):
        return raw
    known = [bool(_KNOWN.match(line)) for line in lines]
    last = len(known) - known[::-1].index(True) - 1 if any(known) else -1
    first = known.index(True) if any(known) else 0
    if sum(known) > 1 and not any(_FIELD.match(line) for line in lines[:first]):
        lines[:first] = []  # a greeting of the machine that stored it
        first, last = 0, last - first
    lines[: last + 1] = [_FIELD_WITH_BLANK.sub(rb"\1:", line, count=1) for line in lines[: last + 1]]
    for index, line in enumerate(lines[:last]):
        if index > first and not _FIELD.match(line) and line[:1] not in b" \t":
            lines[index] = b" " + line  # a header that was folded wrongly, or something that is none
    return b"".join(lines) + raw[end:]


def _hint(message: Message) -> str | None:
    """The charset of the first text, for headers in the same letters that tell none."""
    part = message
    for _ in range(LEVELS):
        told = Headers(part).valued("content-type").parameters.get("charset")
        inside = children(part)
        if told or not inside:
            return told
        part = inside[0]
    return None


def _from(headers: Headers, warnings: list[str]) -> Address | None:
    """The author, if it is plain who that is."""
    listed = headers.addresses("from")
    if not listed.addresses:
        warnings.append("It does not tell who it is from.")
        return None
    if len(listed.addresses) == 1 and not listed.unclear:
        return listed.addresses[0]
    senders = headers.addresses("sender").addresses
    named = [each for each in listed.addresses if each.address in {sender.address for sender in senders}]
    domains = {each.address.rpartition("@")[2] for each in listed.addresses}
    if not listed.unclear and (len(named) == 1 or len(domains) == 1):
        warnings.append("It tells several authors.")
        return (named or listed.addresses)[0]
    warnings.append("It tells several authors, and who of them wrote it can't be told.")
    return None


def _sender(headers: Headers, from_: Address | None, kind: Kind) -> Address | None:
    """The author behind a list or a group that wrote its own address into From."""
    original = headers.addresses("x-original-sender").addresses
    if len(original) == 1:
        name = from_.name if from_ is not None else ""
        return Address(original[0].address, original[0].name or re.sub(r"\s+via\s.*$", "", name).strip("'\" "))
    before, reply_to = headers.addresses("x-original-from").addresses, headers.addresses("reply-to").addresses
    if kind.name in _PERSONS and len(before) == 1 and [each.address for each in reply_to] == [before[0].address]:
        return Address(before[0].address, before[0].name or reply_to[0].name)
    if from_ is None and not headers.raw("from"):
        senders = headers.addresses("sender").addresses
        return senders[0] if len(senders) == 1 else None
    return from_


def _spam(headers: Headers) -> bool | None:
    said = [headers.text(name).lower().split(",")[0].split(" ")[0] for name in ("x-spam-flag", "x-spam-status")]
    said.append(headers.text("x-ses-spam-verdict").lower())
    if any(each in ("yes", "true", "fail") for each in said):
        return True
    return False if any(each in ("no", "false", "pass") for each in said) else None


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    listed = headers.addresses("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
    return tuple(each.address for each in listed.addresses)


def _asks_for_no_answer(headers: Headers) -> bool:
    return (
        headers.text("x-auto-response-suppress").lower() not in ("", "none")
        or headers.named("list-")
        or headers.text("precedence").lower() in _NO_ANSWER_PRECEDENCE
        or headers.text("auto-submitted").lower().partition(";")[0].strip() not in ("", "no")
    )
