"""The page where an admin says how soon the desk answers and when it works."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx2
import pytest
from lxml import html
from sqlalchemy import select

from cast import Clock
from console.desk import activity
from console.desk.tables import department
from console.followers import lateness
from world import World, email, send

PLACE = "/settings/sla"
HOURS = {**{f"day-{day}": "09:00-13:00, 14:00 - 18:00" for day in range(5)}, "day-5": "", "day-6": ""}
HOURS |= {"act": "hours", "zone": "America/Sao_Paulo", "holidays": "2026-03-03\n2026-12-25, 2027-01-01"}
TARGETS = {"act": "targets", "urgent-first_response": "30 min", "urgent-resolution": "4 h", "high-next_response": "90"}
TARGETS |= {"normal-first_response": "1 h 30 min"}


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 2, 11, 0, tzinfo=UTC))  # a Monday; eight o'clock in São Paulo


def field(page: httpx2.Response, name: str) -> str:
    (found,) = html.document_fromstring(page.text).xpath("//*[@name=$name]", name=name)
    return str(found.get("value") if found.tag == "input" else found.text or "")


def problems(answer: httpx2.Response) -> dict[str, str]:
    """What is said beside which field."""
    document = html.document_fromstring(answer.text)
    wrong = document.xpath("//*[@aria-invalid='true']")
    said = {each.get("name"): document.get_element_by_id(each.get("aria-describedby").split()[0]) for each in wrong}
    return {name: " ".join(element.text_content().split()) for name, element in said.items()}


def test_what_an_admin_sets_is_shown_logged_and_holds(world: World) -> None:
    root = world.browse("root")
    assert field(root.get(PLACE), "day-0") == "09:00-18:00" and field(root.get(PLACE), "zone") == "UTC"
    for form in (TARGETS, HOURS):
        assert root.post(PLACE, data=form).headers["location"] == PLACE
    page = root.get(PLACE)
    assert [field(page, f"urgent-{clock}") for clock in ("first_response", "next_response", "resolution")] == [
        *("30 min", "", "4 h")
    ]
    assert (field(page, "high-next_response"), field(page, "normal-first_response")) == ("1 h 30 min", "1 h 30 min")
    assert field(page, "day-4") == "09:00-13:00, 14:00-18:00" and field(page, "day-5") == ""
    assert field(page, "holidays").split() == ["2026-03-03", "2026-12-25", "2027-01-01"]
    log = world.desk.database.read_now(activity.after, 0)
    assert [each.facts["what"] for each in log if each.kind == "sla_set"] == ["target", "calendar"]

    named = {"subject": "Down", "body": "All of it.", "department": "Support", "priority": "urgent"}
    token = root.post("/api/v1/tokens", json={"email": email("root"), "password": "correct horse", "name": "x"}).json()
    headers = {"authorization": f"Bearer {token['token']}"}
    number = root.post("/api/v1/tickets", json={**named, "requester": email("rhea")}, headers=headers).json()["number"]
    found = root.get(f"/api/v1/tickets/{number}", headers=headers).json()
    assert (found["due_at"][:16], found["due_kind"]) == ("2026-03-02T12:30", "first_response")


def test_a_department_has_its_own_until_it_gives_them_up(world: World) -> None:
    root = world.browse("root")
    billing = world.desk.database.read_now(
        lambda connection: connection.execute(
            select(department.c.id).where(department.c.name == "Billing")
        ).scalar_one()
    )
    own, everybody = f"{PLACE}?department={billing}", {"act": "targets", "low-resolution": "8 h"}
    root.post(PLACE, data=everybody)
    assert field(root.get(own), "low-resolution") == "8 h" and "forget-targets" not in root.get(own).text
    form = {"department": str(billing), "act": "targets", "low-resolution": "2 h"}
    assert root.post(PLACE, data=form).headers["location"] == own
    assert (field(root.get(own), "low-resolution"), field(root.get(PLACE), "low-resolution")) == ("2 h", "8 h")
    root.post(PLACE, data={"department": str(billing), "act": "forget-targets"})
    assert field(root.get(own), "low-resolution") == "8 h"
    assert root.get(f"{PLACE}?department=999").status_code == root.get(f"{PLACE}?department=x").status_code == 404
    assert root.post(PLACE, data={"department": "999", **everybody}).status_code == 404
    assert root.post(PLACE, data={"act": "forget-targets"}).status_code == 422, "nobody else's are there to be used"


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    (
        ("urgent-first_response", "soon", "Write a time like 30 min, 4 h or 4 h 30 min."),
        ("low-resolution", "9999 h", "A target has 1 minute to 1440 hours."),
        ("high-next_response", "0", "A target has 1 minute to 1440 hours."),
        ("day-1", "nine to five", "Write hours like 09:00-13:00, 14:00-18:00."),
        ("day-1", "09:60-10:00", "Write hours like 09:00-13:00, 14:00-18:00."),
        ("day-2", "10:00-09:00", "These hours overlap, or end before they begin."),
        ("day-3", "09:00-25:00", "These hours overlap, or end before they begin."),
        ("zone", "Mars/Olympus", "There is no time zone of this name."),
        ("zone", "../../etc/passwd", "There is no time zone of this name."),
        ("holidays", "2026-12-25 25/12/2026", "25/12/2026 is no date like 2026-12-25."),
    ),
)
def test_what_can_not_be_is_said_beside_the_field_and_nothing_typed_is_lost(
    world: World, name: str, typed: str, said: str
) -> None:
    root = world.browse("root")
    form = {**(TARGETS if "-" in name and not name.startswith("day") else HOURS), name: typed}
    answer = root.post(PLACE, data=form)
    assert (answer.status_code, problems(answer)) == (422, {name: said})
    for other, value in form.items():
        assert other == "act" or field(answer, other) == value
    assert field(root.get(PLACE), "zone") == "UTC" and field(root.get(PLACE), "urgent-resolution") == ""


def test_a_late_ticket_rings_with_its_lead_and_says_so_on_page_and_list(world: World, clock: Clock) -> None:
    root, ada, lea = (world.browse(name) for name in ("root", "ada", "lea"))
    root.post(PLACE, data={"act": "hours", **{f"day-{day}": "00:00-24:00" for day in range(7)}, "zone": "UTC"})
    root.post(PLACE, data={"act": "targets", "normal-next_response": "1 h"})
    page = world.browse("rhea")
    assert send(page, "/portal/requests/1/replies", body="And now?").status_code == 200
    assert '<due-in datetime="2026-03-02T12:0' in ada.get("/tickets/1").text
    assert '<due-in datetime="2026-03-02T12:0' in ada.get("/tickets").text
    unread = lea.get("/notifications/unread").json()["unread"]
    clock.pass_(minutes=61)
    lateness.tell_late(world.desk)  # or the desk's own watch, whichever is first
    assert lea.get("/notifications/unread").json()["unread"] == unread + 1
    assert "This ticket is late" in lea.get("/notifications").text
    assert "The next response is late" in ada.get("/tickets/1").text
    assert not any(word in page.get("/portal/requests/1").text for word in ("is late", "<due-in", "Service level"))
