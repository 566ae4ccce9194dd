"""Who belongs to the desk: people, departments, sessions, tokens and languages."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from cast import email
from console.desk import people
from console.desk import tables as t
from console.desk.actions import signing
from console.desk.actions.staffing import add_person, change_access
from console.desk.errors import Invalid
from console.desk.kinds import KINDS
from desk.acts import Acts


def add(acts: Acts, **named: Any) -> int:
    given = {"name": "Nia  Novak", "email": " Nia@Desk.Example ", "role": "technician", **named}
    made = acts.desk.run(add_person, None, **given).made
    assert made is not None
    return made


def test_a_person_is_added_with_departments_and_company_that_are_made_when_new(acts: Acts) -> None:
    made = add(acts, departments=["Support", "Field", "Support"], company_name="Fjord Foods", language="pt")
    nia = acts.read(lambda connection: people.load_person(connection, email="nia@desk.example"))
    assert nia is not None
    assert (nia.id, nia.name, nia.role, nia.language, len(nia.departments)) == (
        made,
        "Nia Novak",
        "technician",
        "pt",
        2,
    )
    assert len(acts.rows(select(t.company))) == 2 and len(acts.rows(select(t.department))) == 3
    assert (acts.last().kind, acts.last().facts) == ("person_added", {"person": made})


@pytest.mark.parametrize(
    "address", ("", "nia", "@desk.example", "nia@", "a@b@c", "n ia@desk.example", "nia@desk\n.example")
)
def test_what_is_no_address_is_refused(address: str, acts: Acts) -> None:
    before = acts.log()
    with pytest.raises(Invalid, match="not an e-mail address") as refused:
        add(acts, email=address)
    assert refused.value.field == "email" and acts.log() == before


def test_an_address_belongs_to_one_person_whatever_its_case(acts: Acts) -> None:
    with pytest.raises(Invalid, match="already has the address"):
        add(acts, email="ADA@desk.example")
    with pytest.raises(Invalid):
        add(acts, role="owner")


def test_who_is_disabled_is_signed_out_everywhere_and_their_tokens_end(acts: Acts) -> None:
    for who in ("ada", "ben"):
        acts.desk.run(signing.sign_in, acts.cast[who], cookie=f"{who}'s cookie", days=14)
        acts.desk.run(signing.create_token, acts.cast[who], value=f"{who}'s token", name="script")
    ada = acts.cast["ada"].id
    acts.desk.run(change_access, None, email=" ADA@desk.example", active=False)
    for table in (t.session, t.api_token):
        ended = {row.person_id: row.revoked_at is not None for row in acts.rows(select(table))}
        assert ended == {ada: True, acts.cast["ben"].id: False}
    assert acts.read(lambda connection: people.load_person(connection, email=email("ada"))) is None
    assert KINDS[acts.last().kind].evicts and acts.last().facts == {"person": ada}
    acts.desk.run(change_access, None, email=email("ada"), active=True)
    assert acts.cast["ada"].id == ada


def test_access_changes_only_in_what_is_named(acts: Acts) -> None:
    before = acts.cast["ada"]
    acts.desk.run(change_access, None, email=email("ada"), role="lead")
    assert (acts.cast["ada"].role, acts.cast["ada"].departments) == ("lead", before.departments)
    acts.desk.run(change_access, None, email=email("ada"), departments=[])
    assert (acts.cast["ada"].role, acts.cast["ada"].departments) == ("lead", frozenset())
    with pytest.raises(Invalid, match="Nobody here"):
        acts.desk.run(change_access, None, email="nobody@desk.example", active=False)


def test_a_cookie_and_a_token_are_kept_as_digests_only(acts: Acts) -> None:
    cookie, token = signing.new_secret(), signing.new_secret()
    acts.desk.run(signing.sign_in, acts.cast["ada"], cookie=cookie, days=3)
    acts.desk.run(signing.create_token, acts.cast["ada"], value=token, name="script")
    session, kept = acts.row(select(t.session)), acts.row(select(t.api_token))
    assert (session.digest, kept.digest) == (signing.digest(cookie), signing.digest(token))
    assert (session.expires_at - session.created_at).days == 3
    assert len(cookie) >= 43 and not {cookie, token} & set(str(acts.log()).split("'"))


def test_nobody_ends_the_session_of_somebody_else(acts: Acts) -> None:
    ada, ben = (acts.desk.run(signing.sign_in, acts.cast[who], cookie=who, days=1).made or 0 for who in ("ada", "ben"))
    acts.desk.run(signing.sign_out, acts.cast["ben"], session_id=ada)
    assert not [row for row in acts.rows(select(t.session)) if row.revoked_at]
    acts.desk.run(signing.sign_out, acts.cast["ben"], session_id=ben)
    assert [row.id for row in acts.rows(select(t.session)) if row.revoked_at] == [ben]


def test_a_new_session_ends_the_one_it_takes_the_place_of(acts: Acts) -> None:
    first = acts.desk.run(signing.sign_in, acts.cast["ada"], cookie="1", days=1).made
    acts.desk.run(signing.sign_in, acts.cast["ada"], cookie="2", days=1, left=first)
    assert [row.digest == signing.digest("1") for row in acts.rows(select(t.session)) if row.revoked_at] == [True]
    assert [each.kind for each in acts.log()[-2:]] == ["signed_in", "signed_out"]


def test_a_language_is_chosen_and_left_to_the_browser_again(acts: Acts) -> None:
    for language in ("es", None):
        acts.desk.run(signing.choose_language, acts.cast["rhea"], language=language)
        assert acts.cast["rhea"].language == language
