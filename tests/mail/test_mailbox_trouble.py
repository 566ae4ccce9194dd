"""What goes wrong between the desk and a server of mailboxes: it is told, and nothing is passed over."""

from __future__ import annotations

import imaplib
from collections.abc import Callable
from dataclasses import replace

import pytest
from desk.acts import Acts

from bench.servers.mail import PASSWORD, Mailboxes, wait_until
from console.mail import mailbox
from console.mail.incoming import Intake
from console.mail.mailbox import Mailbox
from console.mail.places import place
from mail.postbox import NEW, Here, Postbox, write
from mail.reading import failing, reader, states, watching


def test_a_folder_that_is_made_anew_is_read_again_and_doubles_nothing(
    fresh: Mailboxes, postbox: Postbox, acts: Acts
) -> None:
    served, raw = replace(fresh, folder="Desk"), write(NEW)
    for found in ("filed", "ignored"):
        with served.account() as account:
            account.folder.create("Desk")
        served.deliver(raw)
        assert reader(postbox, served).fetch() == 1 and states(acts)[-1][0] == found
        with served.account() as account:
            account.folder.delete("Desk")
    assert states(acts) == [("filed", None), ("ignored", "duplicate")]


def test_a_mail_that_the_server_does_not_give_now_is_not_passed_over(
    fresh: Mailboxes, postbox: Postbox, acts: Acts, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.deliver(write(NEW))
    for word in ("SEARCH", "FETCH"):
        with monkeypatch.context() as refusing:
            refusing.setattr(imaplib.IMAP4, "uid", _refuses(word))
            with pytest.raises(mailbox.BROKEN):
                reader(postbox, fresh).fetch()
    assert reader(postbox, fresh).fetch() == 1 and states(acts) == [("filed", None)]


def test_a_folder_that_is_not_there_is_told_and_read_as_soon_as_it_is(
    fresh: Mailboxes, postbox: Postbox, acts: Acts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "PAUSES", (0.1,))
    monkeypatch.setattr(mailbox, "IDLE_SECONDS", 1.0)
    served = replace(fresh, folder="Desk")
    with watching(reader(postbox, served)):
        row = wait_until(lambda: failing(acts))
        assert row.failing_since is not None and "mailbox" in row.error.lower() and "Response" not in row.error
        with served.account() as account:
            account.folder.create("Desk")
        served.deliver(write(NEW))
        wait_until(lambda: states(acts) == [("filed", None)])
    assert failing(acts) is None


def test_a_wrong_password_is_told_in_the_server_s_words(
    fresh: Mailboxes, postbox: Postbox, acts: Acts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "PAUSES", (0.1,))
    where = replace(place(fresh.address), password="wrong-one")
    with watching(Mailbox(where, Intake(postbox.desk, postbox.files, Here(), 64_000))) as thread:
        row = wait_until(lambda: failing(acts))
        assert row.error.startswith("[AUTHENTICATIONFAILED]") and thread.is_alive()


def test_a_server_that_is_away_is_told_without_the_password(postbox: Postbox, acts: Acts) -> None:
    box = Mailbox(
        place(f"imap+plain://support:{PASSWORD}@127.0.0.1:1/INBOX"),
        Intake(postbox.desk, postbox.files, Here(), 64_000),
    )
    with watching(box):
        row = wait_until(lambda: failing(acts))
    assert row.failing_since is not None and PASSWORD not in row.error and PASSWORD not in row.name


def _refuses(word: str) -> Callable[..., tuple[str, list[bytes]]]:
    asked = imaplib.IMAP4.uid

    def answer(client: imaplib.IMAP4, command: str, *words: str) -> tuple[str, list[bytes]]:
        return ("NO", [b"[UNAVAILABLE] Not now"]) if command == word else asked(client, command, *words)

    return answer
