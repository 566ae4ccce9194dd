"""The line a mail program puts above a quote: "On Monday Ada wrote:", in the languages it is written in."""

# ruff: noqa: RUF001 (letters of other alphabets are meant as they stand)

from __future__ import annotations

import re

# A longer line is prose, and looking at no more of it keeps the work linear.
LONGEST = 500
LINES = 4

WROTE = (
    "wrote", "writes", "a écrit", "a ecrit", "écrit", "escribió", "escribio", "ha escrito", "escreveu", "schrieb",
    "geschrieben", "ha scritto", "scrive", "scrisse", "schreef", "geschreven", "napisał", "napisała", "napisał(a)",
    "napisal", "pisze", "написал", "написала", "написал(а)", "писал", "писал(а)", "писала", "пишет", "написав",
    "написав(ла)", "написала(в)", "пише", "написа", "skrev", "skriver", "kirjoitti", "napsal", "napsala", "napsal(a)",
    "napísal", "napísal(a)", "píše", "írta", "a scris", "yazdı", "yazmış", "έγραψε", "כתב", "כתבה", "כתב/ה", "كتب",
    "写道", "寫道", "书写", "のメール", "書きました", "さんは書きました", "作成", "작성", "썼습니다", "님이 작성",
    "đã viết", "viết", "menulis", "va escriure", "escrigué", "ha escrit", "idatzi du", "escribiu", "napisao",
    "napisao/la", "napisala", "napisao je", "je napisao", "je napisao/la", "je napisal", "je napisala", "napisal/-a",
    "rašė", "parašė", "rakstīja", "kirjutas", "skrifaði", "เขียนว่า", "เขียน", "نوشت", "ने लिखा", "লিখেছেন",
)  # fmt: skip

# The first word of the line, as programs write it; weekdays and plain dates are recognised by their digits.
OPENING = (
    "on", "el", "em", "no dia", "dia", "le", "il", "il giorno", "in data", "am", "vom", "op", "w dniu", "dnia", "den",
    "på", "dne", "dňa", "în", "in", "la data de", "pe", "στις", "τη", "την", "vào", "pada", "ב-", "בתאריך", "في",
    "at", "a", "al", "a les", "el dia", "del", "от", "tarihinde", "kl.", "在", "於", "于", "за", "on behalf of",
    "u", "dana", "lør.", "søn.", "igår", 
)  # fmt: skip

_SPACED = "|".join(re.escape(verb) for verb in sorted(WROTE, key=len, reverse=True) if verb[0] < "⺀")
_UNSPACED = "|".join(re.escape(verb) for verb in sorted(WROTE, key=len, reverse=True) if verb[0] >= "⺀")
_WROTE = re.compile(rf"(?<!\w)(?:{_SPACED})(?!\w)|{_UNSPACED}|님이 작성|เขียน", re.IGNORECASE)
_OPENING = re.compile(rf"\W{{0,3}}(?:{'|'.join(re.escape(each) for each in OPENING)})(?!\w)", re.IGNORECASE)
_DATE_FIRST = re.compile(r"\W{0,3}(?:[^\W\d]{1,14}[.,]{0,2} )?(?:[^\W\d]{1,14}[.,]{0,2} )?\d{1,4}\b")
_TIME = re.compile(r"\d{1,2}(?::| ?h ?|\.|時|时|點|点|시 ?)\d{2}|\d ?[ap]\.? ?m\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_OLD_GMAIL = re.compile(r"\W{0,3}\d{4}[/-]\d{1,2}[/-]\d{1,2} .{1,200}<[^<>\s]{1,200}@[^<>\s]{1,200}>\s*$")
_RUN_ON = re.compile(r":[ \t\xa0]+\S")
_ENDS = re.compile(r"[:：][\s*_]{0,4}$")
_SENTENCE = re.compile(r"[^\W\d_]{3,}[.!?] +[^\W\d_]{2,} [^\W\d_]{1,} ")
# A person tells whom somebody wrote to; programs never do.
_TOLD = re.compile(
    r"(?<!\w)(?:wrote (?:to |back )?(?:me|us|him|her|them|you)"
    r"|(?:me|nos|te|le|les|lhe|lhes) (?:escribió|ha escrito|escribio|escreveu))(?!\w)",
    re.IGNORECASE,
)
_MARKS = re.compile(r"^[\s>|*_]+")


def first_line(lines: list[str], last: int) -> int | None:
    """Index of the line where the attribution ends that `lines[last]` may end, or None if that is none.

    At most `LINES` lines belong to it. It says when (a time or a year) or whose address, and that somebody wrote.
    """
    end = lines[last]
    if _runs_on(end):
        return last
    if len(end) > LONGEST or not end.strip() or not _ends(end):
        return None
    joined = ""
    for first in range(last, max(-1, last - LINES), -1):
        line = _MARKS.sub("", lines[first][: LONGEST + 1])
        if not line.strip() or len(line) + len(joined) > LONGEST:
            break
        joined = f"{line.strip()} {joined}".strip()
        opens = _OPENING.match(joined) or _DATE_FIRST.match(joined)
        if opens and _is_attribution(joined):
            return first
    alone = _MARKS.sub("", end).strip()
    return last if _WROTE.search(alone) and _says_who_and_when(alone) else None


def introduces(line: str) -> bool:
    """Whether a line right above a quote tells whose it is, in whatever language: it ends in a colon, with a date or
    an address. Without the quote below it would prove nothing."""
    if len(line) > LONGEST:
        return False
    if not _ENDS.search(line):
        return bool(_OLD_GMAIL.match(line))
    dated = _YEAR.search(line) and _TIME.search(line)
    return bool(dated or _ADDRESS.search(line) or (_WROTE.search(line) and len(line) < 120))


def is_certain(text: str) -> bool:
    """Whether an attribution proves a quote below that has no marks: it tells the hour or an address. A day alone is
    what a person may tell as well."""
    return bool(_TIME.search(text[:LONGEST]) or _ADDRESS.search(text[:LONGEST]))


def _runs_on(line: str) -> bool:
    """Whether the quote follows in the same line, as phones write it; only with an address and a time is it certain."""
    head = line[:LONGEST]
    if "@" not in head or ":" not in head:  # most lines, and the search for verbs takes long
        return False
    verb = _WROTE.search(head) if _OPENING.match(head) or _DATE_FIRST.match(head) else None
    if verb is None or not _RUN_ON.match(head, verb.end()):
        return False
    before = head[: verb.end()]
    return bool(_ADDRESS.search(before) and _TIME.search(before) and not _SENTENCE.search(before))


def _ends(line: str) -> bool:
    return bool(_ENDS.search(line)) or line.rstrip().endswith(("wrote", "написал", "written"))


def _is_attribution(joined: str) -> bool:
    timed, dated = _TIME.search(joined), _YEAR.search(joined)
    address = _ADDRESS.search(joined)
    if _SENTENCE.search(joined) or _TOLD.search(joined):
        return False
    if _WROTE.search(joined):
        return bool(timed or dated or address)
    return bool(address and timed and dated)


def _says_who_and_when(alone: str) -> bool:
    return not (_SENTENCE.search(alone) or _TOLD.search(alone)) and bool(
        _ADDRESS.search(alone) or (_YEAR.search(alone) and (_TIME.search(alone) or alone[0].isdigit()))
    )
