"""The roles that a person can have. Apart from everything else, so that a command can name them before the desk is loaded."""

from __future__ import annotations

from typing import Literal

Role = Literal["requester", "technician", "lead", "admin"]
ROLES: tuple[Role, ...] = ("requester", "technician", "lead", "admin")
STAFF: tuple[Role, ...] = ("technician", "lead", "admin")
