"""The lead's board, live: who may join, cards that changed and only those, never more than one change a second."""

from __future__ import annotations

from time import monotonic
from typing import Any

import pytest
from realtime.line import Do, Line, Open
from realtime.watching import intend

from console.desk.actions import fields, opening, staffing
from console.desk.actions.whispering import whisper
from console.desk.message import Draft
from console.fragments import CARDS
from console.realtime.board import AT_MOST_EVERY
from world import World, email

ALL = [f"card-{name}" for name in CARDS]


def watching(line: Open, name: str = "lea", **named: Any) -> Line:
    """Somebody at their board, who has got all of its cards."""
    found = line(name, **named)
    assert found.join("board") == {"ok": True}
    assert [op["target"] for op in panel(found)] == ALL
    return found


def panel(line: Line) -> list[dict[str, Any]]:
    """What of the board is pushed next."""
    told = line.next("panel")
    assert told["channel"] == "board"
    assert {op["swap"] for op in told["ops"]} == {"outerMorph"}
    return list(told["ops"])


def card(line: Line, name: str, wanted: str) -> str:
    """The next pushed card of this name that has this in it."""
    while True:
        for op in panel(line):
            if op["target"] == f"card-{name}" and wanted in op["html"]:
                return str(op["html"])


def opens(world: World, do: Do, subject: str, department: str = "Support") -> int:
    named = {"subject": subject, "draft": Draft("Help."), "department": department}
    number = do(opening.open_ticket, world.cast["rhea"], **named).number
    assert number is not None
    return number


def test_only_leads_and_admins_may_join(line: Open) -> None:
    for name, namespace in (("ada", "/staff"), ("cleo", "/staff"), ("rhea", "/portal"), ("lea", "/portal")):
        assert line(name, namespace).join("board") == {"ok": False, "error": "not_found"}
    for name in ("lea", "root"):
        watching(line, name)


def test_a_new_ticket_changes_the_cards_that_tell_of_it_and_no_others(world: World, do: Do, line: Open) -> None:
    lea = watching(line)
    opens(world, do, "The till is stuck")
    told = {op["target"]: op["html"] for op in panel(lea)}
    assert "The till is stuck" in told["card-unassigned"]
    assert {"card-open", "card-nobody", "card-queues", "card-chart"} <= told.keys()
    assert not told.keys() & {"card-technicians", "card-chats", "card-flags", "card-response"}


def test_each_reads_the_board_in_their_language(world: World, do: Do, line: Open) -> None:
    lea, root = watching(line, language="pt"), watching(line, "root", language="es")
    number = opens(world, do, "The till is stuck")
    assert "Atribuir" in card(lea, "unassigned", f"#{number}")
    assert "Asignar" in card(root, "unassigned", f"#{number}")


def test_a_card_changes_at_most_once_a_second_and_ends_right(world: World, do: Do, line: Open) -> None:
    lea = watching(line)
    began, count = monotonic(), 0
    last = [opens(world, do, f"Ticket {nth}") for nth in range(6)][-1]
    took = monotonic() - began
    while True:
        count += 1
        ops = panel(lea)
        if any(f"#{last} " in op["html"] for op in ops if op["target"] == "card-unassigned"):
            break
    assert count <= (monotonic() - began) / AT_MOST_EVERY + 1, f"six changes in {took:.1f} s made {count} pushes"


def test_a_change_in_another_department_tells_nothing(world: World, do: Do, line: Open) -> None:
    lea, root = watching(line), watching(line, "root")
    opens(world, do, "A wrong invoice", "Billing")
    card(root, "unassigned", "A wrong invoice")
    opens(world, do, "The till is stuck")
    first = panel(lea)
    assert all("invoice" not in op["html"] for op in first)
    assert any("The till is stuck" in op["html"] for op in first), "so what came first is of her own department"


def test_the_board_tells_what_a_technician_does_where_the_lead_may_look(world: World, do: Do, line: Open) -> None:
    lea, root = watching(line), watching(line, "root")
    theirs = opens(world, do, "A wrong invoice", "Billing")
    cleo, ben = line("cleo"), line("ben")
    cleo.join(f"ticket:{theirs}")
    ben.join("ticket:1")
    assert "Viewing" in card(lea, "technicians", "Blank pages")
    intend(ben, "reply")
    assert "invoice" not in card(lea, "technicians", "Writing a reply in")
    assert "A wrong invoice" in card(root, "technicians", "Cleo Vidal")


def test_two_who_write_at_once_are_shown(line: Open) -> None:
    lea, ada, ben = watching(line), line("ada"), line("ben")
    for each in (ada, ben):
        each.join("ticket:1")
        intend(each, "reply")
    assert "are writing" in card(lea, "flags", "Ben Okafor")


def test_who_joins_again_gets_everything_and_the_others_nothing(line: Open) -> None:
    lea, root = watching(line), watching(line, "root")
    assert lea.join("board") == {"ok": True}
    assert [op["target"] for op in panel(lea)] == ALL
    assert root.so_far("panel") == []


def test_who_leads_no_more_is_sent_away_and_who_leads_more_gets_it(world: World, do: Do, line: Open) -> None:
    lea = watching(line)
    opens(world, do, "A wrong invoice", "Billing")
    do(staffing.change_access, world.cast["root"], email=email("lea"), departments=["Support", "Billing"])
    card(lea, "unassigned", "A wrong invoice")
    do(staffing.change_access, world.cast["root"], email=email("lea"), role="technician")
    while (told := lea.read())[0] != "gone":
        assert told[0] in ("panel", "presence")
    assert told[1] == {"channel": "board", "reason": "access"}
    do(fields.set_field, 1, world.cast["ben"], field="priority", value="urgent")
    assert lea.so_far("panel") == []


@pytest.mark.parametrize(
    "language, text",
    [
        ("en", "Lea Brandt whispers: Take a break"),
        ("es", "Lea Brandt susurra: Take a break"),
        ("pt", "Lea Brandt sussurra: Take a break"),
    ],
)
def test_a_whisper_rings_at_one_technician_in_their_language(
    world: World, do: Do, line: Open, language: str, text: str
) -> None:
    ben, ada = line("ben", language=language), line("ada")
    for each in (ben, ada):
        each.join("me")
    do(whisper, world.cast["lea"], person_id=world.cast["ben"].id, words="Take a break")
    notice = ben.next("notice")
    assert (notice["kind"], notice["ticket"], notice["text"], notice["unread"]) == ("whispered", None, text, 1)
    assert ada.so_far("notice") == []
