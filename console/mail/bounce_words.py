"""Notices of failure in prose, as mail servers write them that follow no standard, in the languages they speak."""

from __future__ import annotations

import re

from console.mail import delivery_status
from console.mail.parsed import BounceKind

LOOKED_AT = 60_000  # characters of a notice

SUBJECT = re.compile(
    r"\s*(?:\[?(?:spam|bulk)\]?\s*)?(?:re\s?:\s?)?(?:undeliver(?:able|ed)\b|(?:permanent|final) delivery"
    r"|undelivered mail"
    r"|mail delivery (?:failed|failure|problem|error|status"
    r"|subsystem|delayed)|delivery (?:status notification|failure|has failed|failed|report|notification"
    r"|problem|unsuccessful|delay)"
    r"|returned mail|return(?:ing)? (?:mail|message)|failure (?:notice|delivery)|failed (?:delivery"
    r"|mail)|message (?:delivery|status|undeliver"
    r"|could not|not delivered|you sent)|mail (?:system error|could not be|not delivered|returned"
    r"|failure)|non[- ]?delivery|warning:"
    r" (?:could not send|message|mail|e-?mail)|could not send|error sending|nondeliverable|problems? delivering"
    r"|email (?:not delivered|delivery)"
    r"|(?:mail|e-mail|nachricht) (?:konnte|nicht)|unzustellbar|rückläufer|nicht zustellbar|fehler bei der (?:übermittlung"
    r"|zustellung)"
    r"|zustellung|non remis|échec de (?:la )?(?:remise|livraison)|retour de courrier|message non"
    r"|non distribu|no se (?:puede|pudo|ha podido) entregar"
    r"|no entregado|correo no|notificación de (?:error|estado)|error de (?:entrega|envío)|aviso de (?:error"
    r"|fallo)|devolución|mensaje (?:no|devuelto)"
    r"|não (?:entregue|foi)|falha (?:na|de|no)|aviso de falha|mensagem não|devolvida?\b|mancat[oa] (?:consegna"
    r"|recapito)|avviso di mancat"
    r"|messaggio non|onbestelbaar|niet bezorgd|niet afgeleverd|ej levererat|kan inte levereras"
    r"|kunne ikke leveres|ikke levert|ikke leveret"
    r"|niedostarcz|nie dostarczono|nedoručiteln|недостав|невозможно доставить|ошибка доставки"
    r"|сообщение не доставлено|teslim edilemedi"
    r"|配信できません|配信不能|送信エラー|エラーメール|无法(?:投递|送达)|退信|系统退信|無法(?:投遞|傳遞)|배달되지|반송)",
    re.IGNORECASE,
)
PHRASE = re.compile(
    r"(?:could ?n(?:o|')t be delivered|(?:was|were|has|have) (?:not|n't) (?:been )?(?:delivered"
    r"|reached|received)|cannot be delivered|can't be delivered"
    r"|not be able to deliver|unable to deliver|wasn't (?:able|delivered)|unable to (?:relay"
    r"|send|transmit)|delivery (?:to|of|for)[^\n]{0,120}(?:failed|delayed)"
    r"|delivery (?:has )?(?:failed|error|attempt)|permanent(?:ly)? (?:fatal )?(?:error|fail)"
    r"|fatal errors|did not reach|didn't reach|undeliver"
    r"|failed (?:to deliver|permanently|recipient|addresses|delivery|to reach)|no such (?:user"
    r"|recipient|address|mailbox|person)|user (?:unknown|not found"
    r"|doesn't exist|does not exist|is unknown)|unknown (?:user|address|recipient|mailbox|local)"
    r"|mailbox (?:unavailable|is full|full|not found|unknown|does not"
    r"|disabled|exceeded|over)|quota (?:exceeded|has been)|over ?quota|exceed(?:ed|s) [^\n]{0,40}quota"
    r"|recipient (?:address )?(?:rejected|unknown|not found|refused)"
    r"|(?:address|account|recipient|user) [^\n]{0,80}(?:does not exist|doesn't exist|not exist"
    r"|is disabled|is not (?:valid|active|found)|has been disabled|unknown)"
    r"|invalid (?:recipient|mailbox|address|user)|bad (?:destination|address)|host (?:unknown"
    r"|not found|or domain name not found)|domain not found"
    r"|retry time ?out|returned (?:to (?:the )?sender|to you|mail|below)|could not be (?:found"
    r"|sent|processed|reached|forwarded)|rejected your message"
    r"|message (?:was )?(?:rejected|refused|blocked|returned|expired)|will be retried|still (?:being )?(?:queued"
    r"|trying)|delayed|not yet been delivered"
    r"|not listed in|not our customer|no mailbox|not known|(?:I'm|I am) sorry to have to inform"
    r"|I was(?:n't| not) able to deliver|giving up|transcript of session"
    r"|konnte nicht (?:zugestellt|übermittelt)|nicht zugestellt|unbekannter (?:empfänger|benutzer)"
    r"|unzustellbar|postfach|nicht erreicht"
    r"|n'a (?:pas )?(?:pu|été)|impossible de (?:remettre|livrer|distribuer)|non distribu|utilisateur inconnu"
    r"|destinataire (?:inconnu|introuvable)"
    r"|no (?:se )?(?:pudo|puede|ha podido|fue posible|se entreg)[^\n]{0,40}(?:entreg|envi|encontr)"
    r"|no (?:existe|encontrado)|usuario (?:desconocido|no existe)"
    r"|buzón (?:lleno|de correo)|dirección (?:de correo )?(?:no|incorrecta)|não (?:pôde|foi possível"
    r"|existe|pode|encontrad)|caixa (?:postal )?(?:cheia|lotada)"
    r"|usuário (?:desconhecido|não)|endereço (?:não|inválido)|non (?:è stato possibile|consegnat"
    r"|recapitat|esiste)|casella (?:piena|postale)|kon niet worden"
    r"|niet worden (?:bezorgd|afgeleverd)|onbekende (?:gebruiker|ontvanger)|kunde inte|kunne ikke"
    r"|nie (?:można|mógł|został)|nelze doručit"
    r"|не (?:может быть|удалось|доставлен|существует)|пользователь не найден|ящик переполнен"
    r"|teslim edileme|配信でき|届きません|存在しません|見つかりません"
    r"|あて先|宛先|不存在|无法|無法|拒收|邮箱已满|반송|존재하지)",
    re.IGNORECASE,
)
_SOFT = re.compile(
    r"(?:quota|mailbox (?:is )?full|over ?quota|will be retried|still trying|will (?:keep|continue) (?:trying"
    r"|to)|delayed|delay\b|has not yet|not yet been"
    r"|do not need to resend|no need to resend|warning message|temporar|try again later|greylist"
    r"|deferred|buzón lleno|caixa (?:postal )?cheia|casella piena"
    r"|邮箱已满|ящик переполнен|retry (?:timeout|later)|for the last \d+ (?:hours?|minutes)|queued (?:for|on))",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"(?:will be retried|still trying|will (?:keep|continue) (?:trying|to)|do not need to resend"
    r"|no need to resend|this is a warning|has not yet been"
    r"|not yet been delivered|warning: (?:could not send|message)"
    r"|se seguirá|continuaremos|delivery (?:status notification )?\(?delay)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[A-Za-z0-9._%+=#&'*/!~^{}|-]{1,80}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z0-9-]{2,24}")
_LABEL = re.compile(
    r"(?:recipient|failed|address|to|para|an|à|destinat[^\s:]{0,8}|empfänger|unknown|user|mailbox"
    r"|delivered to|deliver to|rcpt to)\b[^\n@]{0,60}$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^[ \t]{0,4}(?:-{2,}[^\n]{0,60}(?:copy of|original|returned|transcript|message|header)|Received: "
    r"|Return-Path: |Message-ID: |original message)",
    re.IGNORECASE | re.MULTILINE,
)


def is_notice(subject: str, text: str) -> tuple[bool, bool]:
    """Whether the subject is one of a notice, and whether the text is."""
    return SUBJECT.match(subject) is not None, PHRASE.search(text[:LOOKED_AT]) is not None


def recipients(text: str, failed_header: list[str], not_these: set[str]) -> tuple[str, ...]:
    """The addresses that a notice names as failed: of its header, else those in the text before the mail that it returns."""
    if failed_header:
        return tuple(dict.fromkeys(each.lower() for value in failed_header for each in _ADDRESS.findall(value)))
    text = text[:LOOKED_AT]
    cut = _ORIGINAL.search(text, 1)
    phrase = PHRASE.search(text)
    own = text[: cut.start()] if cut is not None and phrase is not None and cut.start() > phrase.start() else text
    found: dict[str, int] = {}
    for each in _ADDRESS.finditer(own):
        address = each[0].lower().strip(".'")
        if address in not_these or address.startswith(
            ("mailer-daemon@", "postmaster@", "abuse@", "helpdesk@", "support@")
        ):
            continue
        near = _LABEL.search(own[max(0, each.start() - 80) : each.start()].rstrip(" <:\"'[(")) is not None
        alone = own[own.rfind("\n", 0, each.start()) + 1 : each.start()].strip(" \t<>*•\"'-[(") == ""
        found[address] = max(found.get(address, 0), 2 * alone + near)
    if not found:
        return ()
    best = max(found.values())
    return tuple(address for address, weight in found.items() if weight == best)[:20]


def status(text: str) -> str | None:
    """The status that a notice gives, or the one that its server's answer means."""
    text = text[:LOOKED_AT]
    return delivery_status.status_in(text) or delivery_status.server_code(text)


def kind(text: str, found: str | None) -> BounceKind:
    """Whether it may still arrive."""
    text = text[:LOOKED_AT]
    if _DELAY.search(text):
        return "transient"
    if found is not None and not found.endswith(".0.0"):
        return delivery_status.kind_of(found)
    if _SOFT.search(text):
        return "transient"
    return delivery_status.kind_of(found) if found else "permanent"
