"""What an admin has switched, for the whole desk."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace

from sqlalchemy import Connection, select

from console.desk.tables import option


@dataclass(frozen=True, slots=True)
class Options:
    """`chat`: technicians and requesters may chat; `occurrences`: notes may tell more than words and be visible."""

    chat: bool = True
    occurrences: bool = True


NAMES = tuple(each.name for each in fields(Options))


def load(connection: Connection) -> Options:
    known = {row.name: json.loads(row.value) for row in connection.execute(select(option)) if row.name in NAMES}
    return replace(Options(), **known)
