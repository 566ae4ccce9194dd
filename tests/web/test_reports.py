"""The reports of leads: figures of a history made by hand, who sees which, and the same figures for a spreadsheet."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx2
import pytest
from lxml import html
from sqlalchemy import Table, delete, insert, select, update

from cast import Clock
from console.desk import tables as t
from console.desk.actions import offering
from web.looking_back import BEGINS, SPAN, History, cards, five_days, tables
from world import World


@pytest.fixture
def clock() -> Clock:
    return Clock(BEGINS)


@pytest.fixture
def history(world: World) -> History:
    return five_days(world)


def problems(answer: httpx2.Response) -> dict[str, str]:
    document = html.document_fromstring(answer.text)
    return {
        each.get("name"): document.get_element_by_id(each.get("aria-describedby")).text_content().strip()
        for each in document.xpath("//*[@aria-invalid='true']")
    }


def ids(world: World, table: Table) -> dict[str, int]:
    query = select(table.c.name, table.c.id)
    return world.desk.database.read_now(lambda db: {row.name: row.id for row in db.execute(query)})


def test_the_figures_of_a_history_made_by_hand(world: World, history: History) -> None:
    page = world.browse("lea").get(f"/reports?{SPAN}")
    assert cards(page) == ["3", "3", "1", "1"]
    found = tables(page)
    assert found["days"] == {
        # created, resolved, reopened, open at the end; first response and resolution: median, 90th percentile (min)
        "2026-03-10": ["0", "1", "0", "1", "", "", "5700", "5700"],
        "2026-03-09": ["0", "1", "1", "2", "", "", "3690", "3690"],
        "2026-03-08": ["0", "1", "0", "2", "2820", "2820", "2820", "2820"],
        "2026-03-07": ["0", "0", "0", "3", "", "", "", ""],
        "2026-03-06": ["3", "0", "0", "3", "30", "30", "", ""],
    }
    assert found["by-technician"] == {
        "Ada Moreno": ["1", "2", "1", "0", "30", "30", "2820", "5700"],
        "Ben Okafor": ["1", "1", "0", "0", "2820", "2820", "3690", "3690"],
        "Nobody": ["1", "0", "0", "1", "", "", "", ""],
    }
    assert found["by-company"] == {
        "Fjord Foods": ["2", "3", "1", "0", "30", "2820", "3690", "5700"],
        "Gray Partners": ["1", "0", "0", "1", "", "", "", ""],
    }
    everything = ["3", "3", "1", "1", "30", "2820", "3690", "5700"]
    assert (found["by-department"], found["by-application"]) == (
        {"Support": everything},
        {"No application": everything},
    )


def test_a_day_begins_at_midnight_of_the_desk_and_ends_with_what_is_left(world: World, history: History) -> None:
    lea = world.browse("lea")
    sunday = lea.get("/reports?from=2026-03-08&to=2026-03-08")
    assert cards(sunday) == ["0", "1", "0", "2"], "what happened since then is taken back"
    assert tables(sunday)["by-technician"] == {
        "Ada Moreno": ["0", "1", "0", "0", "", "", "2820", "2820"],
        "Ben Okafor": ["0", "0", "0", "1", "2820", "2820", "", ""],
        "Nobody": ["0", "0", "0", "1", "", "", "", ""],
    }
    before = lea.get("/reports?from=2026-03-01&to=2026-03-05")
    assert cards(before) == ["0", "0", "0", "0"] and set(tables(before)) == {"days"}
    assert "Nothing happened on these days." in before.text


def test_it_is_narrowed_by_each_field(world: World, history: History) -> None:
    root, places, people, firms = (
        world.browse("root"),
        *(ids(world, each) for each in (t.department, t.person, t.company)),
    )
    with world.desk.database.writing() as connection:
        made = insert(t.application).values(name="Till", place=1).returning(t.application.c.id)
        till = connection.execute(made).scalar_one()
        about = update(t.ticket).where(t.ticket.c.number == history("b"))
        connection.execute(about.values(application_id=till))
    assert cards(root.get(f"/reports?{SPAN}")) == ["4", "3", "1", "2"]
    narrowed = {
        f"department={places['Billing']}": ["1", "0", "0", "1"],
        f"technician={people['Ada Moreno']}": ["1", "2", "1", "0"],
        f"company={firms['Gray Partners']}": ["1", "0", "0", "1"],
        f"application={till}": ["1", "1", "0", "0"],
        f"application={till}&technician={people['Ada Moreno']}": ["0", "0", "0", "0"],
    }
    assert {asked: cards(root.get(f"/reports?{SPAN}&{asked}")) for asked in narrowed} == narrowed
    assert tables(root.get(f"/reports?{SPAN}&application={till}"))["by-application"].keys() == {"Till"}


def test_a_lead_never_sees_the_figures_of_another_department(world: World, history: History) -> None:
    lea, places, people = world.browse("lea"), ids(world, t.department), ids(world, t.person)
    assert "Billing" in world.browse("root").get(f"/reports?{SPAN}").text
    for path in ("/reports", "/reports.csv"):
        text = lea.get(f"{path}?{SPAN}").text
        assert "Billing" not in text and "Cleo" not in text
    for field, id in (("department", places["Billing"]), ("technician", people["Cleo Vidal"])):
        refused, missing = (lea.get(f"/reports?{SPAN}&{field}={each}") for each in (id, 999_999))
        assert refused.status_code == missing.status_code == 422
        assert problems(refused) == {field: f"{id} is not a possible value here."}
        assert refused.text.replace(str(id), "") == missing.text.replace("999999", "").replace(str(id), "")
        assert lea.get(f"/reports.csv?{SPAN}&{field}={id}").status_code == 422


def test_a_lead_of_no_department_has_nothing_to_look_back_on(world: World, history: History) -> None:
    with world.desk.database.writing() as connection:
        connection.execute(delete(t.membership).where(t.membership.c.person_id == world.cast["lea"].id))
    assert cards(world.browse("lea").get(f"/reports?{SPAN}")) == ["0", "0", "0", "0"]


def test_the_last_days_move_on_and_dates_stay(world: World, history: History) -> None:
    lea = world.browse("lea")

    def shown(query: str) -> tuple[list[str], list[str]]:
        document = html.document_fromstring(lea.get(f"/reports?{query}").text)
        dates = document.xpath("//input[@type='date']/@value")
        return dates, document.xpath("//form//a[@aria-current]/text()")

    assert shown("") == (["2026-02-09", "2026-03-10"], ["Last 30 days"])
    assert (
        shown("days=7")
        == shown("days=7&from=2026-03-04&to=2026-03-10")
        == (
            ["2026-03-04", "2026-03-10"],
            ["Last 7 days"],
        )
    )
    assert shown("days=7&from=2026-03-03&to=2026-03-10") == (["2026-03-03", "2026-03-10"], [])


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("from=yesterday&to=2026-03-10", "from", "yesterday is no date like 2026-12-25."),
        ("from=2026-02-30&to=2026-03-10", "from", "2026-02-30 is no date like 2026-12-25."),
        ("from=0001-01-01&to=0001-01-02", "from", "0001-01-01 is no date like 2026-12-25."),
        ("from=2026-03-01", "to", "Choose a day."),
        ("to=2026-03-01", "from", "Choose a day."),
        ("from=2026-03-10&to=2026-03-01", "to", "The last day is before the first."),
        ("from=2026-03-01&to=2026-03-11", "to", "This day has not come yet."),
        ("from=2025-03-01&to=2026-03-10", "from", "A report has at most 366 days."),
        ("department=x", "department", "x is not a possible value here."),
        ("technician=-1", "technician", "-1 is not a possible value here."),
        ("company=99999999999999999999", "company", "99999999999999999999 is not a possible value here."),
        ("application=0", "application", "0 is not a possible value here."),
    ],
)
def test_what_can_not_be_is_said_beside_its_field(
    world: World, clock: Clock, query: str, field: str, sentence: str
) -> None:
    clock.at = datetime(2026, 3, 10, 20, tzinfo=UTC)
    lea = world.browse("lea")
    page, file = lea.get(f"/reports?{query}"), lea.get(f"/reports.csv?{query}")
    assert (page.status_code, file.status_code) == (422, 422)
    assert problems(page) == {field: sentence} and sentence in file.text
    typed = dict(each.split("=") for each in query.split("&"))
    document = html.document_fromstring(page.text)
    for name in typed.keys() & {"from", "to"}:
        assert document.xpath(f"string(//input[@name='{name}']/@value)") == typed[name]
    assert not document.xpath("//table")


def test_a_number_of_days_that_nobody_offers_is_refused(world: World) -> None:
    answer = world.browse("lea").get("/reports?days=8")
    assert answer.status_code == 422 and "8 is not a possible value here." in answer.text


def test_a_lead_chooses_among_the_applications_that_they_may_know_of(world: World, history: History) -> None:
    root = world.cast["root"]
    secret, open_ = (
        world.desk.run(offering.add_application, root, name=name).made or 0 for name in ("Payroll", "Mail")
    )
    billing = world.cast["cleo"].departments
    world.desk.run(offering.offer_to, root, secret, companies=[], departments=billing)
    lea = world.browse("lea")
    page = lea.get("/reports").text
    assert "Mail" in page and "Payroll" not in page
    assert lea.get(f"/reports?application={secret}").status_code == 422
    assert lea.get(f"/reports?application={open_}").status_code == 200
    assert "Payroll" in world.browse("root").get("/reports").text
