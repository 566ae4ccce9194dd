"""Whom a forwarded mail is from: of one that is attached, or stands in the text behind the marks of the usual programs."""

from __future__ import annotations

import re
from email.message import Message

from console.mail import headers
from console.mail.addresses import addresses
from console.mail.parsed import Address

LOOKED_AT = 20_000  # characters of text
_SUBJECT = re.compile(r"\s*(?:fwd?|fw|rv|enc|tr|wg|i|reenv|reenviado|encaminhada?)\s?:", re.IGNORECASE)
_MARK = re.compile(
    r"^[ \t>]{0,6}(?:-{2,20}[ \t]*)?(?:Forwarded message|Original Message|Begin forwarded message|Mensaje reenviado|"
    r"Mensaje original|Inicio del mensaje reenviado|Mensagem encaminhada|Mensagem original|"
    r"Início da mensagem (?:re)?encaminhada|Weitergeleitete Nachricht|Message transféré)\b",
    re.IGNORECASE | re.MULTILINE,
)
_FROM = re.compile(r"^[ \t>*]{0,8}(?:From|De|Von|Da)[ \t]?:[* \t]{0,4}(.{1,300})$", re.MULTILINE)
_RULE = re.compile(r"^[ \t]{0,4}(?:_{20,80}|-{20,80})[ \t]*$", re.MULTILINE)


def author(message: Message, subject: str, text: str) -> Address | None:
    """The author of a mail that this one forwards, or None if it forwards none."""
    if _SUBJECT.match(subject) is None:
        return None
    for part in _inner(message):
        found = addresses(headers.of(part).raw("from"))
        if found:
            return found[0]
    text = text[:LOOKED_AT]
    mark = _MARK.search(text) or _RULE.search(text)
    named = _FROM.search(text, mark.end() if mark else 0)
    found = addresses([named[1].replace("[mailto:", "<").replace("]", ">")]) if named else []
    return found[0] if found else None


def _inner(message: Message) -> list[Message]:
    if not message.is_multipart():
        return []
    found = []
    for part in headers.payload(message):
        if isinstance(part, Message) and str(part.get_content_type()) == "message/rfc822":
            inner = headers.payload(part)
            found += inner if isinstance(inner, list) else []
    return found
