"""How what mail does to ticket 1 comes about: steps for tests/test_same_page.py."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from desk.acts import Acts
from mail.postbox import POST, Postbox, bounce
from sqlalchemy import select

from cast import Clock, email
from console.desk.actions import closing, sending
from console.desk.attachment import FileStore
from console.desk.desk import Desk
from console.desk.tables import letter

Steps = Iterator[object]

BELIEVED = {"Authentication-Results": "mx.desk.example; dmarc=pass header.from=desk.example"}
QUOTING = "It is the\n<b>old</b> driver.\n\nOn Monday, Ada wrote:\n> Which driver is it?\n\n-- \nRhea"


def _postbox(acts: Acts) -> Postbox:
    desk = Desk(acts.desk.database, clock=acts.desk.clock, post=POST)
    return Postbox(desk, FileStore(Path(tempfile.mkdtemp())))


def _written(acts: Acts) -> str:
    """The Message-ID of a reply of Ada's to Rhea."""
    acts.replies("ada", "Which one?")
    query = select(letter.c.mail_id).where(letter.c.address == email("rhea")).order_by(letter.c.id.desc())
    return str(acts.rows(query)[0].mail_id)


def by_mail(acts: Acts, clock: Clock) -> Steps:
    """A requester's message with all that a mail has besides, one that only thanks, one that proposes somebody."""
    box = _postbox(acts)
    sent = _written(acts)
    yield box.answer(
        "rhea", sent, QUOTING, html="<p>It is the <b>old</b> driver.</p>", to="support@desk.example, x@y.example"
    )
    acts.sets("ada", "status", "resolved")
    yield box.answer("rhea", sent, "Thanks a lot!")
    yield box.answer("cora", sent, "No, it is not.")


def technician_by_mail(acts: Acts, clock: Clock) -> Steps:
    yield _postbox(acts).answer("ben", _written(acts), "By mail.", headers=BELIEVED)


def auto_replied(acts: Acts, clock: Clock) -> Steps:
    box = _postbox(acts)
    yield box.answer("rhea", _written(acts), "I am away.", headers={"Auto-Submitted": "auto-replied"})
    acts.sets("ada", "status", "resolved")
    yield box.answer("rhea", _written(acts), "I am away.", headers={"Auto-Submitted": "auto-replied"})


def bounced(acts: Acts, clock: Clock) -> Steps:
    box = _postbox(acts)
    yield box.take(bounce(_written(acts), email("rhea")))
    yield box.take(bounce(_written(acts), email("rhea"), status="4.2.2"))


def complained(acts: Acts, clock: Clock) -> Steps:
    raw = (
        "From: fbl@isp.example\nTo: support@desk.example\nSubject: complaint\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="B"\n\n--B\n\nA complaint.\n\n'
        "--B\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n"
        f"--B\nContent-Type: message/rfc822\n\nMessage-ID: <{_written(acts)}>\nSubject: x\n\nx\n--B--\n"
    )
    yield _postbox(acts).take(raw.encode())


def letter_failed(acts: Acts, clock: Clock) -> Steps:
    for state in ("failed", "unknown"):
        _written(acts)
        (last, *_) = acts.rows(select(letter.c.id).order_by(letter.c.id.desc()))
        yield acts.desk.run(sending.settle_letter, last.id, state, "550 5.1.1 <unknown>")


def followed_up(acts: Acts, clock: Clock) -> Steps:
    acts.sets("ada", "status", "closed")
    new = acts.opens("mallory").number or 0
    yield acts.desk.run(closing.note_follow_up, 1, new)
    yield acts.sets("ada", "status", "open")


def links_revoked(acts: Acts, clock: Clock) -> Steps:
    _written(acts)
    yield acts.desk.run(closing.revoke_links, 1, acts.cast["ada"])
    yield acts.desk.run(closing.revoke_links, 1)


def reply_returned(acts: Acts, clock: Clock) -> Steps:
    acts.assigns("lea", "ben")
    query = select(letter.c.mail_id).where(letter.c.kind == "assigned").order_by(letter.c.id.desc())
    asked = str(acts.rows(query)[0].mail_id)
    acts.asks()
    yield _postbox(acts).answer("ben", asked, "Too late.", headers=BELIEVED)


def mail_held(acts: Acts, clock: Clock) -> Steps:
    """The flood is another ticket's; its notice stands on the last one that the sender opened, which is made ours here."""
    with acts.desk.change(1, None) as change:
        change.append("mail_held", person=acts.cast["rhea"].id)
    yield "held"


SCENES: dict[str, dict[str, Callable[[Acts, Clock], Steps]]] = {
    "auto_replied": {"": auto_replied},
    "bounced": {"": bounced},
    "complained": {"": complained},
    "letter_failed": {"": letter_failed},
    "followed_up": {"": followed_up},
    "links_revoked": {"": links_revoked},
    "reply_returned": {"": reply_returned},
    "mail_held": {"": mail_held},
}
MORE = {"requester_replied": by_mail, "replied": technician_by_mail}  # of kinds that come about in other ways too
