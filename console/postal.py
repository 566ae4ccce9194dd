"""What the settings say about mail, as the desk understands it. A setting that can't be meant is refused at the start."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

from console.config import Settings
from console.desk.post import ADDRESS, TELLS, Post
from console.mail.places import LISTENING, SENDING, checked, place
from console.mail.sender import Sender

_NAME = re.compile(r"\.[a-z]{2,}$")  # the host has a name, and no number


class WrongSetting(Exception):
    """This setting can't be meant so; the sentence says why."""


def post_of(settings: Settings) -> Post:
    """Raises WrongSetting."""
    _check_places(settings)
    host = urlsplit(settings.address).hostname or ""
    tells = frozenset(_words(settings.mail_tells))
    if tells - TELLS:
        raise WrongSetting(
            f"mail_tells: there is no {', '.join(sorted(tells - TELLS))}; possible are {', '.join(sorted(TELLS))}."
        )
    return Post(
        address=_address(
            "mail_address", settings.mail_address or f"support@{host if _NAME.search(host) else 'localhost'}"
        ),
        departments=_departments(settings.mail_departments),
        department=settings.mail_department,
        trusted=frozenset(_words(settings.mail_trusted_authserv)),
        tells=tells,
        closes_after=timedelta(days=settings.close_after_days),
        thanks_stay_resolved=settings.thanks_stay_resolved,
        mailboxes=tuple(place(each).name for each in settings.mail_imap.split()),
    )


def _check_places(settings: Settings) -> None:
    try:
        for each in settings.mail_imap.split():
            place(each)
    except ValueError as wrong:
        raise WrongSetting(f"mail_imap: {wrong}.") from None
    for name, kinds in (("mail_smtp", SENDING), ("mail_listen", LISTENING)):
        if value := getattr(settings, name):
            try:
                checked(value, kinds)
            except ValueError as wrong:
                raise WrongSetting(f"{name}: {wrong}.") from None


def sender_of(settings: Settings) -> Sender:
    return Sender(post_of(settings), settings.desk_name, settings.address, settings.language)


def _departments(value: str) -> dict[str, str]:
    found = {}
    for each in (piece.strip() for piece in value.split(",") if piece.strip()):
        address, mark, name = each.partition("=")
        if not mark or not name.strip():
            raise WrongSetting(f"mail_departments: {each!r} is not an address, an = and the name of a department.")
        found[_address("mail_departments", address.strip())] = name.strip()
    return found


def _address(name: str, value: str) -> str:
    if ADDRESS.fullmatch(value) is None or "+" in value:
        raise WrongSetting(f"{name}: {value!r} is no address that the desk can have; it has no + in it.")
    return value.lower()


def _words(value: str) -> list[str]:
    return [word.lower() for word in re.split(r"[,\s]+", value) if word]
