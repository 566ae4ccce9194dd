"""Text without accents and capitals, for searching: the same here and in both databases."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

MARKS = "\u0300-\u036f"  # the accents, once they stand apart from their letters
_MARK = re.compile(f"[{MARKS}]")


def fold(text: str | None) -> str:
    return "" if text is None else _MARK.sub("", unicodedata.normalize("NFD", text)).lower()


class folded(FunctionElement[str]):
    """The same of a column; SQLite is taught it with each connection."""

    type = String()
    inherit_cache = True
    name = "folded"


@compiles(folded)
def _taught(element: Any, compiler: Any, **named: Any) -> str:
    return f"folded({compiler.process(element.clauses, **named)})"


@compiles(folded, "postgresql")
def _spelled_out(element: Any, compiler: Any, **named: Any) -> str:
    # accents first: a database may know no other small letters than those of ASCII
    return f"lower(regexp_replace(normalize({compiler.process(element.clauses, **named)}, NFD), '[{MARKS}]', '', 'g'))"
