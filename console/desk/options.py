"""What an admin has switched, for the whole desk."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace

from sqlalchemy import Connection, select

from console.desk.tables import option


@dataclass(frozen=True, slots=True)
class Options:
    """`chat`: technicians and requesters may chat. `occurrences`: notes and replies may tell more than words, and notes
    may be visible. `staff_names`: requesters see who of the staff writes; otherwise it is the department.
    `ratings`: requesters are asked how it was when their request is resolved.
    `occurrence_sender`: the address that letters about occurrences are from; "" for the desk's.
    """

    chat: bool = True
    occurrences: bool = True
    staff_names: bool = True
    ratings: bool = True
    occurrence_sender: str = ""


SWITCHES = ("chat", "occurrences", "staff_names", "ratings")
_NAMES = {each.name for each in fields(Options)}


def load(connection: Connection) -> Options:
    known = {row.name: json.loads(row.value) for row in connection.execute(select(option)) if row.name in _NAMES}
    return replace(Options(), **known)
