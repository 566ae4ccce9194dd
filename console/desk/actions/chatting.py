"""Chats: asking for one, answering, saying lines, joining, handing over, ending. One chat at a time on a ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import exists, insert, select, update

from console.desk import access, letter, look, message, options, people
from console.desk import ticket as rules
from console.desk.change import Change, Receipt
from console.desk.chat import LINE
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.kinds import Audience
from console.desk.message import Draft
from console.desk.people import Person, Side
from console.desk.tables import activity, chat, chat_person, person

CHAT_WAITS = "chat_waits"  # the follower that ends the wait for an answer
WAITS = timedelta(minutes=3)
OVER = N_("This chat is over.")


def ask(desk: Desk, number: int, actor: Person, *, audience: Audience, command_id: str | None = None) -> Receipt:
    """Ask the other side for a chat. If the other side has asked, that is a yes. Raises NotFound, Invalid."""
    with desk.change(number, actor, command_id) as change:
        side = _enter(change, actor, audience)
        if not options.load(change.connection).chat:
            raise Invalid(N_("Chat is switched off."))
        if rules.category(change.ticket.status) == "closed":
            raise Invalid(N_("This request is closed. Please open a new one."))
        found = _live(change)
        if found is None:
            _ask(change, actor, side)
        elif found.state == "asked" and found.asked_side != side:
            _open(change, found, actor, side)
    return change.receipt


def answer(
    desk: Desk, number: int, actor: Person, *, audience: Audience, accept: bool, command_id: str | None = None
) -> Receipt:
    """Accept or decline what the other side asked for. Raises NotFound, Invalid if it waits no more."""
    with desk.change(number, actor, command_id) as change:
        side = _enter(change, actor, audience)
        found = _live(change)
        if found is None or found.state != "asked" or found.asked_side == side:
            raise Invalid(N_("This chat request is not waiting any more."))
        if accept:
            _open(change, found, actor, side)
        else:
            _finish(change, found, "declined", "chat_declined", side)
    return change.receipt


def say(
    desk: Desk, number: int, actor: Person, *, audience: Audience, draft: Draft, command_id: str | None = None
) -> Receipt:
    """Say a line. A technician who was not in the chat joins it. Raises NotFound, Invalid."""
    with desk.change(number, actor, command_id) as change:
        side = _enter(change, actor, audience)
        found = _open_one(change)
        if side == "technician":
            _join(change, found.id, actor)
            change.set(**rules.after_answered(change.ticket, change.at))
        else:
            message.take_part(change)
            moved = rules.after_requester_wrote(change.ticket.activity_status)
            change.set(activity_status=moved, last_public_side="requester")
        said = message.add(change, "chat", side, draft)
        change.append(LINE, side=side, message_id=said)
        change.hint("chat", actor.id)  # the mark of the last line begins anew
        if audience == "staff":
            look.go_along(change)
    return change.receipt


def join(desk: Desk, number: int, actor: Person, *, command_id: str | None = None) -> Receipt:
    """Be in a chat that goes on, as a technician. Raises NotFound, Invalid."""
    with desk.change(number, actor, command_id) as change:
        if _enter(change, actor, "staff") != "technician":
            raise Invalid(N_("You write on this ticket as its requester."))
        _join(change, _open_one(change).id, actor)
    return change.receipt


def hand_over(desk: Desk, number: int, actor: Person, *, to: int, command_id: str | None = None) -> Receipt:
    """Give a chat to another technician of the department, who is notified. Raises NotFound, Invalid."""
    with desk.change(number, actor, command_id) as change:
        _enter(change, actor, "staff")
        found = _open_one(change)
        able = {who.id for who, _ in access.technicians(change.connection, change.ticket.department_id)}
        if to not in able:
            raise Invalid(N_("Choose a technician of this department."), field="value")
        if to != found.technician_id:
            change.connection.execute(update(chat).where(chat.c.id == found.id).values(technician_id=to))
            _put_in(change, found.id, to)
            change.append("chat_handed_over", side="technician", to=to)
            if to != actor.id:
                change.notify(to, "chat_handed_over")
    return change.receipt


def end(desk: Desk, number: int, actor: Person, *, audience: Audience, command_id: str | None = None) -> Receipt:
    """End a chat, or take a request for one back. What is over stays so. Raises NotFound."""
    with desk.change(number, actor, command_id) as change:
        side = _enter(change, actor, audience)
        found = _live(change)
        if found is not None:
            _finish(change, found, "ended", "chat_ended", side)
    return change.receipt


def end_with_ticket(change: Change, side: Side | None) -> None:
    """End the chat, if there is one, of a ticket that is closed by the change that is open."""
    found = _live(change)
    if found is not None:
        _finish(change, found, "ended", "chat_ended", side)


def give_up(desk: Desk, chat_id: int) -> Receipt:
    """Nobody has answered for too long. A chat that was answered stays as it is."""
    number = desk.database.read_now(_number, chat_id)
    with desk.change(number, None) as change:
        found = _live(change)
        if found is not None and found.id == chat_id and found.state == "asked":
            _finish(change, found, "unanswered", "chat_unanswered", None)
    return change.receipt


def mark(desk: Desk, number: int, actor: Person, *, audience: Audience, got: int, saw: int) -> Receipt:
    """Note up to which public number this side has got and seen the lines. It never goes back.

    Of technicians only those in the chat count: a requester does not learn that somebody else looks at the ticket. Of the
    other side only those who take part: a colleague who reads along has seen nothing in the requester's place.
    """
    with desk.change(number, actor) as change:
        side = _enter(change, actor, audience)
        found = _live(change)
        theirs = side == "requester" and access.takes_part(change.connection, actor.id, change.ticket)
        counts = found is not None and (theirs or _is_in(change, found.id, actor.id))
        if counts and found.state == "open":
            values = _marks(change, found, side, got, saw)
            if values:
                change.connection.execute(update(chat).where(chat.c.id == found.id).values(values))
                change.hint("chat", actor.id)
    return change.receipt


def _marks(change: Change, found: Any, side: Side, got: int, saw: int) -> dict[str, Any]:
    """The columns that move; nobody has got more than there is."""
    head = change.ticket.public_seq
    values: dict[str, Any] = {}
    if min(got, head) > getattr(found, f"{side}_got"):
        values[f"{side}_got"] = min(got, head)
    if min(saw, head) > getattr(found, f"{side}_saw"):
        values |= {f"{side}_saw": min(saw, head), f"{side}_saw_at": change.at}
    return values


def _enter(change: Change, actor: Person, audience: Audience) -> Side:
    """The side on which `actor` acts, by the authorship rule. Raises NotFound."""
    if not access.may_open(change.connection, actor, change.ticket, audience):
        raise NotFound
    return "requester" if audience == "public" else people.side_of(actor, change.ticket)


def _live(change: Change) -> Any:
    if change.ticket.chat_id is None:
        return None
    return change.connection.execute(select(chat).where(chat.c.id == change.ticket.chat_id)).one()


def _open_one(change: Change) -> Any:
    found = _live(change)
    if found is None or found.state != "open":
        raise Invalid(OVER, field="body")
    return found


def _ask(change: Change, actor: Person, side: Side) -> None:
    values = {
        "ticket_number": change.ticket.number,
        "state": "asked",
        "asked_side": side,
        "asker_id": actor.id,
        "technician_id": actor.id if side == "technician" else None,
        "asked_at": change.at,
        **dict.fromkeys(("technician_got", "technician_saw", "requester_got", "requester_saw"), 0),
    }
    made = change.connection.execute(insert(chat).values(values).returning(chat.c.id)).scalar_one()
    change.set(chat_id=made)
    change.append("chat_asked", side=side, chat=made)
    change.errand(CHAT_WAITS, str(made), after=WAITS)
    if side == "technician":
        _put_in(change, made, actor.id)
        _write(change, "chat_asked")
    else:
        for each in _wanted(change) - {actor.id}:
            change.notify(each, "chat_asked")


def _wanted(change: Change) -> set[int]:
    """Who is called when a requester wants to chat: who has the ticket, otherwise everybody who may open it."""
    able = {who.id for who, _ in access.technicians(change.connection, change.ticket.department_id)}
    return {change.ticket.technician_id} & able or able


def _open(change: Change, found: Any, actor: Person, side: Side) -> None:
    values: dict[str, Any] = {"state": "open", "opened_at": change.at}
    if side == "technician":
        values["technician_id"] = actor.id
        _put_in(change, found.id, actor.id)
    change.connection.execute(update(chat).where(chat.c.id == found.id).values(values))
    change.append("chat_accepted", side=side)


def _join(change: Change, chat_id: int, actor: Person) -> None:
    if _put_in(change, chat_id, actor.id):
        change.append("chat_joined", side="technician")


def _is_in(change: Change, chat_id: int, person_id: int) -> bool:
    there = select(chat_person).where(chat_person.c.chat_id == chat_id, chat_person.c.person_id == person_id)
    return bool(change.connection.execute(select(exists(there))).scalar_one())


def _put_in(change: Change, chat_id: int, person_id: int) -> bool:
    """False if they are in it already."""
    if _is_in(change, chat_id, person_id):
        return False
    change.connection.execute(insert(chat_person).values(chat_id=chat_id, person_id=person_id))
    return True


def _finish(change: Change, found: Any, state: str, kind: str, side: Side | None) -> None:
    change.connection.execute(update(chat).where(chat.c.id == found.id).values(state=state, ended_at=change.at))
    change.set(chat_id=None)
    change.append(kind, side=side, chat=found.id)
    said = select(activity).where(
        activity.c.ticket_number == change.ticket.number, activity.c.kind == LINE, activity.c.at >= found.asked_at
    )
    if state == "ended" and change.connection.execute(select(exists(said))).scalar_one():
        _write(change, "transcript")


def _write(change: Change, kind: str) -> None:
    query = select(person.c.email).where(person.c.id == change.ticket.requester_id, person.c.active)
    address = change.connection.execute(query).scalar_one_or_none()
    if address is not None and kind in change.post.tells:
        letter.file(change, kind, change.ticket.requester_id, address)


def _number(connection: Any, chat_id: int) -> int:
    return int(connection.execute(select(chat.c.ticket_number).where(chat.c.id == chat_id)).scalar_one())
