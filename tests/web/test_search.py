"""The page of the search and what the palette offers: marked, escaped, narrowed, and nothing of what one may not open."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from lxml import html
from lxml.html import HtmlElement

from console.__main__ import cli
from console.desk import search_index, search_matching
from console.desk.actions import note, opening
from console.desk.message import Draft
from web.test_pages import numbers
from world import World


def opens(world: World, who: str, subject: str, body: str, department: str = "Support") -> None:
    draft = Draft(body, source="portal")
    world.desk.run(opening.open_ticket, world.cast[who], subject=subject, draft=draft, department=department)


def page(world: World, who: str, address: str, language: str = "en") -> HtmlElement:
    answer = world.browse(who, language).get(address)
    assert answer.status_code == 200, answer.text[:300]
    return html.document_fromstring(answer.text)


def test_the_page_shows_what_was_found_with_its_words_marked_and_escaped(world: World) -> None:
    opens(world, "mallory", "Impresión <b>lenta</b>", 'The <script>alert("x")</script> impresion & more')
    found = page(world, "ada", "/search?q=impresion+script")
    (row,) = found.xpath("//tr[@id='ticket-2']")
    assert [each.text for each in row.xpath(".//mark")] == ["Impresión", "script", "script", "impresion"]
    assert not row.xpath(".//b | .//script")
    said = " ".join(row.text_content().split())
    for words in ("Impresión <b>lenta</b>", '<script>alert("x")</script>', "Mallory Gray", "Gray Partners", "Open"):
        assert words in said
    assert found.xpath("//title")[0].text.startswith("Search: impresion script")
    assert found.xpath("//input[@id='question']/@value") == ["impresion script"]
    assert "1 ticket found" in found.text_content()
    echoed = page(world, "ada", "/search?q=%22%3E%3Cscript%3Ex").xpath("//main//script | //title//script")
    assert not echoed and "Nothing found" in page(world, "ada", "/search?q=zebra").text_content()


def test_a_number_leads_to_the_ticket_that_one_may_open(world: World) -> None:
    opens(world, "mallory", "Another", "Words", "Billing")
    ada = world.browse("ada")
    for question in ("1", "%231", "%23+1", "+1+"):
        answer = ada.get(f"/search?q={question}")
        assert (answer.status_code, answer.headers.get("location")) == (303, "/tickets/1"), question
    for question in ("2", "%232", "99", "9" * 30):
        answer = ada.get(f"/search?q={question}")
        assert answer.status_code == 200 and numbers(answer) == [], question
    for question in ("%221%22", "1+printer"):
        assert numbers(ada.get(f"/search?q={question}")) == [1], question


def test_departments_hold_for_the_page_its_choices_and_the_palette(world: World) -> None:
    opens(world, "mallory", "The gauge", "In hall 3", "Billing")
    opens(world, "rhea", "The gauge", "In hall 4")
    for who, expected in (("ada", [3]), ("cleo", [2]), ("root", [3, 2])):
        with world.browse(who) as client:
            assert numbers(client.get("/search?q=gauge")) == expected
            offered = client.get("/search/options?q=gauge").text
            assert [number for number in (3, 2) if f'href="/tickets/{number}"' in offered] == expected
            assert ('href="/tickets/2"' in client.get("/search/options?q=2").text) == (2 in expected)
    root = page(world, "root", "/search?q=gauge")
    chips = {each.text_content().strip(): each.get("href") for each in root.xpath("//main//a[@class='chip']")}
    assert numbers(world.browse("root").get(chips["Billing"])) == [2]
    assert numbers(world.browse("root").get(chips["Closed"])) == []
    assert numbers(world.browse("root").get(chips["Open"])) == [3, 2]
    ada = page(world, "ada", "/search?q=gauge")
    assert "Billing" not in ada.text_content(), "one department is no choice"
    assert numbers(world.browse("ada").get(chips["Billing"])) == [3], "nor is another one's"


def test_a_note_says_that_it_is_one_and_pages_follow_each_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.desk.run(note.write_note, 1, world.cast["ada"], draft=Draft("The gauge is cracked."))
    (row,) = page(world, "ben", "/search?q=cracked").xpath("//tr[@id='ticket-1']")
    assert "Internal note" in row.text_content()
    (row,) = page(world, "ben", "/search?q=blank").xpath("//tr[@id='ticket-1']")
    assert "Internal note" not in row.text_content()
    for at in range(2, 30):
        opens(world, "rhea", f"Gauge {at}", "Words")
    first, second = (world.browse("ada").get(f"/search?q=gauge&page={at}") for at in (1, 2))
    assert (len(numbers(first)), len(numbers(second))) == (25, 4)
    assert not set(numbers(first)) & set(numbers(second))
    assert 'rel="next"' in first.text and 'rel="prev"' in second.text and 'rel="next"' not in second.text
    for strange in ("0", "-1", "x", "²", "9" * 40):
        assert numbers(world.browse("ada").get(f"/search?q=gauge&page={strange}")) != []
    monkeypatch.setattr(search_matching, "MATCHES", 10)
    assert "newest 10 tickets" in page(world, "ada", "/search?q=gauge").text_content()
    assert "10 tickets más nuevos" in page(world, "ada", "/search?q=gauge", "es").text_content()


def test_the_palette_offers_tickets_people_and_the_whole_search(world: World) -> None:
    opens(world, "rhea", "Lindqvist's <order>", "Words")
    found = page(world, "ada", "/search/options?q=lindq")
    offered = {each.get("href"): " ".join(each.text_content().split()) for each in found.xpath("//*[@role='option']")}
    assert list(offered) == [
        "/tickets/2",
        "/tickets/1",
        "/search?q=cora%40desk.example",
        "/search?q=rhea%40desk.example",
        "/search?q=lindq",
    ]
    assert "Lindqvist's <order>" in offered["/tickets/2"] and "“lindq”" in offered["/search?q=lindq"]
    ids = found.xpath("//*[@role='option']/@id")
    assert len(ids) == len(set(ids)) == 5
    first = page(world, "ada", "/search/options?q=%232").xpath("//*[@role='option']")[0]
    assert first.get("href") == "/tickets/2"
    assert page(world, "ada", "/search/options?q=zebra").xpath("//*[@role='option']/@href") == ["/search?q=zebra"]
    assert not world.browse("ada").get("/search/options?q=").text.strip()


def test_the_index_is_made_anew_beside_a_running_desk_and_resumed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSOLE_DATABASE_URL", world.settings.database_url)
    ada, words = world.browse("ada"), ("search", "rebuild", "--data", str(world.settings.data))
    world.desk.run(note.write_note, 1, world.cast["ada"], draft=Draft("A gauge."))
    with world.desk.database.writing() as connection:
        search_index.begin_anew(connection)
        search_index.advance(connection, 1)
    said = ada.get("/search?q=gauge")
    assert numbers(said) == [1] and "cannot be found yet" in said.text
    assert numbers(ada.get("/search?q=printer")) == []
    for more in (("--resume",), ()):
        done = CliRunner().invoke(cli, [*words, *more])
        assert (done.exit_code, done.output.splitlines()[-1]) == (0, "Every message can be found."), done.output
        said = ada.get("/search?q=printer")
        assert numbers(said) == [1] and "cannot be found yet" not in said.text
