"""Whether a message says no more than thanks, in English, Spanish or Portuguese.

In doubt it says more: a ticket that opens once too often costs a click, one that stays closed costs the requester's trust.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200  # characters; who writes more has something to say

# Every word must be one of these, and one of them must be of gratitude.
_GRATITUDE = {
    *("thanks", "thank", "thx", "ty", "cheers", "appreciated", "appreciate", "grateful"),
    *("gracias", "agradezco", "agradecido", "agradecida", "agradecidos"),
    *("obrigado", "obrigada", "obg", "valeu", "agradeco", "grato", "grata", "brigado", "brigada", "vlw"),
}
_AROUND = {
    # English
    *("you", "so", "very", "much", "a", "lot", "lots", "many", "million", "again", "all", "for", "your", "the", "help"),
    *("quick", "fast", "reply", "response", "answer", "support", "it", "that", "this", "is", "was", "great", "perfect"),
    *("awesome", "excellent", "wonderful", "fantastic", "ok", "okay", "good", "job", "work", "works", "working", "now"),
    *("fine", "well", "everyone", "team", "guys", "hi", "hello", "dear", "best", "kind", "regards", "solved", "fixed"),
    *(
        "resolved",
        "everything",
        "really",
        "and",
        "we",
        "i",
        "have",
        "nice",
        "day",
        "weekend",
        "week",
        "to",
        "both",
        "yes",
    ),
    # Spanish
    *(
        "muchas",
        "muchisimas",
        "mil",
        "por",
        "tu",
        "su",
        "la",
        "el",
        "lo",
        "los",
        "todo",
        "ayuda",
        "rapida",
        "respuesta",
    ),
    *(
        "rapidez",
        "atencion",
        "soporte",
        "de",
        "nuevo",
        "ya",
        "funciona",
        "perfecto",
        "genial",
        "excelente",
        "vale",
        "si",
    ),
    *(
        "buen",
        "buena",
        "trabajo",
        "hola",
        "saludos",
        "cordiales",
        "un",
        "saludo",
        "solucionado",
        "resuelto",
        "estimados",
    ),
    *(
        "equipo",
        "bien",
        "muy",
        "amable",
        "buenas",
        "buenos",
        "dias",
        "tardes",
        "le",
        "les",
        "te",
        "os",
        "y",
        "que",
        "esta",
    ),
    *("abrazo", "feliz", "dia", "tarde", "ok", "listo", "lista", "arreglado"),
    # Portuguese
    *("muito", "muita", "muitissimo", "pela", "pelo", "pelos", "ajuda", "resposta", "atencao", "suporte", "rapido"),
    *("novamente", "agora", "funciona", "funcionou", "perfeito", "otimo", "excelente", "bom", "boa", "trabalho", "ola"),
    *("oi", "abraco", "abracos", "atenciosamente", "cumprimentos", "resolvido", "equipe", "pessoal", "tudo", "certo"),
    *(
        "vos",
        "voces",
        "voce",
        "a",
        "o",
        "e",
        "dia",
        "tarde",
        "noite",
        "semana",
        "fim",
        "da",
        "do",
        "sim",
        "mesmo",
        "bem",
    ),
}
# A word that is a name, a number or a denial is not among them, so "thanks, but it still fails" says more.
_WORDS = re.compile(r"[^\W_]+")
_SMILES = re.compile(r"[:;]-?[)D(]|<3")


def is_only_thanks(text: str) -> bool:
    """Whether everything in the text is thanks; a name that signs it in a line of its own may follow."""
    if not text or len(text) > LONGEST or "?" in text:
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    said = [_words(line) for line in lines]
    while len(said) > 1 and 1 <= len(said[-1]) <= 3 and lines[-1].strip().istitle():
        said.pop()
        lines.pop()
    words = [word for line in said for word in line]
    return bool(_GRATITUDE.intersection(words)) and all(word in _GRATITUDE or word in _AROUND for word in words)


def _words(line: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", _SMILES.sub(" ", line).casefold())
    return _WORDS.findall("".join(char for char in bare if not unicodedata.combining(char)))
