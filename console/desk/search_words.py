"""Words as they are searched by: folded (no case, no accents), found in a text, and marked in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
ASKED = re.compile(r'"([^"]*)"?|([^\s"]+)')
NUMBER = re.compile(r"\s*#?\s*([0-9]{1,15})\s*")
LONGEST = 64  # characters of a word; the rest of it does not count
TEXT_LIMIT = 64_000  # characters of a message; what a longer mail says behind them can't be searched for
QUESTION_LIMIT = 300  # characters
MOST_TERMS = 12
PREFIX = 3  # characters; a shorter word is searched as it stands
BEFORE, AROUND = 50, 180  # characters of an excerpt before its first mark, and of the whole
SCANNED = 20_000  # characters in which a mark is looked for


@dataclass(frozen=True, slots=True)
class Term:
    """What has to be there: one word, or several one after the other. `spoken` are they before folding, in lower case.

    `exact`: it stood in quotes. `last`: more letters may come.
    """

    words: tuple[str, ...]
    spoken: tuple[str, ...]
    exact: bool
    last: bool

    @property
    def is_prefix(self) -> bool:
        return self.last and not self.exact and len(self.words[-1]) >= PREFIX


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an excerpt, marked where it fits what was asked."""

    text: str
    marked: bool = False


def fold(text: str) -> str:
    """Without case and accents, so that "facturacion" is "Facturación"."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(each for each in unicodedata.normalize("NFKD", parts) if not unicodedata.combining(each))


def words(text: str) -> list[str]:
    return [each[:LONGEST] for each in WORD.findall(fold(text[:TEXT_LIMIT]))]


def spoken(text: str) -> str:
    """The words of a text in lower case, with their accents, for whoever knows the endings of a language."""
    return " ".join(WORD.findall(unicodedata.normalize("NFC", text[:TEXT_LIMIT]).lower()))


def terms(question: str) -> tuple[Term, ...]:
    """What a question asks for; whatever has no letter or figure in it asks for nothing."""
    found: list[tuple[tuple[str, ...], str, bool]] = []
    for quoted, plain in ASKED.findall(unicodedata.normalize("NFC", question[:QUESTION_LIMIT])):
        said = tuple(words(quoted or plain))
        if said:
            found.append((said, quoted or plain, bool(quoted)))
    found = found[:MOST_TERMS]
    return tuple(
        Term(said, tuple(spoken(text).split()), exact, place == len(found) - 1)
        for place, (said, text, exact) in enumerate(found)
    )


def number(question: str) -> int | None:
    """The ticket that "#12" or "12" names."""
    found = NUMBER.fullmatch(question)
    return None if found is None else int(found[1])


@dataclass(frozen=True, slots=True)
class Marks:
    """Which words of a text are marked: these, and those that begin with one of the stems."""

    whole: frozenset[str]
    stems: tuple[str, ...]

    def fits(self, word: str) -> bool:
        return word in self.whole or word.startswith(self.stems)


def marks(asked: Iterable[Term], stems: Iterable[str] = ()) -> Marks:
    """`stems` are the words as the index bends them."""
    whole, begin = set[str](), set[str]()
    for term in asked:
        (whole if term.exact else begin).update(each for each in term.words if term.exact or len(each) >= PREFIX)
        whole.update(term.words)
    begin.update(fold(each) for each in stems if len(each) >= PREFIX)
    return Marks(frozenset(whole), tuple(begin))


def excerpt(text: str, wanted: Marks) -> list[Piece]:
    """A stretch of the text around its first mark; its beginning if it has none."""
    text = " ".join(unicodedata.normalize("NFC", text[:SCANNED]).split())
    first = next((at for at, end in _marked(text, wanted)), 0)
    begin = 0 if first <= BEFORE else text.rfind(" ", 0, first - BEFORE) + 1
    end = min(len(text), begin + AROUND)
    if end < len(text):
        end = max(text.rfind(" ", begin + AROUND // 2, end), begin + AROUND // 2)
    pieces = marked(text[begin:end], wanted)
    if begin:
        pieces.insert(0, Piece("… "))
    if end < len(text):
        pieces.append(Piece(" …"))
    return pieces


def marked(text: str, wanted: Marks) -> list[Piece]:
    """The whole text in pieces."""
    text, pieces, done = unicodedata.normalize("NFC", text), list[Piece](), 0
    for at, end in _marked(text, wanted):
        if at > done:
            pieces.append(Piece(text[done:at]))
        pieces.append(Piece(text[at:end], True))
        done = end
    return [*pieces, Piece(text[done:])] if done < len(text) else pieces


def distinct(pieces: Sequence[Piece]) -> int:
    """How many different words are marked."""
    return len({fold(each.text) for each in pieces if each.marked})


@lru_cache(16_384)
def _fold(word: str) -> str:
    return fold(word)


def _marked(text: str, wanted: Marks) -> Iterator[tuple[int, int]]:
    for found in WORD.finditer(text):
        if wanted.fits(_fold(found[0])):
            yield found.span()
