"""Signatures: the delimiter, what phones and programs add, footers of lists, and what lawyers add at the end."""

# ruff: noqa: RUF001 (letters of other alphabets are meant as they stand)

from __future__ import annotations

import re

LONGEST = 300
SHORT = 15  # lines: after a bare "--" more than this is rather a part of the message

_DEVICE = (
    r"(?:iphone|ipad|ipod|android|samsung|galaxy|blackberry|huawei|xiaomi|redmi|nokia"
    r"|windows phone|lumia"
    r"|motorola|mobile|smartphone|handheld|phone|cell|htc|pixel|oneplus|oppo|sony|xperia"
    r"|lg|outlook|yahoo"
    r"|gmail|mail|proton|apple|verizon|at&t|sprint|t-mobile|tablet|móvil|movil|celular"
    r"|telemóvel|teléfono"
    r"|telefono|dispositivo|handy|mobiltelefon|telefoon|mobiel|téléphone|portable"
    r"|telefonu|смартфон|телефон"
    r"|correo|mailbird|spark|airmail|thunderbird|windows|mac|fairphone|tutanota|zoho|aol"
    r"|edison|gmx|web\.de"
    r"|bluemail|mailo|nine|k-9|commcare)"
)
_LATIN = (
    r"sent (?:from|via|with|using|on|through|by)|get outlook|enviad[oa]s? (?:desde|des|do"
    r"|da|de|a partir|con"
    r"|com|por|via|através|pelo|pela|mediante|usando)"
    r"|enviat (?:des|amb)|obt(?:ener|én|enga|er|enha|eniu) (?:o )?outlook"
    r"|descarga(?:r)? outlook|von meinem"
    r"|gesendet (?:von|mit|über|aus)"
    r"|diese nachricht wurde von (?:meinem|einem)|outlook (?:für|for|para|pour|per|voor) "
    r"|hol(?:en sie sich)? outlook|laden sie outlook"
    r"|envoy[ée]e? (?:de|à partir|depuis|avec|par|via)|provenance|télécharge[rz] outlook"
    r"|obtene[rz] outlook"
    r"|inviat[oa] (?:da|dal|dalla|con|tramite)"
    r"|ottieni outlook|scarica outlook|verstuurd (?:vanaf|vanuit|met|via)"
    r"|verzonden (?:vanaf|vanuit|met|via)"
    r"|verstuur|download outlook|outlook downloaden"
    r"|wysłan[eoay] (?:z|ze|za|przez)|pobierz|sendt (?:fra|via|med)|skickat (?:från|via"
    r"|med)|hanki outlook"
    r"|lähetetty|odesláno (?:z|ze)|odoslané (?:z|zo)"
    r"|elküldve|az? iphone|trimis (?:de|din|cu)|obțineți outlook|gửi từ|dikirim dari"
    r"|поslано|poslano (?:z|s"
    r"|iz)|poslato|dapatkan outlook"
    r"|отправлено (?:с|из|от)|надіслано (?:з|із)|скачать outlook|στάλθηκε (?:από|απο)"
    r"|изпратено от|bidalia"
    r"|saadetud|sent securely from"
)
_PHONE = re.compile(rf"\W{{0,5}}(?:{_LATIN})(?=\W).{{0,160}}?{_DEVICE}", re.IGNORECASE)
_PHONE_LAST = re.compile(
    r"\W{0,5}(?:.{0,60}(?:から送信|より送信|で送信|iPhone'?umdan gönderildi|['’]?\w{0,8} gönderildi"
    r"|에서 보냄|傳送$|发送$|傳送自|发送自)"
    r"|发自我的|發自我的|从我的|從我的|来自我的|發送自|나의 .{0,30}에서|iPhoneから|תישלח|נשלח מה|נשלח מ-"
    r"|تم الإرسال من|أُرسلت من|مرسل من|ส่งจาก"
    r"|lähetetty |iPhone-omról|az iPhone)",
    re.IGNORECASE,
)
_PROGRAM = re.compile(
    r"\W{0,5}(?:virus-free\.? |libre de virus|sin virus\.|livre de vírus|virenfrei|garanti sans virus"
    r"|mail priva di virus"
    r"|este correo electrónico ha sido (?:comprobado|analizado)"
    r"|this e-?mail has been (?:checked|scanned)"
    r"|el software de antivirus avast|o software antivírus avast"
    r"|diese e-mail wurde von avast|l'absence de virus"
    r"|(?:get|obtener|obtén|obter|descargar) \S{2,20}(?: \S{2,20})? (?:for|para)"
    r" (?:android|ios|iphone|mobile|windows|mac)\W{0,3}$"
    r"|sent with (?:proton|tutanota|mailspring|spark|airmail|superhuman)|secured with tuta)",
    re.IGNORECASE,
)
# Outlook's line on phones, in whatever language, links to its shop.
_OUTLOOK_LINK = re.compile(r"outlook.{0,60}(?:<|\[)?https?://(?:aka\.ms|overview\.mail)", re.IGNORECASE)
_LINK = re.compile(r"[<\[(]https?://[^\s<>]{1,200}[>\])]")
_BARE_LINK = re.compile(r"https?://[^\s<>]{4,200}")
_DELIMITER = re.compile(r"[\s\u200b]{0,3}(?:--|—|––)[ \t\xa0]*$")
_LIST_RULE = re.compile(r"[_-]{12,}\s*$|-{2}~-{2}~|~{2}~+\s*$")
_LIST_FOOTER = re.compile(
    r"mailing list|mailinglist|lista de correo|lista de discussão|liste de diffusion"
    r"|google groups|grupo de google"
    r"|to unsubscribe|unsubscribe from|you received this message because"
    r"|you are receiving this|/listinfo/",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"\W{0,3}(?:you received this message because you are subscribed to"
    r"|has recibido este mensaje porque estás suscrito"
    r"|você (?:está recebendo|recebeu) esta mensagem porque|sie erhalten diese nachricht, weil sie"
    r"|vous recevez ce message, car vous)",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"\W{0,6}(?:(?:confidentiality|legal|privileged|privacy|important)\b.{0,30}(?:notice|disclaimer)"
    r"|disclaimer|aviso (?:legal|de confidenci\w+)"
    r"|this (?:e-?mail|message|communication|transmission)\b.{0,160}(?:confidential|intended|privileged)"
    r"|the (?:information|content)s?\b.{0,120}(?:confidential|intended|privileged)"
    r"|est[ea] (?:mensaje|correo|e-?mail|mensagem|comunicaci[óo]n|comunicação)\b.{0,200}(?:confidencia"
    r"|exclusiv|dirigid|destina)"
    r"|esta? (?:mensagem|e-?mail)\b.{0,200}confidencia|a informação contida|la información contenida"
    r"|diese (?:e-?mail|nachricht)\b.{0,160}vertraulich|ce (?:message|courriel"
    r"|mail)\b.{0,200}confidentiel"
    r"|(?:questo|il presente) (?:messaggio|e-?mail)\b.{0,200}(?:riservat|confidenzial)"
    r"|de informatie (?:in"
    r"|verzonden)|dit (?:e-mail)?bericht\b.{0,200}vertrouwelijk"
    r"|antes de imprimir|please consider the environment|piense en el medio ambiente"
    r"|pense no meio ambiente)",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"confiden|privileg|intended|recipient|destinat|vertraulich|empfänger|empfaenger"
    r"|riservat|vertrouwelijk|unauthori"
    r"|no autorizad|não autorizad|prohib|proib|disclos|divulg|delete|elimin|environment"
    r"|medio ambiente|meio ambiente"
    r"|imprimir|print",
    re.IGNORECASE,
)


def is_delimiter(line: str) -> bool:
    """Whether it is "-- " alone, whose trailing space many programs take away."""
    return len(line) < 12 and bool(_DELIMITER.match(line))


def is_added_by_program(line: str) -> bool:
    """Whether a phone, a mail program or a virus scanner wrote the line."""
    if len(line) > LONGEST or not line.strip():
        return False
    if _PROGRAM.match(line):
        return True
    bare = _LINK.sub("", line).strip().rstrip(".")
    if _OUTLOOK_LINK.search(line) and len(bare) < 60:
        return True
    return len(bare) <= 140 and (_is_phone(bare) or bool(_PHONE_LAST.match(bare)))


def is_link(line: str) -> bool:
    """Whether it is an address of the web alone, as programs put below what they add."""
    return len(line) < LONGEST and bool(_BARE_LINK.fullmatch(line.strip()))


def _is_phone(line: str) -> bool:
    found = _PHONE.match(line)
    return found is not None and len(line) - found.end() < 60


def is_list_footer(lines: list[str], first: int) -> bool:
    """Whether a mailing list's footer begins at `first`: a ruled line above its words, or those words."""
    if len(lines[first]) > LONGEST:
        return False
    if _GROUP.match(lines[first]):
        return True
    following = lines[first + 1 : first + 4]
    return bool(_LIST_RULE.match(lines[first])) and any(_LIST_FOOTER.search(line[:LONGEST]) for line in following)


def disclaimer_start(lines: list[str]) -> int | None:
    """Index from which on only a disclaimer stands, or None.

    Taken for one only as the last two paragraphs at most, opening as they do and with the words of law in it: a customer
    may write of confidence as well.
    """
    starts = [
        index for index, line in enumerate(lines) if line.strip() and (index == 0 or not lines[index - 1].strip())
    ]
    for index in starts[-3:]:
        text = " ".join(lines[index:])[:3_000]
        if index and _DISCLAIMER.match(text[:400]) and (len(_LEGAL.findall(text)) >= 3 or len(text) < 200):
            return index
    return None
