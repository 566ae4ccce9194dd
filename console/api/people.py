"""GET /people: who takes part in the desk, for technicians' programs."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, func, or_, select
from starlette.requests import Request
from starlette.responses import Response

from console.api.door import house, json, whole
from console.api.problems import Problem
from console.desk.errors import N_
from console.desk.tables import company, department, membership, person
from console.viewer import Viewer

PAGE, MOST = 50, 200  # people
TYPED = 80  # characters of `q` that are looked at


class Listed(msgspec.Struct, frozen=True):
    """An active person; `departments` are names, none for requesters."""

    id: int
    name: str
    email: str
    role: str
    company: str | None
    departments: tuple[str, ...]


async def index(request: Request, viewer: Viewer) -> Response:
    """The people whose name or address contains `q`, in the order they came; for staff only."""
    if not viewer.person.is_staff:
        raise Problem(403, N_("Only technicians may see this."))
    limit, behind = whole(request, "limit", PAGE, MOST, least=1), whole(request, "cursor", 0)
    typed = request.query_params.get("q", "")[:TYPED].replace("\0", "").strip().lower()

    def load(connection: Connection) -> Any:
        found = _people(connection, typed, behind, limit + 1)
        shown = found[:limit]
        return {"items": shown, "next": str(shown[-1].id) if len(found) > limit else None}

    return json(await house(request).desk.read(load))


def _people(connection: Connection, typed: str, behind: int, limit: int) -> list[Listed]:
    query = (
        select(person.c.id, person.c.name, person.c.email, person.c.role, company.c.name.label("company"))
        .outerjoin(company, company.c.id == person.c.company_id)
        .where(person.c.active, person.c.id > behind)
        .order_by(person.c.id)
        .limit(limit)
    )
    if typed:
        columns = (func.lower(person.c.name), person.c.email)
        query = query.where(or_(*(each.contains(typed, autoescape=True) for each in columns)))
    rows = connection.execute(query).all()
    places: dict[int, list[str]] = {row.id: [] for row in rows}
    member = (
        select(membership.c.person_id, department.c.name).join(department).where(membership.c.person_id.in_(places))
    )
    for who, name in connection.execute(member.order_by(department.c.name)):
        places[who].append(name)
    return [Listed(row.id, row.name, row.email, row.role, row.company, tuple(places[row.id])) for row in rows]
