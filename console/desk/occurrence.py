"""What a note or a reply tells of the work besides its words: when it happened, how long it took, what solved it, and who
is to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from console.desk.errors import N_, Invalid

SOLUTION_LIMIT = 10_000  # characters
MOST_MINUTES = 100_000
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
FAST_CLOCKS = timedelta(minutes=5)  # of the author's device


@dataclass(frozen=True, slots=True)
class Occurrence:
    """`occurred_at`: aware; None for the moment it is written. `minutes`: time spent. `visible`: requesters may read it;
    `by_mail`: they get it by mail too. None for these two is what is usual: a reply is visible, a note is not, and
    what is visible goes by mail.
    """

    occurred_at: datetime | None = None
    minutes: int | None = None
    solution: str = ""
    visible: bool | None = None
    by_mail: bool | None = None


USUAL = Occurrence()


def tells(given: Occurrence, kind: Literal["reply", "note"]) -> bool:
    """Whether it says more than a reply or a note always does."""
    unusual = bool(given.visible) if kind == "note" else given.by_mail is False
    return bool(unusual or given.occurred_at or given.minutes or given.solution.strip())


def moment(text: str) -> datetime | None:
    """The moment of this ISO 8601 text, in UTC if it names no zone; None for "". Raises Invalid."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(N_("%(value)s is not a possible value here."), field="occurred_at", value=text[:40]) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def checked(given: Occurrence, kind: Literal["reply", "note"], now: datetime) -> Occurrence:
    """The same with nothing left open. Raises Invalid."""
    visible = kind == "reply" if given.visible is None else given.visible
    by_mail = visible if given.by_mail is None else given.by_mail
    if kind == "reply" and not visible:
        raise Invalid(N_("A reply is always visible to the requester. Write a note instead."), field="visible")
    if by_mail and not visible:
        raise Invalid(N_("Only what the requester may see can be sent by email."), field="email")
    if given.occurred_at is not None and given.occurred_at > now + FAST_CLOCKS:
        raise Invalid(N_("It can’t have happened in the future."), field="occurred_at")
    if given.occurred_at is not None and given.occurred_at < EARLIEST:
        value = given.occurred_at.date().isoformat()
        raise Invalid(N_("%(value)s is not a possible value here."), field="occurred_at", value=value)
    if given.minutes is not None and not 0 <= given.minutes <= MOST_MINUTES:
        raise Invalid(N_("Between 0 and %(limit)s minutes are possible here."), field="minutes", limit=MOST_MINUTES)
    solution = given.solution.replace("\0", "").replace("\r\n", "\n").strip()
    if len(solution) > SOLUTION_LIMIT:
        raise Invalid(
            N_("The solution has %(length)s characters; at most %(limit)s are possible."),
            field="solution",
            length=len(solution),
            limit=SOLUTION_LIMIT,
        )
    return Occurrence(given.occurred_at, given.minutes or None, solution, visible, by_mail)
