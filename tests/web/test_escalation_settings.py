"""The page where an admin sets the rules of escalation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from lxml import html

from cast import Clock
from console.followers import lateness
from web.test_sla_settings import field
from world import World, send

PLACE = "/settings/escalation"
RULE: dict[str, Any] = {
    "act": "set",
    "rule": "",
    "name": "Nobody <answers>",
    "clock": "next_response",
    "minutes": "1 h 30 min",
    "side": "before",
    "department": "",
    "priorities": ["urgent", "high"],
    "tells": ["leads"],
    "priority": "urgent",
    "tag": "late",
}


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 2, 11, 0, tzinfo=UTC))


@pytest.fixture
def root(world: World) -> httpx2.Client:
    return world.browse("root")


def typed(page: httpx2.Response) -> dict[str, Any]:
    """What the form of the page holds."""
    (form,) = html.document_fromstring(page.text).xpath("//form[.//input[@name='act'][@value='set']]")
    values: dict[str, Any] = {**form.fields, "priorities": [], "tells": []}
    for each in form.xpath(".//input[@type='checkbox'][@checked]"):
        values[each.get("name")].append(each.get("value"))
    return {name: values[name] or "" if isinstance(values[name], str | None) else values[name] for name in RULE}


def rules(page: httpx2.Response) -> list[dict[str, str]]:
    """The rules that the page shows: the name, and what is said of each."""
    found = []
    for card in html.document_fromstring(page.text).xpath("//section[starts-with(@id, 'rule-')]"):
        said = {
            row.find("dt").text_content(): " ".join(" ".join(row.find("dd").itertext()).split())
            for row in card.xpath(".//dl/div")
        }
        found.append({"name": card.find("h2").text_content(), **said})
    return found


def test_a_rule_is_shown_as_it_was_set_and_can_be_edited_switched_and_deleted(root: httpx2.Client) -> None:
    assert rules(root.get(PLACE)) == []
    assert root.post(PLACE, data=RULE).headers["location"] == f"{PLACE}#rule-1"
    shown = {
        "name": "Nobody <answers>",
        "Clock": "Next response",
        "When": "1 h 30 min before it is due",
        "Tickets": "All departments Urgent High",
        "What it does": "Tell the leads of the department Raise the priority to Urgent Add the tag late",
    }
    assert rules(root.get(PLACE)) == [shown]
    edited = root.get(f"{PLACE}?rule=1")
    assert typed(edited) == {**RULE, "rule": "1"}
    changed = {**typed(edited), "clock": "", "minutes": "", "priorities": [], "priority": "", "tag": "", "name": "All"}
    root.post(PLACE, data=changed)
    said = "Tell the leads of the department"
    everything = {"Clock": "Any of them", "When": "When it is due", "Tickets": "All departments", "What it does": said}
    assert rules(root.get(PLACE)) == [{"name": "All", **everything}]
    for on in ("0", "1"):
        root.post(PLACE, data={"act": "switch", "rule": "1", "on": on})
        assert f'aria-checked="{"true" if on == "1" else "false"}" aria-label="All is in force"' in root.get(PLACE).text
    assert root.post(PLACE, data={"act": "delete", "rule": "1"}).headers["location"] == PLACE
    assert rules(root.get(PLACE)) == []


def test_a_form_that_is_sent_twice_adds_one_rule_and_another_rule_typed_into_it_is_another(root: httpx2.Client) -> None:
    command = field(root.get(PLACE), "command_id")
    assert command and command != field(root.get(PLACE), "command_id")
    for _ in range(2):
        assert root.post(PLACE, data={**RULE, "command_id": command}).headers["location"] == f"{PLACE}#rule-1"
    root.post(PLACE, data={**RULE, "command_id": command, "name": "Another"})
    assert [each["name"] for each in rules(root.get(PLACE))] == [RULE["name"], "Another"]
    refused = root.post(PLACE, data={**RULE, "command_id": command, "name": ""})
    assert (refused.status_code, field(refused, "command_id")) == (422, command)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    (
        ("name", "  ", "A name has 1 to 80 characters."),
        ("minutes", "soon", "Write a time like 30 min, 4 h or 4 h 30 min."),
        ("minutes", "200 h", "A rule acts at most 7 days before or after."),
        ("tag", "x" * 31, "A tag has 1 to 30 characters."),
        ("clock", "lunch", "lunch is not a possible value here."),
        ("side", "beside", "beside is not a possible value here."),
        ("department", "999", "999 is not a possible value here."),
        ("priority", "huge", "huge is not a possible value here."),
    ),
)
def test_what_can_not_be_is_said_beside_the_field_and_nothing_typed_is_lost(
    root: httpx2.Client, name: str, value: str, said: str
) -> None:
    root.post(PLACE, data=RULE)
    for rule in ("", "1"):
        form = {**RULE, "rule": rule, name: value}
        answer = root.post(PLACE, data=form)
        assert answer.status_code == 422
        problem = html.document_fromstring(answer.text).get_element_by_id(f"wrong-{name}")
        assert " ".join(problem.text_content().split()) == said
        choices = ("clock", "side", "department", "priority")  # a value that none of them offers can't be shown
        expected = form if name not in choices else {**form, name: typed(answer)[name]}
        assert typed(answer) == expected
    assert len(rules(root.get(PLACE))) == 1 and rules(root.get(PLACE))[0]["name"] == RULE["name"]


def test_a_rule_that_does_nothing_is_refused(root: httpx2.Client) -> None:
    answer = root.post(PLACE, data={**RULE, "tells": [], "priority": "", "tag": " "})
    assert answer.status_code == 422 and "Choose at least one thing that the rule does." in answer.text


def test_what_is_not_there_is_not_found_and_other_acts_are_refused(root: httpx2.Client) -> None:
    assert root.get(f"{PLACE}?rule=1").status_code == root.get(f"{PLACE}?rule=x").status_code == 404
    missing = [{**RULE, "rule": rule} for rule in ("9", "x")]
    for form in (*missing, {"act": "delete", "rule": "9"}, {"act": "switch", "rule": "9", "on": "1"}):
        assert root.post(PLACE, data=form).status_code == 404
    for form, said in (({"act": "burn"}, "burn"), ({"act": "switch", "rule": "1", "on": "maybe"}, "maybe")):
        answer = root.post(PLACE, data=form)
        assert answer.status_code == 422 and f"{said} is not a possible value here." in answer.text


def test_a_rule_that_acted_is_on_the_ticket_and_among_the_notifications_and_no_requester_learns_of_it(
    world: World, root: httpx2.Client, clock: Clock
) -> None:
    ada, lea, rhea = (world.browse(name) for name in ("ada", "lea", "rhea"))
    root.post("/settings/sla", data={"act": "targets", "normal-next_response": "2 h"})
    root.post(PLACE, data={**RULE, "priorities": [], "minutes": "30 min"})
    assert send(rhea, "/portal/requests/1/replies", body="And now?").status_code == 200
    unread = lea.get("/notifications/unread").json()["unread"]
    clock.pass_(minutes=89)
    lateness.tell_late(world.desk)  # or the desk's own watch, whichever is first
    assert "escalated this ticket" not in ada.get("/tickets/1").text
    clock.pass_(minutes=2)
    lateness.tell_late(world.desk)
    sentence = "The rule <b>Nobody &lt;answers&gt;</b> escalated this ticket"
    assert sentence in ada.get("/tickets/1").text and sentence in lea.get("/notifications").text
    assert lea.get("/notifications/unread").json()["unread"] == unread + 1
    assert "Nobody" not in ada.get("/notifications").text, "the leads are told, and nobody else"
    page = rhea.get("/portal/requests/1").text
    assert "Nobody" not in page and "escalated" not in page and "Urgent" in page, "they do see their priority"
