"""Reports of delivery as RFC 3464 writes them, also those that lost their MIME or stand in the middle of prose."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from email.message import Message

from console.mail.parsed import BounceKind
from console.mail.plain_headers import addresses, body, content_type, first, held, parts

_FIELD = re.compile(
    r"[ \t>]{0,4}((?:x-)?(?:original|final|actual)-recipient|action|status|diagnostic-code)[ \t]{0,4}:[ \t]{0,9}(.{0,2000})",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_SMTP = re.compile(
    r"(?<![\d.:/@#-])([45])[0-5]\d(?=[ \t-]|$)(?![ \t]{0,2}(?:bytes|kb|mb|messages?|users?|times?)\b)", re.M
)
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (status, re.compile(pattern, re.IGNORECASE))
    for status, pattern in (
        (
            "2.2",
            r"quota|mailbox (?:is )?(?:full|exceeds)|full mailbox|over ?quota|exceeds? allowed size|buz[óo]n lleno",
        ),
        (
            "1.1",
            r"(?:user|recipient|mailbox|account|address|addressee)s? (?:is )?(?:unknown|not (?:found|known|exist|listed"
            r"|recogni[sz]ed)|does(?:n['’]t| not) exist|invalid|unavailable)|(?:unknown|invalid|no such|non-?existent)"
            r" (?:local |mail )?(?:user|recipient|mailbox|address|account|person)|no mailbox here by that name"
            r"|doesn['’]t have an? [\w.]{1,40} account|address (?:couldn|could )['’n]?\w{0,3}[ot]{0,3} be found"
            r"|no se encontr[óo]|wurde nicht gefunden|n['’]a pas été trouvée|não foi encontrad"
            r"|destinataire inconnu|destinatario desconocido|unbekannter (?:empfänger|benutzer)",
        ),
        ("1.2", r"(?:host|domain)(?: name)? (?:unknown|not found|lookup failed)|unknown host|couldn't find any host"),
        ("3.4", r"(?:message|mail|size)[\w ]{0,30} (?:too (?:big|large)|exceeds)"),
        ("4.1", r"connection (?:timed out|refused)|no answer from host|could not connect"),
        (
            "7.1",
            r"relay(?:ing)? (?:denied|not permitted)|access denied|spam|blocked|blacklist|not authori[sz]ed|policy",
        ),
    )
)
SUCCESS = ("delivered", "relayed", "expanded")


@dataclass(frozen=True, slots=True)
class Failure:
    """What a report says of one recipient, whose addresses it may keep to itself."""

    addresses: tuple[str, ...] = ()
    action: str = ""
    status: str | None = None
    diagnostic: str = ""


def report(message: Message) -> list[Failure] | None:
    """What the reports among the parts say, or None if there is no such part."""
    texts = [body(part) for part in parts(message) if _is_report(part)]
    if not texts:
        return None
    return [failure for text in texts for failure in failures(text)]


def _is_report(part: Message) -> bool:
    if content_type(part) in ("message/delivery-status", "message/global-delivery-status", "text/delivery-status"):
        return True
    return "delivery-status" in first(part, "content-description").lower()


def failures(text: str) -> list[Failure]:
    """The recipients of a report's text. A new one begins after an empty line or with the next recipient."""
    found: list[Failure] = []
    current, last, finals = Failure(), "", 0
    for line in [*text.splitlines(), ""]:
        field = _FIELD.match(line)
        if field:
            last = field[1].lower()
            if last == "final-recipient" and finals:
                found.append(current)
                current, finals = Failure(), 0
            finals += last == "final-recipient"
            current = _with(current, last, field[2])
        elif line[:1] in (" ", "\t") and line.strip() and last:
            current = _with(current, last, line.strip()[:2000])
        elif not line.strip():
            if current != Failure():
                found.append(current)
            current, last, finals = Failure(), "", 0
        else:
            last = ""
    return [each for each in found if each.addresses or each.action]


def _with(failure: Failure, name: str, value: str) -> Failure:
    if name.endswith("recipient"):
        told = addresses(value.partition(";")[2] or value)[:1]
        known = [each for each in failure.addresses if each not in told]
        # The address that the sender wrote comes first: it is the one that a ticket knows.
        return replace(failure, addresses=tuple([*told, *known] if name.startswith("original") else [*known, *told]))
    if name == "action":
        return replace(failure, action=failure.action or value.strip().lower().partition(" ")[0].strip(";,."))
    if name == "status":
        found = _CODE.search(value)
        return replace(failure, status=failure.status or (".".join(found.groups()) if found else None))
    return replace(failure, diagnostic=f"{failure.diagnostic} {value}".strip()[:4000])


def failed(told: Iterable[Failure]) -> list[Failure]:
    """The recipients that were not reached: those that failed, or if there are none, those still waiting."""
    missed = [
        each
        for each in told
        if each.action == "failed" or (each.action not in SUCCESS and not (each.status or "").startswith("2."))
    ]
    final = [each for each in missed if each.action not in ("delayed", "")]
    return final or missed


def verdict(failure: Failure) -> tuple[str | None, BounceKind]:
    """The status, which a general one leaves to the diagnostic, and for how long it holds."""
    status = failure.status
    if status is None or status.endswith(".0.0"):
        status = (status_of(failure.diagnostic) if failure.diagnostic else None) or status
    if failure.action == "delayed":
        return status, "transient"
    if status:
        return status, "transient" if status.startswith("4") else "permanent"
    return None, "permanent" if failure.action == "failed" else "unknown"


def status_of(diagnostic: str, permanent: bool | None = None) -> str | None:
    """The status that a diagnostic states, or that its words mean; not from "2.x.y", which means no failure."""
    text = diagnostic[:20_000]
    codes = [each for each in _CODE.finditer(text) if each[1] != "2"]
    exact = next((each for each in codes if each.group(2, 3) != ("0", "0")), codes[0] if codes else None)
    if exact:
        return ".".join(exact.groups())
    words = next((status for status, pattern in _WORDS if pattern.search(text)), None)
    reply = _SMTP.search(text)
    if words:
        return f"{reply[1] if reply else '4' if permanent is False else '5'}.{words}"
    return f"{reply[1]}.0.0" if reply else None


def original_id(message: Message, text: str) -> str | None:
    """The Message-ID of the mail that came back: of the attached one, of its headers, or quoted in the text."""
    for part in parts(message):
        if part is message:
            continue
        kind = content_type(part)
        if kind in ("message/rfc822", "message/global", "message/partial"):
            payload = held(part)
            inner = payload[0] if isinstance(payload, list) and payload else None
            told = _id(first(inner, "message-id")) if isinstance(inner, Message) else _quoted_id(body(part))
            if told or (told := _quoted_id(body(part))):
                return told
        elif kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            if told := _quoted_id(body(part)):
                return told
    for part in parts(message):
        if _is_report(part) and (told := _quoted_id(body(part))):
            return told
    return _quoted_id(text) or _id(first(message, "in-reply-to")) or _id(first(message, "references").split(" ")[-1])


_ID = re.compile(r"<([^\s<>]{1,500})>|(?<!\S)([^\s<>@]{1,250}@[^\s<>@]{1,250})(?!\S)")
_QUOTED_ID = re.compile(
    r"^[ \t>|*]{0,9}(?:x-)?(?:original-)?message[- ]?id[ \t]{0,9}:[ \t]{0,9}(?:\n[ \t]{1,9})?(.{1,600})", re.I | re.M
)


def _id(value: str) -> str | None:
    found = _ID.search(value[:2000])
    return (found[1] or found[2]) if found else None


def _quoted_id(text: str) -> str | None:
    return next((told for each in _QUOTED_ID.finditer(text[:500_000]) if (told := _id(each[1]))), None)
