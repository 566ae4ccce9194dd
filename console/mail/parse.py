"""From the bytes of a mail to what it says. Any bytes that have a header are a mail; what is odd becomes a warning."""

from __future__ import annotations

import re
from email import message_from_bytes

from console.mail import charsets, forwarding, headers, visible
from console.mail.addresses import addresses
from console.mail.headers import Headers
from console.mail.inert import inert
from console.mail.kind import classify
from console.mail.parsed import Address, Parsed
from console.mail.parts import Parts, read
from console.mail.readable import text_of

HEADER_BYTES = 256 << 10  # of all headers together
_HEADER = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_LEADING = re.compile(rb"(?:\xef\xbb\xbf|[ \t]*\r?\n)+")
_MBOX = re.compile(rb"(?:>?From [^\r\n]*\r?\n)+")
_SPAM = re.compile(r"\s*(?:yes|true|spam|fail)\b", re.IGNORECASE)
_NO_SPAM = re.compile(r"\s*(?:no|false|ham|pass)\b", re.IGNORECASE)


class NoMessage(Exception):
    """These bytes are no mail: there are none, or they have no header."""


def parse(raw: bytes) -> Parsed:
    """What a mail says. Raises NoMessage, and nothing else."""
    data, warnings = _prepared(raw)
    try:
        message = message_from_bytes(data)
        parts = read(message)
    except RecursionError:
        warnings.append("parts are nested too deep")
        message = message_from_bytes(data.partition(b"\n\n")[0] + b"\n\n")
        parts = Parts(texts=[charsets.decode(data.partition(b"\n\n")[2], None)])
    fields = headers.of(message)
    warnings += parts.warnings
    html = "\n".join(parts.htmls) or None
    text = "\n".join(each for each in parts.texts if each.strip())
    if html is not None and not text.strip():
        text = text_of(html)
    subject = fields.first("subject")
    from_, sender = _authors(fields, warnings)
    shown = visible.split(text, html)
    date = fields.first("date")
    moment = headers.date(date) if date else None
    if date and moment is None:
        warnings.append("the date can't be read")
    return Parsed(
        message_id=headers.message_id(fields.raw("message-id")),
        in_reply_to=tuple(headers.ids(fields.raw("in-reply-to"))),
        references=tuple(headers.ids(fields.raw("references"))),
        date=moment,
        from_=from_,
        sender=sender,
        reply_to=tuple(addresses(fields.raw("reply-to"))),
        to=tuple(addresses(fields.raw("to"))),
        cc=tuple(addresses(fields.raw("cc"))),
        subject=subject,
        text=text,
        html=None if html is None else inert(html),
        reply=shown.reply,
        quoted=shown.quoted,
        signature=shown.signature,
        attachments=tuple(parts.attached),
        kind=classify(message, text, subject),
        spam=_spam(fields),
        warnings=tuple(warnings),
        delivered_to=_delivered(fields),
        authentication=tuple(fields.all("authentication-results")),
        loop=tuple(each for name in ("x-agent-console", "x-loop") for each in fields.all(name)),
        no_answer=_wants_no_answer(fields),
        forwarded=forwarding.author(message, subject, text),
    )


def _prepared(raw: bytes) -> tuple[bytes, list[str]]:
    """The bytes without what may stand before the first header. Raises NoMessage."""
    warnings = []
    data = raw
    for leading in (_LEADING, _MBOX, _LEADING):
        found = leading.match(data)
        data = data[found.end() :] if found else data
    if b"\n" not in data[:HEADER_BYTES] and b"\r" in data:
        data = data.replace(b"\r", b"\n")
        warnings.append("lines end with CR alone")
    if _HEADER.match(data) is None:
        raise NoMessage("there is no header" if raw.strip() else "there is nothing")
    end = re.search(rb"\r?\n\r?\n", data)
    if end is not None and end.start() > HEADER_BYTES:
        cut = data.rfind(b"\n", 0, HEADER_BYTES)
        data = data[: cut if cut > 0 else HEADER_BYTES] + data[end.start() :]
        warnings.append("the headers are too long and were cut")
    return data, warnings


def _authors(fields: Headers, warnings: list[str]) -> tuple[Address | None, Address | None]:
    """The address in From, and the effective author; None as author if several claim to be."""
    headings = fields.raw("from")
    found = addresses(headings)
    if not found:
        warnings.append("nobody is named as the author")
        return None, None
    from_ = found[0]
    if len(headings) > 1 and len(found) > 1:
        warnings.append("several authors are named")
        return from_, None
    if len(found) > 1:
        senders = [each for each in addresses(fields.raw("sender")) if each.address in {one.address for one in found}]
        from_ = next((each for each in found if senders and each.address == senders[0].address), from_)
        warnings.append("several authors are named; the first, or the one who sent it, counts")
    original = addresses(fields.raw("x-original-sender"))
    if original:
        named = next(
            (each for each in addresses(fields.raw("x-original-from")) if each.address == original[0].address), None
        )
        return from_, named or original[0]
    reply_to, original_from = addresses(fields.raw("reply-to")), addresses(fields.raw("x-original-from"))
    if reply_to and original_from and reply_to[0].address == original_from[0].address:
        return from_, reply_to[0] if reply_to[0].name else original_from[0]
    return from_, from_


def _delivered(fields: Headers) -> tuple[str, ...]:
    names = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
    return tuple(each.address for each in addresses([value for name in names for value in fields.raw(name)]))


def _wants_no_answer(fields: Headers) -> bool:
    """Headers that mail programs of people send too: they ask for no automatic answer, and say nothing else."""
    suppress = {each.strip() for value in fields.all("x-auto-response-suppress") for each in value.lower().split(",")}
    lists = any(fields.has(name) for name in ("list-id", "list-unsubscribe", "list-post"))
    return bool(suppress & {"all", "autoreply", "oof"}) or lists


def _spam(fields: Headers) -> bool | None:
    for name in ("x-spam-flag", "x-spam-status", "x-ses-spam-verdict"):
        for value in fields.all(name):
            if name == "x-ses-spam-verdict" and value.strip().upper() == "FAIL":
                return True
            if _SPAM.match(value):
                return True
    for name in ("x-spam-flag", "x-spam-status", "x-ses-spam-verdict"):
        if any(_NO_SPAM.match(value) for value in fields.all(name)):
            return False
    return None
