"""What sort of mail it is: a person's, a list's, an automatic one, a bounce, or a complaint."""

from __future__ import annotations

import re
from email.message import Message

from console.mail import automatic, bounce_words, delivery_status
from console.mail.bodies import children, source
from console.mail.headers import Headers
from console.mail.parsed import Bounce, Kind

_REPORTER = re.compile(
    r"mail ?delivery|delivery (?:sub)?system|mail(?:er)? ?daemon|postmaster|mail (?:system|administrator"
    r"|router|server)|system administrator"
    r"|internet mail|mailer|returned mail|microsoft (?:exchange|outlook)|mdaemon|smtp",
    re.IGNORECASE,
)


def classify(message: Message, text: str, subject: str) -> Kind:
    """The kind of a message of `email`, with its text and decoded subject; never raises."""
    fields = Headers(message)
    report = delivery_status.report_type(message)
    if report == "feedback-report":
        return Kind("complaint", "multipart/report feedback-report", _complaint(message, text))
    if report == "disposition-notification":
        return Kind("auto_reply", "multipart/report disposition-notification")
    if report:
        found = delivery_status.delivery_report(message, text)
        if found is not None:
            return Kind("bounce", f"multipart/report {report}", _mended(found, message, fields, text))
        if (
            any(kind.endswith("delivery-status") for kind, _ in delivery_status.parts(message))
            and report == "delivery-status"
        ):
            if not _prose(fields, subject, text):
                return Kind("auto_generated", "multipart/report delivery-status")
    reason = _prose(fields, subject, text)
    if reason:
        return Kind("bounce", reason, _mended(None, message, fields, text))
    return (
        automatic.automatic(fields, subject) or automatic.of_list(fields) or Kind("human", "no header says otherwise")
    )


def _prose(fields: Headers, subject: str, text: str) -> str:
    """Why it is a notice of failure in words, or "". A person who forwards or quotes one is not its sender."""
    if "x-failed-recipients" in fields:
        return "X-Failed-Recipients"
    authors = fields.addresses("from").addresses
    robot = any(automatic.is_robot(each.address) or _REPORTER.search(each.name) for each in authors)
    robot = robot or (not authors and ("from" in fields or "to" not in fields))
    null = any(value.strip() == "<>" for value in fields.raw("return-path"))
    if not robot and not null:  # most mail, and the search for phrases takes long
        return ""
    in_subject, in_text = bounce_words.is_notice(subject, text)
    if robot and in_text and (in_subject or null or _is_daemon(fields)):
        return "From"
    if null and in_subject and in_text and not automatic.automatic(Headers(Message()), subject):
        return "Return-Path"
    return "Subject" if robot and in_subject and in_text else ""


def _is_daemon(fields: Headers) -> bool:
    local = [each.address.partition("@")[0] for each in fields.addresses("from").addresses]
    return any(each.startswith(("mailer-daemon", "mailerdaemon", "postmaster")) for each in local)


def _mended(found: Bounce | None, message: Message, fields: Headers, text: str) -> Bounce:
    """A bounce with what the report left out, taken from the words."""
    own = {each.address for each in fields.addresses("from", "to", "cc", "reply-to", "sender").addresses}
    recipients = found.recipients if found is not None else ()
    if not recipients:
        recipients = bounce_words.recipients(text, fields.raw("x-failed-recipients"), own)
    status = found.status if found is not None else None
    status = status or bounce_words.status(text)
    kind = found.kind if found is not None and found.kind != "unknown" else bounce_words.kind(text, status)
    original = found.original_message_id if found is not None else delivery_status.original_id(message, text)
    if original is None:
        references = fields.ids("in-reply-to") or fields.ids("references")
        original = references[-1] if references else None
    return Bounce(recipients, status, kind, original)


def _complaint(message: Message, text: str) -> Bounce:
    found: list[str] = []
    for kind, part in delivery_status.parts(message):
        if kind == "message/feedback-report":
            raw = "\n".join(source(each).decode("latin-1") for each in (part, *children(part)))
            for each in children(part):
                raw += "".join(f"{name}: {value}\n" for name, value in delivery_status.fields_of(each).items())
            found = [
                each.lower() for each in re.findall(r"Original-Rcpt-To:[ \t<]{0,4}([^\s<>]{1,250})", raw, re.IGNORECASE)
            ]
    return Bounce(tuple(dict.fromkeys(found)), None, "unknown", delivery_status.original_id(message, text))
