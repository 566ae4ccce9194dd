"""Old page + events == fresh page: for every kind of activity, both audiences and all languages.

A new kind needs a scene in SCENES: steps that append it. Nothing else has to be written for it here.
"""

from __future__ import annotations

import pytest
from desk.acts import Acts
from same_page import Reader, assert_same_page, templates
from scenes import SCENES, Scene, noted, replied, requester_replied

from cast import Cast, Clock
from console.config import LANGUAGES
from console.desk import activity
from console.desk.desk import Desk
from console.desk.kinds import KINDS, Audience
from console.fragments import Renderer

READERS: dict[Audience, str] = {"staff": "ben", "public": "rhea"}


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
    assert SCENES.get(kind), f"kind {kind!r}: add steps that append it to SCENES in tests/scenes.py"


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
