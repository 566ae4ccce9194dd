"""What programs write above an automatic answer, in the languages of the world."""

# ruff: noqa: RUF001 (letters of other alphabets are meant as they stand)

from __future__ import annotations

import re

LONGEST = 300

_OPENING = re.compile(r"\W{0,6}((?:re|aw|sv|antw|fwd?|wg|res|rv|tr) ?:)?\W{0,6}", re.IGNORECASE)
_WORDS = re.compile(
    # English
    r"auto(?:matic|mated|matically generated)?[- ]?(?:e-?mail )?(?:re(?:ply|sponse|sponder)|acknowledge?ment)\b"
    r"|autoresponder\b|(?:i am |i'm )?(?:currently )?out[- ]of[- ](?:the )?office(?: (?:auto-?)?(?:reply|response|message"
    r"|notification|notice|autoreply))?\b|away from (?:my )?(?:mail|office|the office|desk)\b"
    r"|vacation (?:reply|response|message|notice|auto-?reply)\b|(?:absence|vacation) notification\b"
    # Lotus Notes puts the person between; in other cases than capitals "auto" is a car in half of Europe
    r"|(?-i:AUTO): .{1,80}?(?:out of (?:the )?office|is away|nicht im (?:haus|büro)|abwesend|außer haus|absent|ausente"
    r"|assente|returning)\b.{0,160}$"
    # German, Dutch
    r"|automatische (?:antwort|rückantwort|abwesenheits\w{0,30}|e-?mail-?antwort|beantwoording|reactie)\b"
    r"|automatisch antwoord\b|abwesenheits(?:notiz|benachrichtigung|meldung|agent|nachricht|hinweis|info)\b"
    r"|ich bin (?:derzeit |zur ?zeit )?nicht im (?:büro|haus)\b|urlaubs(?:notiz|benachrichtigung|meldung)\b"
    r"|auto(?:matische)?-antwort\b|afwezigheids?\w{0,20}\b|ik ben afwezig\b|niet aanwezig\b"
    # French
    r"|r[ée]ponse (?:automatique|d['’]absence)\b|message (?:d['’]absence|automatique)\b|absence du bureau\b"
    r"|absent(?:e)? du bureau\b|(?:notification|avis) d['’]absence\b"
    # Spanish, Catalan, Basque, Portuguese, Italian, Romanian
    r"|respuesta autom[áa]tica\b|contestaci[óo]n autom[áa]tica\b|fuera de (?:la )?oficina\b|autorespuesta\b"
    r"|mensaje (?:autom[áa]tico|de ausencia)\b|aviso de ausencia\b|ausente de la oficina\b"
    r"|resposta autom[áaà]tica\b|fora (?:do|de|da|de l['’]) ?(?:escrit[óo]rio|oficina|despatx)\b"
    r"|mensagem autom[áa]tica\b|(?:aviso|notificação) de ausência\b|ausência temporária\b|erantzun automatikoa\b"
    r"|risposta automatica\b|fuori (?:sede|ufficio)\b|messaggio automatico\b|assenza dall['’]ufficio\b"
    r"|risponditore automatico\b|r[ăa]spuns automat\b|în afara biroului\b"
    # Nordic and Baltic
    r"|automatisk (?:svar|respons|svarmelding)\b|automatiskt svar\b|autosvar(?:melding)?\b|frånvaro(?:meddelande)?\b"
    r"|fravær(?:smelding|sbesked)?\b|ikke (?:til stede|på kontoret)\b|inte på kontoret\b|semestersvar\b|feriesvar\b"
    r"|automaattinen vastaus\b|poissaoloilmoitus\b|automaatvastus\b|automātiskā atbilde\b|automatinis atsakymas\b"
    r"|sjálfvirkt svar\b"
    # Slavic, Hungarian, Turkish, Greek
    r"|odpowiedź automatyczna\b|automatyczna odpowiedź\b|autoodpowiedź\b|poza biurem\b|nieobecność w biurze\b"
    r"|automatická odpov[eě]ď\b|mimo kancelář\b|automatski odgovor\b|samodejni odgovor\b"
    r"|automatikus v[áa]lasz\b|házon kívül\b|otomatik (?:yanıt|cevap)\b|ofis dışında\b"
    r"|автоматический ответ\b|автоответ(?:чик)?\b|вне офиса\b|автоматична відповідь\b|автоматичен отговор\b"
    r"|аутоматски одговор\b|αυτ[όο]ματη απ[άα]ντηση\b|εκτός γραφείου\b"
    # East and south-east Asian, Hebrew, Arabic, Persian
    r"|自動(?:応答|返信|回覆|回复|答覆)(?:メール|メッセージ|です)?|自动(?:回复|答复|回覆)(?:邮件)?|不在(?:通知|のお知らせ|办公室)"
    r"|休暇(?:中|のお知らせ)|자동 ?(?:회신|응답|답장)(?:메일)?|부재 ?중"
    r"|(?:การ)?ตอบกลับอัตโนมัติ|trả lời tự động|thư trả lời tự động|balasan otomatis|jawapan automatik|respons otomatis"
    r"|תשובה אוטומטית|מענה אוטומטי|رد تلقائي|الرد التلقائي|پاسخ خودکار",
    re.IGNORECASE,
)
# A person who writes about automatic answers goes on with a verb, a program with the subject that it answers.
_ENDING = re.compile(
    r"\s{0,3}(?:$|[:：\]\)】»|(!~–—-]|\.\s{0,3}$|(?:re|aw|from|von|until|bis|hasta|till|to (?:your|my))\b|to\s?:)",
    re.IGNORECASE,
)


def answer_words(subject: str, *, machine: bool) -> str | None:
    """The words at the start of a subject that make it an automatic answer; `machine`: its headers hint at a program."""
    subject = subject[:LONGEST]
    opening = _OPENING.match(subject)
    found = _WORDS.match(subject, opening.end()) if opening else None
    if machine and (anywhere := found or _WORDS.search(subject)):
        return anywhere.group()
    if opening is None or found is None:
        return None
    # "Re: Out of office" without any such hint is a person's answer to an absence note.
    return found.group() if opening[1] is None and _ENDING.match(subject, found.end()) else None


def answer_words_within(text: str) -> str | None:
    """Such words at the beginning of a text, for a mail of which its headers say that a program wrote it."""
    found = _WORDS.search(text[:LONGEST])
    return found.group() if found else None
