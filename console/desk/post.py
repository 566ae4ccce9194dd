"""How the desk takes part in mail: its addresses, whom it believes, what it sends. The settings say it; the desk asks here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*/=?^_`{|}~-]{1,60}@[A-Za-z0-9.-]{1,180}")  # one that the desk can write from
TELLS = frozenset(
    {
        "confirmation",
        "replied",
        "recorded",
        "chat_asked",
        "transcript",
        "requester_replied",
        "status_changed",
        "resolved",
        "closed",
    }
)


@dataclass(frozen=True, slots=True)
class Post:
    """`address` is where answers go, `departments` gives the department of each further address, `department` the one of
    all other mail ("": the first there is). `trusted`: hosts whose Authentication-Results count. `tells`: what requesters
    are told by mail. `mailboxes`: the names of those that it reads.
    """

    address: str = "support@localhost"
    departments: Mapping[str, str] = field(default_factory=dict)
    department: str = ""
    trusted: frozenset[str] = frozenset()
    tells: frozenset[str] = TELLS
    calls: bool = True  # whether technicians are written to about their notifications
    closes_after: timedelta = timedelta(days=4)  # a resolved ticket without an answer
    thanks_stay_resolved: bool = True
    mailboxes: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def own(self) -> frozenset[str]:
        """The desk's addresses, without the part behind a `+`."""
        return frozenset({self.address, *self.departments})

    def is_own(self, address: str, more: frozenset[str] = frozenset()) -> bool:
        return bare(address) in self.own or address in more or bare(address) in more

    def reply_address(self, token: str) -> str:
        name, _, domain = self.address.rpartition("@")
        return f"{name}+{token}@{domain}"

    def department_of(self, addresses: list[str]) -> str:
        """The department of the first address that has one."""
        found = (self.departments.get(bare(each)) for each in addresses)
        return next((each for each in found if each), self.department)


def bare(address: str) -> str:
    """The address without what stands behind a `+` in its local part."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def token_in(address: str) -> str:
    """What stands behind the `+`, or ""."""
    return address.rpartition("@")[0].partition("+")[2]
