"""What sort of mail it is: a person's, a list's, an automatic one, a notice of failed delivery or a complaint.

A person's mail taken for a machine's is the worst mistake, so that words alone never make a bounce of what has no other
sign of a machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from email.message import Message

from console.mail import automatic, bounce_words
from console.mail.answer_subjects import answer_words
from console.mail.complaints import complaint
from console.mail.delivery_status import Failure, failed, failures, original_id, report, status_of, verdict
from console.mail.failed_addresses import failed_addresses, returned_to
from console.mail.parsed import Bounce, BounceKind, Kind
from console.mail.plain_headers import addresses, body, content_type, first, headers, held, parts, report_type

_FORWARDED = re.compile(
    r"\W{0,6}(?:fwd?|wg|tr|rv|enc|i|doorst|vs|vl|re|aw|sv|res|antw|ynt|odp|r|vb|转发|回复)\s?:", re.IGNORECASE
)
_PROGRAM = re.compile(
    r"outlook|apple mail|iphone|ipad|thunderbird|mozilla|mutt|evolution|kmail|airmail|gmail|roundcube", re.I
)
_NOTIFIED = re.compile(r"\"notificationtype", re.IGNORECASE)  # of Amazon's notices in JSON
_MAILER = re.compile(r"mailer[-_.]?daemon", re.IGNORECASE)
OPENING = 700  # characters at the start of a text in which a server without other signs must say what happened


def classify(message: Message, text: str, subject: str) -> Kind:
    """The kind of a mail, of which `text` is the plain text and `subject` the decoded subject; never raises."""
    said = headers(message)
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").replace("\r\n", "\n")
    text = text if text.strip() else "\n".join(body(part) for part in parts(message) if _is_text(part))
    submitted = next(iter(said.get("auto-submitted", ())), "").lower()
    return (
        complaint(message, said, text, subject)
        or _receipt(message)
        or _bounce(message, said, text, subject)
        or automatic.answer(said, subject, text)
        or (automatic.generated(said) if submitted.startswith("auto-generated") else None)
        or automatic.on_list(said)
        or automatic.generated(said)
        or Kind("human", "no sign of a machine")
    )


def _is_text(part: Message) -> bool:
    return not part.is_multipart() and (
        content_type(part).startswith(("text/", "multipart/")) or not content_type(part)
    )


def _receipt(message: Message) -> Kind | None:
    if report_type(message) == "disposition-notification" or any(
        content_type(part) == "message/disposition-notification" for part in parts(message)
    ):
        return Kind("auto_reply", "report-type=disposition-notification")
    return None


def _bounce(message: Message, said: Mapping[str, Sequence[str]], text: str, subject: str) -> Kind | None:
    told = report(message)
    daemon = _daemon(said)
    reason: str | None = None
    if report_type(message) in ("delivery-status", "mail-delivery-status"):
        reason = "report-type=delivery-status"
    elif told is not None and (daemon or not (_FORWARDED.match(subject) or _by_hand(said))):
        reason = "message/delivery-status"
    elif first(message, "x-failed-recipients") and not _FORWARDED.match(subject):
        reason = "X-Failed-Recipients"
    else:
        reason = _prose(said, text, subject, daemon) or _sent_back(message, said, text, subject)
    if reason is None:
        return None
    told = told or failures(text)
    if told and not failed(told):
        return Kind("auto_generated", f"Action: {told[0].action}")
    return Kind("bounce", reason, _about(message, said, text, failed(told)))


def _prose(said: Mapping[str, Sequence[str]], text: str, subject: str, daemon: bool) -> str | None:
    """The words of a notice, if what else is known of the mail lets a server have said them."""
    titled = bounce_words.SUBJECT.match(subject[:300])
    # The notice about an absence note that did not arrive repeats its subject.
    if (answer_words(subject, machine=True) and not titled) or (_FORWARDED.match(subject) and not daemon):
        return None
    null, machine = automatic.null_sender(said), automatic.machine_sender(said)
    if not (daemon or null or titled or machine):
        return None  # most mail, and the search for phrases takes long
    words = bounce_words.phrase(bounce_words.notice(text))
    if daemon:
        return words or ("subject" if titled else None)
    opens = words is not None and bounce_words.phrase(text[:OPENING]) is not None
    if null:
        # Absence notes have no sender either, and may well speak of mail that nobody reads.
        return words if titled or (opens and automatic.answer(said, subject, text) is None) else None
    if words and _NOTIFIED.match(words) and machine:
        return words
    if not titled or not opens:
        return None
    if machine or automatic.generated(said):
        return words
    set_apart = bounce_words.SET_APART.search(text[:OPENING]) and "?" not in text[:OPENING]
    return words if _named(said) and set_apart and not _by_hand(said) else None


def _by_hand(said: Mapping[str, Sequence[str]]) -> bool:
    """Whether it has the marks of a mail program for people or of an answer, and not those of a server."""
    if automatic.null_sender(said) or automatic.generated(said):
        return False
    written = any(_PROGRAM.search(value) for name in ("x-mailer", "user-agent") for value in said.get(name, ()))
    return written or bool(said.get("in-reply-to") or said.get("references"))


def _sent_back(message: Message, said: Mapping[str, Sequence[str]], text: str, subject: str) -> str | None:
    """What a mailer-daemon, in whatever words, sends back with the whole mail or sets an address apart in."""
    if not _MAILER.search(_from(said)) or answer_words(subject, machine=True) or "success" in subject.lower():
        return None
    whole = any(content_type(part) in ("message/rfc822", "text/rfc822-headers") for part in parts(message))
    named = failed_addresses(bounce_words.notice(text), _own(said))
    return "a mail sent back by its mailer-daemon" if whole or named else None


def _named(said: Mapping[str, Sequence[str]]) -> bool:
    sender = _from(said)
    shared = any(bounce_words.SHARED.match(address) for address in addresses(sender))
    return shared or bool(bounce_words.SENDER_NAME.search(sender))


def _daemon(said: Mapping[str, Sequence[str]]) -> bool:
    sender = _from(said)
    known = addresses(sender)
    if not known and ("<>" in sender or bounce_words.SENDER_NAME.search(sender)):
        return True
    known = known or [sender.strip('<> "').lower()]
    return any(bounce_words.SENDER.match(each) for each in known) or bool(
        re.match(r"\W{0,3}(?:mailer-daemon|mail delivery (?:sub)?system)\b", sender, re.IGNORECASE)
    )


def _from(said: Mapping[str, Sequence[str]]) -> str:
    return next(iter(said.get("from", said.get("sender", ()))), "")


def _about(message: Message, said: Mapping[str, Sequence[str]], text: str, missed: list[Failure]) -> Bounce:
    told = bounce_words.notice(text)
    flat = " ".join(told.split())
    own = _own(said)
    named = [address for value in said.get("x-failed-recipients", ()) for address in addresses(value)]
    recipients = [address for each in missed for address in each.addresses] or named
    recipients = recipients or list(failed_addresses(told, own)) or _addressed(message, said)
    recipients = recipients or list(failed_addresses(text[: bounce_words.NOTICE], own))
    status, kind = _worst(missed)
    later = bool(bounce_words.TRANSIENT.search(flat)) and not bounce_words.PERMANENT.search(flat)
    if status is None or status.endswith(".0.0"):
        better = status_of(flat, permanent=False if later else None)
        status = better if better and (status is None or better[0] == status[0]) else status
    if kind == "unknown":
        kind = _kind(status, later=later, final=bool(bounce_words.PERMANENT.search(flat)))
    return Bounce(tuple(dict.fromkeys(recipients)), status, kind, original_id(message, text))


def _own(said: Mapping[str, Sequence[str]]) -> set[str]:
    return {address for name in ("from", "to") for value in said.get(name, ()) for address in addresses(value)}


def _worst(missed: list[Failure]) -> tuple[str | None, BounceKind]:
    verdicts = [verdict(each) for each in missed]
    return next((each for each in verdicts if each[1] == "permanent"), verdicts[0] if verdicts else (None, "unknown"))


def _kind(status: str | None, *, later: bool, final: bool) -> BounceKind:
    if later:
        return "transient"
    if status:
        return "transient" if status.startswith("4") else "permanent"
    return "permanent" if final else "unknown"


def _addressed(message: Message, said: Mapping[str, Sequence[str]]) -> list[str]:
    """Whom the returned mail was for, if the notice names nobody."""
    for part in parts(message):
        if part is not message and content_type(part) in ("message/rfc822", "text/rfc822-headers"):
            payload = held(part)
            inner = payload[0] if isinstance(payload, list) and payload else None
            value = first(inner, "to") if isinstance(inner, Message) else ""
            quoted = re.search(r"^to:(.{1,500})", body(part), re.IGNORECASE | re.MULTILINE)
            found = addresses(value or (quoted[1] if quoted else ""))
            if len(found) == 1:
                return found
    told = (returned_to(address) for value in said.get("to", ()) for address in addresses(value))
    return [address for address in told if address]
