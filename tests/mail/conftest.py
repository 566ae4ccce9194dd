"""Fixtures of the tests of mail."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk.acts import Acts

from cast import Cast, Clock
from console.desk.attachment import FileStore
from console.desk.desk import Desk
from mail.postbox import POST, Postbox


@pytest.fixture
def mailing(desk: Desk, clock: Clock) -> Desk:
    """The desk, with an address, a further one for Billing, and one host that it believes."""
    return Desk(desk.database, clock=clock, post=POST)


@pytest.fixture
def postbox(mailing: Desk, data: Path) -> Postbox:
    (data / "attachments").mkdir(exist_ok=True)
    return Postbox(mailing, FileStore(data / "attachments"))


@pytest.fixture
def acts(mailing: Desk, cast: Cast) -> Acts:
    return Acts(mailing, cast)
