"""Asking for something in the portal: a new request of one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from console.desk import applications, asking, letter, message, people
from console.desk.actions import opening
from console.desk.applications import Key
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, InvalidForm, NotFound
from console.desk.message import Draft
from console.desk.people import Person

T = TypeVar("T")


def ask(
    desk: Desk,
    actor: Person,
    *,
    subject: str,
    draft: Draft,
    department: str = "",
    priority: str = "normal",
    application: Key | None = None,
    module: Key | None = None,
    command_id: str | None = None,
) -> Receipt:
    """Open a ticket of the actor's own, and confirm it by mail.

    Raises NotFound for those who came by the link in a mail, InvalidForm with everything that is wrong.
    """
    if actor.only is not None:
        raise NotFound
    with desk.change(None, actor, command_id) as change:
        wrong: list[Invalid] = []
        title = _tried(wrong, lambda: opening.checked_subject(subject))
        about = _tried(wrong, lambda: applications.chosen(change.connection, actor.id, application, module))
        place = _tried(wrong, lambda: _department(change, department))
        _tried(wrong, lambda: opening.check_value("priority", priority))
        _tried(wrong, lambda: message.checked(draft))
        if wrong:
            raise InvalidForm(wrong)
        assert title is not None and about is not None and place is not None
        opening.begin(change, actor, title, draft, place, actor.id, about, priority=priority)
        letter.confirm(change, actor.id, actor.email)
    return change.receipt


def _tried(wrong: list[Invalid], check: Callable[[], T]) -> T | None:
    try:
        return check()
    except Invalid as refusal:
        wrong.append(refusal)
        return None


def _department(change: Change, name: str) -> int:
    """The department that was chosen; where requesters choose none, the one of the desk's mail."""
    offered = asking.departments(change.connection)
    if not offered:
        return opening.department_for(change, change.post.department)
    found = people.find_department(change.connection, name) if name in offered else None
    if found is None:
        raise Invalid(N_("Choose a department."), field="department")
    return found
