"""What the program writes about itself on its standard error: lines for people, or JSON for programs.

A line is one line, whatever somebody sent: line ends and control characters are escaped, so that nobody can write a line of
their own or colour an operator's terminal. Bodies, cookies, tokens and addresses of databases are never written.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

from console.config import Settings

# About whom and what the present task works.
request: ContextVar[str | None] = ContextVar("request", default=None)
person: ContextVar[int | None] = ContextVar("person", default=None)
ticket: ContextVar[int | None] = ContextVar("ticket", default=None)

CHATTY = ("websockets", "uvicorn", "asyncio", "multipart", "python_multipart")  # they would write headers, cookies too
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def begin(settings: Settings) -> None:
    """Write from now on, in this process, as the settings say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if settings.log_format == "json" else Plain())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def known() -> dict[str, str | int]:
    """The ids of the request, the person and the ticket, where they are known."""
    found = {"request": request.get(), "person": person.get(), "ticket": ticket.get()}
    return {name: value for name, value in found.items() if value is not None}


def escaped(text: str) -> str:
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class Plain(logging.Formatter):
    """A line for people; a traceback follows in lines that can't be mistaken for another entry."""

    def format(self, record: logging.LogRecord) -> str:
        about = "".join(f" {name}={value}" for name, value in known().items())
        line = f"{_moment(record)} {record.levelname} {record.name}:{about} {escaped(record.getMessage())}"
        if record.exc_info:
            traced = self.formatException(record.exc_info).split("\n")
            line += "".join(f"\n    {escaped(each)}" for each in traced)
        return line


class Json(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        found: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **known(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            found["exception"] = self.formatException(record.exc_info)
        return json.dumps(found, ensure_ascii=True, default=str)


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
