"""What a token may be good for. It never opens more than its person may open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

Scope = Literal["tickets:read", "tickets:write", "people:read", "tokens"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
READ, WRITE, PEOPLE, TOKENS = SCOPES


def scopes_of(asked: Iterable[Scope]) -> tuple[Scope, ...]:
    """These scopes in their order, with what they bring along: answers to who writes tell of the ticket."""
    wanted = set[Scope](asked)
    if WRITE in wanted:
        wanted.add(READ)
    return tuple(each for each in SCOPES if each in wanted)
