"""The history of a ticket: what was done about it, and what was said in its chats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console import fragments
from console.desk import options
from console.desk.actions import redacting
from console.desk.conversation import Entry
from console.desk.kinds import KINDS, Audience
from console.desk.people import Who
from console.desk.public_side import PublicEntry
from console.viewer import Viewer
from console.web.door import Handler, house, number_in

# What these tell of is there with another activity.
AGAIN = (*redacting.AGAIN, "redacted", "note_redacted")
OPINIONS = ("rated",)  # nothing was done
RECORDS = ("note", "occurrence", "reply")  # kinds of messages
TEMPLATES: dict[Audience, str] = {"staff": "tickets/history.html", "public": "public/history.html"}


def show(audience: Audience) -> Handler:
    """`GET …/history`: a fragment, newest first; the chat apart, unless it is switched off and there was none."""

    async def handler(request: Request, viewer: Viewer) -> Response:
        place, number = house(request), number_in(request)

        def render(connection: Connection) -> str:
            stretch = fragments.whole(connection, number, viewer.person, audience)
            entries: tuple[Entry | PublicEntry, ...] = stretch.entries
            chatted = [each for each in entries if KINDS[each.kind].chat]
            context: dict[str, Any] = {
                "records": [each for each in reversed(entries) if _is_record(each)],
                "chatted": chatted,
                "has_chat": bool(chatted) or options.load(connection).chat,
                "worked": _worked(entries),
            }
            return place.templates.page(viewer.language, TEMPLATES[audience], context)

        return HTMLResponse(await place.desk.read(render))

    return handler


def _is_record(each: Entry | PublicEntry) -> bool:
    """Technicians look for all that was done, requesters for what solved it."""
    if isinstance(each, Entry):
        return each.message is not None and each.message.kind in RECORDS and each.kind not in (*AGAIN, *OPINIONS)
    if each.message is None or each.kind == "redacted":
        return False
    return each.message.kind == "occurrence" or bool(each.message.solution)


def _worked(entries: Iterable[Entry | PublicEntry]) -> list[tuple[Who, int]]:
    """Minutes by person, most first; for staff."""
    minutes: Counter[Who] = Counter()
    for each in entries:
        if isinstance(each, Entry) and each.message is not None and each.kind not in AGAIN:
            minutes[each.message.author] += each.message.told.minutes or 0
    return [(who, spent) for who, spent in minutes.most_common() if spent]
