"""The file of the reports: it has what the page shows, and nothing that a spreadsheet would run."""

from __future__ import annotations

import pytest
from lxml import html
from sqlalchemy import update

from cast import Clock
from console.desk import tables as t
from web.looking_back import BEGINS, SPAN, History, cards, five_days, tables, written
from world import World


@pytest.fixture
def clock() -> Clock:
    return Clock(BEGINS)


@pytest.fixture
def history(world: World) -> History:
    return five_days(world)


def test_the_file_has_what_the_page_shows(world: World, history: History) -> None:
    root = world.browse("root")
    answer, page = root.get(f"/reports.csv?{SPAN}"), root.get(f"/reports?{SPAN}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="report-2026-03-06-2026-03-10.csv"'
    head, total, *rows = written(answer)
    assert head[:6] == [
        "Grouped by",
        "Name",
        "Tickets created",
        "Tickets resolved",
        "Tickets reopened",
        "Open at the end",
    ]
    assert total == ["All", "2026-03-06 – 2026-03-10", *cards(page), "30", "2820", "3690", "5700"]
    groups = {"days": "Day", **{f"by-{each.lower()}": each for each in ("Technician", "Department", "Company")}}
    groups["by-application"] = "Application"
    for card, shown in tables(page).items():
        assert {row[1]: row[2:] for row in rows if row[0] == groups[card]} == shown
    (link,) = html.document_fromstring(page.text).xpath("//a[@download]/@href")
    assert root.get(link).text == answer.text
    assert written(world.browse("root", "es").get(link))[0][2:4] == ["Creados", "Resueltos"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1"])
def test_no_cell_of_the_file_is_a_formula(world: World, history: History, name: str) -> None:
    with world.desk.database.writing() as connection:
        connection.execute(update(t.company).where(t.company.c.name == "Fjord Foods").values(name=name))
        connection.execute(update(t.person).where(t.person.c.name == "Ada Moreno").values(name=name))
    rows = written(world.browse("lea").get(f"/reports.csv?{SPAN}"))
    assert [row[1] for row in rows if row[0] in ("Technician", "Company")].count(f"'{name}") == 2


def test_more_rows_than_fit_are_counted_together(
    world: World, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.desk.reports.ROWS", 1)
    lea = world.browse("lea")
    found = tables(lea.get(f"/reports?{SPAN}"))["by-technician"]
    assert found == {
        "Ada Moreno": ["1", "2", "1", "0", "30", "30", "2820", "5700"],
        "2 others": ["2", "1", "0", "1", "2820", "2820", "3690", "3690"],
    }
    assert ["Technician", "2 others", *found["2 others"]] in written(lea.get(f"/reports.csv?{SPAN}"))
