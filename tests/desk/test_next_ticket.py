"""The next ticket: handed to one person only, whoever asks at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select

from cast import Clock
from console.desk import tables as t
from console.desk.actions.saving_views import delete_view, save_view
from console.desk.actions.taking_next import take_next
from console.desk.errors import Invalid, NotFound
from console.desk.filters import Filter
from console.desk.saved_views import MOST, NAME_LIMIT, of
from desk.acts import Acts


@pytest.fixture
def twenty(acts: Acts) -> Acts:
    """Tickets 1 to 20 of Support."""
    row = dict(acts.row(select(t.ticket))._mapping)
    with acts.desk.database.writing() as connection:
        connection.execute(insert(t.ticket), [{**row, "number": number} for number in range(2, 21)])
    return acts


def test_twenty_who_ask_at_once_for_twenty_tickets_get_one_each(twenty: Acts) -> None:
    askers = [twenty.cast[name] for name in ("ada", "ben", "lea", "tess", "root")] * 4

    def ask(nth: int) -> int | None:
        return twenty.desk.run(take_next, askers[nth], numbers=range(1, 21)).made

    with ThreadPoolExecutor(20) as crowd:
        assert sorted(map(int, filter(None, crowd.map(ask, range(20))))) == list(range(1, 21))
    assert ask(0) is None, "none is left"


def test_a_ticket_is_handed_out_again_after_a_while(acts: Acts, clock: Clock) -> None:
    def ask(name: str) -> int | None:
        return acts.desk.run(take_next, acts.cast[name], numbers=[1]).made

    assert (ask("ada"), ask("ben"), ask("ada")) == (1, None, None)
    clock.pass_(minutes=6)
    assert ask("ben") == 1


def test_what_is_solved_another_ones_or_another_departments_is_not_handed_out(acts: Acts) -> None:
    billing = acts.opens("rhea", department="Billing").number or 0
    solved = acts.opens("rhea").number or 0
    theirs = acts.opens("rhea").number or 0
    mine = acts.opens("rhea").number or 0
    acts.sets("ada", "status", "resolved", number=solved)
    acts.assigns("ada", "ben", number=theirs)
    acts.assigns("ada", "ada", number=mine)
    numbers = [99, billing, solved, theirs, mine]
    assert acts.desk.run(take_next, acts.cast["ada"], numbers=numbers).made == mine
    assert acts.desk.run(take_next, acts.cast["rhea"], numbers=numbers).made is None


def test_a_view_is_its_owners_until_a_lead_shares_it_with_all(acts: Acts) -> None:
    def names(who: str) -> list[str]:
        return [each.name for each in acts.read(of, acts.cast[who])]

    urgent = Filter(priority=("urgent",))
    made = acts.desk.run(save_view, acts.cast["ada"], name="  Hot \n ones\0 ", chosen=urgent).made or 0
    (mine,) = acts.read(of, acts.cast["ada"])
    assert (mine.name, mine.filter, mine.shared, mine.own) == ("Hot ones", urgent, False, True)
    with pytest.raises(Invalid, match="team leads"):
        acts.desk.run(save_view, acts.cast["ada"], name="Ours", chosen=urgent, shared=True)
    shared = acts.desk.run(save_view, acts.cast["lea"], name="Ours", chosen=urgent, shared=True).made or 0
    assert (names("ada"), names("ben"), names("rhea")) == (["Hot ones", "Ours"], ["Ours"], [])
    for view_id in (made, shared):
        with pytest.raises(NotFound):
            acts.desk.run(delete_view, acts.cast["ben"], view_id=view_id)
    acts.desk.run(delete_view, acts.cast["ada"], view_id=made)
    acts.desk.run(delete_view, acts.cast["root"], view_id=shared)
    assert names("ada") == []
    assert [each.kind for each in acts.log()[-4:]] == ["view_saved", "view_saved", "view_deleted", "view_deleted"]


def test_a_view_needs_a_name_of_a_possible_length_and_nobody_has_too_many(acts: Acts) -> None:
    for name in (" \0\n", "x" * (NAME_LIMIT + 1)):
        with pytest.raises(Invalid) as wrong:
            acts.desk.run(save_view, acts.cast["ada"], name=name, chosen=Filter())
        assert wrong.value.field == "name"
    for nth in range(MOST):
        acts.desk.run(save_view, acts.cast["ada"], name=f"{nth}", chosen=Filter())
    with pytest.raises(Invalid, match="already"):
        acts.desk.run(save_view, acts.cast["ada"], name="One more", chosen=Filter())
    with pytest.raises(NotFound):
        acts.desk.run(save_view, acts.cast["rhea"], name="Mine", chosen=Filter())
