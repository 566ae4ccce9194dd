"""A report as CSV: one table with everything that its page shows, in the reader's language."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from console.desk.errors import N_
from console.desk.reports import Report
from console.desk.tallies import Figures, Took
from console.language import catalogue, translate

BOM = "\ufeff"  # without it spreadsheets take the letters for those of another alphabet
# A spreadsheet would run a cell that begins with one of these.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
HEADINGS = (
    N_("Grouped by"),
    N_("Name"),
    N_("Tickets created"),
    N_("Tickets resolved"),
    N_("Tickets reopened"),
    N_("Open at the end"),
    N_("First response, median (minutes)"),
    N_("First response, 90th percentile (minutes)"),
    N_("Resolution, median (minutes)"),
    N_("Resolution, 90th percentile (minutes)"),
)
GROUPS = {
    "technician": (N_("Technician"), N_("Nobody")),
    "department": (N_("Department"), ""),
    "company": (N_("Company"), N_("No company")),
    "application": (N_("Application"), N_("No application")),
}
TOTAL, DAY = N_("All"), N_("Day")


def lines(report: Report, language: str) -> Iterator[str]:
    """The file, line by line."""
    yield BOM + _line([translate(language, each) for each in HEADINGS])
    span = f"{report.span.first} – {report.span.last}"
    yield _line([translate(language, TOTAL), span, *_figures(report.total)])
    for day in report.days:
        yield _line([translate(language, DAY), day.date.isoformat(), *_figures(day.figures)])
    for part in report.parts:
        group, nobody = GROUPS[part.dimension]
        for row in part.rows:
            name = translate(language, nobody) if row.name is None else harmless(row.name)
            yield _line([translate(language, group), name, *_figures(row.figures)])
        if part.rest is not None:
            count, figures = part.rest
            others = catalogue(language).ngettext("%(num)s other", "%(num)s others", count) % {"num": count}
            yield _line([translate(language, group), others, *_figures(figures)])


def harmless(text: str) -> str:
    """Text as a cell that is no formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULAS) else text


def _figures(figures: Figures) -> list[str | int]:
    counts = [figures.created, figures.resolved, figures.reopened, figures.backlog]
    return [*counts, *_took(figures.first_response), *_took(figures.resolution)]


def _took(took: Took | None) -> tuple[int | str, int | str]:
    return ("", "") if took is None else (took.half, took.most)


def _line(cells: list[str | int] | list[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
