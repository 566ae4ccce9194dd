"""HTML as a small tree: as much of a document as is needed to swap fragments in it and to compare two pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

VOID = set("area base br col embed hr img input link meta source track wbr".split())
STATIC = re.compile(r"/static/[^/]+/")  # the hash in it is that of the release, which may change under a page


@dataclass(slots=True, eq=False)
class Element:
    tag: str
    attributes: dict[str, str]
    parts: list[Element | str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.attributes.get("id", "")

    def walk(self) -> Iterator[Element]:
        """Itself and everything in it, in the order of the document."""
        yield self
        for part in self.parts:
            if isinstance(part, Element):
                yield from part.walk()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].parts.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag == tag:
                del self.open[place:]
                break

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def parse(source: str) -> Element:
    """The document or fragment, inside an element without a name."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.open[0]


def normal(element: Element) -> str:
    """The element as text that is equal for equal pages: attributes sorted, white space once, releases left out."""
    attributes = "".join(
        f' {name}="{escape(STATIC.sub("/static/", value))}"' for name, value in sorted(element.attributes.items())
    )
    between_items = element.tag in ("ol", "ul")
    inside, text = "", ""
    for part in [*element.parts, None]:
        if isinstance(part, str):
            text += part
            continue
        squeezed = re.sub(r"\s+", " ", text)
        inside += "" if between_items and not squeezed.strip() else escape(squeezed)
        text = ""
        if part is not None:
            inside += "\n" + normal(part)
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"
