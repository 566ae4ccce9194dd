"""Which of the desk's languages somebody writes, by the small words that every sentence has."""

from __future__ import annotations

import re
from collections import Counter

LOOKED_AT = 4_000  # characters
CERTAIN = 3  # more small words of one language than of any other

_SMALL = {
    "en": "the and you your have has is are was not with for this that from please my we our it can could would when been",
    "es": "el los las una por para con que está no es del mi nos ustedes pero cuando desde hola gracias puede tengo al se lo",
    "pt": "o os uma não com para que está é do da meu minha nós vocês mas quando desde olá obrigado obrigada pode tenho ao se",
}
_WORD = re.compile(r"[^\W\d_]+")
_LANGUAGES = {language: frozenset(words.split()) for language, words in _SMALL.items()}


def written_in(text: str) -> str | None:
    """`en`, `es` or `pt`, or None if it is not plain."""
    words = Counter(_WORD.findall(text[:LOOKED_AT].lower()))
    found = {language: sum(words[each] for each in small) for language, small in _LANGUAGES.items()}
    best, second = sorted(found.values(), reverse=True)[:2]
    return max(found, key=lambda each: found[each]) if best >= second + CERTAIN else None
