"""What processes tell each other of a ticket, as text: their part of presence there. Whatever can't be read says nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from console.desk.people import Who
from console.presence.place import Claim, Part, Presented
from console.presence.states import is_state


class Told(msgspec.Struct, array_like=True):
    """A `Presented` on the line; `since` in microseconds of 1970."""

    id: int
    name: str
    initials: str
    hue: int
    state: str
    order: int
    since: int


class Claimed(msgspec.Struct, array_like=True):
    order: int
    id: int
    name: str
    initials: str
    hue: int


class Field(msgspec.Struct, omit_defaults=True):
    """A `Part` on the line: presented entries and the claim."""

    p: list[Told]
    c: Claimed | None = None


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Field).decode


def field(own: Part) -> str:
    """What is told of a part; "" if there is nothing to tell."""
    if not own.presented:
        return ""
    told = [
        Told(each.who.id, each.who.name, each.who.initials, each.who.hue, each.state, each.order, micros(each.since))
        for each in own.presented
    ]
    return _encode(Field(told, None if own.claim is None else claimed(own.claim))).decode()


def part(field: str | None) -> Part:
    """What a field of another process says; whatever can't be read says nothing."""
    if not field:
        return Part()
    try:
        found = _decode(field)
        presented = tuple(
            Presented(Who(each.id, each.name, each.initials, each.hue), each.state, each.order, moment(each.since))
            for each in found.p
            if is_state(each.state)
        )
    except (msgspec.DecodeError, OverflowError, OSError, ValueError):
        return Part()
    said = found.c
    claim = None if said is None else Claim(said.order, Who(said.id, said.name, said.initials, said.hue))
    return Part(presented, claim)


def claimed(claim: Claim) -> Claimed:
    return Claimed(claim.order, claim.who.id, claim.who.name, claim.who.initials, claim.who.hue)


def micros(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)


def moment(since: int) -> datetime:
    return datetime.fromtimestamp(since / 1_000_000, UTC)
