"""Who speaks as what, and who may open what. Every refusal has a twin that is let in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from cast import Cast, email
from console import fragments
from console.desk import access
from console.desk import tables as t
from console.desk.actions.staffing import change_access
from console.desk.errors import Invalid, NotFound
from console.desk.kinds import Audience
from desk.acts import Acts

ACTS: dict[str, Callable[[Acts, str], Any]] = {
    "reply": lambda acts, who: acts.replies(who),
    "note": lambda acts, who: acts.notes(who),
    "status": lambda acts, who: acts.sets(who, "status", "pending"),
    "priority": lambda acts, who: acts.sets(who, "priority", "urgent"),
    "technician": lambda acts, who: acts.sets(who, "technician", ""),
    "view": lambda acts, who: acts.views(who),
    "page": lambda acts, who: look(acts, who, "staff"),
    "catch-up": lambda acts, who: acts.read(fragments.since, 1, acts.cast[who], "staff", 0, None),
}


def look(acts: Acts, who: str, audience: Audience, number: int = 1) -> fragments.Stretch:
    return acts.read(fragments.whole, number, acts.cast[who], audience)


def test_a_technician_writes_on_their_own_ticket_as_its_requester(acts: Acts) -> None:
    number = acts.opens("tess").number or 0
    acts.replies("tess", number=number)
    assert [(each.kind, each.side) for each in acts.log()[-2:]] == [
        ("opened", "requester"),
        ("requester_replied", "requester"),
    ]
    with pytest.raises(Invalid, match="requesters write no internal notes"):
        acts.notes("tess", number=number)


def test_a_technician_who_is_assigned_to_their_own_ticket_writes_as_technician(acts: Acts) -> None:
    number = acts.opens("tess").number or 0
    acts.assigns("ada", "tess", number=number)
    acts.replies("tess", number=number)
    assert (acts.last().kind, acts.last().side) == ("replied", "technician")
    acts.notes("tess", number=number)
    assert acts.last().kind == "noted"


def test_a_technician_writes_on_the_ticket_of_somebody_else_as_technician(acts: Acts) -> None:
    acts.replies("tess")
    assert (acts.last().kind, acts.last().side) == ("replied", "technician")


def test_a_requester_who_is_copied_writes_as_requester(acts: Acts) -> None:
    acts.asks("cora")
    assert (acts.last().kind, acts.last().side) == ("requester_replied", "requester")


def test_a_technician_of_another_department_who_is_copied_answers_in_the_portal_as_technician(acts: Acts) -> None:
    acts.replies("ada", cc=[email("cleo")])
    acts.asks("cleo")
    assert (acts.last().kind, acts.last().side) == ("replied", "technician")


def test_who_opens_a_ticket_for_somebody_else_is_technician_and_has_read_it(acts: Acts) -> None:
    acts.opens("ada", requester=email("mallory"), source="staff")
    ticket = acts.row(select(t.ticket).where(t.ticket.c.number == 2))
    assert (ticket.requester_id, ticket.activity_status) == (acts.cast["mallory"].id, "read")
    assert (acts.last().actor_id, acts.last().side) == (acts.cast["ada"].id, "technician")
    with pytest.raises(NotFound):
        acts.opens("cleo", requester=email("mallory"))
    with pytest.raises(NotFound):
        acts.opens("rhea", requester=email("mallory"))


@pytest.mark.parametrize("act", ACTS)
def test_a_ticket_is_open_to_the_technicians_of_its_department_and_to_nobody_else(act: str, acts: Acts) -> None:
    for who in ("cleo", "rhea", "cora", "mallory"):
        with pytest.raises(NotFound):
            ACTS[act](acts, who)
    for who in ("ada", "ben", "lea", "root"):
        assert ACTS[act](acts, who)


@pytest.mark.parametrize("who", ("mallory", "ada", "lea", "root", "cleo"))
def test_the_public_side_is_closed_to_who_takes_no_part(who: str, acts: Acts) -> None:
    with pytest.raises(NotFound):
        look(acts, who, "public")
    with pytest.raises(NotFound):
        acts.asks(who)


@pytest.mark.parametrize("who", ("rhea", "cora"))
def test_the_public_side_is_open_to_the_requester_and_to_those_copied(who: str, acts: Acts) -> None:
    assert look(acts, who, "public").entries
    assert acts.asks(who).message_id


def test_a_ticket_that_may_not_be_opened_answers_as_one_that_is_not_there(acts: Acts) -> None:
    refusals = []
    for number in (1, 999):
        with pytest.raises(NotFound) as refused:
            look(acts, "mallory", "public", number)
        refusals.append((str(refused.value), refused.value.field, refused.value.named))
    assert refusals[0] == refusals[1]


def test_access_follows_the_department(acts: Acts) -> None:
    acts.desk.run(change_access, None, email=email("cleo"), departments=["Support"])
    acts.desk.run(change_access, None, email=email("ada"), departments=["Billing"])
    assert look(acts, "cleo", "staff").entries
    with pytest.raises(NotFound):
        look(acts, "ada", "staff")
    technicians = [who.name for who, _ in acts.read(access.technicians, acts.row(select(t.ticket)).department_id)]
    assert technicians == ["Ben Okafor", "Cleo Vidal", "Lea Brandt", "Root Admin", "Tess Quint"]


def test_who_is_no_technician_any_more_has_lost_the_staff_side(acts: Acts, cast: Cast) -> None:
    acts.desk.run(change_access, None, email=email("ada"), role="requester")
    assert cast["ada"].departments, "the department alone opens nothing"
    with pytest.raises(NotFound):
        look(acts, "ada", "staff")


def test_an_unknown_department_is_refused(acts: Acts) -> None:
    with pytest.raises(Invalid, match="no department Sales"):
        acts.opens("rhea", department="Sales")


@pytest.mark.parametrize(
    ("field", "value"),
    (("status", "gone"), ("status", ""), ("priority", "x"), ("priority", ""), ("type", None), ("impact", "world")),
)
def test_a_value_that_a_field_can_not_have_is_refused(field: str, value: str | None, acts: Acts) -> None:
    with pytest.raises(Invalid) as refused:
        acts.sets("ada", field, value)
    assert refused.value.field == field


@pytest.mark.parametrize("who", ("cleo", "rhea"))
def test_only_who_may_open_the_ticket_can_be_assigned(who: str, acts: Acts) -> None:
    with pytest.raises(Invalid, match="can be assigned"):
        acts.assigns("ada", who)
    ben = str(acts.cast["ben"].id)
    acts.desk.run(change_access, None, email=email("ben"), active=False)
    with pytest.raises(Invalid, match="can be assigned"):
        acts.sets("ada", "technician", ben)
    acts.assigns("ada", "root")
    assert acts.last().facts == {"from": None, "to": acts.cast["root"].id}
