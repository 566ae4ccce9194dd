"""The index of the search is written with what it is made of, and is what a new one would be."""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import Connection, text, update

from cast import Clock, email
from console.desk import search_index
from console.desk.actions import reply
from console.desk.desk import Desk
from console.desk.message import Draft
from desk.acts import Acts, a_file
from desk.conftest import Finds, Search


def indexed(connection: Connection) -> list[Any]:
    """Everything the index holds, as the database tells it."""
    if connection.dialect.name == "sqlite":
        found = list(connection.execute(text("select * from search_text order by id")))
        for name in ("search_public", "search_staff"):
            connection.execute(text(f"create virtual table temp.w using fts5vocab(main, {name}, instance)"))
            found += connection.execute(text('select * from temp.w order by doc, term, col, "offset"')).all()
            connection.execute(text("drop table temp.w"))
    else:
        query = "select message_id, ticket_number, public_words::text, staff_words::text from search_entry order by 1"
        found = list(connection.execute(text(query)))
    return [tuple(each) for each in found]


def test_an_index_made_anew_is_the_one_that_grew_with_the_desk(acts: Acts, clock: Clock) -> None:
    dice = random.Random(11)
    words = "printer factura impresión café hall 3 JOSÉ não rhea@desk.example".split()
    waiting = Desk(acts.desk.database, clock=acts.desk.clock, undo_seconds=30)
    said: list[tuple[int, int]] = []
    numbers = [1]
    for _ in range(60):
        number, body = dice.choice(numbers), " ".join(dice.choices(words, k=dice.randint(1, 9)))
        files = [a_file(f"{dice.choice(words)}.pdf")] if dice.random() < 0.2 else []
        match dice.randrange(8):
            case 0:
                numbers.append(acts.opens("rhea", body, subject=body[:40]).number or 0)
            case 1:
                acts.asks("rhea", body, files, number=number)
            case 2:
                copied = {"cc": [email("mallory")]} if dice.random() < 0.5 else {}
                said.append((number, acts.replies("ada", body, files, number=number, **copied).message_id or 0))
            case 3 | 4:
                said.append((number, acts.notes("ben", body, files, number=number).message_id or 0))
            case 5 if said:
                number, message_id = said.pop(dice.randrange(len(said)))
                acts.redacts("lea", message_id, number=number)
            case 6:
                told = Draft(body)
                queued = waiting.run(reply.post_reply, number, acts.cast["ada"], draft=told, audience="staff")
                after = dice.choice((reply.hold, reply.let_leave, None))
                if after is not None:
                    waiting.run(after, number, acts.cast["ada"], message_id=queued.message_id or 0)
            case _:
                acts.sets("ada", "priority", dice.choice(("low", "high")), number=number)
        clock.pass_(minutes=1)
    database = acts.desk.database
    with database.writing() as connection:
        grown = indexed(connection)
        search_index.begin_anew(connection)
        assert indexed(connection) == []
    lefts = []
    for _ in range(100):
        with database.writing() as connection:
            lefts.append(search_index.advance(connection, 7))
        if not lefts[-1]:
            break
        if len(lefts) == 2:
            acts.replies("ada", "Meanwhile.")
    assert lefts == sorted(lefts, reverse=True) and len(lefts) > 5
    with database.writing() as connection:
        made = indexed(connection)
    assert "meanwhile" in str(made)
    newest = max(each[0] for each in grown if isinstance(each[0], int))
    made = [each for each in made if (each[0] if isinstance(each[0], int) else each[1]) <= newest]
    assert made == grown


def test_what_is_taken_back_is_nowhere_in_the_index(acts: Acts) -> None:
    """Nor in its table of words, where no question would find it any more."""
    said = [acts.notes("ada", "The code is zanzibar."), acts.replies("ada", "See file.", [a_file("quokka.pdf")])]

    def there() -> list[str]:
        with acts.desk.database.writing() as connection:
            found = str(indexed(connection))
        return [word for word in ("zanzibar", "quokka", "printer") if word in found]

    assert there() == ["zanzibar", "quokka", "printer"]
    for each in said:
        acts.redacts("lea", each.message_id)
    assert there() == ["printer"]


def test_a_desk_that_had_no_index_is_searched_as_far_as_it_is_built(acts: Acts, search: Search, finds: Finds) -> None:
    with acts.desk.database.writing() as connection:
        connection.execute(update(search_index.state).values(version=0))
    acts.opens("rhea", "A new printer.")
    assert search("ada", "printer").left == 3
    with acts.desk.database.writing() as connection:
        search_index.advance(connection, 1)
    found = search("ada", "printer")
    assert ([hit.ticket.number for hit in found.hits], found.left) == ([2], 2)
    with acts.desk.database.writing() as connection:
        search_index.advance(connection)
    found = search("ada", "printer")
    assert (sorted(hit.ticket.number for hit in found.hits), found.left) == ([1, 2], 0)


def test_a_name_is_found_from_when_somebody_takes_part(acts: Acts, finds: Finds) -> None:
    assert finds("ada", "mallory") == [] == finds("ada", "gray partners")
    acts.replies("ada", "Hello.", cc=[email("mallory")])
    assert finds("ada", "mallory") == [1] == finds("ada", "gray partners")
    assert finds("rhea", "mallory") == []
