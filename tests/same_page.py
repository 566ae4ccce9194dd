"""A ticket's page as a browser holds it: it is loaded once, then it lives on events. It has to equal a freshly loaded one.

The page is the real template in a tree of elements; the swaps are those the server uses, as htmx does them.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from lxml import html
from lxml.html import HtmlElement
from sqlalchemy import Connection

from console import fragments
from console.config import Settings
from console.desk.desk import Desk
from console.desk.kinds import Audience
from console.desk.people import Person
from console.desk.requests import Asked
from console.fragments import Event, Renderer, Stretch
from console.statics import Statics
from console.templating import Templates
from console.web.door import Shown
from console.web.drafts import on_page as drafts_on_page
from console.web.portal import list_of
from console.web.tickets import limits, shown

TEMPLATES: dict[Audience, str] = {"staff": "tickets/show.html", "public": "public/show.html"}
LIVE = "//*[@id='thread' or @id='chat-lines' or @id='activity-log' or starts-with(@id, 'panel-')]"


SETTINGS = Settings(data=Path("nowhere"))


@cache
def templates() -> Templates:
    return Templates(SETTINGS, Statics())


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who looks at a ticket, on one side and in one language."""

    desk: Desk
    renderer: Renderer
    person: Person
    audience: Audience
    language: str
    number: int = 1

    def open(self) -> Page:
        """Load the page."""
        return self.desk.database.read_now(lambda connection: self._page(connection, self._whole(connection)))

    def open_before_everything(self) -> Page:
        """The page as it would have been before the ticket's first activity: none of its entries, number 0."""

        def read(connection: Connection) -> Page:
            whole = self._whole(connection)
            return self._page(connection, replace(whole, entries=(), seq=0, ticket=replace(whole.ticket, seq=0)))

        return self.desk.database.read_now(read)

    def since(self, after: int, epoch: str | None = None) -> dict[str, Any]:
        """Catch up, with the answer as it arrives on the wire."""
        asked = (self.number, self.person, self.audience, after, epoch)
        stretch = self.desk.database.read_now(fragments.since, *asked)
        answer: dict[str, Any] = json.loads(json.dumps(self.renderer.answer(stretch, self.language)))
        return answer

    def catch_up(self, page: Page) -> None:
        """Do what the page's script does after a hole: ask for what is behind its last event, or load anew."""
        answer = self.since(page.last, page.epoch)
        if "reset" in answer:
            page.renew(self.open())
        for event in answer.get("events", ()):
            page.take(event)
        assert page.last == answer["seq"], "a catch-up leaves the page at the head it names"

    def _whole(self, connection: Connection) -> Stretch:
        return fragments.whole(connection, self.number, self.person, self.audience)

    def _page(self, connection: Connection, stretch: Stretch) -> Page:
        viewer = Shown(self.person.who, self.person.role, self.language, self.person.email)
        frame: dict[str, Any] = {"viewer": viewer, "path": "/here", "unread": 0, "behind": 0, "views": ()}
        frame["limits"] = limits(SETTINGS, 4)
        if self.audience == "public":
            frame |= {
                "newest_first": False,
                "rating": None,
                "chosen": "",
                **list_of(connection, self.person, Asked(), self.number),
            }
        if self.audience == "staff":
            frame |= {"known_tags": (), **drafts_on_page(connection, self.number, self.person.id)}
        content = frame | shown(self.renderer, stretch, self.language)
        return Page(self.renderer.templates.page(self.language, TEMPLATES[self.audience], content))


class Page:
    """`last` is the number of the last event in it. `take` keeps the rules of the protocol."""

    def __init__(self, source: str) -> None:
        self.document = html.document_fromstring(source)
        self.last, self.epoch = int(self.region.get("data-seq", "")), self.region.get("data-epoch", "")

    @property
    def region(self) -> HtmlElement:
        return self._find("//*[@data-channel]")[0]

    def take(self, event: Event) -> bool:
        """Apply the event that is next, drop one that is known; False if there is a hole before it."""
        if event["seq"] == self.last + 1:
            for op in event["ops"]:
                self._swap(op["target"], op["swap"], op["html"])
            self.last = event["seq"]
            self.region.set("data-seq", str(self.last))
        return int(event["seq"]) <= self.last

    def renew(self, fresh: Page) -> None:
        """Put the live regions of a fresh page into this one."""
        for part in fresh._find(LIVE):
            self._swap(str(part.get("id")), "outerMorph", html.tostring(part, encoding="unicode", with_tail=False))
        self.last, self.epoch = fresh.last, fresh.epoch
        self.region.set("data-seq", str(self.last))
        self.region.set("data-epoch", self.epoch)

    def live(self) -> dict[str, str]:
        """The regions that events change, by id."""
        return {str(part.get("id")): normal(part) for part in self._find(LIVE)}

    def main(self) -> str:
        """Everything in <main> but the composer, which is the person's own, and what is read anew at a word of the desk."""
        main = deepcopy(self._find("//main")[0])
        for part in main.xpath(".//reply-composer | .//*[@id='requests']"):
            part.clear()
        return normal(main)

    def text(self) -> str:
        return html.tostring(self.document, encoding="unicode")

    def _find(self, path: str, id: str = "") -> list[HtmlElement]:
        found = self.document.xpath(path, id=id)
        assert isinstance(found, list)
        return [each for each in found if isinstance(each, HtmlElement)]

    def _swap(self, target: str, style: str, source: str) -> None:
        found = self._find("//*[@id=$id]", id=target)
        assert len(found) < 2, f"the page has two elements with the id {target}"
        if found:
            SWAPS[style](found[0], html.fragments_fromstring(source))


Parts = list[Any]  # elements, the first may be a string before them


def _beforeend(target: HtmlElement, parts: Parts) -> None:
    for part in parts:
        if isinstance(part, str):
            assert not part.strip(), "entries are elements"
        else:
            target.append(part)


def _afterbegin(target: HtmlElement, parts: Parts) -> None:
    target.text = None
    for part in reversed(parts):
        if isinstance(part, str):
            assert not part.strip(), "entries are elements"
        else:
            target.insert(0, part)


def _outer(target: HtmlElement, parts: Parts) -> None:
    assert len(parts) == 1 and parts[0].get("id") == target.get("id"), "a region is one element that keeps its id"
    parent = target.getparent()
    assert parent is not None
    parts[0].tail = target.tail
    parent.replace(target, parts[0])


def _delete(target: HtmlElement, _parts: Parts) -> None:
    target.drop_tree()


SWAPS = {
    "beforeend": _beforeend,
    "afterbegin": _afterbegin,
    "outerMorph": _outer,
    "outerHTML": _outer,
    "delete": _delete,
}


def normal(element: HtmlElement) -> str:
    """The element as text, one tag a line; white space counts once, and not at all between the items of a list."""
    element = deepcopy(element)
    element.tail = None
    for each in list(element.iter()):
        between_items = each.tag in ("ol", "ul")
        each.text = _squeezed(each.text, between_items)
        for child in each:
            child.tail = _squeezed(child.tail, between_items)
        attributes = sorted(each.attrib.items())
        each.attrib.clear()
        each.attrib.update(attributes)
    return re.sub(r"(?<!^)(?=<(?!/))", "\n", html.tostring(element, encoding="unicode"))


def _squeezed(text: str | None, between_items: bool) -> str | None:
    if text is None or (between_items and not text.strip()):
        return None
    return re.sub(r"\s+", " ", text)


def assert_same_page(page: Page, fresh: Page) -> None:
    """Fail with the first region that differs, otherwise with the first line around the regions."""
    assert (page.last, page.epoch) == (fresh.last, fresh.epoch)
    kept, loaded = page.live(), fresh.live()
    assert list(kept) == list(loaded)
    for name, region in loaded.items():
        assert kept[name] == region, f"#{name} is not what a fresh page shows"
    assert page.main() == fresh.main(), "outside the live regions something changed that no event brings"
