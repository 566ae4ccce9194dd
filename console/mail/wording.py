"""The words of each kind of letter: their own in every language, until an admin writes others.

A text has placeholders in braces. A line that holds nothing but `{message}`, `{missed}`, `{link}` or `{rating}` becomes what
was said, what the author had not seen, the way to the ticket, or the question how it was. Nothing in a text is a program.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from console.desk.errors import N_, Invalid
from console.desk.tables import wording
from console.language import translate

SUBJECT_LIMIT, BODY_LIMIT = 200, 5_000  # characters
BLOCKS = ("message", "missed", "link", "rating")  # stand alone on their line
PLACEHOLDERS = ("number", "subject", "name", "author", "desk", "status", "days", "old", *BLOCKS)
_PLACEHOLDER = re.compile(r"\{([a-z_]{1,20})\}")


@dataclass(frozen=True, slots=True)
class Wording:
    subject: str
    body: str


_SUBJECT = N_("[#{number}] {subject}")

# What a kind says when nobody wrote anything else.
DEFAULTS: dict[str, Wording] = {
    "confirmation": Wording(
        _SUBJECT,
        N_(
            "Hello {name},\n\nwe have received your request and gave it the number #{number}. "
            "Whoever looks into it answers you by email. To add something, just reply to this mail.\n\n{link}"
        ),
    ),
    "follow_up": Wording(
        _SUBJECT,
        N_(
            "Hello {name},\n\nyour request #{old} is closed, so we opened a new one with the number #{number}, "
            "and noted that it goes on from there. To add something, just reply to this mail.\n\n{link}"
        ),
    ),
    "replied": Wording(_SUBJECT, N_("{author} replied to your request:\n\n{message}\n\n{link}")),
    "recorded": Wording(_SUBJECT, N_("{author} noted this on your request:\n\n{message}\n\n{link}")),
    "chat_asked": Wording(
        _SUBJECT,
        N_("{author} would like to chat with you about request #{number}. Open it to accept or decline.\n\n{link}"),
    ),
    "transcript": Wording(
        _SUBJECT, N_("This is what was said in the chat about request #{number}:\n\n{message}\n\n{link}")
    ),
    "requester_replied": Wording(_SUBJECT, N_("{author} wrote on request #{number}:\n\n{message}\n\n{link}")),
    "status_changed": Wording(_SUBJECT, N_("Request #{number} is now: {status}.\n\n{link}")),
    "resolved": Wording(
        _SUBJECT,
        N_(
            "{message}\n\nRequest #{number} is resolved. If it is not, tell us within {days} days: "
            "reply to this mail, or open the request and choose “It is not solved”.\n\n{link}\n\n{rating}"
        ),
    ),
    "closed": Wording(
        _SUBJECT,
        N_(
            "{message}\n\nRequest #{number} is closed. If you need more help, just write to us: "
            "a reply to this mail opens a new request that refers to this one.\n\n{link}"
        ),
    ),
    "noted": Wording(_SUBJECT, N_("{author} called you in a note on #{number}:\n\n{message}\n\n{link}")),
    "assigned": Wording(_SUBJECT, N_("{author} assigned #{number} to you.\n\n{message}\n\n{link}")),
    "requester_told": Wording(_SUBJECT, N_("{author} wrote on #{number}:\n\n{message}\n\n{link}")),
    "missed": Wording(
        _SUBJECT,
        N_(
            "Your reply to #{number} was not sent, because this had arrived before it:\n\n{missed}\n\n"
            "Your words are kept as your draft on the ticket.\n\n{link}"
        ),
    ),
    "sign_in_link": Wording(
        N_("Your link to sign in"),
        N_(
            "Hello {name},\n\nthis link signs you in to your requests at {desk}. It is good once, for an hour.\n\n"
            "{link}\n\nIf you did not ask for it, you need not do anything."
        ),
    ),
    "too_large": Wording(
        N_("Your mail was too large"),
        N_(
            "Hello,\n\nyour mail “{subject}” was too large for us, so it was not stored. "
            "Please send it again with smaller files, or without them."
        ),
    ),
}


def words_for(connection: Connection, kind: str, language: str) -> Wording:
    """What a letter of this kind says in this language."""
    query = select(wording.c.subject, wording.c.body).where(wording.c.kind == kind, wording.c.language == language)
    row = connection.execute(query).one_or_none()
    return default(kind, language) if row is None else Wording(row.subject, row.body)


def default(kind: str, language: str) -> Wording:
    own = DEFAULTS[kind]
    return Wording(translate(language, own.subject), translate(language, own.body))


def checked(subject: str, body: str) -> Wording:
    """What an admin wrote, if it can be a letter. Raises Invalid."""
    subject, body = " ".join(subject.split()), body.replace("\r\n", "\n").strip()
    for field, text, limit in (("subject", subject, SUBJECT_LIMIT), ("body", body, BODY_LIMIT)):
        if not text or len(text) > limit:
            raise Invalid(N_("Between 1 and %(limit)s characters are possible here."), field=field, limit=limit)
        for name in _PLACEHOLDER.findall(text):
            if name not in PLACEHOLDERS or (field == "subject" and name in BLOCKS):
                raise Invalid(N_("%(value)s is not a possible value here."), field=field, value=f"{{{name}}}")
    return Wording(subject, body)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled; one that has no value is left out."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)


def paragraphs(body: str, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """The body in its paragraphs: (`text`, words), or the name of a block and "". What would be empty is left out."""
    result = []
    for part in re.split(r"\n{2,}", body):
        found = _PLACEHOLDER.fullmatch(part.strip())
        if found is not None and found[1] in BLOCKS:
            result.append((found[1], ""))
        elif words := fill(part, values).strip():
            result.append(("text", words))
    return result
