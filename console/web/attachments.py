"""/attachments: the files of messages. Who may read the message may read the file; nobody else learns that it exists."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Row, select
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from console.desk import access
from console.desk.errors import NotFound
from console.desk.people import Person
from console.desk.tables import attachment, message, ticket
from console.viewer import Viewer
from console.web.door import house
from console.web.forms import plain

# Whatever a file claims to be, it runs nothing and loads nothing.
LOCKED = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


async def show(request: Request, viewer: Viewer) -> Response:
    place = house(request)
    row = await place.desk.read(find, viewer.person, plain(request.path_params["key"]))
    place_of_it = "inline" if row.media_type.startswith("image/") else "attachment"
    return FileResponse(
        place.files.path(row.key),
        media_type=row.media_type,
        headers={
            "content-disposition": f"{place_of_it}; filename*=UTF-8''{quote(row.name, safe='')}",
            "content-security-policy": LOCKED,
        },
    )


def find(connection: Connection, person: Person, key: str) -> Row[Any]:
    """The attachment's row. Raises NotFound, also for those who may not read its message."""
    query = (
        select(attachment, message.c.kind, message.c.state, message.c.ticket_number)
        .join(message, message.c.id == attachment.c.message_id)
        .where(attachment.c.key == key)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound
    about = connection.execute(select(ticket).where(ticket.c.number == row.ticket_number)).one()
    public = row.kind != "note" and row.state == "sent"
    if access.may_open(connection, person, about, "staff") or (
        public and access.may_open(connection, person, about, "public")
    ):
        return row
    raise NotFound
