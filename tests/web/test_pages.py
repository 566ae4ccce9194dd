"""What the pages show: lists, a ticket, the portal, pickers, type-ahead, notifications, and whether the desk is well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from lxml import html
from sqlalchemy import text

from cast import email
from console.desk.actions import fields, opening, staffing
from console.desk.message import Draft
from console.desk.roles import Role
from web.conftest import in_loop
from world import World, send


def open_tickets(world: World, count: int, **named: Any) -> None:
    for at in range(count):
        world.clock.pass_(minutes=1)
        said = Draft("Words", source="portal")
        more = {"department": "Support", **named}
        world.desk.run(opening.open_ticket, world.cast["rhea"], subject=f"Number {at}", draft=said, **more)


def numbers(answer: httpx2.Response) -> list[int]:
    """The tickets of a list, in order."""
    assert answer.status_code == 200
    links = html.document_fromstring(answer.text).xpath("//main//a/@href")
    found = [int(each[1]) for link in links if (each := re.fullmatch(r"/tickets/(\d+)", link))]
    return list(dict.fromkeys(found))


def words(answer: httpx2.Response, where: str = "//main") -> str:
    assert answer.status_code == 200
    return " ".join(
        " ".join(each.text_content().split()) for each in html.document_fromstring(answer.text).xpath(where)
    )


def test_the_list_filters_by_who_and_by_status(world: World) -> None:
    ada = world.browse("ada")
    open_tickets(world, 4)
    open_tickets(world, 1, department="Billing")
    for number, field, value in (
        (2, "technician", str(world.cast["ada"].id)),
        (3, "technician", str(world.cast["ben"].id)),
    ):
        world.desk.run(fields.set_field, number, world.cast["ada"], field=field, value=value)
    world.desk.run(fields.set_field, 4, world.cast["ada"], field="status", value="resolved")
    assert numbers(ada.get("/tickets")) == [4, 3, 2, 5, 1]
    assert numbers(ada.get("/tickets?show=mine")) == [2]
    assert numbers(ada.get("/tickets?show=unassigned")) == [5, 1]
    assert numbers(ada.get("/tickets?show=unassigned&status=any")) == [4, 5, 1]
    assert numbers(ada.get("/tickets?show=unassigned&status=resolved")) == [4]
    assert numbers(ada.get("/tickets?status=pending")) == []
    assert numbers(ada.get("/tickets?show=strange&status=strange")) == [4, 3, 2, 5, 1]
    assert re.findall(r"(Mine|Unassigned|All) (\d+)", words(ada.get("/tickets"), "//nav")) == [
        ("Mine", "1"),
        ("Unassigned", "2"),
        ("All", "5"),
    ]
    assert numbers(world.browse("cleo").get("/tickets")) == [6]
    assert numbers(world.browse("root").get("/tickets")) == [4, 3, 2, 6, 5, 1]


def test_paging_forth_and_back_shows_each_ticket_once(world: World) -> None:
    open_tickets(world, 120)
    world.desk.run(fields.set_field, 60, world.cast["ada"], field="status", value="pending")
    ada, seen, page = world.browse("ada"), list[list[int]](), "/tickets?status=open"
    while page:
        answer = ada.get(page)
        seen.append(numbers(answer))
        older = re.findall(r'href="(/tickets\?[^"]*cursor=o[^"]*)"', answer.text)
        page = older[0].replace("&amp;", "&") if older else ""
    assert [len(each) for each in seen] == [50, 50, 20]
    assert [number for each in seen for number in each] == [number for number in range(121, 0, -1) if number != 60]
    newer = re.findall(r'href="(/tickets\?[^"]*cursor=n[^"]*)"', answer.text)
    assert numbers(ada.get(newer[0].replace("&amp;", "&"))) == seen[1]


def test_a_tickets_page_shows_staff_everything(world: World) -> None:
    ada = world.browse("ada")
    send(ada, "/tickets/1/notes", body="Only *we* know, @Ben", notify=email("lea")).raise_for_status()
    send(ada, "/tickets/1/impact", value="site").raise_for_status()
    send(ada, "/tickets/1/views").raise_for_status()
    page = ada.get("/tickets/1")
    shown = words(page)
    for part in (
        "Blank pages",
        "Rhea Lindqvist",
        "Fjord Foods",
        "blank pages",
        "Which driver is it?",
        "Only we know, @Ben",
        "One site",
    ):
        assert part in shown, part
    tree = html.document_fromstring(page.text)
    talk = tree.xpath("//section[@data-channel]")[0]
    told = [talk.get(f"data-{name}") for name in ("channel", "seq", "since")]
    assert told == ["ticket:1", "5", "/tickets/1/since"]
    assert tree.xpath("//ol[@id='thread']/li/@id") == ["entry-1", "entry-2", "entry-3", "entry-4"]
    assert tree.xpath("//ol[@id='activity-log']/li/@id") == ["act-5", "act-4", "act-3", "act-2", "act-1"]
    assert tree.xpath("//reply-composer//textarea[@name='body']/@id") == ["message"]
    assert words(page, "//label[@for='message']") == "Message"


def test_the_portal_shows_a_requester_the_public_side_in_plain_words(world: World) -> None:
    ada, rhea = world.browse("ada"), world.browse("rhea")
    send(ada, "/tickets/1/notes", body="Between us").raise_for_status()
    assert "Answered" in words(rhea.get("/portal"))
    page = rhea.get("/portal/requests/1")
    assert "Which driver is it?" in words(page) and "Between us" not in page.text
    assert html.document_fromstring(page.text).xpath("//ol[@id='thread']/li/@id") == ["entry-1", "entry-2"]
    assert words(page, "//label[@for='message']") == "New reply"
    send(rhea, "/portal/requests/1/replies", body="The old one").raise_for_status()
    assert "Awaiting reply" in words(rhea.get("/portal"))
    send(ada, "/tickets/1/replies", body="So?", status="pending").raise_for_status()
    assert "Answered, waiting for you" in words(rhea.get("/portal"))
    assert "Blank pages" not in words(world.browse("mallory").get("/portal"))


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("status", ["open", "pending", "resolved", "closed"]),
        ("priority", ["low", "normal", "high", "urgent"]),
        ("type", ["incident", "problem", "request", "change"]),
        ("impact", ["", "person", "team", "site", "company"]),
    ],
)
def test_a_picker_offers_the_values_of_its_field(shared: World, field: str, values: list[str]) -> None:
    tree = html.fragment_fromstring(shared.browse("lea").get(f"/tickets/1/choices/{field}").text.strip())
    assert tree.get("role") == "listbox"
    assert tree.xpath(".//*[@role='option']/@data-value") == values
    assert len(tree.xpath(".//*[@aria-selected='true']")) == 1


def test_the_technicians_picker_offers_who_may_open_the_ticket(world: World) -> None:
    tree = html.fragment_fromstring(world.browse("ada").get("/tickets/1/choices/technician").text.strip())
    named = [" ".join(each.text_content().split()) for each in tree.xpath(".//*[@role='option']")]
    assert [name for name in named if "Cleo" in name or "Rhea" in name] == []
    for name in ("Nobody", "Ada Moreno", "Ben Okafor", "Lea Brandt", "Root Admin", "Tess Quint"):
        assert any(name in each for each in named), name


def test_people_are_found_by_the_start_of_a_name_without_case_and_accents(world: World) -> None:
    known: list[tuple[str, str, Role]] = [
        ("José Ñandú", "jose", "requester"),
        ("Åsa Öberg", "asa", "technician"),
        ("Jo Ann", "jo", "requester"),
    ]
    for name, key, role in known:
        world.desk.run(staffing.add_person, None, name=name, email=email(key), role=role, departments=["Support"])
    ada = world.browse("ada")
    for asked, found in {
        "for=cc&q=jose": ["José Ñandú"],
        "for=cc&q=JOSÉ": ["José Ñandú"],
        "for=cc&q=nandu": ["José Ñandú"],
        "for=cc&q=jo": ["Jo Ann", "José Ñandú"],
        "for=cc&q=rhea@": ["Rhea Lindqvist"],
        "for=cc&q=%25": [],
        "for=cc&q=_": [],
        "for=notify&q=oberg": ["Åsa Öberg"],
        "for=notify&q=jose": [],
        "for=notify&q=rhea": [],
        "for=notify&q=cleo": [],
        "for=notify&q=ada": [],
        "for=notify&q=be": ["Ben Okafor"],
    }.items():
        answer = ada.get(f"/tickets/1/people?{asked}")
        assert answer.status_code == 200
        assert sorted(re.findall(r'data-name="([^"]+)"', answer.text)) == found, asked
    assert len(re.findall(r"data-name", ada.get("/tickets/1/people?for=cc&q=").text)) == 8


def test_opening_a_ticket_is_logged_once_in_half_an_hour_and_makes_it_read(world: World) -> None:
    ada = world.browse("ada")
    send(world.browse("rhea"), "/portal/requests/1/replies", body="Hello?").raise_for_status()
    open_tickets(world, 1)
    assert "Unread" in words(ada.get("/tickets/2"), "//*[@id='panel-activity_status']")
    for minutes, seq in ((0, 2), (10, 2), (31, 3)):
        world.clock.at += timedelta(minutes=minutes)
        assert ada.post("/tickets/2/views").status_code == 204
        assert ada.get("/tickets/2/since/1").json()["seq"] == seq
    assert "Unread" not in words(ada.get("/tickets/2"), "//*[@id='panel-activity_status']")


def test_notifications_are_listed_counted_and_marked_as_read(world: World) -> None:
    ada, ben = world.browse("ada"), world.browse("ben")
    assert "No notifications yet" in words(ben.get("/notifications"))
    send(ada, "/tickets/1/notes", body="@Ben, look").raise_for_status()
    send(ada, "/tickets/1/technician", value=str(world.cast["ben"].id)).raise_for_status()
    assert ben.get("/notifications/unread").json() == {"unread": 2}
    shown = words(ben.get("/notifications"))
    assert shown.index("assigned you a ticket") < shown.index("mentioned you") and "#1 Blank pages" in shown
    assert ben.post("/notifications/read").headers["location"] == "/notifications"
    assert ben.get("/notifications/unread").json() == {"unread": 0}
    assert "mentioned you" in words(ben.get("/notifications"))
    assert ada.get("/notifications/unread").json() == {"unread": 0}


def test_opening_the_ticket_settles_its_notifications_and_losing_it_hides_them(world: World) -> None:
    ada, ben, tess = world.browse("ada"), world.browse("ben"), world.browse("tess")
    send(ada, "/tickets/1/notes", body="@Ben and @Tess, look").raise_for_status()
    ben.post("/tickets/1/views").raise_for_status()
    assert (ben.get("/notifications/unread").json(), tess.get("/notifications/unread").json()) == (
        {"unread": 0},
        {"unread": 1},
    )
    world.desk.run(staffing.change_access, None, email=email("tess"), departments=["Billing"])
    assert "Blank pages" not in tess.get("/notifications").text


def test_a_well_desk_says_so(world: World) -> None:
    nobody = world.browse()
    assert [(nobody.get(path).status_code, nobody.get(path).text) for path in ("/healthz", "/readyz")] == [
        (200, "ok\n")
    ] * 2


@pytest.fixture
def broken_log(world: World) -> Iterator[World]:
    """A desk whose log has a hole, as after a restore of half a backup: the feed must not go on."""
    with world.desk.database.writing() as connection:
        connection.execute(text("update log_head set n = n + 3"))
    yield world


def test_a_desk_whose_feed_stands_still_is_alive_but_not_ready(broken_log: World) -> None:
    nobody, feed = broken_log.browse(), broken_log.console.realtime.feed

    async def wait() -> None:
        assert feed._task is not None
        await feed._task

    in_loop(broken_log, wait())
    assert nobody.get("/healthz").status_code == 200
    assert nobody.get("/readyz").status_code == 503
    assert "behind" in nobody.get("/readyz").text
    page = broken_log.browse("ada").get("/tickets/1")
    assert page.status_code == 200, "pages still open; they ask for what is new"


def test_a_technician_who_loses_the_department_loses_the_ticket_with_the_next_request(world: World) -> None:
    tess = world.browse("tess")
    assert send(tess, "/tickets/1/notes", body="Mine").status_code == 200
    world.desk.run(staffing.change_access, None, email=email("tess"), departments=["Billing"])
    assert tess.get("/tickets/1").status_code == 404
    assert send(tess, "/tickets/1/notes", body="Mine?").status_code == 404
    assert tess.get("/tickets").status_code == 200
