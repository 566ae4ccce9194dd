"""The list of requests through the doors, and the right to see those of one's company: pages, files, sockets, API, links."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx2
import pytest
from lxml import html

from cast import email
from console import viewer
from console.desk.actions import opening, reply, signing, staffing
from console.desk.message import Draft
from web.conftest import program
from web.test_pages import words
from web.test_view_links import follow, link
from world import JSON, Socket, World, send

REFUSED = 404


@pytest.fixture
def hers(world: World) -> int:
    """A request of Rhea's that nobody is copied on, with a note and a file."""
    said = Draft("The scale shows nothing.", source="portal")
    number = world.desk.run(opening.open_ticket, world.cast["rhea"], subject="Scale", draft=said, department="Support")
    ada = world.browse("ada")
    path = f"/tickets/{number.number}"
    ada.post(f"{path}/replies", data={"body": "Look."}, files={"files": ("look.txt", b"words")}, headers=JSON)
    send(ada, f"{path}/notes", body="Staff only xylophon").raise_for_status()
    return number.number or 0


def lets_see(world: World, who: str, sees: bool = True) -> None:
    world.desk.run(staffing.change_access, None, email=email(who), sees_company=sees)


def doors(world: World, who: str, number: int, file: str) -> dict[str, int]:
    """What each door answers this person about the request."""
    with world.browse(who) as client, program(world, who) as api:
        answers = {
            "page": client.get(f"/portal/requests/{number}"),
            "since": client.get(f"/portal/requests/{number}/since/0"),
            "history": client.get(f"/portal/requests/{number}/history"),
            "file": client.get(file),
            "api": api.get(f"/api/v1/tickets/{number}"),
            "api's activity": api.get(f"/api/v1/tickets/{number}/activity"),
            "looks": send(client, f"/portal/requests/{number}/looks", seen="1"),
            "reply": send(client, f"/portal/requests/{number}/replies", body=f"From {who}"),
        }
        staff = [client.get(f"/tickets/{number}"), send(client, f"/tickets/{number}/notes", body="x")]
    assert [each.status_code for each in staff] == [404, 404]
    for name, each in answers.items():
        assert "xylophon" not in each.text, name
    return {name: each.status_code for name, each in answers.items()}


def test_the_right_opens_every_door_of_the_companys_requests_and_its_lack_none(world: World, hers: int) -> None:
    file = re.findall(r"/attachments/\w+/look\.txt", world.browse("rhea").get(f"/portal/requests/{hers}").text)[0]
    assert set(doors(world, "cora", hers, file).values()) == {REFUSED}, "without the right"
    lets_see(world, "mallory")
    assert set(doors(world, "mallory", hers, file).values()) == {REFUSED}, "of another company"
    lets_see(world, "cora")
    assert set(doors(world, "cora", hers, file).values()) == {200, 204}
    page = words(world.browse("rhea").get(f"/portal/requests/{hers}"))
    assert "From cora" in page and "Cora Lindqvist" in page
    lets_see(world, "cora", False)
    assert set(doors(world, "cora", hers, file).values()) == {200, 204}, "she has written, so she is copied"


def test_the_right_is_asked_on_sockets_and_ends_there_when_it_is_taken_back(world: World, hers: int) -> None:
    channel = f"ticket:{hers}"
    cora, mallory = world.socket("cora", "/portal"), world.socket("mallory", "/portal")
    lets_see(world, "mallory")
    assert mallory.join(channel)["error"] == cora.join(channel)["error"] == "not_found"
    lets_see(world, "cora")
    assert cora.join(channel)["ok"]
    lets_see(world, "cora", False)
    assert cora.next("gone") == {"channel": channel, "reason": "access"}


def test_the_portal_hears_that_something_changed_and_nothing_else(world: World, hers: int) -> None:
    lets_see(world, "cora")
    rhea, cora, mallory = (world.socket(name, "/portal") for name in ("rhea", "cora", "mallory"))
    for each in (rhea, cora, mallory):
        assert each.join("me") == {"ok": True}
    ada = world.browse("ada")
    send(ada, f"/tickets/{hers}/notes", body="Among us").raise_for_status()
    send(ada, f"/tickets/{hers}/type", value="change").raise_for_status()
    send(ada, f"/tickets/{hers}/replies", body="In public").raise_for_status()
    word = {"id": None, "kind": "requests", "ticket": None, "text": None, "unread": None}
    assert rhea.next("notice") == cora.next("notice") == word
    send(world.browse("rhea"), f"/portal/requests/{hers}/looks", seen="99")
    assert rhea.next("notice") == word, "her other pages, because she has seen it"
    own = Draft("Mine.", source="portal")

    def asks() -> None:
        world.desk.run(opening.open_ticket, world.cast["mallory"], subject="Another", draft=own, department="Support")

    assert mallory.is_silent(asks, "notice"), "of all this she has heard nothing but of her own"
    assert rhea.arrived.empty() and cora.arrived.empty()


def test_a_session_of_a_link_has_its_one_request_whatever_its_person_may_see(world: World, hers: int) -> None:
    lets_see(world, "cora")
    with follow(world, link(world, "cora")) as client:
        page = client.get("/portal?tab=company").text
        assert "Blank pages" in page and "Scale" not in page and "My company" not in page
        for path in (f"/portal/requests/{hers}", f"/portal/requests/{hers}/since/0"):
            assert client.get(path).status_code == REFUSED
    with world.browse("cora") as twin:
        assert "Scale" in twin.get("/portal?tab=company").text


def test_a_link_to_a_colleagues_request_is_no_way_in_by_the_right(world: World, hers: int) -> None:
    """Cora may read it when she signs in; a link of hers to it would open it without."""
    lets_see(world, "cora")
    cookie = "a-link-of-hers"
    world.desk.run(signing.sign_in, world.cast["cora"], cookie=cookie, days=1, only=hers)
    with world.browse() as client:
        client.cookies.set(viewer.COOKIE, cookie)
        assert client.get(f"/portal/requests/{hers}").status_code == REFUSED


def test_a_page_of_a_link_hears_of_its_own_request_only(world: World, hers: int) -> None:
    world.desk.run(signing.sign_in, world.cast["rhea"], cookie="by-a-link", days=1, only=1)
    cookie = {"Cookie": f"{viewer.COOKIE}=by-a-link"}
    page, twin = Socket(world.url, "/portal", cookie, {"language": "en"}), world.socket("rhea", "/portal")
    assert page.join("me") == twin.join("me") == {"ok": True}
    ada = world.browse("ada")
    send(ada, f"/tickets/{hers}/replies", body="Of the other one").raise_for_status()
    assert twin.next("notice")["kind"] == "requests"
    assert page.is_silent(lambda: send(ada, "/tickets/1/replies", body="Of this one"), "notice")
    page.close()


@pytest.fixture
def many(world: World) -> Iterator[httpx2.Client]:
    for at in range(30):
        world.clock.pass_(minutes=1)
        said = Draft(f"Words {at}", source="portal")
        rhea = world.cast["rhea"]
        world.desk.run(opening.open_ticket, rhea, subject=f"Número {at}", draft=said, department="Support")
    with world.browse("rhea") as client:
        yield client


def listed(answer: httpx2.Response) -> list[int]:
    found = html.document_fromstring(answer.text).xpath("//div[@id='requests']//li/@id")
    return [int(each.removeprefix("row-")) for each in found]


def test_filters_search_order_and_pages_go_together_in_the_address(many: httpx2.Client, world: World) -> None:
    first = many.get("/portal")
    assert listed(first) == list(range(31, 6, -1))
    (after,) = html.document_fromstring(first.text).xpath("//a[@rel='next']/@href")
    second = many.get(after)
    assert listed(second) == list(range(6, 0, -1))
    (before,) = html.document_fromstring(second.text).xpath("//a[@rel='prev']/@href")
    assert listed(many.get(before)) == listed(first)
    region = html.document_fromstring(second.text).get_element_by_id("requests").get("data-url", "")
    assert listed(many.get(region)) == listed(second), "the region alone is the same"
    assert listed(many.get("/portal?q=numero+30")) == [30]
    assert "No request has “<i>” in it." in words(many.get("/portal?q=%3Ci%3E&show=open"))
    assert "No request is solved yet." in words(many.get("/portal?show=solved"))
    answer = many.post("/preferences/portal", data={"requests": "oldest", "next": "/portal?show=open"})
    assert answer.headers["location"] == "/portal?show=open"
    assert listed(many.get("/portal?show=open"))[:3] == [1, 2, 3]
    assert "Oldest first" in many.get("/portal").text
    send(world.browse("ada"), "/tickets/1/status", value="resolved").raise_for_status()
    assert listed(many.get("/portal?show=solved")) == [1]


def test_the_dot_goes_when_the_page_says_what_it_has_shown(world: World) -> None:
    rhea = world.browse("rhea")

    def unread() -> tuple[str, int]:
        tree = html.document_fromstring(rhea.get("/portal").text)
        return tree.get_element_by_id("requests").get("data-unread", ""), len(tree.xpath("//li[@class='unread']"))

    assert unread() == ("1", 1) and "New answer" in words(rhea.get("/portal"))
    assert "New answer" not in words(rhea.get("/portal/requests/1")), "one is reading it"
    assert unread() == ("1", 1), "a page that was merely fetched shows nothing to anybody"
    assert send(rhea, "/portal/requests/1/looks", seen="99").status_code == 204
    assert unread() == ("0", 0)
    world.desk.run(reply.post_reply, 1, world.cast["ada"], draft=Draft("And?"), audience="staff")
    assert unread() == ("1", 1)


def test_a_list_with_nothing_in_it_says_so(world: World) -> None:
    assert "You have no requests yet." in words(world.browse("mallory").get("/portal"))
    lets_see(world, "mallory")
    assert "Nobody of your company has a request yet." in words(world.browse("mallory").get("/portal?tab=company"))


def test_a_colleagues_request_waits_for_them_and_not_for_the_reader(world: World, hers: int) -> None:
    lets_see(world, "cora")
    send(world.browse("ada"), f"/tickets/{hers}/replies", body="So?", status="pending").raise_for_status()
    page = world.browse("cora").get("/portal?tab=company")
    assert "Answered, waiting for Rhea Lindqvist" in words(page)
    assert "Answered, waiting for you" in words(world.browse("rhea").get("/portal"))
