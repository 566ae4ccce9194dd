"""What mail programs without quote marks put above the message they answer: its header, or a line of dashes."""

# ruff: noqa: RUF001 (letters of other alphabets are meant as they stand)

from __future__ import annotations

import re

LOOKED_AHEAD = 14  # lines of a header block; long lists of recipients wrap
LONGEST = 2_000

_LABELS = {
    "from": "from|de|von|da|van|od|от|від|от кого|fra|från|frå|lähettäjä|feladó|de la|kimden|gönderen|από|מאת|من"
    "|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|보낸 이|từ|người gửi|dari|expéditeur|mittente|remitente|remetente"
    "|absender|afzender|nadawca|отправитель|odesílatel|odosielateľ|avsändare|afsender|avsender|จาก|za|saatja"
    "|nuo|no|fră"
    "|发送人|发送者|pengirim|šalje|пошиљалац|فرستنده",
    "date": "sent|date|enviado|enviados|enviadas|enviado el|enviado em|enviada em|enviada el|enviada|enviado a|data|fecha"
    "|gesendet|datum|envoyé"
    "|envoyé le|envoyé à|inviato|inviata|verzonden|wysłano|wysłane|data wysłania|отправлено|дата|надіслано|sendt|dato"
    "|skickat|lähetetty|päivämäärä|päiväys|pvm|odesláno|odoslané|dátum|elküldve|küldve|trimis|dată|gönderildi"
    "|gönderme tarihi|gönderim tarihi|tarih|στάλθηκε|ημερομηνία|נשלח|תאריך|التاريخ|تاريخ|تم الإرسال|تاریخ"
    "|发送时间|发送日期|日期|寄件日期|傳送時間|傳送日期|时间|送信日時|日付|日時|보낸 날짜|날짜|보낸 시간|đã gửi|ngày|gửi lúc"
    "|dikirim|tanggal|ส่ง|วันที่|изпратено|poslano|poslato|enviat|enviat el|saadetud|kuupäev|išsiųsta"
    "|nosūtīts|sent at"
    "|date sent|data de envio",
    "to": "to|para|an|à|a|aan|do|кому|til|till|vastaanottaja|komu|pre|címzett|către|catre|kime|alıcı|προς|אל"
    "|إلى|الى|收件人"
    "|收件者|宛先|받는 사람|받는사람|받는 이|đến|tới|kepada|ถึง|до|per a|za|prima|kam|destinataire|destinatario"
    "|destinatário|empfänger|به",
    "cc": "cc|kopie|copie à|copie|dw|копия|копія|kopia|kopio|kópia|másolatot kap|bilgi|κοιν|עותק|نسخة|抄送|副本|참조"
    "|cópia|copia|tembusan|สำเนา|c.c.|pd|bcc|cci|cco",
    "subject": "subject|asunto|assunto|betreff|objet|oggetto|onderwerp|temat|тема|emne|ämne|aihe|předmět"
    "|predmet|tárgy"
    "|subiect|konu|θέμα|נושא|الموضوع|主题|主旨|主題|件名|제목|chủ đề|tiêu đề|perihal|subjek|เรื่อง|assumpte|относно|zadeva"
    "|teema|tema|temats|efni|موضوع|gaia|re",
    "other": "reply-to|importance|importancia|importância|attachments|adjuntos|datos adjuntos|anexos"
    "|priority|reply to"
    "|responder a|antwort an|wichtigkeit|anlagen|répondre à|organization|organisation|newsgroups|message-id"
    "|when|where"
    "|required attendees|categories|sensitivity|via|resent-from",
}
_KIND = {label: kind for kind, labels in reversed(_LABELS.items()) for label in labels.split("|")}

_ORIGINAL = (
    "original message|original email|original e-mail|original mail|mensaje original|mensagem original|correo original"
    "|ursprüngliche nachricht|ursprungliche nachricht|originalnachricht|original-nachricht|ursprüngliche e-mail"
    "|urspr. nachricht|originale nachricht"
    "|message d'origine|message d’origine|message original|courriel d'origine|messaggio originale"
    "|messaggio originario|oorspronkelijk bericht|oorspronkelijk e-mailbericht|origineel bericht|oryginalna wiadomość"
    "|wiadomość oryginalna|wiadomość pierwotna|исходное сообщение|оригинальное сообщение|исходное письмо"
    "|первоначальное сообщение|вихідне повідомлення|початкове повідомлення|oprindelig meddelelse|oprindelig besked"
    "|opprinnelig melding|ursprungligt meddelande|originalmeddelande|originalmeldung|alkuperäinen viesti"
    "|původní zpráva"
    "|původní e-mail|pôvodná správa|eredeti üzenet|mesaj original|mesajul original|orijinal mesaj|özgün ileti"
    "|özgün mesaj|αρχικό μήνυμα|הודעה מקורית|الرسالة الأصلية|原始邮件|原始郵件|原郵件|元のメッセージ|オリジナルメッセージ"
    "|original message|원본 메시지|원본 메일|원래 메시지|thư gốc|pesan asli|missatge original|original appointment"
    "|reply message|reply above this line|оригинално съобщение|izvorna poruka|izvirno sporočilo|originalna poruka"
    "|alkuperäinen|ข้อความต้นฉบับ|antwort|mensaje citado|回复的原邮件|回复邮件|originele bericht|previous message"
)
_FORWARDED = (
    "forwarded message|forwarded mail|forwarded email|forwarded by|begin forwarded message|start forwarded message"
    "|mensaje reenviado|inicio del mensaje reenviado|reenviado|mensagem encaminhada|mensagem reencaminhada"
    "|encaminhado por"
    "|início da mensagem encaminhada|início da mensagem reencaminhada|weitergeleitete nachricht"
    "|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|weitergeleitet von|message transféré"
    "|message transmis|message réexpédié|début du message réexpédié|début du message transféré|courriel transféré"
    "|messaggio inoltrato|inizio messaggio inoltrato|inoltrato da|doorgestuurd bericht|begin doorgestuurd bericht"
    "|пересылаемое сообщение|пересланное сообщение|начало переадресованного сообщения|переслане повідомлення"
    "|wiadomość przekazana dalej|przekazana wiadomość|początek przekazywanej wiadomości|treść przekazanej wiadomości"
    "|vidarebefordrat meddelande|vidarebefordrat brev|vidarebefordrat mejl|videresendt meddelelse|videresendt besked"
    "|videresendt melding|start på videresendt besked|välitetty viesti|edelleenlähetetty viesti|přeposlaná zpráva"
    "|preposlaná správa|továbbított üzenet|továbbított levél|mesaj redirecționat|mesaj redirectionat|iletilen mesaj"
    "|iletilmiş mesaj|yönlendirilen ileti|προωθημένο μήνυμα|הודעה שהועברה|رسالة مُعاد توجيهها|رسالة معاد توجيهها"
    "|转发的邮件|轉寄的郵件|轉寄郵件|转发邮件|已转发|転送メッセージ|転送されたメッセージ|전달된 메시지|전달된 메일"
    "|thư chuyển tiếp|thư được chuyển tiếp|pesan terusan|pesan yang diteruskan|missatge reenviat|препратено съобщение"
)
_DASHES = r"[-_=*~#\u2010-\u2015]"
_MARKED = r"\W{{0,6}}{dashes}{{2,}}[ \t\xa0]{{0,9}}(?:{words})\b|\W{{0,3}}(?:{words})[ \t\xa0]{{0,9}}{dashes}{{3,}}"
_IS_ORIGINAL = re.compile(_MARKED.format(dashes=_DASHES, words=_ORIGINAL), re.IGNORECASE)
_IS_FORWARDED = re.compile(
    _MARKED.format(dashes=_DASHES, words=_FORWARDED) + rf"|\W{{0,3}}(?:{_FORWARDED})[ \xa0]?[:：]\s{{0,9}}$",
    re.IGNORECASE,
)
_ABOVE_THIS_LINE = re.compile(
    r"\W{0,6}#{1,3}.{0,60}(?:above this line|encima de esta línea|acima desta linha|au-dessus)", re.I
)
_ONE_LINE = re.compile(
    r"\*{0,2}(?:From|De|Von|Da|Van)\*{0,2} ?:.{3,300}?(?:Sent|Date|Enviado|Gesendet|Envoyé|Inviato|Verzonden"
    r"|Data|Fecha)"
    r"[^:]{0,12}:.{3,300}?(?:Subject|Asunto|Assunto|Betreff|Objet|Oggetto|Onderwerp)\*{0,2} ?:"
)
_BARE_DATES = frozenset("date data fecha datum dato dátum dată tarih päiväys дата 日期 日付 날짜 ngày tanggal".split())
_ANSWER = re.compile(
    r":[ \t*]{0,9}(?:re|res|rv|aw|wg|fw|fwd|enc|tr|sv|vs|ref|rif|antw|odp)\s?(?:\[\d+\])?[:：]", re.IGNORECASE
)
_HOUR = re.compile(r"\d[:.hH時时点點시]\s?\d\d|\d ?[ap]\.? ?m\b", re.IGNORECASE)
_RULE = re.compile(r"[\s>]{0,9}[-_=*~\u2010-\u2015⸻─]{3,}\s*$")


def is_original_mark(line: str) -> bool:
    """Whether it is "-----Original Message-----", in any of the languages, or a line to answer above of."""
    return len(line) < 200 and bool(_IS_ORIGINAL.match(line) or _ABOVE_THIS_LINE.match(line))


def is_forward_mark(line: str) -> bool:
    """Whether it is "---------- Forwarded message ---------" or "Begin forwarded message:", in any of the"""
    """ languages."""
    return len(line) < 200 and bool(_IS_FORWARDED.match(line))


def is_rule(line: str) -> bool:
    """Whether it is nothing but a line drawn with dashes or the like."""
    return len(line) < LONGEST and bool(_RULE.match(line))


def label(line: str) -> str | None:
    """What a line `Label: value` of a header tells: from, date, to, cc, subject or other; None if it is"""
    """ no such line."""
    head = line[:60].replace("：", ":", 1)
    name, colon, _ = head.partition(":")
    return _KIND.get(name.strip(" \t\xa0*_|>\u200e\u200f").casefold()) if colon else None


def header_end(lines: list[str], first: int, *, marked: bool) -> int | None:
    """Index behind the header block that starts at `first`, or None if none does.

    `marked` means that a line of dashes above announces it; then two fields are enough. Without, it takes three, of
    them when it was sent and an address or a subject, or the subject of an answer: "From: Madrid, To: Lima, Date: 3 May"
    is a journey, and a header that a person copied has no date.
    """
    if label(lines[first]) in (None, "other", "cc"):
        found = len(lines[first]) < LONGEST and _ONE_LINE.match(lines[first].lstrip())
        return first + 1 if found else None
    kinds, end, strays = set[str](), first, 0
    address = sent = answer = False
    for index in range(first, min(len(lines), first + LOOKED_AHEAD)):
        line = lines[index]
        kind = label(line)
        if kind:
            kinds.add(kind)
            address |= "@" in line[:LONGEST]
            sent |= kind == "date" and _is_sending(line)
            answer |= kind == "subject" and bool(_ANSWER.search(line[:LONGEST]))
            end, strays = index + 1, 0
        elif not line.strip() and kinds >= {"from", "subject"} and len(kinds) > 3:
            break
        else:
            strays += 1
            if strays > 3 or (line.strip() and not lines[index - 1].strip()):
                break  # after an empty line the message itself begins
    enough = len(kinds - {"other"}) >= (2 if marked else 3) and "from" in kinds
    dated = ("date" in kinds and address) or (sent and "subject" in kinds)
    return end if enough and (marked or dated or answer) else None


def _is_sending(line: str) -> bool:
    """Whether a date's line tells the hour too, or by its label that something was sent then: journeys have dates."""
    name, _, value = line[:LONGEST].replace("：", ":", 1).partition(":")
    return name.strip(" \t\xa0*_|>").casefold() not in _BARE_DATES or bool(_HOUR.search(value))
