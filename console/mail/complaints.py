"""Complaints: a reader pressed "spam", and the provider says so, as RFC 5965 writes it or in older forms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from email.message import Message

from console.mail.parsed import Kind
from console.mail.plain_headers import body, content_type, parts, report_type

_FIELD = re.compile(r"^feedback-type[ \t]{0,9}:[ \t]{0,9}([\w-]{1,40})", re.IGNORECASE | re.MULTILINE)
_AGENT = re.compile(r"^(?:user-agent|version|source-ip|original-mail-from)[ \t]{0,9}:", re.IGNORECASE | re.MULTILINE)
_SAID = re.compile(
    r"this is an? (?:email )?(?:abuse|spam|feedback|complaint|opt-?out)[\w -]{0,20} (?:report|message|complaint)"
    r" (?:for|from|about|generated|regarding)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\W{0,3}(?:complaint about message from|e-?mail feedback report for|abuse report\b|spam (?:report|complaint)\b"
    r"|feedback report\b|(?:fw:? ?|fwd:? ?)?feedback loop\b)",
    re.IGNORECASE,
)
_SENDER = re.compile(
    r"scomp@|staff@hotmail|feedbackloop|feedback[-_.]?loop|fbl[-_.@]|[-_.]fbl@|complaints?@|abuse[-_.]?report|arf@|postmaster@"
    r"|jmrp|sns\.amazonaws|mailer-daemon@",
    re.IGNORECASE,
)
_JSON = re.compile(r"\"(?:notificationType|eventType)\"\s{0,9}:\s{0,9}\"complaint\"", re.IGNORECASE)


def complaint(message: Message, said: Mapping[str, Sequence[str]], text: str, subject: str) -> Kind | None:
    """The kind of a mail that tells of a complaint, or None."""
    if report_type(message) == "feedback-report":
        return Kind("complaint", "report-type=feedback-report")
    for part in parts(message):
        if content_type(part) == "message/feedback-report":
            found = _FIELD.search(body(part))
            return Kind("complaint", f"Feedback-Type: {found[1].lower()}" if found else "message/feedback-report")
    sender = " ".join(said.get("from", ()))
    head = text[:20_000]
    if _JSON.search(head) and "amazonaws" in sender.lower():
        return Kind("complaint", "notificationType")
    for name in ("x-hmxmroriginalrecipient", "x-arf", "x-xarf"):
        if name in said:
            return Kind("complaint", name)
    if not _SENDER.search(sender):
        return None
    if _FIELD.search(head) and _AGENT.search(head):
        return Kind("complaint", "Feedback-Type")
    if _SUBJECT.match(subject[:200]) or _SAID.search(head[:2_000]):
        return Kind("complaint", "words of a feedback loop")
    return None
