"""Notices that a mail did not arrive, as mail servers put them in prose: their subjects, senders and phrases."""

# ruff: noqa: RUF001 (letters of other alphabets are meant as they stand)

from __future__ import annotations

import re

NOTICE = 8_000  # characters of a text in which a server says what happened

SUBJECT = re.compile(
    r"\W{0,9}(?:undeliver(?:ed|able)\b|un-?deliverable|(?:mail|message|e-?mail)?[ :]{0,3}delivery"
    r" (?:status notification|fail|has failed|error|problem"
    r"|delayed|notification|report|has been (?:delayed|suspended)|unsuccessful|to .{0,80} (?:failed|delayed))"
    r"|(?:e-?mail|mail|message|your (?:mail|message|e-?mail).{0,60}) (?:delivery )?(?:could not be delivered|not delivered"
    r"|delivery (?:has )?(?:failed|failure)|undeliverable|(?:was|has) not (?:been )?delivered|was not sent"
    r"|delayed|is delayed|status report|returned to sender|failure)|returned (?:e-?)?mail\b|returned message|mail returned"
    r"|failure (?:notice|delivery|notification|mail)|failed (?:mail|delivery|to deliver)|nondeliverable|non-?delivery"
    r"|warning: (?:could not send|message .{0,60}delayed|e?-?mail (?:still|delivery))|mail system error"
    r"|(?:could not|couldn't|cannot|can't) (?:deliver|send)|unable to deliver|delivery not possible"
    r"|user unknown|unknown user|unknown address|\[?bounce\]?\b|bounced (?:mail|message)|(?:error|problem) (?:mail|delivering)"
    r"|mail (?:could not|couldn't) be|status of your message|transport error|smtp error|email error|mail error"
    r"|rejected (?:mail|message)|your message couldn|message you sent (?:was )?blocked|out of disk|mailbox full|quota exceeded"
    r"|no se puede entregar|no entregado|no se ha podido entregar|error (?:de|en la) entrega|correo (?:no entregado|devuelto)"
    r"|devoluci[óo]n de correo|imposible entregar|notificaci[óo]n (?:de|del) estado de (?:la )?entrega"
    r"|não (?:é possível|foi possível) entregar|não entregue|mensagem não entregue|n[ãa]o entreg|falha na entrega"
    r"|notificação (?:de|do) (?:estado|status) (?:da|de) entrega"
    r"|unzustellbar|nicht zugestellt|nicht zustellbar|benachrichtigung (?:zum|über den) (?:übermittlungs|zustell)"
    r"|fehler (?:bei der|in der) (?:zustellung|übermittlung|nachrichtenzu)|übermittlungsfehler|rückläufer"
    r"|zustellung fehlgeschlagen"
    r"|non remis|échec de (?:la )?(?:remise|distribution|livraison)|message non distribué|impossible de remettre"
    r"|courrier (?:non remis|retourné)|notification (?:d['’]état|de (?:non-)?remise)"
    r"|mancato recapito|non recapitabile|messaggio non (?:consegnato|recapitato)|mancata consegna"
    r"|onbestelbaar|niet (?:afgeleverd|bezorgd)|kan niet worden (?:bezorgd|afgeleverd)"
    r"|niedostarczon|nie można dostarczyć|kunne ikke leveres|ikke leveret|olevererbart|det går inte att leverera"
    r"|toimittaminen epäonnistui|nedoručitelné|kézbesíthetetlen|teslim edilemedi|не доставлено|недоставлен|сообщение не"
    r"|配信不能|配信できません|配達(?:不能|できま)|送信できませんでした|メールが届|メールを配信|エラーメール|配信エラー|退信|无法送达|未送达|無法傳遞"
    r"|系统退信|배달되지 않|배달할 수 없|전송 실패)",
    re.IGNORECASE,
)
SENDER_NAME = re.compile(
    r"mail(?:er)?[- ]?(?:delivery|transfer|daemon|router|administrator|robot)|delivery (?:sub)?system|message delivery"
    r"|system(?:s)? administrator|systemadministrator|administrador del sistema|administrador do sistema|mail system"
    r"|administrateur syst|post ?master|microsoft (?:exchange|outlook)|interscan|virus ?wall|bounce|mail ?server|postini"
    r"|returned mail|delivery (?:status|notification|agent)|undeliver|sistema de correo|e-?mail (?:router|server)|mail gateway",
    re.IGNORECASE,
)
SENDER = re.compile(
    r"(?:mail(?:er)?[-_.]?d(?:a|ae)?emon|mdaemon|mail[-_.]?delivery\S{0,30}|post[-_.]?master|postmaster\d{0,3}"
    r"|mailrouter|mailsystem|microsoftexchange[0-9a-f]{20,40})(?=@|$)",
    re.IGNORECASE,
)
# Servers give an address or an error a line of its own.
SET_APART = re.compile(
    r"^[ \t]{0,20}(?:[<\"'][^\s@<>]{1,64}@|[^\s@<>]{1,64}@[^\s@<>]{1,255}$|rcpt to|error:|>>>|<<<|[45]\d\d[ -])",
    re.IGNORECASE | re.MULTILINE,
)
# People write from these as well, so that they count as a program's only beside the subject and the words of a notice.
SHARED = re.compile(
    r"(?:bounces?|bounced|mail[-_.]?admin\w{0,10}|non-?delivery|mailer|sysadmin|root|admin|mail|list[-_.]?admin)@",
    re.IGNORECASE,
)
PHRASE = re.compile(
    r"(?:message|e-?mail|mail|notification|it) (?:that )?(?:you sent |you have sent |below |to [^ ]{3,200} )?"
    r"(?:sent on: .{0,80} )?(?:could(?:n['’]t| not)"
    r"|can(?:no|['’])t|was not|wasn['’]t|has not|is not|hasn['’]t) (?:yet )?(?:be|been|yet been|able to be)? ?"
    r"(?:successfully )?(?:delivered|sent to|relayed|deliverable)"
    r"|could ?not be delivered|cannot be delivered|(?:unable|not able|n['’]t able|failed|failure|impossible|attempting|trying)"
    r" (?:to )?deliver(?:ing|y)?\b"
    r"|(?:couldn['’]t|could not|cannot|can't|did not|didn['’]t) (?:be )?(?:deliver|reach) (?:your|the|this|mail|it|to|following)"
    r"|deliver(?:y|ies) (?:to|for|of) .{0,200}?(?:fail|delayed|unsuccessful|aborted|not possible)"
    r"|delivery (?:has )?(?:failed|failure|error|status notification|attempt|temporarily suspended|report\b)"
    r"|undeliver(?:able|ed)|non-?deliver(?:y|able)|returned (?:to sender|mail|message)"
    r"|(?:permanent|transient) (?:fatal |non-fatal )?(?:delivery )?(?:errors?|failures?)|fatal errors"
    r"|following (?:e-?mail )?(?:recipient|address|destination|user|part|people)(?:s|es|\(e?s\))?(?: address\w{0,4})?"
    r" (?:fail|had|could|was|were|did|has|have|cannot|can't|is|are|did)"
    r"|did not reach (?:the )?(?:following|one|some)|transcript of (?:the )?(?:session|attempts)|unsent message"
    r"|(?:addresses|recipients?) (?:with|had) (?:problems|delivery|permanent|errors)|failure reasons"
    r"|(?:user|recipient|mailbox|account)s? (?:is |account )?(?:unknown|not (?:found|listed|known)|does not exist"
    r"|is (?:full|disabled|inactive))"
    r"|(?:no such|unknown|invalid) (?:local )?(?:user|recipient|mailbox|address|account|person)"
    r"|mailbox (?:is )?(?:full|exceeds)|(?:over|exceeded|exceeds) (?:the |its |his |their )?(?:\w{1,20} )?quota"
    r"|remote (?:host|server|smtp server) (?:said|has rejected|returned|responded)|smtp error from|mx said"
    r"|this is the (?:mail system|mailer|.{0,30}mail delivery agent|.{0,30}mail agent)|this is the .{0,60}program at"
    r"|relates to a message you sent|still (?:being retried|trying)|will be retried|will keep trying|retry (?:for|until)"
    r"|has not yet been delivered|message is delayed|delivery (?:is|was|has been) delayed"
    r"|(?:couldn['’]t|could not) be found|group you tried to contact|your message .{0,120}(?:was|has been)"
    r" (?:rejected|blocked|returned|undeliverable)"
    r"|message (?:was|has been) (?:rejected|blocked|not accepted)|name \S{1,9} address book|reason for (?:the )?failure"
    r"|no recipient(?:s)? (?:was|were|for this)|no valid recipients|error message below|error .{0,20}deliver"
    r"|does not like recipient|rejected by (?:the )?(?:recipient|remote|a remote)|body of message generated response"
    r"|trouble delivering|doesn['’]t exist at|problem with the e-?mail address|account that you tried to reach"
    r"|\"notificationtype\"\s?:\s?\"bounce|address rejected|host (?:unknown|not found)|couldn['’]t find any host"
    r"|no se (?:pudo|ha podido|puede) entregar|no (?:fue posible|pudo ser) entrega|error en la entrega|no ha sido entregado"
    r"|no se entreg[óo]|no se encontr[óo]|no ha podido (?:ser )?entrega|fall[óo] la entrega|buz[óo]n (?:\w{1,20} )?lleno"
    r"|não (?:foi|pôde|pode|é possível) (?:possível )?(?:ser )?entreg|falha (?:na|de) entrega|não foi encontrado"
    r"|ocorreu um erro ao (?:enviar|entregar)"
    r"|(?:konnte|konnten) (?:leider )?nicht .{0,60}(?:zugestellt|übermittelt|ausgeliefert|zustellen)|unzustellbar"
    r"|nicht (?:zugestellt|zustellbar|ausgeliefert)|fehler bei (?:der )?(?:zustellung|nachrichtenzustellung)"
    r"|nicht .{0,30}zugestellt werden"
    r"|n['’]a (?:pas )?pu être (?:remis|délivré|distribué|livré)|pas (?:pu )?(?:être )?(?:remis|distribué)"
    r"|échec de (?:la )?(?:remise|distribution)"
    r"|n['’]a pas été (?:remis|distribué|trouvé)|impossible de (?:remettre|délivrer|livrer)|destinataire.{0,30}inconnu"
    r"|non (?:è stato|può essere|ha potuto essere|è stata) (?:possibile )?(?:recapita|consegna)"
    r"|kon niet .{0,60}(?:bezorgd|afgeleverd)|niet (?:worden )?(?:bezorgd|afgeleverd)|nie (?:mogła|może|została|udało)"
    r".{0,30}dostarcz|kunne ikke leveres|kunde inte levereras|не (?:может быть|было|удалось|был[ао]?) .{0,20}достав"
    r"|配信できま|配信されま|配達でき|送信できま|届けることができ|見つかりません|お届けできま|宛先.{0,30}(?:存在|不明)|送達できま|投递失败|无法(?:送达|投递|发送)"
    r"|退回|無法傳遞|被退回|배달(?:하지 못|되지|할 수)|전달되지",
    re.IGNORECASE,
)
PERMANENT = re.compile(
    r"permanent|(?<!non-)fatal|given up|giving up|this is a final|will not (?:be retried|retry)"
    r"|not be (?:retried|attempted) again",
    re.IGNORECASE,
)
TRANSIENT = re.compile(
    r"(?:has not yet been|not yet been) delivered|message is delayed|deliver\w{1,3} (?:is|was|has been|to .{0,160} has been)"
    r" delayed|still (?:being retried|trying|in the queue)|will (?:be retried|keep trying|continue to (?:try|be))"
    r"|this is (?:just )?a warning|warning message only|do not need to resend|no need to resend|temporary (?:failure|error)"
    r"|transient (?:non-fatal )?error|delay reason|delivery incomplete|still undelivered|temporarily (?:over|unavailable)"
    r"|noch nicht zugestellt|wird (?:weiterhin|weiter) versucht|todav[íi]a no|a[úu]n no (?:se|ha)|pas encore|ainda não"
    r"|se seguir[áa] intentando|être réessay|delivery-?delay",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^(?:[ \t>*=_<-]{0,60}(?:this is a copy of|below (?:this line )?is a copy|(?:begin )?original message\b"
    r"|the (?:attached|original) message(?! was)|unsent message|returned message|undelivered message|message headers? follow"
    r"|original (?:e-?mail )?message follow|the header of the original|header of message|included is a copy"
    r"|your original message|copy of your message|body of message generated|message text follows|message header"
    r"|text of (?:the )?(?:original )?message|mensaje original|nachrichtentext|message contents|attached message"
    r"|the following is a copy|here is your message|the first \d{1,4} lines|copy of the original)"
    r"|(?:received: (?:from|by)|return-path:|mime-version:|x-mailer:))",
    re.IGNORECASE | re.MULTILINE,
)


def notice(text: str) -> str:
    """What the server says, without the mail that it sends back."""
    head = text[:NOTICE]
    cut = next((each.start() for each in _ORIGINAL.finditer(head) if head[: each.start()].strip()), None)
    return head if cut is None else head[:cut]


def phrase(text: str) -> str | None:
    """The words that say that a mail did not arrive, or None."""
    found = PHRASE.search(" ".join(text[:NOTICE].split()))
    return found.group()[:80] if found else None
