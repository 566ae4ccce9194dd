"""Requesters get what is public and nothing else, by no way."""

from __future__ import annotations

import secrets

from realtime.line import Do, Open

from console.desk.actions import fields, note, opening, reply, viewing
from console.desk.message import Draft
from world import World


def test_a_note_never_reaches_the_portal_not_even_as_a_gap_in_the_numbers(world: World, do: Do, line: Open) -> None:
    token = secrets.token_hex(16)
    ada, ben = world.cast["ada"], world.cast["ben"]
    rhea, cora = line("rhea", "/portal"), line("cora", "/portal", language="es")
    for each in (rhea, cora):
        assert each.join("ticket:1", after=0)["seq"] == 2
        assert [each.next("event")["seq"] for _ in range(2)] == [1, 2]
        assert each.join("me") == {"ok": True}
    do(note.write_note, 1, ada, draft=Draft(f"{token} @Ben Okafor"))
    do(fields.set_field, 1, ada, field="technician", value=str(ben.id))
    do(fields.set_field, 1, ada, field="impact", value="site")
    do(viewing.record_view, 1, ben)
    do(reply.post_reply, 1, ada, draft=Draft("for you"), audience="staff", status="pending")
    for each in (rhea, cora):
        events = [each.next("event"), each.next("event")]
        assert [(event["seq"], event["kind"]) for event in events] == [(3, "replied"), (4, "status_changed")]
        wire = "".join(each.raw)
        assert token not in wire and "noted" not in wire and "activity-log" not in wire


def test_a_technician_who_asks_for_help_sees_the_public_side_on_the_portal(world: World, do: Do, line: Open) -> None:
    number = do(
        opening.open_ticket, world.cast["tess"], subject="My chair", draft=Draft("It squeaks"), department="Support"
    ).number
    tess = line("tess", "/portal")
    assert tess.join(f"ticket:{number}", after=0)["seq"] == 1
    assert tess.next("event")["kind"] == "opened"
    do(note.write_note, number, world.cast["ada"], draft=Draft("between us"))
    do(reply.post_reply, number, world.cast["ada"], draft=Draft("soon"), audience="staff")
    assert tess.next("event")["seq"] == 2


def test_notices_go_to_staff_pages_only(world: World, do: Do, line: Open) -> None:
    staff, portal = line("tess"), line("tess", "/portal")
    for each in (staff, portal):
        assert each.join("me") == {"ok": True}
    do(note.write_note, 1, world.cast["ada"], draft=Draft("@Tess Quint"))
    staff.next("notice")
    assert portal.join("me") == {"ok": True}
    assert not any("notice" in text for text in portal.raw)
