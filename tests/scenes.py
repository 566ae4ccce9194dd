"""What every kind of activity looks like: steps that append it, for whoever wants to see one of each.

A new kind needs a scene in SCENES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import scenes_of_chats
import scenes_of_following
import scenes_of_mail
import scenes_of_notes
import scenes_of_offers
import scenes_of_ratings
import scenes_of_service
import scenes_of_tags
from desk.acts import Acts, a_file

from cast import Clock, email
from console.desk.actions import note, reply
from console.desk.actions.staffing import change_access
from console.desk.attachment import StoredFile
from console.desk.desk import Desk
from console.desk.message import Draft
from console.followers import runner

Steps = Iterator[object]  # each `yield` is a moment at which somebody may look
Scene = Callable[[Acts, Clock], Steps]

TEXT = """Look at **this**, @Ben:

- `<b>` & https://desk.example/?a=1&b=2

> quoted

| a | b |
|---|---|
| 1 | 2 |

```
@nobody
```"""


def files() -> list[StoredFile]:
    return [a_file(), a_file("informe «final».pdf", "application/pdf", 2_345_678)]


def replied(acts: Acts, clock: Clock) -> Steps:
    yield acts.replies("ada", command_id="one")
    yield acts.replies("ada", TEXT, files(), cc=[email("ben"), email("mallory")], status="pending")
    yield acts.replies("lea", status="resolved")


def written_before(acts: Acts, clock: Clock) -> Steps:
    """Everything that is said although something arrived that its author has not seen."""
    slow = Acts(Desk(acts.desk.database, clock=clock, undo_seconds=5), acts.cast)
    seen = acts.last().seq
    yield acts.asks()
    for each in (acts, slow):
        draft = Draft("All the same.", seen=acts.last().seq, written=seen)
        yield each.desk.run(reply.post_reply, 1, acts.cast["ada"], draft=draft, audience="staff")
        yield each.desk.run(note.write_note, 1, acts.cast["ada"], draft=Draft("Among us.", seen=seen))
    yield acts.asks("cora")
    clock.pass_(seconds=6)
    yield runner.run_due(slow.desk)


def reply_queued(acts: Acts, clock: Clock) -> Steps:
    slow = Acts(Desk(acts.desk.database, clock=clock, undo_seconds=5), acts.cast)
    yield slow.replies("ada", "Leaves soon.", files(), status="resolved", cc=[email("ben")])
    yield slow.asks()
    yield slow.replies("ada", "Leaves later.")
    clock.pass_(seconds=3)
    assert not runner.run_due(slow.desk)
    yield slow.replies("ben", "Leaves last.")
    clock.pass_(seconds=3)
    assert len(runner.run_due(slow.desk)) == 2
    yield "the first two have left"
    clock.pass_(seconds=3)
    yield runner.run_due(slow.desk)


def reply_held(acts: Acts, clock: Clock) -> Steps:
    slow = Acts(Desk(acts.desk.database, clock=clock, undo_seconds=5), acts.cast)
    for holder, attached in (("ada", []), ("ben", files())):
        sent = slow.replies("ada", "Not yet.", attached)
        yield sent
        yield slow.desk.run(reply.hold, 1, slow.cast[holder], message_id=sent.message_id or 0)
    clock.pass_(seconds=6)
    assert not any(receipt.position for receipt in runner.run_due(slow.desk)), "what is held does not leave"


def requester_replied(acts: Acts, clock: Clock) -> Steps:
    yield acts.asks("rhea", TEXT, files())
    yield acts.sets("ada", "status", "resolved")
    yield acts.asks("cora", "Not solved!", source="mail", command_id="cora-1")


def noted(acts: Acts, clock: Clock) -> Steps:
    yield acts.notes("ada", command_id="n")
    yield acts.notes("ada", TEXT, files(), notify=[email("lea"), email("tess")], status="pending")


def changed(field: str, *values: str) -> Scene:
    def scene(acts: Acts, clock: Clock) -> Steps:
        for value in values:
            yield acts.sets("ada", field, value)

    return scene


def assigned(acts: Acts, clock: Clock) -> Steps:
    yield acts.assigns("ada", "ada")
    yield acts.assigns("lea", "tess")
    yield acts.desk.run(change_access, None, email=email("tess"), active=False)
    yield acts.assigns("ada", None)
    yield acts.assigns("ben", "ben")
    yield acts.assigns("ben", None)


def viewed(acts: Acts, clock: Clock) -> Steps:
    yield acts.views("ada")
    yield acts.asks()
    yield acts.asks("cora")
    yield acts.views("lea")
    clock.pass_(minutes=31)
    yield acts.views("ada")


def marked_unread(acts: Acts, clock: Clock) -> Steps:
    yield acts.marks_unread("ada")
    yield acts.views("lea")
    yield acts.marks_unread("lea")


def opened(who: str, source: str, **named: Any) -> Scene:
    def scene(acts: Acts, clock: Clock) -> Steps:
        receipt = acts.opens(who, TEXT, source=source, **named)
        assert receipt.number == 2
        yield receipt

    return scene


SCENES: dict[str, dict[str, Scene]] = {
    "opened": {
        "portal": opened("rhea", "portal", priority="urgent"),
        "staff": opened("ada", "staff", requester=email("rhea"), impact="site"),
        "mail": opened("rhea", "mail"),
        "chat": opened("rhea", "chat"),
        "api": opened("root", "api", requester=email("rhea"), type="change"),
    },
    "replied": {"": replied, "late": written_before, "mail": scenes_of_mail.MORE["replied"]},
    "reply_queued": {"": reply_queued, "late": written_before},
    "requester_replied": {"": requester_replied, "mail": scenes_of_mail.MORE["requester_replied"]},
    "reply_held": {"": reply_held},
    "noted": {"": noted, "late": written_before},
    "status_changed": {"": changed("status", "pending", "resolved", "closed", "open")},
    "priority_changed": {"": changed("priority", "low", "high", "urgent", "normal")},
    "type_changed": {"": changed("type", "problem", "request", "change", "incident")},
    "impact_changed": {"": changed("impact", "person", "team", "site", "company", "")},
    "assigned": {"": assigned},
    "viewed": {"": viewed},
    "marked_unread": {"": marked_unread},
    **scenes_of_mail.SCENES,
    **scenes_of_notes.SCENES,
    **scenes_of_chats.SCENES,
    **scenes_of_following.SCENES,
    **scenes_of_offers.SCENES,
    **scenes_of_ratings.SCENES,
    **scenes_of_service.SCENES,
    **scenes_of_tags.SCENES,
}
