"""Five days of a desk, made by hand, and how the page of the reports and its file are read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime

import httpx2
from desk.acts import Acts
from lxml import html

from console.desk.actions import promising
from console.web.report_table import BOM
from world import World

BEGINS = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)  # a Friday; ten o'clock in New York
SPAN = "from=2026-03-06&to=2026-03-10"
EVERYDAY = (((0, 1_440),),) * 7
Grid = dict[str, list[str]]
History = Callable[[str], int]  # numbers of tickets by name


def five_days(world: World) -> History:
    """Five days in New York, where clocks change on Sunday the 8th. Gives the number of ticket a, b, c or d.

    a: opened Friday 10:00, answered 10:30, resolved Sunday, reopened Monday, closed Tuesday 10:00. b: answered Sunday
    10:00, resolved Monday 00:30. c: another firm's, opened Friday 23:30, pending. d: Billing's, opened Monday.
    """
    acts, cast, numbers = Acts(world.desk, world.cast), world.cast, dict[str, int]()
    world.desk.run(promising.set_hours, cast["root"], place=None, zone="America/New_York", weekly=EVERYDAY, holidays=())

    def at(day: int, hour: int, minute: int = 0) -> None:
        world.clock.at = datetime(2026, 3, day, hour, minute, tzinfo=UTC)

    def opens(name: str, who: str, **named: str) -> None:
        numbers[name] = acts.opens(who, subject=f"Ticket {name}", **named).number or 0

    opens("a", "rhea")
    opens("b", "rhea")
    acts.assigns("lea", "ada", number=numbers["a"])
    acts.assigns("lea", "ben", number=numbers["b"])
    at(6, 15, 30)
    acts.replies("ada", number=numbers["a"])
    at(7, 4, 30)
    opens("c", "mallory")
    at(8, 14)
    acts.sets("ada", "status", "resolved", number=numbers["a"])
    acts.replies("ben", number=numbers["b"])
    at(9, 4, 30)
    acts.sets("ben", "status", "resolved", number=numbers["b"])
    at(9, 16)
    acts.sets("ada", "status", "open", number=numbers["a"])
    opens("d", "rhea", department="Billing")
    at(10, 14)
    acts.sets("ada", "status", "closed", number=numbers["a"])
    acts.sets("lea", "status", "pending", number=numbers["c"])
    at(10, 20)
    return numbers.__getitem__


def tables(answer: httpx2.Response) -> dict[str, Grid]:
    """The tables of the page by the id of their cards: what stands in each row, times in minutes."""
    assert answer.status_code == 200, answer.text
    found: dict[str, Grid] = {}
    for card in html.document_fromstring(answer.text).xpath("//section[.//table]"):
        found[card.get("id").removeprefix("card-")] = {
            row.xpath("string(th)").strip(): [cell(each) for each in row.xpath("td")]
            for row in card.xpath(".//tbody/tr")
        }
    return found


def cell(element: html.HtmlElement) -> str:
    value = element.xpath("string(data/@value)")
    return str(value or element.text_content().strip().replace("–", ""))


def cards(answer: httpx2.Response) -> list[str]:
    document = html.document_fromstring(answer.text)
    return [document.xpath(f"string(//*[@id='card-{name}']/*[@class='val'])") for name in CARDS]


CARDS = ("created", "resolved", "reopened", "backlog")


def written(answer: httpx2.Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    text = answer.content.decode()
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM))))
