"""A company's signature without "-- ": name, role, telephone and address under the closing words.

Nothing marks it, so all of these must hold: it is the end of the mail, closing words stand above it, it begins with a name,
no line of it is a sentence, and it tells at least two of telephone, web or mail address, and postal address. A customer who
was asked for an address writes such lines too; without closing words above they are theirs.
"""

from __future__ import annotations

import re

LINES = 14  # filled ones in the block; a longer one is a text
LONGEST = 140  # characters of a line
REACH = 40  # lines looked at, empty ones included: programs double them

_CLOSING = re.compile(
    r"\W{0,3}(?:(?:(?:muito|muita|muchas|many|best|kind|warm|with|un|um|con|com|cordial|cordiales|atentos?|mis|meus|os|my|the"
    r"|melhores|mejores|mil|very|grande|fuerte|forte|afectuosos?|desde|já|ya|de|antemano|antemão|por|pela|la|su|sua|and|y|e|in"
    r"|in advance|all|atenção|atención|ayuda|ajuda|your|help|so|much|again|mit|freundlichen|freundliche|viele|beste|bien"
    r"|recevez|cordiali|distinti) )*"
    r"(?:saludos?|regards|wishes|gracias|thanks|thank you|obrigad[oa]s?|obg|grat[oa]|abraços?|abrazos?|abs|atte|att"
    r"|atentamente|atenciosamente|cordialmente|cumprimentos|sincerely|faithfully|respectfully|truly|cheers|best"
    r"|grüßen|grüße|gruß|mfg|cordialement|saluti|agradecid[oa]s?)"
    r"(?: (?:a todos|cordiais|cordiales|cordial|atentos|yours|you|in advance|again|so much|de antemano|desde já|por todo"
    r"|por su ayuda|por su atención|pela atenção|pela ajuda|sinceros))?"
    r"|yours (?:sincerely|faithfully|truly)|sincerely yours)\W{0,4}",
    re.IGNORECASE,
)
_AND = re.compile(r",?\s+(?:y|e|and|und|et)\s+|,\s+", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+|\(|00)?\d[\d .()/-]{5,22}\d(?![\w@-])")
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}")
_PHONE_LABEL = re.compile(
    r"(?<!\w)(?:t(?:el|[eé]l[eé]fono|elefone|elephone|fno?|lf)?|m(?:[oó]vil|obile|ob)?|cel(?:l|ular)?|fone|phone|ph|office"
    r"|direct|fax|f|ext|extensi[oó]n|ramal|whats ?app|centralita|pbx)(?:[.:]{1,2}|(?= ?[+(\d]))",
    re.IGNORECASE,
)
_ONLINE = re.compile(
    r"[^\s<>@|]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|(?:https?://|www\.)[^\s<>|]{1,200}|^(?:[\w-]{1,63}\.){1,4}[a-z]{2,12}$",
    re.IGNORECASE,
)
_POSTAL = re.compile(
    r"(?<!\w)(?:c/|calle|avda|avenida|av\.|plaza|pza|paseo|ctra|carretera|pol[ií]gono|pol\. ?ind|rua|r\.|travessa|alameda"
    r"|rodovia|pra[cç]a|largo|estrada|camino|c\.? ?p\.? ?\d|cep\W|p\.? ?o\.? ?box|apartado|apdo"
    r"|\d{1,5}[a-z]? (?:[\w'.]{1,20} ){1,3}(?:street|st|road|rd|lane|ln|avenue|ave|drive|dr|way|square|boulevard|blvd|court)\b)"
    r"|(?-i:\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b\d{5}-\d{3}\b|\b[A-Z]{2} \d{5}\b|\b\d{5} [A-ZÁÉÍÓÚÑ]\w{2,})",
    re.IGNORECASE,
)
_ONLINE_LABEL = re.compile(r"(?<!\w)(?:e|w|e-?mail|correo|web|site|sitio)(?=\s*[:.])", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-ZÁÉÍÓÚ])")
_WORD = re.compile(r"[^\W\d_]+")
_PARTICLES = frozenset("de la del los las da do dos das e y and of for van von der den di du".split())
# Words of sentences; a name, a role and a label have none of them.
_SAYS = re.compile(
    r"\b(?:my|your|our|i|you|we|he|she|it|is|are|was|will|can|please|call|mi|mis|tu|su|sus|nuestr[oa]s?|me|nos|es|son|est[áa]n?"
    r"|por favor|meus?|minhas?|seus?|suas?|noss[oa]s?|é|são|ser[áa]|favor|new|nuev[oa]|nov[oa])\b",
    re.IGNORECASE,
)
_COMPANY_END = re.compile(r"(?:\b\w{1,4}\.|&\W?)$")


def contact_start(lines: list[str]) -> int | None:
    """Index at which such a block begins that `lines`, a reply, ends with, or None. The closing words stand before it."""
    closing = next(
        (index for index in range(len(lines) - 1, max(-1, len(lines) - 1 - REACH), -1) if _closes(lines[index])),
        None,
    )
    if closing is None:
        return None
    start = closing + 1
    named = start < len(lines) and is_name(lines[start], 1)
    start += named  # what is signed by hand, right under the closing words, stays with them
    while start < len(lines) and not lines[start].strip():
        start += 1
    block = [line.strip() for line in _without_pictures(lines[start:]) if line.strip()]
    return start if block and is_name(block[0], 1 if named else 2) and _is_contact(block) else None


def is_closing(line: str) -> bool:
    """Whether it is closing words alone, as "Kind regards,"."""
    return len(line) < 60 and all(map(_CLOSING.fullmatch, _AND.split(line.strip())))


def is_name(line: str, least: int) -> bool:
    """Whether it may be a name, with a degree or a role behind it, of at least this many words."""
    first = _bare(line).split("|")[0]
    words = [word for word in _WORD.findall(first) if word.casefold() not in _PARTICLES]
    upper = [word for word in words if word[0].isupper()]
    return least <= len(upper) == len(words) <= 8 and not line.rstrip().endswith((":", "?", "!"))


def _closes(line: str) -> bool:
    """Whether it ends in closing words, with a name behind them or without."""
    last = _SENTENCE_END.split(line.strip())[-1]
    words, comma, name = last.partition(",")
    return is_closing(last) or (bool(comma) and is_closing(words) and is_name(name, 1))


def _without_pictures(lines: list[str]) -> list[str]:
    """The lines without what programs write in the place of a picture: "[cid:logo.png]", "[A logo\n\nDescription …]"."""
    kept, within = list[str](), False
    for line in lines:
        bare = line.strip()
        if not within and bare.startswith("[") and "]" not in bare[:-1]:
            within = True
        if not within:
            kept.append(line)
        elif bare.endswith("]"):
            within = False
    return lines if within else kept


def _is_contact(block: list[str]) -> bool:
    if len(block) > LINES or any(len(line) > LONGEST for line in block):
        return False
    kinds = set[str]()
    for index, line in enumerate(block):
        found = _evidence(line)
        if not found and index and _is_sentence(line):
            return False
        if _long_lower(_bare(line)) > 2 or _SAYS.search(_bare(line)) or line.endswith(("?", "!")):
            return False
        kinds |= found
    mailboxes = {each.casefold() for line in block for each in _ONLINE.findall(line) if "@" in each}
    return len(kinds) >= 2 and len(mailboxes) < 2  # two are rather contacts that the person tells of


def _evidence(line: str) -> set[str]:
    found = set[str]()
    if _ONLINE.search(line):
        found.add("online")
    bare = _ONLINE.sub(" ", line)
    if any(sum(map(str.isdigit, each[0])) >= 7 for each in _PHONE.finditer(_DATE.sub(" ", bare))):
        found.add("phone")
    if _POSTAL.search(bare):
        found.add("postal")
    return found


def _bare(line: str) -> str:
    """The line without what is no word of a sentence: addresses, numbers and what labels them."""
    return _PHONE_LABEL.sub(" ", _ONLINE_LABEL.sub(" ", _ONLINE.sub(" ", line)))


def _is_sentence(line: str) -> bool:
    ends = line.endswith((".", ":", ";", ",")) and not _COMPANY_END.search(line)
    return ends or len(line.split()) > 8 or _long_lower(line) > 1


def _long_lower(line: str) -> int:
    """How many words of four letters or more begin in lower case, as few do in names and titles."""
    return sum(len(word) > 3 and word[0].islower() for word in _WORD.findall(line))
