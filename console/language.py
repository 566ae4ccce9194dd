"""Languages: which one a person reads, and the catalogues of sentences."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from console.config import LANGUAGES

FOLDER = Path(__file__).parent / "locale"
ENDONYMS = {"en": "English", "es": "Español", "pt": "Português"}


@cache
def catalogue(language: str) -> NullTranslations:
    """The sentences of a language. The sources are compiled here, so there is no build step to forget."""
    if language == "en":
        return NullTranslations()
    with (FOLDER / language / "LC_MESSAGES" / "console.po").open("rb") as source:
        messages = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def translate(language: str, sentence: str, **named: object) -> str:
    """One sentence in a language, with its placeholders filled."""
    text = catalogue(language).gettext(sentence)
    return text % named if named else text


def translate_reason(language: str, words: str) -> str:
    """What went wrong in a language: a sentence of ours, perhaps with what a machine told in parentheses behind it.

    Words that are not ours, like a server's answer, stand as they are."""
    ours, opening, told = words.partition(" (")
    return (catalogue(language).gettext(ours) if ours else "") + opening + told


def accepted(header: str) -> str:
    """The best of our languages for an Accept-Language header; English if none fits."""
    weighed: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        tag, _, quality = part.replace(" ", "").partition(";q=")
        try:
            language = Locale.parse(tag, sep="-").language
            weight = float(quality or 1)
        except (ValueError, UnknownLocaleError):
            continue
        if language in LANGUAGES and weight > 0:
            weighed.append((weight, language))
    return max(weighed, key=lambda each: each[0], default=(0.0, "en"))[1]


def choose(preferred: str | None, header: str) -> str:
    """The language a person chose, otherwise the browser's."""
    return preferred if preferred in LANGUAGES else accepted(header)
