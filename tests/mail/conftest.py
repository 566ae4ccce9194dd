"""Fixtures of the tests of mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk.acts import Acts

from bench.servers.dovecot import NotThere, dovecot
from bench.servers.mail import Mailboxes, mailboxes
from cast import Cast, Clock
from console.config import Settings
from console.desk.attachment import FileStore
from console.desk.desk import Desk
from console.followers.letter_leaves import LetterLeaves
from console.mail.sender import Sender
from console.mail.transport import Outbox
from console.statics import Statics
from console.templating import Templates
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


@pytest.fixture
def leaves(postbox: Postbox, data: Path) -> LetterLeaves:
    sender = Sender(POST, "Fjord Help", "https://desk.example", "en")
    return LetterLeaves(postbox.files, Templates(Settings(data=data), Statics()), Outbox(), sender)


@pytest.fixture(params=[mailboxes, pytest.param(dovecot, marks=pytest.mark.full)], ids=["mail-devel", "dovecot"])
def fresh(request: pytest.FixtureRequest) -> Iterator[Mailboxes]:
    """A server with a mailbox that nobody else uses."""
    try:
        with request.param() as found:
            yield found
    except NotThere as problem:
        pytest.skip(str(problem))
