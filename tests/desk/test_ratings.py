"""Who says how a resolution was, until when, what stays of it, and how it is counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cast import Clock, email
from console.desk import activity, board, ratings
from console.desk import tables as t
from console.desk.actions import note, switching
from console.desk.errors import Invalid, NotFound
from console.desk.ratings import Question, Tally
from desk.acts import Acts


def asked(acts: Acts, who: str = "rhea") -> Question | None:
    row = acts.row(select(t.ticket).where(t.ticket.c.number == 1))
    return acts.read(ratings.question, acts.cast[who], row, acts.desk.clock())


def said(acts: Acts) -> list[tuple[object, object]]:
    return [(each.facts["from"], each.facts["to"]) for each in acts.log() if each.kind == "rated"]


def test_only_the_requester_of_a_resolved_request_is_asked(acts: Acts) -> None:
    assert asked(acts) is None
    with pytest.raises(Invalid, match="can't be rated"):
        acts.rates("good")
    acts.sets("ada", "status", "resolved")
    found = asked(acts)
    assert found is not None and (found.given, found.comment) == ("", "")
    assert asked(acts, "cora") is None
    with pytest.raises(Invalid, match="can't be rated"):
        acts.rates("good", who="cora")
    for stranger in ("mallory", "ada"):
        with pytest.raises(NotFound):
            acts.rates("good", who=stranger)
    acts.rates("good")
    assert said(acts) == [(None, "good")]


def test_it_counts_once_for_each_resolution_and_can_be_said_otherwise(acts: Acts, clock: Clock) -> None:
    start = clock()
    acts.assigns("ada", "ada")
    acts.sets("ada", "status", "resolved")
    acts.rates("bad", "Slow.")
    acts.rates("good", "Slow.")
    acts.rates("good", "Slow.")  # it is so already
    found = asked(acts)
    assert found is not None and (found.given, found.comment) == ("good", "Slow.")
    assert said(acts) == [(None, "bad"), ("bad", "good")]
    acts.sets("ada", "status", "open")
    assert asked(acts) is None
    acts.assigns("ada", "ben")
    acts.sets("ada", "status", "resolved")
    again = asked(acts)
    assert again is not None and (again.given, again.comment) == ("", ""), "another resolution is asked about anew"
    acts.rates("bad")
    cast, now = acts.cast, clock()
    by_technician = acts.read(ratings.tallies, "technician", start, now)
    assert by_technician == {cast["ada"].id: Tally(1, 0), cast["ben"].id: Tally(0, 1)}
    (place,) = cast["ada"].departments
    assert acts.read(ratings.tallies, "department", start, now) == {place: Tally(1, 1)}
    assert acts.read(ratings.total, start, now) == Tally(1, 1)
    assert acts.read(ratings.total, start, now, frozenset({place})) == Tally(1, 1)
    assert acts.read(ratings.total, start, now, frozenset(cast["cleo"].departments)) == Tally()
    assert acts.read(ratings.total, now, now + timedelta(days=1)) == Tally()


def test_it_is_asked_while_resolved_and_for_fourteen_days_if_closed(acts: Acts, clock: Clock) -> None:
    acts.sets("ada", "status", "closed")
    assert asked(acts) is None, "what was never resolved is not rated"
    acts.sets("ada", "status", "open")
    acts.sets("ada", "status", "resolved")
    clock.pass_(days=20)
    assert asked(acts) is not None
    acts.sets("ada", "status", "closed")
    assert asked(acts) is None
    acts.sets("ada", "status", "resolved")
    acts.sets("ada", "status", "closed")
    clock.pass_(days=13, hours=23)
    acts.rates("bad", "Later I saw that it was not.")
    clock.pass_(hours=2)
    assert asked(acts) is None
    with pytest.raises(Invalid, match="can't be rated"):
        acts.rates("good")


def test_switched_off_nobody_is_asked(acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    acts.desk.run(switching.switch, acts.cast["root"], name="ratings", on=False)
    assert asked(acts) is None
    with pytest.raises(Invalid, match="can't be rated"):
        acts.rates("good")


def test_what_is_no_rating_is_refused_at_its_field(acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    for value, comment, field in (("great", "", "value"), ("good", "x" * 2_001, "comment")):
        with pytest.raises(Invalid) as refused:
            acts.rates(value, comment)
        assert refused.value.field == field
    assert said(acts) == []
    acts.rates("good", "x" * 2_000)


def test_who_resolved_their_own_request_does_not_rate_it(acts: Acts) -> None:
    number = acts.opens("tess").number or 0
    acts.sets("ada", "status", "resolved", number=number)
    acts.rates("good", who="tess", number=number)
    acts.assigns("ada", "tess", number=number)
    with pytest.raises(Invalid, match="can't be rated"):
        acts.rates("bad", who="tess", number=number)


def test_it_is_of_the_staff_and_moves_no_public_number(acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    before = acts.row(select(t.ticket.c.public_seq, t.ticket.c.public_updated_at, t.ticket.c.activity_status))
    acts.rates("bad", "Ben was rude.")
    assert acts.row(select(t.ticket.c.public_seq, t.ticket.c.public_updated_at, t.ticket.c.activity_status)) == before
    assert not [each for each in acts.read(activity.of_ticket, 1, "public") if each.kind == "rated"]


def test_its_comment_is_removed_for_good_and_never_shown_to_the_requesters_side(acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    comment = acts.rates("bad", "My password is hunter2.")
    with pytest.raises(NotFound):
        acts.desk.run(note.show_note, 1, acts.cast["ada"], message_id=comment.message_id or 0)
    acts.redacts("ada", comment.message_id)
    assert acts.last().kind == "note_redacted"
    found = asked(acts)
    assert found is not None and (found.given, found.comment) == ("bad", "")
    assert not [body for (body,) in acts.rows(select(t.message.c.body)) if "hunter2" in body]


def test_the_board_counts_the_last_thirty_days_of_ones_departments(acts: Acts, clock: Clock) -> None:
    def figure(who: str) -> Tally:
        scope = board.scope(acts.cast[who])
        return acts.read(board.read, scope, {}, lambda _person: False, clock()).figures.ratings

    acts.sets("ada", "status", "resolved")
    acts.rates("good")
    number = acts.opens("rhea", department="Billing").number or 0
    acts.sets("cleo", "status", "resolved", number=number)
    acts.rates("bad", number=number)
    assert (figure("lea"), figure("root")) == (Tally(1, 0), Tally(1, 1))
    clock.pass_(days=31)
    assert figure("root") == Tally()


def test_a_rating_sent_twice_is_done_once(acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    first, second = (acts.rates("good", "Well done.", command_id="one") for _ in range(2))
    assert first == second and len(said(acts)) == 1
    assert email("rhea") in acts.rows(select(t.person.c.email).where(t.person.c.id == acts.last().actor_id))[0]
