"""Mail that a program wrote by itself: what its headers, its sender and its subject say."""

# ruff: noqa: RUF001 (letters of other alphabets are meant as they stand)

from __future__ import annotations

import re

from console.mail.headers import Headers
from console.mail.parsed import Kind

_ANSWER_SUBJECT = re.compile(
    r"\s*(?:re\s?:\s?)?\[?(?:auto(?:matic)?[- ]?(?:reply|response|answer|replied)\b|auto(?:matische)?r? ?antwort"
    r"|automatic(?:al)? reply|out[- ]of[- ](?:the[- ])?office|ooo\b|away from (?:the |my )?office"
    r"|vacation (?:reply|message|response)|abwesen(?:d|heit)|automatische antwort|ich bin nicht im büro"
    r"|r[ée]ponse automatique|absen(?:t|ce) du bureau|absence temporaire|message d'absence|respuesta autom[aá]tica"
    r"|autorespuesta|fuera de (?:la )?oficina|ausente de la oficina|ausencia (?:temporal|de la oficina"
    r"|programada)|resposta autom[aá]tica|aus[eê]ncia (?:tempor|do escrit|programada)|fora do escrit[oó]rio"
    r"|estou de f[eé]rias|risposta automatica|fuori ufficio|assente\b|automatisch antwoord|afwezig"
    r"|automatiskt? svar|autosvar|frånvaro|fravær|ikke til stede|automaattinen vastaus|poissa"
    r"|automatyczna odpowied|odpowied. automatyczna|autoodpowied|nieobecno|automatick[aá] odpov"
    r"|nep[rř][ií]tomn|automatikus v[aá]lasz|házon kívül|r[aă]spuns automat|автоматический ответ"
    r"|автоответ|отсутствие на рабочем месте|вне офиса|автоматична відповідь|otomatik yan[ıi]t"
    r"|αυτόματη απάντηση|自動応答|自動返信|不在通知|自动回复|自動回覆|자동 ?회신|부재중|תשובה אוטומטית|رد تلقائي|autoreply"
    r"|auto:|autoresponder|accusé de réception automatique)",
    re.IGNORECASE,
)
_ROBOT = re.compile(
    r"(?:mailer-?daemon|post ?master|no-?_?reply|do-?_?not-?_?reply|nao-?responda|no-?responder"
    r"|noresponder|ne-?pas-?repondre|donotreply|root|bounces?|notifications?|alerts?|mailer|listserv"
    r"|majordomo|nagios|cron|daemon)(?:[+.=_-].*)?",
    re.IGNORECASE,
)
_SURE_ROBOT = re.compile(
    r"(?:mailer-?daemon|post ?master|no-?_?reply|do-?_?not-?_?reply|nao-?responda|no-?responder"
    r"|noresponder|donotreply|ne-?pas-?repondre)(?:[+.=_-].*)?",
    re.IGNORECASE,
)
_MACHINES = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponse",
    "x-mail-autoreply",
    "x-fc-machinegenerated",
    "x-autoreply-from",
)


def automatic(fields: Headers, subject: str) -> Kind | None:
    """The kind of an automatic mail that is no report, or None for a person's."""
    submitted = fields.text("auto-submitted").lower().partition(";")[0].strip()
    if submitted.startswith("auto-replied"):
        return Kind("auto_reply", "Auto-Submitted")
    if submitted and submitted not in ("no", "auto-forwarded"):
        return Kind("auto_reply" if _ANSWER_SUBJECT.match(subject) else "auto_generated", "Auto-Submitted")
    for name in _MACHINES:
        value = fields.text(name).lower()
        if name in fields and value not in ("no", "false", "0"):
            return Kind("auto_reply", name.title())
    for name in ("precedence", "x-precedence"):
        value = fields.text(name).lower()
        if value.startswith(("auto_reply", "auto-reply", "autoreply")):
            return Kind("auto_reply", name.title())
    if _ANSWER_SUBJECT.match(subject):
        return Kind("auto_reply", "Subject")
    for name in ("precedence", "x-precedence"):
        value = fields.text(name).lower()
        if value in ("junk", "bulk") and "list-id" not in fields:
            return Kind("auto_reply" if "in-reply-to" in fields and value == "junk" else "auto_generated", name.title())
    return _by_sender(fields)


def _by_sender(fields: Headers) -> Kind | None:
    if "x-loop" in fields:
        return Kind("auto_generated", "X-Loop")
    if any(value.strip() in ("<>", "") for value in fields.raw("return-path")):
        return Kind("auto_reply" if "in-reply-to" in fields else "auto_generated", "Return-Path")
    for each in fields.addresses("from").addresses:
        if _SURE_ROBOT.fullmatch(each.address.partition("@")[0]):
            return Kind("auto_generated", "From")
    return None


def is_robot(address: str) -> bool:
    """Whether programs that report on mail write from such an address."""
    return _ROBOT.fullmatch(address.partition("@")[0]) is not None


def of_list(fields: Headers) -> Kind | None:
    """Mail that came by a list, from whoever wrote to it."""
    if fields.text("precedence").lower().strip() == "list":
        return Kind("list", "Precedence")
    return Kind("list", "List-Id") if "list-id" in fields else None
