"""/reports: what happened in the departments of a lead over a span of days, as a page and as a table for other programs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from console.desk import report_choices, reports, span
from console.desk.errors import Invalid
from console.desk.people import Person
from console.desk.plan import calendar_of
from console.desk.report_choices import NARROWING
from console.desk.report_rows import Asked
from console.desk.reports import Report
from console.desk.span import Span
from console.language import translate
from console.viewer import Viewer
from console.web.door import house, page
from console.web.report_scales import scale_of
from console.web.report_table import lines

FIELDS = ("days", "from", "to", *NARROWING)

Values = Mapping[str, str]  # by field, as they were sent


async def show(request: Request, viewer: Viewer) -> Response:
    desk, values = house(request).desk, _values(request)
    problem: dict[str | None, str] = {}
    try:
        await desk.read(_asked, viewer.person, values, desk.clock())
    except Invalid as wrong:
        problem = {wrong.field: translate(viewer.language, wrong.sentence, **wrong.named)}

    def context(connection: Connection) -> Mapping[str, Any]:
        known = {"problem": problem, "usual": span.USUAL, "zone": calendar_of(connection, None).zone}
        within = report_choices.places(connection, viewer.person)
        if problem:
            return {
                **known,
                "report": None,
                "values": values,
                "offered": _offered(connection, viewer.person, within, None, None),
            }
        asked, wanted, usual = _asked(connection, viewer.person, values, desk.clock())
        report = reports.read(connection, asked, wanted)
        sent = {**values, "from": str(wanted.first), "to": str(wanted.last), "days": str(usual or "")}
        return {
            **known,
            "report": report,
            "values": sent,
            "offered": _offered(connection, viewer.person, within, asked, report),
            "scale_of": scale_of,
            "export": _address("/reports.csv", sent),
            "lately": lambda days: _address("/reports", {**sent, "days": str(days), "from": "", "to": ""}),
        }

    return await page(request, viewer, "reports/index.html", context, 422 if problem else 200)


async def export(request: Request, viewer: Viewer) -> Response:
    """The figures of the page as CSV. Raises Invalid."""
    desk, values = house(request).desk, _values(request)

    def read(connection: Connection) -> Report:
        asked, wanted, _ = _asked(connection, viewer.person, values, desk.clock())
        return reports.read(connection, asked, wanted)

    report = await desk.read(read)

    async def body() -> AsyncIterator[str]:
        for line in lines(report, viewer.language):
            yield line

    name = f"report-{report.span.first}-{report.span.last}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(body(), media_type="text/csv", headers=headers)


_offered = report_choices.offered


def _asked(connection: Connection, viewer: Person, values: Values, now: datetime) -> tuple[Asked, Span, int | None]:
    """Which tickets, which days, and how many of them it always is. Raises Invalid."""
    zone = calendar_of(connection, None).zone
    wanted, usual = span.asked(
        values["days"], values["from"], values["to"], now.astimezone(ZoneInfo(zone)).date(), zone
    )
    within = report_choices.places(connection, viewer)
    return report_choices.chosen(connection, viewer, within, values), wanted, usual


def _values(request: Request) -> Values:
    return {name: request.query_params.get(name, "").replace("\0", "").strip() for name in FIELDS}


def _address(path: str, values: Values) -> str:
    return f"{path}?{urlencode({name: value for name, value in values.items() if value})}"
