"""Fixtures of the desk's own tests."""

from __future__ import annotations

import pytest

from cast import Cast
from console.desk.desk import Desk
from desk.acts import Acts
from desk.drafts import Desks


@pytest.fixture
def acts(desk: Desk, cast: Cast) -> Acts:
    return Acts(desk, cast)


@pytest.fixture
def desks(acts: Acts) -> Desks:
    return Desks(acts)
