"""Fixtures of the desk's own tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cast import Cast, Clock
from console.desk import searching
from console.desk.desk import Desk
from console.desk.kinds import Audience
from console.desk.searching import Found
from desk.acts import Acts
from desk.drafts import Desks

Search = Callable[..., Found]
Finds = Callable[..., list[int]]


@pytest.fixture
def acts(desk: Desk, cast: Cast) -> Acts:
    return Acts(desk, cast)


@pytest.fixture
def desks(acts: Acts) -> Desks:
    return Desks(acts)


@pytest.fixture
def search(acts: Acts, clock: Clock) -> Search:
    """What somebody finds, on the staff's side unless they are a requester."""

    def ask(who: str, question: str, audience: Audience | None = None, **named: Any) -> Found:
        person = acts.cast[who]
        side = audience or ("staff" if person.is_staff else "public")
        return acts.read(lambda db: searching.search(db, person, side, question, **named))

    return ask


@pytest.fixture
def finds(search: Search) -> Finds:
    """The numbers of the tickets that somebody finds, lowest first."""
    return lambda *asked, **named: sorted(hit.ticket.number for hit in search(*asked, **named).hits)
