"""The page of one ticket."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from console import fragments
from console.config import Settings
from console.desk import chat, options, tags
from console.desk.chat import Mark
from console.desk.kinds import KINDS
from console.fragments import Renderer, Stretch
from console.viewer import Viewer
from console.web.door import house, number_in, page
from console.web.drafts import on_page as drafts_on_page
from console.web.following import own


async def show(request: Request, viewer: Viewer) -> Response:
    renderer, number, settings = house(request).renderer, number_in(request), house(request).settings

    def context(connection: Connection) -> Mapping[str, Any]:
        stretch = fragments.whole(connection, number, viewer.person, "staff")
        composing = {"limits": limits(settings, settings.message_files)}
        written = drafts_on_page(connection, number, viewer.person.id)
        mine: dict[str, Any] = {"known_tags": tags.known(connection, viewer.person)}
        mine |= {"own": own(connection, number, viewer.person), "options": options.load(connection)}
        mark = chat.marks(connection, number)["technician"] if stretch.ticket.chat else None
        return {**shown(renderer, stretch, viewer.language, mark), **composing, **written, **mine}

    return await page(request, viewer, "tickets/show.html", context)


def limits(settings: Settings, files: int) -> dict[str, int]:
    """What a message may carry, for the composer: characters, bytes of its files, number of files."""
    return {"characters": settings.comment_characters, "bytes": settings.message_bytes, "files": files}


def shown(renderer: Renderer, stretch: Stretch, language: str, mark: Mark | None = None) -> dict[str, Any]:
    """What a ticket's page is made of: its values and the functions that render its parts; `mark` is the chat's."""
    return {
        "chat_entries": [each for each in stretch.entries if KINDS[each.kind].chat],
        "chat_line": partial(renderer.entry, block="chat", language=language),
        "chat_mark": renderer.chat_mark(mark, language),
        "ticket": stretch.ticket,
        "epoch": stretch.epoch,
        "entries": stretch.entries,
        "thread": partial(renderer.entry, block="thread", language=language),
        "line": partial(renderer.entry, block="line", language=language),
        "panel": partial(renderer.panel, stretch.ticket, language=language),
    }
