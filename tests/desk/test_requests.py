"""A requester's lists: whose requests are in them, what is news, what the search finds, in which order and in which pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from cast import email
from console.desk import chat, requests
from console.desk.actions import chatting, fields, preferring, reply, staffing
from console.desk.actions.note import show_note
from console.desk.actions.viewing import look_in_public
from console.desk.change import Receipt
from console.desk.errors import Invalid, NotFound
from console.desk.message import Draft
from console.desk.occurrence import Occurrence
from console.desk.paging import Cursor
from console.desk.requests import Asked, Order, Request
from desk.acts import Acts

MINE, COMPANY = Asked(), Asked("company")


def shown(acts: Acts, who: str, asked: Asked = MINE, limit: int = 25) -> list[Request]:
    return acts.read(requests.listed, acts.cast[who], asked, limit).requests


def numbers(acts: Acts, who: str, asked: Asked = MINE) -> list[int]:
    return [each.ticket.number for each in shown(acts, who, asked)]


def news(acts: Acts, who: str, asked: Asked = MINE) -> list[int]:
    return [each.ticket.number for each in shown(acts, who, asked) if each.unread]


def looks(acts: Acts, who: str, *, number: int = 1, seen: int = 99) -> None:
    acts.desk.run(look_in_public, number, acts.cast[who], seen=seen)


def lets_see(acts: Acts, who: str, sees: bool = True) -> None:
    acts.desk.run(staffing.change_access, None, email=email(who), sees_company=sees)


def test_a_requester_lists_the_requests_they_take_part_in_by_what_they_may_know(acts: Acts) -> None:
    acts.opens("rhea")
    acts.opens("mallory")
    assert numbers(acts, "rhea") == [2, 1]
    assert numbers(acts, "cora") == [1]
    acts.notes("ada", number=1)
    assert numbers(acts, "rhea") == [2, 1]
    acts.replies("ada", number=1)
    assert numbers(acts, "rhea") == [1, 2]


def test_the_right_shows_the_companys_requests_and_nothing_of_another_company(acts: Acts) -> None:
    acts.opens("rhea", subject="Rhea's own")
    acts.opens("mallory")
    cora, mallory = acts.cast["cora"], acts.cast["mallory"]
    assert numbers(acts, "cora", COMPANY) == []
    with pytest.raises(NotFound):
        looks(acts, "cora", number=2)
    lets_see(acts, "cora")
    lets_see(acts, "mallory")
    assert numbers(acts, "cora", COMPANY) == [2, 1]
    assert numbers(acts, "cora") == [1], "the list of one's own stays as it is"
    assert [(each.asker.name, each.own) for each in shown(acts, "cora", COMPANY)] == [
        ("Rhea Lindqvist", False),
        ("Rhea Lindqvist", True),
    ]
    assert numbers(acts, "mallory", COMPANY) == [3]
    for viewer, asked in ((cora, 2), (mallory, 1)):  # as they were before, and of another company
        with pytest.raises(NotFound):
            acts.desk.run(reply.post_reply, asked, viewer, draft=Draft("x"), audience="public")
    lets_see(acts, "cora", False)
    assert numbers(acts, "cora", COMPANY) == []
    with pytest.raises(NotFound):
        acts.asks("cora", number=2)


def test_a_colleague_who_answers_takes_part_from_then_on_and_one_who_reads_does_not(acts: Acts) -> None:
    acts.opens("rhea")
    lets_see(acts, "cora")
    looks(acts, "cora", number=2)
    assert numbers(acts, "cora") == [1]
    acts.asks("cora", "I have it too.", number=2)
    assert numbers(acts, "cora") == [2, 1]
    lets_see(acts, "cora", False)
    assert numbers(acts, "cora") == [2, 1]
    acts.asks("cora", "And still.", number=2)


def test_a_colleague_who_reads_along_has_seen_nothing_in_the_requesters_place(acts: Acts) -> None:
    acts.opens("rhea")
    lets_see(acts, "cora")
    ada, rhea = acts.cast["ada"], acts.cast["rhea"]
    acts.desk.run(chatting.ask, 2, ada, audience="staff")
    acts.desk.run(chatting.answer, 2, rhea, audience="public", accept=True)
    acts.desk.run(chatting.say, 2, ada, audience="staff", draft=Draft("A line."))
    before = acts.read(chat.marks, 2)
    acts.desk.run(chatting.mark, 2, acts.cast["cora"], audience="public", got=99, saw=99)
    assert acts.read(chat.marks, 2) == before
    acts.desk.run(chatting.mark, 2, rhea, audience="public", got=99, saw=99)
    assert acts.read(chat.marks, 2) != before, "the twin"


def test_an_answer_is_news_until_it_was_seen_and_to_each_for_themselves(acts: Acts) -> None:
    assert news(acts, "rhea") == news(acts, "cora") == [1], "Ada's question of the first scene"
    looks(acts, "rhea")
    assert (news(acts, "rhea"), news(acts, "cora")) == ([], [1])
    answers: tuple[Callable[[], Receipt], ...] = (
        lambda: acts.replies("ada"),
        lambda: acts.notes("ada", occurrence=Occurrence(visible=True)),
        lambda: _shows(acts),
    )
    for act in answers:
        seen = act()
        assert news(acts, "rhea") == [1]
        assert acts.read(requests.unread, acts.cast["rhea"]) == 1
        looks(acts, "rhea", seen=seen.public_seq - 1)
        assert news(acts, "rhea") == [1], "an older page saw less"
        looks(acts, "rhea", seen=seen.public_seq)
        assert news(acts, "rhea") == []
    acts.notes("ada")
    acts.desk.run(fields.set_field, 1, acts.cast["ada"], field="type", value="change")
    acts.desk.run(fields.set_field, 1, acts.cast["ada"], field="priority", value="high")
    acts.asks("cora")
    assert (news(acts, "rhea"), acts.read(requests.unread, acts.cast["rhea"])) == ([], 0)
    looks(acts, "rhea", seen=1)
    assert news(acts, "rhea") == [], "a look never shrinks"


def test_who_answers_has_read_and_a_colleague_who_never_looked_has_no_mark(acts: Acts) -> None:
    acts.asks("rhea")
    assert news(acts, "rhea") == []
    acts.opens("rhea")
    acts.replies("ada", number=2)
    lets_see(acts, "cora")
    assert news(acts, "cora", COMPANY) == [1]
    looks(acts, "cora", number=2)
    acts.replies("ada", number=2)
    assert news(acts, "cora", COMPANY) == [2, 1]
    assert acts.read(requests.unread, acts.cast["cora"]) == 1, "only what one takes part in is counted"


def test_the_search_finds_public_words_without_accents_and_never_a_note(acts: Acts) -> None:
    acts.opens("rhea", "The 100% of it_all", subject="Impresión FALLIDA")
    acts.notes("ada", "Passwort xylophon", number=2)
    solved = Occurrence(solution="Neuen Toner einsetzen", visible=True)
    acts.notes("ada", "Besuch beim Kunden", number=2, occurrence=solved)

    def found(words: str, who: str = "rhea") -> list[int]:
        return numbers(acts, who, Asked(words=words))

    for words in ("impresion", "IMPRESIÓN fallida", "100%", "it_all", "kunden", "toner", "#2", "2", "fallida besuch"):
        assert found(words) == [2], words
    for words in ("xylophon", "passwort", "100_", "fallida blank", "#22", "9" * 30):
        assert found(words) == [], words
    assert found("driver") == [1] and found("driver", "mallory") == []
    shown_later = acts.notes("ada", "Erst geheim", number=2)
    assert found("geheim") == []
    acts.desk.run(show_note, 2, acts.cast["ada"], message_id=shown_later.message_id or 0)
    assert found("geheim") == [2], "the twin: the same words, once they are public"


@pytest.mark.parametrize(
    ("order", "expected"), [("changed", [1, 4, 3, 2]), ("newest", [4, 3, 2, 1]), ("oldest", [1, 2, 3, 4])]
)
def test_each_order_goes_through_its_pages_forth_and_back(acts: Acts, order: Order, expected: list[int]) -> None:
    for _ in range(3):
        acts.opens("rhea")
    acts.replies("ada")
    acts.desk.run(preferring.choose_request_order, acts.cast["rhea"], order=order)

    def page(cursor: Cursor | None) -> requests.Listed:
        return acts.read(requests.listed, acts.cast["rhea"], Asked(cursor=cursor), 3)

    first = page(None)
    second = page(first.after)
    back = page(second.before)
    assert _numbers(first.requests) + _numbers(second.requests) == expected
    assert (_numbers(back.requests), back.before, second.after) == (expected[:3], None, None)
    assert acts.cast["cora"].request_order == "changed", "it is one person's choice"


def test_open_and_solved_are_told_apart_and_counted(acts: Acts) -> None:
    for status in ("pending", "resolved", "closed"):
        number = acts.opens("rhea").number or 0
        acts.desk.run(fields.set_field, number, acts.cast["ada"], field="status", value=status)
    assert sorted(numbers(acts, "rhea", Asked(show="open"))) == [1, 2]
    assert sorted(numbers(acts, "rhea", Asked(show="solved"))) == [3, 4]
    assert acts.read(requests.listed, acts.cast["rhea"]).counts == {"all": 4, "open": 2, "solved": 2}


def test_the_right_needs_a_company(acts: Acts) -> None:
    with pytest.raises(Invalid):
        lets_see(acts, "ada")
    acts.desk.run(staffing.change_access, None, email=email("ada"), company_name="Fjord Foods", sees_company=True)
    assert numbers(acts, "ada", COMPANY) == [1]


def _numbers(found: Iterable[Request]) -> list[int]:
    return [each.ticket.number for each in found]


def _shows(acts: Acts) -> Receipt:
    noted = acts.notes("ada", "Shown later")
    return acts.desk.run(show_note, 1, acts.cast["ada"], message_id=noted.message_id or 0)
