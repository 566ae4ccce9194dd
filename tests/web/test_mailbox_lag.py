"""A mailbox that is not read to its end any more: admins see it on every page, and Prometheus hears of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bench.servers.mail import wait_until
from console.desk import tables as t
from console.desk.actions import mailboxes as noting
from console.desk.mailbox import BEHIND, behind
from web.test_metrics import asked
from world import World

NAME = "support@127.0.0.1/INBOX"
AWAY = "imap+plain://support:secret@127.0.0.1:1/INBOX"  # nobody listens there
MARK, WORDS = "1 mailbox is behind", "Newer mail is not here yet."


def lag(world: World) -> float | None:
    return asked(world).get(("console_mailbox_lag_seconds", NAME))


def fails(world: World) -> bool:
    query = select(t.mailbox.c.name).where(t.mailbox.c.failing_since.is_not(None))
    return bool(world.desk.database.read_now(lambda connection: connection.execute(query).all()))


@pytest.mark.parametrize("was_read", (True, False), ids=("read before", "never read"))
def test_admins_are_warned_of_a_mailbox_that_is_behind_for_ten_minutes(
    was_read: bool, serve: Callable[..., World]
) -> None:
    world = serve(mail_imap=AWAY)
    wait_until(lambda: fails(world))
    if was_read:
        world.desk.run(noting.read_to_end, NAME, 1)
    root = world.browse("root")
    now = lag(world)
    assert now is not None and now < 60 and MARK not in root.get("/tickets").text
    assert WORDS not in root.get("/settings/mail").text
    world.clock.pass_(minutes=10)
    for page in ("/tickets", "/tickets/1", "/notifications", "/settings/mail"):
        assert MARK in root.get(page).text
    assert WORDS in root.get("/settings/mail").text
    now = lag(world)
    assert now is not None and 600 <= now < 800
    for name in ("ada", "lea"):
        assert MARK not in world.browse(name).get("/tickets").text, "they can do nothing about it"
    world.desk.run(noting.read_to_end, NAME, 1)
    assert MARK not in root.get("/tickets").text and WORDS not in root.get("/settings/mail").text


def test_a_mailbox_that_no_setting_names_any_more_is_listed_and_worries_nobody(world: World) -> None:
    world.desk.run(noting.take, NAME, "one")
    world.desk.run(noting.read_to_end, NAME, 1)
    world.clock.pass_(days=3)
    root = world.browse("root")
    page = root.get("/settings/mail").text
    assert NAME in page and WORDS not in page and MARK not in page and lag(world) is None


def test_a_first_reading_that_comes_to_no_end_is_behind_after_ten_minutes(world: World) -> None:
    def count() -> int:
        return world.desk.database.read_now(behind, [NAME], world.clock())

    assert count() == 0
    world.desk.run(noting.take, NAME, "one")
    world.clock.pass_(seconds=BEHIND.total_seconds() - 1)
    assert count() == 0
    world.clock.pass_(seconds=1)
    assert count() == 1
