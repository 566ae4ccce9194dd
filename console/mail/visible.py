"""What a person newly wrote in a mail, apart from what it quotes and how it is signed.

Losing a customer's words is worse than showing a quote: whatever is in doubt stays in the reply.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.mail import contact_block, header_blocks, signature
from console.mail.quoting import ATTRIBUTION, EMPTY, QUOTE, SIGNATURE, TEXT, Lines, classify, is_marked

FEW = 3  # quoted lines without an attribution: the person picked them, and the answer needs them

_ANSWERS_INSIDE = re.compile(
    r"(?:my|our|the)? ?(?:answers?|comments?|replies|responses?|respuestas?|comentarios?|respostas?|antworten|réponses?|risposte)"
    r".{0,40}(?:below|inline|in[- ]line|in (?:red|blue|green|bold)|abajo|en (?:rojo|azul|verde|negrita|el texto)"
    r"|debajo|abaixo|em (?:vermelho|azul|verde|negrito)|unten|in rot|rouge|ci-dessous|sotto|in rosso)"
    r"|\b(?:answer(?:ed|ing)?|repl(?:ied|ying)|comment(?:ed|ing)?|contest\w{1,4}|respond\w{1,4}|coment\w{1,4})"
    r" .{0,20}(?:below|abajo|debajo|abaixo|(?:in|en|em) (?:red|blue|green|rojo|azul|verde|vermelho))\b"
    r"|\b(?:see|pls see|please see) (?:inline|in[- ]line)\b|\banswered inline\b|\binline (?:answers?|comments?|replies)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Visible:
    """Three texts that hold every word of the mail: newly written, quoted, and signature."""

    reply: str
    quoted: str
    signature: str


def split(text: str, html: str | None) -> Visible:
    """Split `text`, the plain text of a mail; `html`, not yet sanitised, only helps to see what its program quoted.

    Never raises. A mail that holds nothing but another one, as forwarded mail does, is all reply.
    """
    found = classify(text, html)
    every = range(len(found.lines))
    kept = _without_disclaimer(found, _newly_written(found))
    kept = _without_contact(found, kept)
    signed = [index for index in range(found.cut) if found.kinds[index] == SIGNATURE]
    if not kept and _holds_only_another(found):
        kept = [index for index in every if found.kinds[index] != SIGNATURE or index >= found.cut]
    elif not kept and signed and not all(signature.is_added_by_program(found.lines[index]) for index in signed):
        if QUOTE not in found.kinds:
            kept, signed = list(every), []
    elif kept and _ANSWERS_INSIDE.search(_text(found, kept)[:2_000]):
        kept += _answered_inside(found, kept[-1] + 1)
    taken = {*kept, *signed}
    quoted = [index for index in every if index not in taken]
    return Visible(_text(found, kept), _text(found, quoted), _text(found, signed))


def _newly_written(found: Lines) -> list[int]:
    """The person's lines, with the quotes between them if the answers stand below what they answer."""
    kinds = found.kinds[: found.cut]
    texts = [index for index, kind in enumerate(kinds) if kind == TEXT]
    if not texts:
        return []
    dropped = {SIGNATURE} if _is_interleaved(found, texts[-1]) else {SIGNATURE, QUOTE, ATTRIBUTION}
    kept = [index for index in range(texts[-1] + 1) if kinds[index] not in dropped]
    while kept and (kinds[kept[-1]] == EMPTY or header_blocks.is_rule(found.lines[kept[-1]])):
        kept.pop()
    return kept


def _is_interleaved(found: Lines, end: int) -> bool:
    """Whether quotes stand between answers: in several places, or in one where the person chose what to quote."""
    kinds, places, quoted, within = found.kinds[:end], 0, 0, False
    attributed = QUOTE in found.told[:end]
    for kind in kinds:
        if kind == QUOTE:
            places += not within
            quoted += 1
        attributed |= kind == ATTRIBUTION
        within = kind in (QUOTE, EMPTY, ATTRIBUTION, SIGNATURE) and (within or kind == QUOTE)
    first = next((kind for kind in kinds if kind not in (EMPTY, SIGNATURE)), EMPTY)
    chosen = not attributed and (first == TEXT or quoted < FEW)
    return places > 1 or (places == 1 and chosen)


def _without_disclaimer(found: Lines, kept: list[int]) -> list[int]:
    start = signature.disclaimer_start([found.lines[index] for index in kept])
    if start is None or not _text(found, kept[:start]):
        return kept
    for index in kept[start:]:
        found.kinds[index] = SIGNATURE
    return kept[:start]


def _without_contact(found: Lines, kept: list[int]) -> list[int]:
    start = contact_block.contact_start([found.lines[index] for index in kept])
    if start is None or any(found.kinds[index] not in (TEXT, EMPTY) for index in kept[start:]):
        return kept
    for index in kept[start:]:
        found.kinds[index] = SIGNATURE
    return kept[:start]


def _answered_inside(found: Lines, start: int) -> list[int]:
    """The lines from `start` on that are quoted as Outlook does it, without marks and without what stands above them:
    an answer written between them looks like them."""
    lines, end = found.lines, len(found.lines)
    rest = [i for i in range(start, end) if i >= found.cut or (found.kinds[i] == QUOTE and not is_marked(lines[i]))]
    first = next((i for i in rest if lines[i].strip() and not header_blocks.is_rule(lines[i])), end)
    if first < end and header_blocks.is_original_mark(lines[first]):
        first += 1
    header = header_blocks.header_end(lines, first, marked=True) if first < end else None
    return [i for i in rest if i >= (header or start)]


def _holds_only_another(found: Lines) -> bool:
    """Whether the mail forwards one without a word, rather than answers one without a word."""
    return found.cut < len(found.lines) or (QUOTE in found.kinds and ATTRIBUTION not in found.kinds)


def _text(found: Lines, indices: list[int]) -> str:
    lines = list[str]()
    for index in indices:
        line = found.lines[index].rstrip()
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip()
