"""Old page + events == fresh page: for every kind of activity, both audiences and all languages.

A new kind needs a scene in SCENES: steps that append it. Nothing else has to be written for it here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from secrets import token_hex
from typing import Any

import pytest
from same_page import Reader, assert_same_page, templates

from cast import Cast, Clock, email
from console.config import LANGUAGES
from console.desk import activity
from console.desk.actions.fields import set_field
from console.desk.actions.note import write_note
from console.desk.actions.opening import open_ticket
from console.desk.actions.reply import post_reply
from console.desk.actions.staffing import change_access
from console.desk.actions.viewing import record_view
from console.desk.attachment import StoredFile
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.kinds import KINDS, Audience
from console.desk.message import Draft
from console.followers import runner
from console.fragments import Renderer

Steps = Iterator[object]  # each `yield` is a moment at which somebody may look
Scene = Callable[[Desk, Cast, Clock], Steps]
READERS: dict[Audience, str] = {"staff": "ben", "public": "rhea"}

TEXT = "Look at **this**, @Ben:\n\n- `<b>`\n- https://desk.example/?a=1&b=2\n\n> quoted\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\n@ada\n```"


def files() -> list[StoredFile]:
    image = StoredFile(token_hex(16), "scan & print.png", "image/png", 123_456, "0" * 64)
    return [image, StoredFile(token_hex(16), "informe «final».pdf", "application/pdf", 2_345_678, "1" * 64)]


def replied(desk: Desk, cast: Cast, clock: Clock) -> Steps:
    ada = cast["ada"]
    yield desk.run(post_reply, 1, ada, draft=Draft("A first one."), audience="staff", command_id="one")
    copied = [email("ben"), email("mallory")]
    yield desk.run(post_reply, 1, ada, draft=Draft(TEXT, files()), audience="staff", cc=copied, status="pending")
    yield desk.run(post_reply, 1, cast["lea"], draft=Draft("Done."), audience="staff", status="resolved")


def reply_queued(desk: Desk, cast: Cast, clock: Clock) -> Steps:
    slow = Desk(desk.database, clock=clock, undo_seconds=5)
    reply = partial(slow.run, post_reply, 1, cast["ada"], audience="staff")
    yield reply(draft=Draft("Leaves soon.", files()), status="resolved", cc=[email("ben")])
    yield slow.run(post_reply, 1, cast["rhea"], draft=Draft("Meanwhile."), audience="public")
    yield reply(draft=Draft("Leaves later."))
    clock.pass_(seconds=3)
    assert not runner.run_due(slow)
    yield reply(draft=Draft("Leaves last."))
    clock.pass_(seconds=3)
    assert len(runner.run_due(slow)) == 2
    yield "the first two have left"
    clock.pass_(seconds=3)
    yield runner.run_due(slow)


def requester_replied(desk: Desk, cast: Cast, clock: Clock) -> Steps:
    write = partial(desk.run, post_reply, 1, audience="public")
    yield write(cast["rhea"], draft=Draft(TEXT, files(), source="portal"))
    yield desk.run(set_field, 1, cast["ada"], field="status", value="resolved")
    yield write(cast["cora"], draft=Draft("Not solved!", source="mail"), command_id="cora-1")


def noted(desk: Desk, cast: Cast, clock: Clock) -> Steps:
    yield desk.run(write_note, 1, cast["ada"], draft=Draft("For us only."), command_id="n")
    called = [email("lea"), email("tess")]
    yield desk.run(write_note, 1, cast["ada"], draft=Draft(TEXT, files()), notify=called, status="pending")


def field_changed(field: str, *values: str) -> Scene:
    def scene(desk: Desk, cast: Cast, clock: Clock) -> Steps:
        for value in values:
            yield desk.run(set_field, 1, cast["ada"], field=field, value=value)

    return scene


def assigned(desk: Desk, cast: Cast, clock: Clock) -> Steps:
    assign = partial(desk.run, set_field, 1, field="technician")
    yield assign(cast["ada"], value=str(cast["ada"].id))
    yield assign(cast["lea"], value=str(cast["tess"].id))
    yield desk.run(change_access, None, email=email("tess"), active=False)
    yield assign(cast["ada"], value="")
    yield assign(cast["ben"], value=str(cast["ben"].id))
    yield assign(cast["ben"], value="")


def viewed(desk: Desk, cast: Cast, clock: Clock) -> Steps:
    yield desk.run(record_view, 1, cast["ada"])
    yield desk.run(post_reply, 1, cast["rhea"], draft=Draft("Hello?"), audience="public")
    yield desk.run(post_reply, 1, cast["rhea"], draft=Draft("Anybody?"), audience="public")
    yield desk.run(record_view, 1, cast["lea"])
    clock.pass_(minutes=31)
    yield desk.run(record_view, 1, cast["ada"])


def opened(actor: str, source: str, **named: Any) -> Scene:
    def scene(desk: Desk, cast: Cast, clock: Clock) -> Steps:
        draft = Draft(TEXT, files(), source=source)
        receipt = desk.run(open_ticket, cast[actor], subject="A <new> one", draft=draft, department="Support", **named)
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
    "replied": {"": replied},
    "reply_queued": {"": reply_queued},
    "requester_replied": {"": requester_replied},
    "noted": {"": noted},
    "status_changed": {"": field_changed("status", "pending", "resolved", "closed", "open")},
    "priority_changed": {"": field_changed("priority", "low", "high", "urgent", "normal")},
    "type_changed": {"": field_changed("type", "problem", "request", "change", "incident")},
    "impact_changed": {"": field_changed("impact", "person", "team", "site", "company", "")},
    "assigned": {"": assigned},
    "viewed": {"": viewed},
}
OF_TICKETS = [kind.name for kind in KINDS.values() if kind.of_ticket]
CASES = [
    pytest.param(kind, SCENES[kind][name], id=f"{kind}{name and '-'}{name}")
    for kind in OF_TICKETS
    for name in SCENES.get(kind, ())
]


@pytest.mark.parametrize("kind", OF_TICKETS)
def test_every_kind_of_activity_has_a_scene(kind: str) -> None:
    assert SCENES.get(kind), f"kind {kind!r}: add steps that append it to SCENES in tests/test_same_page.py"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", READERS)
@pytest.mark.parametrize(("kind", "scene"), CASES)
def test_a_page_with_its_events_is_the_page_loaded_anew(
    kind: str, scene: Scene, audience: Audience, language: str, desk: Desk, cast: Cast, clock: Clock
) -> None:
    reader = Reader(desk, Renderer(templates()), cast[READERS[audience]], audience, language)
    before = desk.database.read_now(activity.head)
    if kind == "opened":
        list(scene(desk, cast, clock))
        reader = Reader(desk, reader.renderer, reader.person, audience, language, number=2)
        late = live = reader.open_before_everything()
        reader.catch_up(late)
    else:
        late, live = reader.open(), reader.open()
        for _ in scene(desk, cast, clock):
            reader.catch_up(live)
            assert_same_page(live, reader.open())
        reader.catch_up(late)
    assert_same_page(live, reader.open())
    assert_same_page(late, reader.open())
    log = desk.database.read_now(activity.after, before.position)
    assert kind in {each.kind for each in log}, f"the scene of {kind!r} does not append it"


@pytest.mark.parametrize("kind", [name for name in OF_TICKETS if not KINDS[name].public])
def test_a_requesters_page_hears_nothing_of_a_staff_activity(kind: str, desk: Desk, cast: Cast, clock: Clock) -> None:
    number = desk.database.read_now(activity.heads, [1])[1]
    for scene in SCENES[kind].values():
        list(scene(desk, cast, clock))
    log = desk.database.read_now(activity.of_ticket, 1, "staff", number[0])
    reader = Reader(desk, Renderer(templates()), cast["rhea"], "public", "en")
    told = reader.since(number[1])["events"]
    assert [event["kind"] for event in told] == [each.kind for each in log if KINDS[each.kind].public]
    assert [event["seq"] for event in told] == list(range(number[1] + 1, number[1] + 1 + len(told)))


@pytest.mark.parametrize("audience", READERS)
def test_what_is_rendered_does_not_depend_on_who_looks(
    audience: Audience, desk: Desk, cast: Cast, clock: Clock
) -> None:
    for scenes in SCENES.values():
        for scene in scenes.values():
            if scene not in SCENES["opened"].values():
                list(scene(desk, cast, clock))
    first, second = ("ada", "root") if audience == "staff" else ("rhea", "cora")
    renderer = Renderer(templates())
    one, other = (Reader(desk, renderer, cast[name], audience, "es") for name in (first, second))
    assert one.open().live() == other.open().live()
    assert one.since(0) == other.since(0)


def test_a_page_that_is_too_far_behind_loads_its_regions_anew(
    desk: Desk, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.fragments.REPLAY_LIMIT", 3)
    for audience, name in READERS.items():
        reader = Reader(desk, Renderer(templates()), cast[name], audience, "pt")
        page = reader.open()
        for scene in (replied, requester_replied, noted):
            receipts = [step for step in scene(desk, cast, clock) if isinstance(step, Receipt)]
        assert receipts and reader.since(page.last).get("reset")
        reader.catch_up(page)
        assert_same_page(page, reader.open())


@pytest.mark.parametrize("audience", READERS)
def test_what_happens_on_another_ticket_leaves_this_page_as_it_is(
    audience: Audience, desk: Desk, cast: Cast, clock: Clock
) -> None:
    reader = Reader(desk, Renderer(templates()), cast[READERS[audience]], audience, "en")
    page = reader.open()
    list(SCENES["opened"]["portal"](desk, cast, clock))
    desk.run(set_field, 2, cast["ada"], field="technician", value=str(cast["ada"].id))
    desk.run(set_field, 2, cast["ada"], field="status", value="resolved")
    desk.run(open_ticket, cast["rhea"], subject="And another", draft=Draft("Hm."), department="Billing")
    assert page.live() == reader.open().live()
