"""@name in a note and @Notify: whom they mean, and that nobody is left out in silence."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cast import Cast, email
from console.desk.actions.staffing import add_person, change_access
from console.desk.desk import Desk
from console.desk.errors import Invalid
from console.desk.markdown import to_html
from console.desk.mention import spellings
from console.desk.tables import message_person, notification
from desk.acts import Acts


def called(acts: Acts, body: str, notify: tuple[str, ...] = ()) -> list[str]:
    """First names of those whom a note of Ada notifies."""
    said = acts.notes("ada", body, notify=notify).message_id
    rows = acts.rows(select(message_person.c.person_id).where(message_person.c.message_id == said))
    names = {acts.cast[name].id: name for name in ("ada", "ben", "tess", "lea", "root")}
    return sorted(names[row.person_id] for row in rows)


@pytest.mark.parametrize(
    ("body", "expected"),
    (
        ("@Ben look", ["ben"]),
        ("@ben look", ["ben"]),
        ("look, @BEN OKAFOR!", ["ben"]),
        ("(@Ben)", ["ben"]),
        ("**@Ben**, please", ["ben"]),
        ("@Ben's turn", None),
        ("@Ben and @Lea Brandt and @Ben again", ["ben", "lea"]),
        ("@Ada is me", ["ada"]),
        ("@Root knows", ["root"]),
        ("nobody", []),
        ("ben@desk.example wrote", []),
        ("write to mailto:cleo@desk.example or cleo.vidal@desk.example", []),
        ("`@nobody` and `git log @{u}`", []),
        ("```\n@nobody\n@Cleo\n```", []),
        ("```\n@nobody, the fence never ends", []),
        ("@ alone, @1st, @@", []),
        ("a/@scope/package", []),
    ),
)
def test_a_name_behind_an_at_calls_its_technician(body: str, expected: list[str] | None, acts: Acts) -> None:
    if expected is None:
        with pytest.raises(Invalid):
            called(acts, body)
    else:
        assert called(acts, body) == expected


@pytest.mark.parametrize("body", ("@Nobody look", "@Cleo look", "@Rhea look", "@Cleo Vidal", "@Beno", "@Ben, and @Xu"))
def test_a_name_that_may_not_open_the_ticket_is_refused_and_nothing_is_written(body: str, acts: Acts) -> None:
    before = acts.log()
    with pytest.raises(Invalid, match="can't be notified") as refused:
        acts.notes("ada", body)
    assert refused.value.field == "body" and refused.value.named["name"].startswith("@")
    assert acts.log() == before and not acts.rows(select(notification))


@pytest.mark.parametrize("name", ("cleo", "rhea", "mallory", "nobody"))
def test_an_address_that_may_not_open_the_ticket_is_refused(name: str, acts: Acts) -> None:
    with pytest.raises(Invalid, match="can't be notified") as refused:
        acts.notes("ada", "Look.", notify=[email("ben"), email(name)])
    assert (refused.value.field, refused.value.named["name"]) == ("notify", email(name))


def test_a_disabled_technician_can_not_be_called(acts: Acts) -> None:
    assert called(acts, "@Ben look") == ["ben"]
    acts.desk.run(change_access, None, email=email("ben"), active=False)
    with pytest.raises(Invalid):
        acts.notes("ada", "@Ben look")


def test_addresses_and_names_count_once_together(acts: Acts) -> None:
    assert called(acts, "@Ben, look", (f" {email('ben').upper()} ", email("lea"))) == ["ben", "lea"]
    assert len(acts.rows(select(notification))) == 2


def namesake(desk: Desk, name: str, key: str) -> None:
    desk.run(add_person, None, name=name, email=email(key), role="technician", departments=["Support"])


def test_the_longest_name_is_meant(desk: Desk, cast: Cast, acts: Acts) -> None:
    namesake(desk, "Ben Okafor Junior", "junior")
    junior, ben = cast["junior"].id, cast["ben"].id
    for body, expected in (("@Ben Okafor Junior look", junior), ("@Ben Okafor looks", ben), ("@Ben Okafor", ben)):
        said = acts.notes("ada", body).message_id
        row = acts.row(select(message_person.c.person_id).where(message_person.c.message_id == said))
        assert row.person_id == expected


def test_a_first_name_that_two_have_is_refused(desk: Desk, acts: Acts) -> None:
    namesake(desk, "Ben Ali", "ali")
    with pytest.raises(Invalid):
        acts.notes("ada", "@Ben look")
    acts.notes("ada", "@Ben Ali look")


def test_of_two_with_the_same_name_the_one_chosen_is_called(desk: Desk, cast: Cast, acts: Acts) -> None:
    namesake(desk, "Ben Okafor", "other")
    for chosen, not_chosen in (("ben", "other"), ("other", "ben")):
        for body in ("@Ben Okafor look", "@ben look", "@BEN OKAFOR and @Ben"):
            said = acts.notes("ada", body, notify=[email(chosen)]).message_id
            row = acts.row(select(message_person.c.person_id).where(message_person.c.message_id == said))
            assert row.person_id == cast[chosen].id != cast[not_chosen].id
    said = acts.notes("ada", "@Ben Okafor, both", notify=[email("ben"), email("other")]).message_id
    assert len(acts.rows(select(message_person).where(message_person.c.message_id == said))) == 2


@pytest.mark.parametrize("notify", ((), (email("lea"),)))
@pytest.mark.parametrize("body", ("@Ben Okafor look", "Ask @ben okafor", "@Ben look"))
def test_a_name_that_two_have_is_refused_until_one_is_chosen(
    body: str, notify: tuple[str, ...], desk: Desk, acts: Acts
) -> None:
    namesake(desk, "Ben Okafor", "other")
    before = acts.log()
    with pytest.raises(Invalid, match=r"More than one technician is called @[Bb]en.*Choose in Notify") as refused:
        acts.notes("ada", body, notify=notify)
    assert refused.value.field == "body"
    assert acts.log() == before and not acts.rows(select(notification))


def test_a_namesake_who_may_not_open_the_ticket_is_in_nobodys_way(desk: Desk, acts: Acts) -> None:
    desk.run(add_person, None, name="Ben Okafor", email=email("other"), role="technician", departments=["Billing"])
    assert called(acts, "@Ben Okafor look") == ["ben"]


def test_a_name_with_accents_and_apostrophes_can_be_called(desk: Desk, cast: Cast, acts: Acts) -> None:
    namesake(desk, "Zoë O’Neill-Ñandú", "zoe")
    for body in ("@Zoë, look", "@zoë o’neill-ñandú look"):
        acts.notes("ada", body)
    assert len(acts.rows(select(notification).where(notification.c.person_id == cast["zoe"].id))) == 2


def test_a_public_reply_calls_nobody(acts: Acts) -> None:
    acts.replies("ada", "@Ben and @Nobody, @Rhea")
    assert not acts.rows(select(notification))


def test_those_called_are_marked_in_the_text_and_others_are_not(cast: Cast) -> None:
    names = spellings([cast["ben"].who, cast["lea"].who])
    html = to_html("@Ben Okafor, @ben, @Lea; not @Benny, a@Ben nor `@Ben`", names)
    marked = '<span class="mention">{}</span>'.format
    assert [html.count(marked(name)) for name in ("@Ben Okafor", "@ben", "@Lea", "@Ben")] == [1, 1, 1, 0]
    assert "<code>@Ben</code>" in html
