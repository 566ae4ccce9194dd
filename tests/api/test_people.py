"""GET /people: for technicians' programs, by pages, and found by name or address."""

from __future__ import annotations

import pytest

from api.conftest import Program, problem
from cast import PEOPLE, email
from console.desk.actions.staffing import change_access
from world import World


def test_everybody_is_listed_once_over_the_pages(program: Program) -> None:
    ada, found, cursor = program("ada"), list[dict[str, object]](), None
    while True:
        page = ada.get("/people", params={"limit": 4, **({"cursor": cursor} if cursor else {})}).json()
        assert 1 <= len(page["items"]) <= 4
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert [each["email"] for each in found] == [email(name) for name in PEOPLE]
    ada_herself = next(each for each in found if each["email"] == email("ada"))
    assert {**ada_herself, "id": 0} == {
        "id": 0,
        "name": "Ada Moreno",
        "email": email("ada"),
        "role": "technician",
        "company": None,
        "departments": ["Support"],
    }


@pytest.mark.parametrize(
    ("typed", "names"),
    [("LINDQ", ["Rhea Lindqvist", "Cora Lindqvist"]), ("cleo@", ["Cleo Vidal"]), ("%", []), ("_", []), ("\0", None)],
)
def test_people_are_found_by_a_part_of_name_or_address(program: Program, typed: str, names: list[str] | None) -> None:
    found = [each["name"] for each in program("ada").get("/people", params={"q": typed}).json()["items"]]
    assert found == names if names is not None else len(found) == len(PEOPLE)


def test_who_left_is_not_listed(program: Program, world: World) -> None:
    world.desk.run(change_access, None, email=email("ben"), active=False)
    assert email("ben") not in program("ada").get("/people").text


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=-1", "cursor=" + "9" * 16])
def test_a_query_that_does_not_fit_is_refused(program: Program, query: str) -> None:
    problem(program("ada").get(f"/people?{query}"), 422, query.partition("=")[0])


def test_requesters_may_not_see_who_is_there(program: Program) -> None:
    answer = program("rhea").get("/people", params={"q": "ada"})
    problem(answer, 403)
    assert "Moreno" not in answer.text
