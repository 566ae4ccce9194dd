"""Tags: kept in one form, put on once, seen by technicians only."""

from __future__ import annotations

import pytest

from console.desk import tags
from console.desk.actions.tagging import set_tag
from console.desk.errors import Invalid, NotFound
from desk.acts import Acts


def put(acts: Acts, name: str, who: str = "ada", *, on: bool = True) -> None:
    acts.desk.run(set_tag, 1, acts.cast[who], name=name, on=on)


def on_it(acts: Acts) -> tuple[str, ...]:
    return acts.read(tags.of, [1]).get(1, ())


def test_a_tag_is_kept_in_small_letters_without_blanks_and_put_on_once(acts: Acts) -> None:
    put(acts, "  Label\0 PRINTER, big ")
    put(acts, "label-printer-big", "ben")
    put(acts, "Straße")
    assert on_it(acts) == ("label-printer-big", "strasse")
    assert [(each.kind, each.facts, each.public_seq) for each in acts.log()[-2:]] == [
        ("tagged", {"to": "label-printer-big"}, None),
        ("tagged", {"to": "strasse"}, None),
    ]
    put(acts, "STRASSE", on=False)
    put(acts, "strasse", on=False)
    assert on_it(acts) == ("label-printer-big",) and acts.last().facts == {"from": "strasse"}
    assert acts.read(tags.known, acts.cast["ben"]) == ["label-printer-big"]
    assert acts.read(tags.known, acts.cast["cleo"]) == [], "another department's"


def test_what_is_no_tag_or_one_too_many_is_refused(acts: Acts) -> None:
    for name in ("", " , ", "x" * (tags.LONGEST + 1)):
        with pytest.raises(Invalid) as wrong:
            put(acts, name)
        assert wrong.value.field == "tag"
    for nth in range(tags.MOST):
        put(acts, f"tag {nth}")
    with pytest.raises(Invalid, match="at most"):
        put(acts, "one more")


@pytest.mark.parametrize("who", ("rhea", "cora", "cleo", "mallory"))
def test_only_technicians_of_the_department_tag(who: str, acts: Acts) -> None:
    with pytest.raises(NotFound):
        put(acts, "mine", who)
    put(acts, "mine", "lea")
    assert on_it(acts) == ("mine",)
