"""Old page + events == fresh page: for every kind of activity, both audiences and all languages.

A new kind needs a scene in SCENES: steps that append it. Nothing else has to be written for it here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import scenes_of_chats
import scenes_of_following
import scenes_of_mail
import scenes_of_notes
import scenes_of_offers
import scenes_of_service
import scenes_of_tags
from desk.acts import Acts, a_file
from same_page import Reader, assert_same_page, templates

from cast import Cast, Clock, email
from console.config import LANGUAGES
from console.desk import activity
from console.desk.actions import note, reply
from console.desk.actions.staffing import change_access
from console.desk.attachment import StoredFile
from console.desk.desk import Desk
from console.desk.kinds import KINDS, Audience
from console.desk.message import Draft
from console.followers import runner
from console.fragments import Renderer

Steps = Iterator[object]  # each `yield` is a moment at which somebody may look
Scene = Callable[[Acts, Clock], Steps]
READERS: dict[Audience, str] = {"staff": "ben", "public": "rhea"}

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
    for holder in ("ada", "ben"):
        sent = slow.replies("ada", "Not yet.")
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
    **scenes_of_service.SCENES,
    **scenes_of_tags.SCENES,
}


@pytest.fixture
def acts(desk: Desk, cast: Cast) -> Acts:
    return Acts(desk, cast)


OF_TICKETS = [kind.name for kind in KINDS.values() if kind.of_ticket]
SCENES_OF_ALL = [(kind, name) for kind in OF_TICKETS for name in SCENES.get(kind, ())]
# Each scene in one language, the languages in turn; the full run has all scenes in all of them.
CASES = [
    pytest.param(
        kind,
        SCENES[kind][name],
        language,
        id=f"{kind}{name and '-'}{name}-{language}",
        marks=() if nth % len(LANGUAGES) == turn else pytest.mark.full,
    )
    for nth, (kind, name) in enumerate(SCENES_OF_ALL)
    for turn, language in enumerate(LANGUAGES)
]


@pytest.mark.parametrize("kind", OF_TICKETS)
def test_every_kind_of_activity_has_a_scene(kind: str) -> None:
    assert SCENES.get(kind), f"kind {kind!r}: add steps that append it to SCENES in tests/test_same_page.py"


@pytest.mark.parametrize("audience", READERS)
@pytest.mark.parametrize(("kind", "scene", "language"), CASES)
def test_a_page_with_its_events_is_the_page_loaded_anew(
    kind: str, scene: Scene, language: str, audience: Audience, acts: Acts, clock: Clock
) -> None:
    reader = Reader(acts.desk, Renderer(templates()), acts.cast[READERS[audience]], audience, language)
    before = acts.log()[-1]
    if kind == "opened":
        list(scene(acts, clock))
        reader = Reader(acts.desk, reader.renderer, reader.person, audience, language, number=2)
        late = live = reader.open_before_everything()
        reader.catch_up(late)
    else:
        late, live = reader.open(), reader.open()
        for _ in scene(acts, clock):
            reader.catch_up(live)
            assert_same_page(live, reader.open())
        reader.catch_up(late)
    assert_same_page(live, reader.open())
    assert_same_page(late, reader.open())
    log = acts.log(before.position)
    assert kind in {each.kind for each in log}, f"the scene of {kind!r} does not append it"


def test_who_opens_an_unread_ticket_makes_it_read_for_those_who_look(acts: Acts) -> None:
    acts.opens("rhea")
    reader = Reader(acts.desk, Renderer(templates()), acts.cast["ben"], "staff", "en", number=2)
    page = reader.open()
    acts.views("ada", number=2)
    reader.catch_up(page)
    assert_same_page(page, reader.open())


@pytest.mark.parametrize("kind", [name for name in OF_TICKETS if not KINDS[name].public])
def test_a_requesters_page_hears_nothing_of_a_staff_activity(kind: str, acts: Acts, clock: Clock) -> None:
    number = acts.read(activity.heads, [1])[1]
    for scene in SCENES[kind].values():
        list(scene(acts, clock))
    log = acts.read(activity.of_ticket, 1, "staff", number[0])
    reader = Reader(acts.desk, Renderer(templates()), acts.cast["rhea"], "public", "en")
    told = reader.since(number[1])["events"]
    assert [event["kind"] for event in told] == [each.kind for each in log if KINDS[each.kind].public]
    assert [event["seq"] for event in told] == list(range(number[1] + 1, number[1] + 1 + len(told)))


@pytest.mark.parametrize("audience", READERS)
def test_what_is_rendered_does_not_depend_on_who_looks(audience: Audience, acts: Acts, clock: Clock) -> None:
    for scenes in SCENES.values():
        for scene in scenes.values():
            if scene not in SCENES["opened"].values():
                list(scene(acts, clock))
    first, second = ("ada", "root") if audience == "staff" else ("rhea", "cora")
    renderer = Renderer(templates())
    one, other = (Reader(acts.desk, renderer, acts.cast[name], audience, "es") for name in (first, second))
    assert one.open().live() == other.open().live()
    assert one.since(0) == other.since(0)


def test_a_page_that_is_too_far_behind_loads_its_regions_anew(
    acts: Acts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.fragments.REPLAY_LIMIT", 3)
    for audience, name in READERS.items():
        reader = Reader(acts.desk, Renderer(templates()), acts.cast[name], audience, "pt")
        page = reader.open()
        for scene in (replied, requester_replied, noted):
            list(scene(acts, clock))
        assert reader.since(page.last).get("reset")
        reader.catch_up(page)
        assert_same_page(page, reader.open())


@pytest.mark.parametrize("audience", READERS)
def test_only_a_page_that_can_not_be_told_event_by_event_loads_anew(audience: Audience, acts: Acts) -> None:
    reader = Reader(acts.desk, Renderer(templates()), acts.cast[READERS[audience]], audience, "en")
    page = reader.open()
    assert reader.since(page.last, page.epoch) == {"epoch": page.epoch, "seq": page.last, "events": []}
    acts.asks()
    assert [event["seq"] for event in reader.since(page.last)["events"]] == [page.last + 1]
    for after, epoch in ((page.last + 2, page.epoch), (page.last, "another")):
        assert reader.since(after, epoch) == {"epoch": page.epoch, "seq": page.last + 1, "reset": True}


@pytest.mark.parametrize("audience", READERS)
def test_what_happens_on_another_ticket_leaves_this_page_as_it_is(audience: Audience, acts: Acts, clock: Clock) -> None:
    reader = Reader(acts.desk, Renderer(templates()), acts.cast[READERS[audience]], audience, "en")
    page = reader.open()
    acts.opens("rhea")
    acts.assigns("ada", "ada", number=2)
    acts.sets("ada", "status", "resolved", number=2)
    acts.opens("rhea", department="Billing")
    assert page.live() == reader.open().live()
