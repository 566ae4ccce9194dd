"""/settings/sla: how soon the desk promises to answer, and when it works. For admins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from console.desk import plan
from console.desk.actions import promising
from console.desk.clocks import CLOCKS
from console.desk.errors import N_, Invalid, NotFound
from console.desk.people import Person
from console.desk.plan import Targets
from console.desk.tables import calendar, department, target
from console.desk.ticket import PRIORITIES
from console.language import translate
from console.viewer import Viewer
from console.web import times
from console.web.door import house, page, see_other
from console.web.forms import Sent, sent

PLACE = "/settings/sla"
URGENT_FIRST = tuple(reversed(PRIORITIES))
DAYS = range(7)
HOLIDAYS = 400  # dates
SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose promises are shown: those of one department, or of all that have none of their own."""

    id: int | None
    name: str


async def show(request: Request, viewer: Viewer) -> Response:
    return await _page(request, viewer, request.query_params.get("department", ""))


async def save(request: Request, viewer: Viewer) -> Response:
    """`act` is targets, hours, or forget-targets and forget-hours of a `department`; the rest is what the page asks for."""
    desk = house(request).desk
    async with sent(request) as form:
        whose = form.text("department")
        place = (await desk.read(_scope, whose)).id
        try:
            await _do(request, viewer.person, form, place)
        except Invalid as wrong:
            problem = translate(viewer.language, wrong.sentence, **wrong.named)
            typed = {name: form.text(name) for name in form.form}
            return await _page(request, viewer, whose, 422, problem={wrong.field: problem}, typed=typed)
    return see_other(PLACE if place is None else f"{PLACE}?department={place}")


async def _do(request: Request, actor: Person, form: Sent, place: int | None) -> None:
    desk, act = house(request).desk, form.text("act")
    if act == "targets":
        await desk.do(promising.set_targets, actor, place=place, targets=_targets(form))
    elif act == "hours":
        zone, weekly = form.text("zone").strip(), [_spans(form, day) for day in DAYS]
        await desk.do(
            promising.set_hours, actor, place=place, zone=zone, weekly=weekly, holidays=_holidays(form.text("holidays"))
        )
    elif act in ("forget-targets", "forget-hours") and place is not None:
        table = target if act == "forget-targets" else calendar
        await desk.do(promising.forget, actor, place=place, table=table)
    else:
        raise Invalid(N_("%(value)s is not a possible value here."), field="act", value=act[:40])


def _targets(form: Sent) -> dict[str, Targets]:
    return {
        priority: Targets(**{clock: times.minutes(form, f"{priority}-{clock}") for clock in CLOCKS})
        for priority in PRIORITIES
    }


def _spans(form: Sent, day: int) -> list[tuple[int, int]]:
    name, spans = f"day-{day}", []
    for text in filter(None, (each.strip() for each in form.text(name).split(","))):
        found = SPAN.fullmatch(text)
        if found is None or int(found[2]) > 59 or int(found[4]) > 59:
            raise Invalid(N_("Write hours like 09:00-13:00, 14:00-18:00."), field=name)
        spans.append((int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])))
    return spans


def _holidays(text: str) -> list[date]:
    found = []
    for word in text.replace(",", " ").split():
        try:
            found.append(date.fromisoformat(word))
        except ValueError:
            raise Invalid(N_("%(value)s is no date like 2026-12-25."), field="holidays", value=word[:40]) from None
    if len(found) > HOLIDAYS:
        raise Invalid(N_("A calendar has at most %(limit)s holidays."), field="holidays", limit=HOLIDAYS)
    return found


async def _page(
    request: Request,
    viewer: Viewer,
    whose: str,
    status: int = 200,
    *,
    problem: Mapping[str | None, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    def context(connection: Connection) -> Mapping[str, Any]:
        scope = _scope(connection, whose)
        return {
            "scope": scope,
            "departments": [Scope(row.id, row.name) for row in connection.execute(_DEPARTMENTS)],
            "own_targets": scope.id is not None and plan.has_own(connection, target, scope.id),
            "own_hours": scope.id is not None and plan.has_own(connection, calendar, scope.id),
            "values": {**_written(connection, scope.id), **(typed or {})},
            "problem": problem or {},
            "priorities": URGENT_FIRST,
            "clocks": CLOCKS,
            "zones": _zones(),
        }

    return await page(request, viewer, "settings/sla.html", context, status)


_DEPARTMENTS = select(department).order_by(department.c.name)


def _scope(connection: Connection, whose: str) -> Scope:
    """The department of this id, or all for "". Raises NotFound."""
    if not whose:
        return Scope(None, "")
    known = {str(row.id): Scope(row.id, row.name) for row in connection.execute(_DEPARTMENTS)}
    if whose not in known:
        raise NotFound
    return known[whose]


def _written(connection: Connection, place: int | None) -> dict[str, str]:
    """What holds for this department, or for all, as the fields of the page say it."""
    hours = plan.calendar_of(connection, place)
    values = {"zone": hours.zone, "holidays": "\n".join(each.isoformat() for each in sorted(hours.holidays))}
    for day, spans in enumerate(hours.weekly):
        values[f"day-{day}"] = ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in spans)
    for priority, targets in plan.targets_of(connection, place).items():
        for clock in CLOCKS:
            values[f"{priority}-{clock}"] = times.written(getattr(targets, clock))
    return values


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@cache
def _zones() -> tuple[str, ...]:
    """The zones worth offering: those named after a place."""
    return tuple(sorted(each for each in available_timezones() if "/" in each and not each.startswith("Etc/")))
