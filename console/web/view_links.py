"""/view: the link in a mail. It opens one ticket's public side for the person it was written to, and nothing else.

A mail scanner may follow it: it shows, and it does nothing. Technicians sign in instead, and may end the links of a ticket.
"""

from __future__ import annotations

from datetime import timedelta
from hmac import compare_digest

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from console import viewer as viewers
from console.desk import access, people
from console.desk.actions import signing
from console.desk.actions.closing import revoke_links
from console.desk.errors import NotFound
from console.desk.people import Person
from console.desk.ratings import SCALE
from console.desk.signed import signer
from console.desk.tables import view_link
from console.viewer import Viewer
from console.web.door import house, number_in, see_other, viewer_of
from console.web.forms import sent
from console.web.since import caught_up

LIVES = timedelta(days=30)  # from the last mail that had it


async def show(request: Request) -> Response:
    place, asked = house(request), request.path_params
    number, person_id, code = asked["number"], asked["person"], asked["code"]
    who, days = await place.desk.read(_holder, number, person_id, code, place.desk.clock())
    target = f"/portal/requests/{number}"
    if (rating := request.query_params.get("rating")) in SCALE:
        target += f"?rating={rating}"
    before = await viewer_of(request)
    if before is not None and await place.desk.read(_may_open, before.person, number):
        return see_other(target)
    cookie = signing.new_secret()
    left = before.session_id if before else None
    await place.desk.do(signing.sign_in, who, cookie=cookie, days=days, left=left, only=number)
    response = see_other(target)
    viewers.keep_cookie(response, cookie, days, place.settings.https)
    return response


async def revoke(request: Request, viewer: Viewer) -> Response:
    async with sent(request) as form:
        desk, command_id = house(request).desk, form.command_id
        receipt = await desk.do(revoke_links, number_in(request), viewer.person, command_id=command_id)
    return await caught_up(request, viewer, "staff", form, receipt.seq)


def _holder(connection: Connection, number: int, person_id: int, code: str, now: object) -> tuple[Person, int]:
    """Whom the link was written to, and for how many days it lives on. Raises NotFound."""
    wanted = (view_link.c.ticket_number == number) & (view_link.c.person_id == person_id)
    row = connection.execute(select(view_link).where(wanted)).one_or_none()
    person = None if row is None else people.load_person(connection, id=person_id)
    if row is None or person is None or person.is_staff:
        raise NotFound
    if not compare_digest(code.encode(), signer(connection).view_code(number, person_id, row.generation).encode()):
        raise NotFound
    left = row.mailed_at + LIVES - now
    if left <= timedelta(0) or not _may_open(connection, person, number):
        raise NotFound
    return person, max(1, left.days)


def _may_open(connection: Connection, person: Person, number: int) -> bool:
    try:
        access.find_ticket(connection, number, person, "public")
    except NotFound:
        return False
    return True
