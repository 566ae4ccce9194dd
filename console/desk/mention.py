"""@name in a note: which technicians it means. A name that may not open the ticket is an error, not silence."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import Connection

from console.desk import access
from console.desk.errors import N_, Invalid
from console.desk.markdown import code_removed
from console.desk.people import Who

# An @ that starts a word and is followed by a letter; a letter before it makes it part of an e-mail address.
_AT = re.compile(r"(?<![\w.@/+-])@(?=[^\W\d_])")
_WORD = re.compile(r"[\w'’-]+")


def notified(connection: Connection, department_id: int, emails: Iterable[str], body: str) -> list[Who]:
    """The technicians named by address in @Notify or by name in the text, each once. Raises Invalid for anybody else."""
    able = access.technicians(connection, department_id)
    by_email = {email: who for who, email in able}
    found: dict[int, Who] = {}
    for email in emails:
        person = by_email.get(email.strip().lower())
        if person is None:
            raise Invalid(
                N_("%(name)s can't be notified: only technicians who may open this ticket can."),
                field="notify",
                name=email.strip(),
            )
        found[person.id] = person
    for person in _in_text(body, [who for who, _ in able], frozenset(found)):
        found[person.id] = person
    return list(found.values())


def _in_text(body: str, able: list[Who], chosen: frozenset[int]) -> Iterable[Who]:
    text = code_removed(body)
    longest_first = sorted((re.escape(who.name) for who in able), key=len, reverse=True)
    full_name = re.compile(f"(?:{'|'.join(longest_first)})(?!\\w)", re.IGNORECASE)
    for at in _AT.finditer(text):
        rest = text[at.end() : at.end() + 130]
        whole, word = full_name.match(rest) if able else None, _WORD.match(rest)
        if whole:
            meant = [who for who in able if who.name.casefold() == whole[0].casefold()]
        else:
            meant = [who for who in able if word and who.name.split()[0].casefold() == word[0].casefold()]
        # of several with this name, those chosen in @Notify are meant, who may be more than one
        meant = meant if len(meant) == 1 else [who for who in meant if who.id in chosen] or meant
        named = "@" + (whole[0] if whole else word[0] if word else rest[:20])
        if not meant:
            raise Invalid(
                N_("%(name)s can't be notified: only technicians who may open this ticket can."),
                field="body",
                name=named,
            )
        if len(meant) > 1 and not {who.id for who in meant} <= chosen:
            raise Invalid(
                N_("More than one technician is called %(name)s. Choose in Notify whom you mean."),
                field="body",
                name=named,
            )
        yield from meant


def spellings(people: Iterable[Who]) -> tuple[str, ...]:
    """How these people may be named behind an @: full names first, so that the longest is marked."""
    everybody = sorted(people, key=lambda who: who.name)
    return tuple(dict.fromkeys([who.name for who in everybody] + [who.name.split()[0] for who in everybody]))
