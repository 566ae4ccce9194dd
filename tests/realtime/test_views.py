"""Open lists of tickets: whole rows, pushed to those who may open the ticket."""

from __future__ import annotations

import re
from typing import Any

import pytest
from realtime.line import Do, Line, Open
from realtime.watching import intend

from console.desk import queue
from console.desk.actions import fields, note, opening, reply, saving_views, staffing
from console.desk.filters import Filter
from console.desk.message import Draft
from console.fragments import Renderer
from world import World, email


def open_one(world: World, do: Do, department: str) -> int:
    draft = Draft("Words")
    number = do(opening.open_ticket, world.cast["rhea"], subject=department, draft=draft, department=department).number
    assert number is not None
    return number


def row(line: Line, wanted: str = "") -> str:
    """The next pushed row that has this in it."""
    while True:
        panel = line.next("panel")
        (op,) = panel["ops"]
        assert op["swap"] == "outerMorph"
        assert op["html"].startswith(f'<tr role="row" id="{op["target"]}"')
        if wanted in op["html"]:
            return str(op["html"])


def test_an_open_list_gets_the_row_of_whatever_changes(world: World, do: Do, line: Open) -> None:
    ada = line("ada")
    assert ada.join("view:all") == {"ok": True}
    do(fields.set_field, 1, world.cast["ben"], field="status", value="pending")
    panel = ada.next("panel")
    assert panel["channel"] == "view:all"
    assert [op["target"] for op in panel["ops"]] == ["ticket-1"]
    assert "Pending" in panel["ops"][0]["html"] and 'data-news="3"' in panel["ops"][0]["html"]


@pytest.mark.parametrize("view", ["mine", "unassigned", "all"])
def test_each_list_hears_its_rows_under_its_own_name(world: World, do: Do, line: Open, view: str) -> None:
    ada = line("ada", language="pt")
    ada.join(f"view:{view}")
    do(note.write_note, 1, world.cast["ben"], draft=Draft("A word"))
    panel = ada.next("panel")
    assert panel["channel"] == f"view:{view}"
    assert "Aberto" in panel["ops"][0]["html"]


def test_a_row_tells_who_is_there_in_words_and_who_writes(world: World, do: Do, line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    ada.join("view:all")
    do(fields.set_field, 1, world.cast["lea"], field="technician", value=str(world.cast["lea"].id))
    row(ada, "Lea Brandt")
    ben.join("ticket:1")
    assert "Ben Okafor, viewing" in row(ada, "Ben Okafor")
    for state, words in (
        ("reply", "Ben Okafor is writing a reply"),
        ("note", "Ben Okafor is writing an internal note"),
    ):
        intend(ben, state)
        assert f">{words}<" in row(ada, words)
    intend(ben, "idle")
    assert "Ben Okafor, idle" in row(ada, "idle")
    ben.close()
    assert "is writing" not in row(ada, '<span class="vh">Nobody</span>')


def test_at_most_three_faces_are_shown_and_the_rest_is_a_figure(line: Open) -> None:
    ada = line("ada")
    ada.join("view:all")
    others = [line(name) for name in ("ben", "lea", "tess", "root", "ada")]
    for each in others:
        each.join("ticket:1")
    shown = row(ada, "+2 more technicians")
    assert len(re.findall(r'<span class="here"', shown)) == 3
    for each in others[:3]:
        intend(each, "note")
    assert ">3 people are writing<" in row(ada, "people are writing")
    intend(others[0], "viewing")
    assert "Tess Quint and Lea Brandt are writing" in row(ada, " and ")


def test_the_first_word_in_an_unassigned_ticket_shows_who_is_answering(world: World, do: Do, line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    ada.join("view:unassigned")
    ben.join("ticket:1")
    intend(ben, "reply")
    assert ">Ben Okafor is answering<" in row(ada, "answering")
    intend(ben, "viewing")
    assert ">Ben Okafor is answering<" in row(ada, "Ben Okafor, viewing"), "also while he thinks"
    do(fields.set_field, 1, world.cast["lea"], field="technician", value=str(world.cast["lea"].id))
    assert "answering" not in row(ada, "Lea Brandt")
    do(fields.set_field, 1, world.cast["lea"], field="technician", value="")
    assert "answering" not in row(ada, 'class="muted">Nobody'), "the claim is over"


def test_a_sent_reply_ends_the_claim(world: World, line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    ada.join("view:all")
    ben.join("ticket:1")
    intend(ben, "reply")
    row(ada, "answering")
    intend(ben, "viewing")
    world.desk.run(reply.post_reply, 1, world.cast["ben"], draft=Draft("Here it is"), audience="staff")
    while "answering" in row(ada):  # until the feed has seen the reply
        pass


def test_the_row_of_a_push_is_the_row_of_the_page(world: World, do: Do, line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    ada.join("view:all")
    ben.join("ticket:1")
    intend(ben, "reply")
    pushed = row(ada, "answering")
    page = world.browse("ada").get("/tickets").text
    found = re.search(r'<tr role="row" id="ticket-1".*?</tr>', page, re.DOTALL)
    assert found is not None and found[0] == pushed
    assert 'data-view="view:all"' in page


def test_only_those_who_may_open_a_ticket_get_its_row(world: World, do: Do, line: Open) -> None:
    ada, cleo, root = line("ada"), line("cleo"), line("root")
    for each in (ada, cleo, root):
        each.join("view:all")
    billing = open_one(world, do, "Billing")
    support = open_one(world, do, "Support")
    assert f'id="ticket-{support}"' in row(ada)
    assert f'id="ticket-{billing}"' in row(cleo)
    assert f'id="ticket-{billing}"' in row(root) and f'id="ticket-{support}"' in row(root)
    assert cleo.so_far("panel") == []
    assert not any(f"ticket-{support}" in text for text in cleo.raw)


def test_whoever_loses_a_department_gets_no_more_of_its_rows(world: World, do: Do, line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    for each in (ada, ben):
        each.join("view:all")
    do(staffing.change_access, None, email=email("ada"), departments=["Billing"])
    do(note.write_note, 1, world.cast["ben"], draft=Draft("Not for Billing"))
    row(ben)
    open_one(world, do, "Billing")
    assert ">Billing<" in row(ada, "")
    assert not any("ticket-1" in text for text in ada.raw)


def test_whoever_is_no_staff_any_more_is_put_out_of_the_list(world: World, do: Do, line: Open) -> None:
    ada = line("ada")
    ada.join("view:all")
    do(staffing.change_access, None, email=email("ada"), role="requester")
    assert ada.next("gone") == {"channel": "view:all", "reason": "access"}
    assert ada.next("left") is None


def test_a_list_that_was_left_hears_nothing_more(world: World, do: Do, line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    for each in (ada, ben):
        each.join("view:all")
    assert ada.call("leave", {"channel": "view:all"}) == {"ok": True}
    do(note.write_note, 1, world.cast["ben"], draft=Draft("A word"))
    row(ben)
    assert ada.so_far("panel") == []


def test_there_are_three_lists_and_none_for_requesters(line: Open) -> None:
    ada, rhea = line("ada"), line("rhea", "/portal")
    for channel in ("view:", "view:1", "view:All", "view:all ", "view:mine/en", "board"):
        assert ada.join(channel) == {"ok": False, "error": "not_found"}, channel
    for channel in ("view:all", "view:mine", "view:unassigned"):
        assert rhea.join(channel) == {"ok": False, "error": "not_found"}, channel


def test_many_changes_of_a_ticket_are_gathered(world: World, do: Do, line: Open) -> None:
    ada = line("ada")
    ada.join("view:all")
    for each in range(30):
        do(fields.set_field, 1, world.cast["ben"], field="priority", value=("high", "low")[each % 2])
    last, rows = 'data-news="32"', 1
    while last not in row(ada):
        rows += 1
    assert rows < 15, "one in a quarter of a second, however many there are"


def test_nothing_is_read_or_rendered_while_no_list_is_open(
    world: World, do: Do, line: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []
    rows = queue.rows

    def asked(*arguments: Any) -> Any:
        read.append(arguments)
        return rows(*arguments)

    monkeypatch.setattr(queue, "rows", asked)
    ben = line("ben")
    ben.join("ticket:1")
    intend(ben, "reply")
    do(note.write_note, 1, world.cast["ben"], draft=Draft("A word"))
    assert ben.next("event")["seq"] == 3
    assert read == []
    ada = line("ada")
    ada.join("view:all")
    intend(ben, "idle")
    row(ada)
    assert len(read) == 1, "the twin: with a list there is something to do"


def test_a_row_is_rendered_once_for_each_language(
    world: World, do: Do, line: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str] = []
    render = Renderer.row

    def counted(renderer: Renderer, *arguments: Any) -> Any:
        rendered.append(arguments[-1])
        return render(renderer, *arguments)

    monkeypatch.setattr(Renderer, "row", counted)
    lines = [line(name, language=language) for name in ("ada", "ben", "lea") for language in ("en", "es")]
    for place, each in enumerate(lines):
        each.join(("view:all", "view:mine")[place % 2])
        each.join(("view:all", "view:mine")[(place + 1) % 2])
    do(note.write_note, 1, world.cast["ben"], draft=Draft("A word"))
    for each in lines:
        row(each)
        row(each)
    assert sorted(rendered) == ["en", "es"]


def test_a_list_hears_of_what_belongs_to_it_and_of_what_leaves_it_and_of_nothing_else(
    world: World, do: Do, line: Open
) -> None:
    ada, ben = line("ada"), line("ben")
    urgent = "view:show=all&priority=urgent"
    assert ada.join(urgent) == ben.join("view:mine") == {"ok": True}
    do(fields.set_field, 1, world.cast["ben"], field="priority", value="urgent")
    assert [op["in"] for op in ada.next("panel")["ops"]] == [True]
    do(fields.set_field, 1, world.cast["ben"], field="technician", value=str(world.cast["ben"].id))
    assert [op["in"] for op in ada.next("panel")["ops"]] == [True]
    while not ben.next("panel")["ops"][0]["in"]:  # what it was before is not known at the first change
        pass
    do(fields.set_field, 1, world.cast["ben"], field="priority", value="low")
    assert [op["in"] for op in ada.next("panel")["ops"]] == [False]
    do(fields.set_field, 1, world.cast["ben"], field="priority", value="high")
    do(fields.set_field, 1, world.cast["ben"], field="priority", value="urgent")
    told = ada.next("panel")["ops"][0]
    assert told["in"] and "Urgent" in told["html"], "nothing was told of low to high"


@pytest.mark.parametrize(
    "view", ["view:strange", "view:show=all&sort=updated", "view:99", "view:", "view:show=all&x=1"]
)
def test_what_is_no_list_is_not_found(view: str, line: Open) -> None:
    assert line("ada").join(view) == {"ok": False, "error": "not_found"}


def test_a_saved_view_is_a_list_for_those_who_have_it(world: World, do: Do, line: Open) -> None:
    made = do(saving_views.save_view, world.cast["ada"], name="Mine", chosen=Filter(show="mine")).made
    ada, lea = line("ada"), line("lea")
    assert ada.join(f"view:{made}") == {"ok": True}
    assert lea.join(f"view:{made}") == {"ok": False, "error": "not_found"}
    do(fields.set_field, 1, world.cast["lea"], field="technician", value=str(world.cast["ada"].id))
    assert ada.next("panel")["channel"] == f"view:{made}"
    shared = do(saving_views.save_view, world.cast["lea"], name="Ours", chosen=Filter(), shared=True).made
    assert ada.join(f"view:{shared}") == {"ok": True}


def test_counts_are_told_to_those_whose_lists_changed(world: World, do: Do, line: Open) -> None:
    ada, cleo = line("ada"), line("cleo")
    ada.join("me")
    cleo.join("me")

    def counts(of: Line) -> dict[str, int]:
        while (told := of.read())[0] != "panel":
            assert told[0] == "notice"
        panel = told[1]
        assert (panel["channel"], panel["ops"], panel["most"]) == ("me", [], queue.MOST_COUNTED)
        return dict(panel["counts"])

    do(fields.set_field, 1, world.cast["lea"], field="technician", value=str(world.cast["ada"].id))
    assert counts(ada)["mine"] == 1
    do(fields.set_field, 1, world.cast["lea"], field="status", value="resolved")
    assert counts(ada) == {"mine": 0}, "only the lists that it left are counted again"
    open_one(world, do, "Billing")
    assert counts(cleo)["unassigned"] == 1, "Cleo heard of nothing before: the ticket is another department's"
