"""Fields of a ticket: status, assigned technician, priority, type, impact, application and module.

Setting what is already so changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.desk import access, guard, letter, look, people
from console.desk import ticket as rules
from console.desk.actions import chatting, choosing, following
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Changed, Invalid, NotFound
from console.desk.people import Person, Side

KIND_OF = {
    "status": "status_changed",
    "technician": "assigned",
    "priority": "priority_changed",
    "type": "type_changed",
    "impact": "impact_changed",
    "application": "application_changed",
    "module": "module_changed",
}
CLOSING = "closing"  # the follower that closes what stayed resolved
COLUMN_OF = {field: f"{field}_id" for field in ("technician", *choosing.FIELDS)}  # where it is not the field's name


def set_field(
    desk: Desk,
    number: int,
    actor: Person,
    *,
    field: str,
    value: str | None,
    before: str | None = None,
    command_id: str | None = None,
    body_hash: str | None = None,
) -> Receipt:
    """Set `status`, `priority`, `type` or `impact` to a slug, `technician`, `application` or `module` to an id.

    None or "" clears the impact and what is named by an id. Another application clears the module of the former one.

    `before` is the value that the editor saw ("" for nothing): if another holds by now, they have to choose. None: they
    saw none, and the last one to set a field wins. Raises Invalid, NotFound, Changed.
    """
    with desk.change(number, actor, command_id, body_hash) as change:
        if not access.may_open(change.connection, actor, change.ticket, "staff"):
            raise NotFound
        _check(change, field, value or "")
        now = str(getattr(change.ticket, COLUMN_OF.get(field, field)) or "")
        if before is not None and now not in (before, value or ""):
            raise Changed(field, now, value or "")
        _apply(change, actor, field, value)
        look.go_along(change)
    return change.receipt


def set_fields(
    desk: Desk,
    number: int,
    actor: Person,
    *,
    values: Mapping[str, str | None],
    seen: int | None = None,
    command_id: str | None = None,
    body_hash: str | None = None,
) -> Receipt:
    """Set several fields in one change, or none of them. `technician` is an e-mail address, `application` and `module`
    are names.

    A status among them is guarded: `seen` is the highest number its author had seen. Raises Invalid, NotFound, Missed.
    """
    with desk.change(number, actor, command_id, body_hash) as change:
        if not access.may_open(change.connection, actor, change.ticket, "staff"):
            raise NotFound
        if "status" in values:
            guard.check(change, actor, seen, "staff")
        for field in sorted(values, key=lambda name: name == "module"):  # which modules there are, the application says
            value = values[field]
            if field == "technician":
                value = _technician(change, value)
            elif field in choosing.FIELDS:
                value = str(choosing.found(change, field, value or None) or "")
            _check(change, field, value or "")
            _apply(change, actor, field, value)
        look.go_along(change)
    return change.receipt


def _technician(change: Change, email: str | None) -> str | None:
    """The id of the technician with this address, as `set_field` takes it. Raises Invalid."""
    if email is None:
        return None
    known = access.technicians(change.connection, change.ticket.department_id)
    found = [str(each.id) for each, address in known if address == email.lower()]
    if not found:
        raise Invalid(N_("Only technicians who may open this ticket can be assigned."), field="technician")
    return found[0]


def _apply(change: Change, actor: Person, field: str, value: str | None) -> None:
    side = people.side_of(actor, change.ticket)
    if field == "status":
        move_status(change, value or "", side)
    elif field == "technician":
        _assign(change, value, side)
    elif field in choosing.FIELDS:
        choosing.choose(change, field, int(value) if value else None, side)
    else:
        set_slug(change, field, value or None, side)


def move_status(change: Change, status: str | None, side: Side | None) -> None:
    """Set the status inside a change that is already open; None leaves it."""
    if status is None or status == change.ticket.status:
        return
    if status not in rules.STATUSES:
        raise Invalid(N_("%(value)s is not a possible value here."), field="status", value=status)
    before = change.ticket.status
    change.set(status=status, **rules.stamps(change.ticket, status, change.at))
    change.append("status_changed", side=side, **{"from": before, "to": status})
    following.tell(change, "status_changed")
    kind = rules.category(status)
    letter.tell(change, kind if kind in letter.STRONGER else "status_changed")
    if kind == "resolved":
        change.errand(CLOSING, str(change.ticket.number), after=change.post.closes_after)
    if kind == "closed":
        chatting.end_with_ticket(change, side)


def _check(change: Change, field: str, value: str) -> None:
    """Whether the field may take this value. Raises Invalid."""
    if field == "technician":
        able = {str(each.id) for each, _ in access.technicians(change.connection, change.ticket.department_id)}
        if value and value not in able:
            raise Invalid(N_("Only technicians who may open this ticket can be assigned."), field=field)
    elif field in choosing.FIELDS:
        choosing.found(change, field, choosing.id_in(value))
    elif value not in rules.FIELDS[field] and not (field == "impact" and not value):
        raise Invalid(N_("%(value)s is not a possible value here."), field=field, value=value)


def set_slug(change: Change, field: str, value: str | None, side: Side | None) -> None:
    """Set `priority`, `type` or `impact` inside a change that is already open."""
    before = getattr(change.ticket, field)
    if value == before:
        return
    change.set(**{field: value})
    change.append(KIND_OF[field], side=side, **{"from": before, "to": value})


def _assign(change: Change, value: str | None, side: Side) -> None:
    before, after = change.ticket.technician_id, int(value) if value else None
    if before != after:
        change.set(technician_id=after)
        change.append("assigned", side=side, **{"from": before, "to": after})
        if after is not None and change.actor is not None and after != change.actor.id:
            letter.call(change, after, "assigned")
