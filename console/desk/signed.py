"""What the desk signs: its Message-IDs, the addresses that are answered, the links in mails.

One key of the desk, HMAC with SHA-256, and a word for what is signed, so that one kind of mark is never good as another. A
reply token threads an answer and never shows anything; a view link shows one ticket's public side and never threads.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b32encode
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from console.desk.kinds import Audience
from console.desk.tables import signing_key

SHORT, LONG = 80, 128  # bits of a mark
_OWN_ID = re.compile(r"([1-9][0-9]{0,14}|0)\.([a-z2-7]{16})\.([a-z2-7]{16})@[^@\s<>]{1,200}")
_TOKEN = re.compile(r"([1-9][0-9]{0,14})\.([a-z2-7]{16})")
_ONLY_KEY = select(signing_key.c.value)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs and checks with the desk's key."""

    key: bytes

    def new_mail_id(self, number: int | None, domain: str) -> str:
        """A Message-ID without `<>` for a mail about this ticket, or about none. It counts nothing."""
        nonce = b32encode(secrets.token_bytes(10)).decode().lower()
        return f"{number or 0}.{nonce}.{self._mark('mail', number or 0, nonce)}@{domain}"

    def ticket_of_mail_id(self, mail_id: str) -> int | None:
        """The ticket of one of our Message-IDs; None if it is none, or forged."""
        found = _OWN_ID.fullmatch(mail_id)
        if found is None or not hmac.compare_digest(found[3], self._mark("mail", int(found[1]), found[2])):
            return None
        return int(found[1]) or None

    def is_own_mail_id(self, mail_id: str) -> bool:
        found = _OWN_ID.fullmatch(mail_id)
        return found is not None and hmac.compare_digest(found[3], self._mark("mail", int(found[1]), found[2]))

    def reply_token(self, number: int, person_id: int, audience: Audience) -> str:
        """What stands behind the `+` of the address that this person answers to."""
        return f"{number}.{self._mark('reply', number, person_id, audience)}"

    def view_code(self, number: int, person_id: int, generation: int) -> str:
        """The secret part of the link that opens a ticket's public side for this person."""
        return self._mark("view", number, person_id, generation, bits=LONG)

    def sign_in_code(self, mail_id: str, person_id: int) -> str:
        """The secret part of the link that signs this person in, once; it is in the mail with this id."""
        return self._mark("sign in", mail_id, person_id, bits=LONG)

    def image_code(self, inbound_id: int, number: int, until: int) -> str:
        """The secret part of the address of an inline image of a mail, good until that second."""
        return self._mark("image", inbound_id, number, until, bits=LONG)

    def loop_mark(self) -> str:
        """What the desk's mails carry, so that it knows them when they come back."""
        return self._mark("loop")

    def _mark(self, *signed: Any, bits: int = SHORT) -> str:
        digest = hmac.digest(self.key, "\0".join(map(str, signed)).encode(), "sha256")
        return b32encode(digest[: bits // 8]).decode().lower().rstrip("=")


def looks_own(mail_id: str) -> bool:
    """Whether it has the form of our Message-IDs, forged or not."""
    return _OWN_ID.fullmatch(mail_id) is not None


def ticket_in_token(token: str) -> int | None:
    """The ticket that a reply token names; whether it is genuine is another question."""
    found = _TOKEN.fullmatch(token)
    return None if found is None else int(found[1])


def signer(connection: Connection) -> Signer:
    """The desk's own; migrating a new desk makes its key."""
    return Signer(bytes.fromhex(connection.execute(_ONLY_KEY).scalar_one()))
