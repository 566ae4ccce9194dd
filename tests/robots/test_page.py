"""The robots' own page: loaded once, then living on events, compared with a fresh one."""

from __future__ import annotations

from typing import Any

import pytest

from console.robots.page import NoTicket, Page

SHOWN = """<!doctype html><main><section data-channel="ticket:1" data-seq="{seq}" data-epoch="e1">
<p id="panel-status">{status}</p><ol id="thread">
  {entries}
</ol><ol id="activity-log">{lines}</ol></section></main>"""


def page(*entries: int, status: str = "Open", extra: str = "") -> Page:
    items = "\n  ".join(f'<li id="entry-{each}" class="msg"><br><p>Entry {each}</p></li>' for each in entries)
    lines = "".join(f'<li id="act-{each}">Line {each}</li>' for each in reversed(entries))
    return Page(SHOWN.format(seq=max(entries), entries=items + extra, lines=lines, status=status))


def event(seq: int, status: str = "Open") -> dict[str, Any]:
    ops = [
        {
            "target": "thread",
            "swap": "beforeend",
            "html": f'<li class="msg" id="entry-{seq}"><br><p>Entry  {seq}</p></li>',
        },
        {"target": "activity-log", "swap": "afterbegin", "html": f'<li id="act-{seq}">Line {seq}</li>'},
        {"target": "panel-status", "swap": "outerMorph", "html": f'<p id="panel-status">{status}</p>'},
    ]
    return {"seq": seq, "kind": "replied", "ops": ops}


def test_an_old_page_with_its_events_equals_a_fresh_one() -> None:
    old, fresh = page(1, 2), page(1, 2, 3, status="Pending")
    old.apply(event(3, "Pending"))
    assert old.difference(fresh) is None
    assert (old.last, old.applied) == (3, [(3, "replied")])


def test_what_is_deleted_is_gone() -> None:
    old = page(1, 2, extra='<li id="queued-7">Going out</li>')
    assert old.difference(page(1, 2)) is not None
    gone = {"seq": 3, "kind": "replied", "ops": [{"target": "queued-7", "swap": "delete", "html": ""}]}
    old.apply(gone)
    assert old.difference(page(1, 2)) is None


def test_a_difference_tells_its_region_and_both_texts() -> None:
    found = page(1, 2, status="Open").difference(page(1, 2, status="Closed"))
    assert found is not None and found.region == "panel-status" and "Open" in found.kept and "Closed" in found.fresh


def test_entries_in_another_order_are_a_difference() -> None:
    found = page(1, 3, 2).difference(page(1, 2, 3))
    assert found is not None and found.region in ("thread", "activity-log")


def test_an_event_out_of_turn_is_not_applied() -> None:
    old = page(1, 2)
    with pytest.raises(ValueError):
        old.apply(event(4))
    assert old.difference(page(1, 2)) is None


def test_the_release_in_addresses_of_icons_is_no_difference() -> None:
    icons = '<li id="x"><svg><use href="/static/{}/icons.svg#lock"/></svg></li>'
    assert page(1, extra=icons.format("aa")).difference(page(1, extra=icons.format("bb"))) is None
    assert page(1, extra=icons.format("aa")).difference(page(1, extra=icons.format("aa").replace("lock", "user")))


def test_a_page_without_a_ticket_is_said_to_be_none() -> None:
    with pytest.raises(NoTicket):
        Page("<p>Nothing here</p>")
