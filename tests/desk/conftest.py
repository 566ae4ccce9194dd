"""Fixtures of the desk's own tests."""

from __future__ import annotations

import pytest

from cast import Cast
from console.desk.desk import Desk
from desk.acts import Acts


@pytest.fixture
def acts(desk: Desk, cast: Cast) -> Acts:
    return Acts(desk, cast)
