"""Searching: what is found, by whom, in which order, and how it is marked."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from cast import Clock
from console.desk import search_index, search_matching, searching
from console.desk import tables as t
from console.desk.actions import chatting, note, reply
from console.desk.desk import Desk
from console.desk.message import Draft
from console.desk.occurrence import Occurrence
from console.desk.searching import Narrowed
from desk.acts import Acts, a_file
from desk.conftest import Finds, Search


def marked(pieces: list[Any]) -> list[str]:
    return [each.text for each in pieces if each.marked]


def test_a_ticket_is_found_by_every_kind_of_word_about_it(acts: Acts, finds: Finds) -> None:
    acts.asks("rhea", "It hums.", [a_file("Contrato 2026.pdf")])
    acts.notes("ada", "Fuser is worn.")
    told = Occurrence(None, 5, "Swapped the drum.", visible=True, by_mail=False)
    acts.notes("ada", "On site.", occurrence=told)
    acts.desk.run(chatting.ask, 1, acts.cast["rhea"], audience="public")
    acts.desk.run(chatting.answer, 1, acts.cast["ada"], audience="staff", accept=True)
    acts.desk.run(chatting.say, 1, acts.cast["rhea"], audience="public", draft=Draft("Toner everywhere"))
    acts.opens("mallory", "Nothing of that.", subject="Another one")
    for question in (
        *("blank pages", "printer", "driver", "hums", "contrato", "fuser", "drum", "toner"),
        *("lindqvist", "rhea@desk.example", "fjord foods", "cora", "fjord drum", "lindqvist fuser", "pages hums"),
        *('"hall 3"', '"prints blank pages"', "prin", "PRÍNTER", "printer,", "hall-3"),
    ):
        assert finds("ada", question) == [1], question
    for question in ("printer nothing", '"3 hall"', '"blank prints"', "rinter", "mallory printer"):
        assert finds("ada", question) == [], question
    assert finds("ada", "desk") == [1, 2], "the addresses' domain"


def test_whoever_may_not_open_a_ticket_does_not_find_it(acts: Acts, finds: Finds) -> None:
    acts.opens("mallory", "A secret printer.", department="Billing")
    assert finds("cleo", "printer") == [2] and finds("ada", "printer") == [1] and finds("root", "printer") == [1, 2]
    assert finds("rhea", "printer") == [1] == finds("cora", "printer") and finds("mallory", "printer") == [2]
    assert finds("rhea", "printer", "staff") == [] == finds("mallory", "secret", "staff")
    assert finds("ada", "secret") == [] and finds("rhea", "secret") == []
    person = acts.cast["ada"]
    for who, question, expected in (
        *(("ada", "#1", 1), ("ada", " 1 ", 1), ("ada", "2", None), ("cleo", "#2", 2), ("ada", "99", None)),
        *(("ada", "#", None), ("ada", "1 printer", None), ("ada", "9" * 40, None), ("ada", "#٣", None)),
    ):
        person = acts.cast[who]
        assert acts.read(searching.jump, person, "staff", question) == expected
    assert acts.read(searching.jump, acts.cast["rhea"], "public", "1") == 1
    assert acts.read(searching.jump, acts.cast["mallory"], "public", "1") is None


def test_a_requester_finds_no_word_that_only_staff_may_read(acts: Acts, finds: Finds) -> None:
    said = acts.notes("ada", "Zanzibar warranty is over.", [a_file("quokka.png")])
    desk = Desk(acts.desk.database, clock=acts.desk.clock, undo_seconds=30)
    held = desk.run(reply.post_reply, 1, acts.cast["ada"], draft=Draft("Perhaps narwhal."), audience="staff")
    hidden = ("zanzibar", "quokka", "narwhal", "fjord", "rhea@desk.example", "warr", "pages zanzibar")
    for question in hidden:
        assert finds("ada", question) == [1], question
        assert finds("rhea", question) == [] == finds("cora", question), question
    acts.desk.run(note.show_note, 1, acts.cast["ada"], message_id=said.message_id or 0, by_mail=False)
    desk.run(reply.let_leave, 1, acts.cast["ada"], message_id=held.message_id or 0)
    for question in ("zanzibar", "quokka", "narwhal"):
        assert finds("rhea", question) == [1] == finds("cora", question), question


def test_what_is_held_or_taken_back_is_found_no_more(acts: Acts, finds: Finds) -> None:
    desk = Desk(acts.desk.database, clock=acts.desk.clock, undo_seconds=30)
    held = desk.run(reply.post_reply, 1, acts.cast["ada"], draft=Draft("Perhaps narwhal."), audience="staff")
    told = Occurrence(None, 5, "Kept in okapi.", visible=True, by_mail=False)
    said = [
        acts.notes("ada", "The code is zanzibar."),
        acts.asks("rhea", "My password is quokka."),
        acts.replies("ada", "See file.", [a_file("axolotl.pdf")]),
        acts.notes("ada", "Done.", occurrence=told),
    ]
    words = ("narwhal", "zanzibar", "quokka", "axolotl", "okapi")
    assert all(finds("ada", word) == [1] for word in words)
    assert [finds("rhea", word) for word in words] == [[], [], [1], [1], [1]]
    desk.run(reply.hold, 1, acts.cast["ada"], message_id=held.message_id or 0)
    for each in said:
        acts.redacts("lea", each.message_id)
    for word in words:
        assert finds("ada", word) == [] == finds("rhea", word), word
    assert finds("ada", "printer") == [1]


def test_accents_and_letters_of_either_case_do_not_matter(acts: Acts, finds: Finds) -> None:
    acts.opens("rhea", "La facturación de JOSÉ falló en la Straße.", subject="Não imprime")
    for question in ("facturacion", "FACTURACIÓN", "jose", "josé", "fallo", "strasse", "nao", "facturacio\u0301n"):
        assert finds("ada", question) == [2], question


@pytest.mark.parametrize(
    ("said", "asked"),
    (
        ("Las impresoras no imprimen", "impresora rota"),
        ("The scanners are broken", "scanner rota"),
        ("Os relatórios não abrem", "relatório rota"),
        ("Una factura vencida", "facturas rota"),
    ),
)
def test_a_plural_is_found_by_its_singular_and_the_other_way_round(
    said: str, asked: str, acts: Acts, finds: Finds
) -> None:
    acts.opens("rhea", said, subject="Rota")
    assert finds("ada", asked) == [2] == finds("ada", asked.split()[0])


@pytest.mark.parametrize("stage", ["postgresql"], indirect=True)
def test_postgresql_knows_the_endings_of_three_languages(acts: Acts, search: Search) -> None:
    acts.opens("rhea", "We were printing invoices.", subject="One")
    acts.opens("rhea", "Las facturaciones pendientes.", subject="Two")
    acts.opens("rhea", "As confirmações pendentes.", subject="Three")
    for question, number, mark in (
        *(("printed yesterday", None, ""), ("printed", 2, "printing"), ("facturación pendiente", 3, "facturaciones")),
        ("confirmação pendente", 4, "confirmações"),
    ):
        found = search("ada", question)
        assert [hit.ticket.number for hit in found.hits][:1] == ([] if number is None else [number]), question
        assert not mark or mark in marked(found.hits[0].excerpt)


def test_excerpts_and_subjects_are_marked(acts: Acts, search: Search) -> None:
    long = "Nothing here. " * 30 + "The <b>Impresión</b> of page 7 fails. " + "More of it. " * 30
    acts.opens("rhea", long, subject="Impresion & <more>")
    acts.notes("ada", "Impresion again", number=2)
    (hit,) = search("ada", "impresion fails").hits
    assert marked(hit.subject) == ["Impresion"] and "".join(each.text for each in hit.subject) == "Impresion & <more>"
    assert marked(hit.excerpt) == ["Impresión", "fails"] and not hit.is_note
    whole = "".join(each.text for each in hit.excerpt)
    assert whole.startswith("… ") and whole.endswith(" …") and len(whole) < 200 and "<b>Impresión</b>" in whole
    (hit,) = search("ada", "again").hits
    assert hit.is_note and marked(hit.excerpt) == ["again"]
    (hit,) = search("ada", '"page 7"').hits
    assert marked(hit.excerpt) == ["page", "7"]


def test_a_subject_counts_more_than_a_message_and_what_is_new_more_than_what_is_old(
    acts: Acts, clock: Clock, search: Search
) -> None:
    acts.opens("rhea", "Words.", subject="The gauge")
    clock.pass_(days=200)
    acts.opens("rhea", "A gauge.", subject="Older")
    clock.pass_(days=60)
    acts.opens("rhea", "A gauge.", subject="Newer")
    assert [hit.ticket.number for hit in search("ada", "gauge").hits] == [2, 4, 3]


@pytest.mark.parametrize(
    "question",
    (
        *("", "  ", '"', '""', "'", "*", "-", "(", "a OR", "NOT", "NEAR(a b)", "a AND (b", '"a', "a:*", "\\", "a' | b"),
        *(
            "title:a",
            "{title}",
            "^a",
            "a <-> b",
            "!a",
            "%",
            "\0",
            "\ud800",
            "#",
            "💥",
            "x" * 5_000,
            "a " * 5_000,
            "日本語",
        ),
    ),
)
def test_nothing_that_is_typed_is_an_error(question: str, search: Search) -> None:
    assert search("ada", question).hits == []


def test_signs_of_a_language_are_words_like_others(acts: Acts, finds: Finds) -> None:
    acts.opens("rhea", "One or another, not near: title", subject="And")
    for question in ("OR", "NOT near", '"or another"', "AND title", "title:", "near*"):
        assert finds("ada", question) == [2], question


def test_of_many_matches_the_newest_are_ranked_and_the_rest_is_said_to_be_there(
    acts: Acts, monkeypatch: pytest.MonkeyPatch, search: Search, finds: Finds
) -> None:
    monkeypatch.setattr(search_matching, "MATCHES", 10)
    for _ in range(5):
        acts.opens("rhea", "A gauge.", subject="The gauge")
    found = search("ada", "gauge")
    assert (found.count, found.more, len(found.hits)) == (5, False, 5)
    for _ in range(7):
        acts.opens("rhea", "A gauge.", subject="Another", department="Billing" if _ == 3 else "Support")
    found = search("ada", "gauge", limit=4)
    assert (found.count, found.more, found.page, found.pages) == (10, True, 1, 3)
    pages = [[hit.ticket.number for hit in search("ada", "gauge", limit=4, page=page).hits] for page in (1, 2, 3)]
    assert [len(each) for each in pages] == [4, 4, 2] and pages[0][:4] == [6, 5, 4, 3]
    assert sorted(number for page in pages for number in page) == [3, 4, 5, 6, 7, 8, 9, 11, 12, 13]
    assert search("ada", "gauge", limit=4, page=99).page == 3
    assert finds("cleo", "gauge") == [10]


def test_what_is_older_than_the_newest_messages_is_found_too(
    acts: Acts, monkeypatch: pytest.MonkeyPatch, finds: Finds
) -> None:
    monkeypatch.setattr(search_matching, "SHELF", 2)
    monkeypatch.setattr(search_index, "SHELF", 2)
    for _ in range(4):
        acts.opens("rhea", "A gauge.", subject="Another")
    assert finds("ada", "printer") == [1] and finds("ada", "gauge") == [2, 3, 4, 5] and finds("cleo", "gauge") == []
    assert finds("rhea", "printer") == [1]


def test_what_is_found_can_be_narrowed(acts: Acts, finds: Finds) -> None:
    for place in ("Support", "Billing"):
        acts.opens("mallory", "A printer.", department=place)
    acts.sets("ada", "status", "pending", number=2)
    billing = acts.row(select(t.department.c.id).where(t.department.c.name == "Billing"))[0]
    assert finds("root", "printer", narrowed=Narrowed(status="pending")) == [2]
    assert finds("root", "printer", narrowed=Narrowed(department_id=billing)) == [3]
    assert finds("ada", "printer", narrowed=Narrowed(department_id=billing)) == []
