"""A mail's way in: kept, parsed apart, filed. Whatever ends the process in between, the next one goes on from there."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, select
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError, StatementError

from console.desk.actions import keeping_mail
from console.desk.actions.taking_in import file_mail, release_mail, result_of
from console.desk.attachment import FileStore
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NoRoom, NotFound
from console.desk.mail import Failure, Mail, Outcome, Party, Sort
from console.desk.people import Person
from console.desk.signed import signer
from console.desk.tables import inbound
from console.mail import authentication
from console.mail.apart import Unreadable
from console.mail.parse import NoMessage
from console.mail.parsed import Address, Parsed
from console.mail.tongue import written_in

log = logging.getLogger(__name__)

RAW_BYTES = 30 << 20  # largest mail
TROUBLE = (OSError, NoRoom, SQLAlchemyError)  # the desk's, not a mail's: it is filed later
LONGEST_ID = 240  # characters of a Message-ID; of a longer one a digest is kept
MESSAGE_FILE = "message.txt"  # the whole text of a mail whose words are too many
SORTS: dict[str, Sort] = {
    "human": "human",
    "list": "list",
    "auto_reply": "automatic",
    "auto_generated": "automatic",
    "bounce": "bounce",
    "complaint": "complaint",
}
_TRACE = (
    b"received:",
    b"delivered-to:",
    b"x-original-to:",
    b"return-path:",
    b"envelope-to:",
    b"authentication-results:",
)


class Parser(Protocol):
    def parse(self, raw: bytes) -> Parsed:
        """Raises NoMessage, Unreadable."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a mail as `console mail receive` tells it, and what it says; None if it can't be parsed."""

    told: dict[str, Any]
    parsed: Parsed | None


@dataclass(frozen=True, slots=True)
class Intake:
    """Where mail goes in. `own` are addresses of the desk besides those of its settings."""

    desk: Desk
    files: FileStore
    parser: Parser
    characters: int
    own: frozenset[str] = frozenset()

    def keep(
        self,
        raw: bytes,
        source: str,
        recipients: Sequence[str] = (),
        *,
        uidvalidity: int | None = None,
        uid: int | None = None,
    ) -> int:
        """Keep the bytes and commit; gives the mail's id. It can't be lost any more. Raises NoRoom, DBAPIError."""
        key = self.files.keep(raw)
        try:
            made = self.desk.run(
                keeping_mail.keep_mail,
                key=key,
                size_bytes=len(raw),
                source=source,
                recipients=recipients,
                uidvalidity=uidvalidity,
                uid=uid,
            ).made
        except BaseException:
            self.files.forget(key)
            raise
        assert made is not None
        if self._key(made) != key:
            self.files.forget(key)
        return made

    def file(self, inbound_id: int) -> Received:
        """Parse a kept mail and file it. One that can't be is held after three attempts. Raises what is in TROUBLE."""
        key, recipients, state = self.desk.database.read_now(_kept, inbound_id)
        if state != "received":
            return Received(self._told(inbound_id), None)
        raw = self.files.read(key)
        attempt = self.desk.run(keeping_mail.begin_parsing, inbound_id).made or 0
        try:
            return self._parse_and_file(inbound_id, key, raw, recipients)
        except Exception as problem:
            if isinstance(problem, TROUBLE) and not _is_of_the_mail(problem):
                raise
            # The mail's own fault, or ours: it must not hold up the others.
            log.warning("mail %s could not be filed", inbound_id, exc_info=not isinstance(problem, Unreadable))
            if attempt < keeping_mail.ATTEMPTS:
                return self.file(inbound_id)
            words = str(problem) if isinstance(problem, Unreadable) else type(problem).__name__
            self.desk.run(keeping_mail.hold_unparsed, inbound_id, words)
            return Received(self._told(inbound_id), None)

    def _parse_and_file(self, inbound_id: int, key: str, raw: bytes, recipients: Sequence[str]) -> Received:
        try:
            parsed = self.parser.parse(raw)
        except NoMessage:
            return self._refuse(inbound_id, key, "not_a_message", None)
        if sum(each.size for each in parsed.attachments) > self.files.message_bytes:
            return self._refuse(inbound_id, key, "too_large", parsed)
        mail = self._mail(inbound_id, raw, parsed, recipients)
        try:
            self.desk.run(file_mail, mail)
        except BaseException:
            self.files.drop(list(mail.files))
            raise
        told = self._told(inbound_id)
        if told.get("result") not in ("created", "appended"):
            self.files.drop(list(mail.files))
        return Received(told, parsed)

    def release(self, inbound_id: int, actor: Person) -> dict[str, Any]:
        """File a mail of the quarantine; gives what became of it. Raises NotFound, Invalid if it can't be read."""
        key, recipients, _ = self.desk.database.read_now(_kept, inbound_id)
        raw = self.files.read(key)
        try:
            parsed = self.parser.parse(raw)
        except (NoMessage, Unreadable):
            raise Invalid(N_("This mail still can’t be read. It can be downloaded as it came.")) from None
        mail = self._mail(inbound_id, raw, parsed, recipients)
        try:
            self.desk.run(release_mail, mail, actor)
        except BaseException:
            self.files.drop(list(mail.files))
            raise
        return self._told(inbound_id)

    def _told(self, inbound_id: int) -> dict[str, Any]:
        return self.desk.database.read_now(result_of, inbound_id) or {}

    def _key(self, inbound_id: int) -> str:
        return self.desk.database.read_now(_kept, inbound_id)[0]

    def _refuse(self, inbound_id: int, key: str, reason: str, parsed: Parsed | None) -> Received:
        self.desk.run(keeping_mail.forget_mail, inbound_id)
        self.files.forget(key)
        return Received(Outcome("rejected", reason).as_json(), parsed)

    def _mail(self, inbound_id: int, raw: bytes, parsed: Parsed, recipients: Sequence[str]) -> Mail:
        body, files = (
            parsed.reply or parsed.text,
            [self.files.save_mailed(each.filename, each.content) for each in parsed.attachments],
        )
        if len(body) > self.characters:
            files.append(self.files.save_mailed(MESSAGE_FILE, body.encode()))
            body = f"{body[: self.characters - 1].rstrip()}…"
        signs = self.desk.database.read_now(signer)
        author = parsed.sender
        copied = {each.address: each for each in (*parsed.to, *parsed.cc)}
        return Mail(
            inbound_id=inbound_id,
            mail_id=mail_id(parsed.message_id, raw),
            author=_party(author),
            sort=SORTS[parsed.kind.name],
            subject=parsed.subject,
            body=body,
            quoted=parsed.quoted if parsed.reply else "",
            signature=parsed.signature,
            has_html=parsed.html is not None,
            files=files,
            addressed=tuple(dict.fromkeys([*recipients, *parsed.delivered_to, *copied])),
            copied=tuple(Party(each.address, each.name) for each in copied.values()),
            in_reply_to=parsed.in_reply_to,
            references=parsed.references,
            own=self.own | {*recipients, *parsed.delivered_to},
            verdict=authentication.verdict(parsed.authentication, self.desk.post.trusted, author),
            is_own_loop=signs.loop_mark() in parsed.loop,
            no_answer=parsed.no_answer,
            spam=bool(parsed.spam),
            failure=_failure(parsed),
            forwarded=_party(parsed.forwarded),
            language=written_in(f"{parsed.subject}\n{parsed.reply or parsed.text}"),
        )


def _is_of_the_mail(problem: Exception) -> bool:
    """Whether the database refused what the mail says, and would refuse it again."""
    return isinstance(problem, DataError | IntegrityError) or type(problem) is StatementError


def mail_id(message_id: str | None, raw: bytes) -> str:
    """What tells a mail from others: its Message-ID, or a digest of what no way changes."""
    if message_id and len(message_id) <= LONGEST_ID:
        return message_id
    if message_id:
        return f"long.{hashlib.sha256(message_id.encode()).hexdigest()}"
    lines, skipping = [], False
    head, mark, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    for line in head.split(b"\n"):
        if not line.startswith((b" ", b"\t")):
            skipping = line.lower().startswith(_TRACE)
        if not skipping:
            lines.append(line)
    lasting = b"\n".join(lines) + mark + body.rstrip()
    return f"none.{hashlib.sha256(lasting).hexdigest()}"


def _kept(connection: Connection, inbound_id: int) -> tuple[str, list[str], str]:
    query = select(inbound.c.key, inbound.c.recipients, inbound.c.state).where(inbound.c.id == inbound_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return row.key, json.loads(row.recipients), row.state


def _party(address: Address | None) -> Party | None:
    return None if address is None else Party(address.address, address.name)


def _failure(parsed: Parsed) -> Failure | None:
    found = parsed.kind.bounce
    if found is None:
        return (
            None if parsed.complained_of is None else Failure((), None, permanent=False, mail_id=parsed.complained_of)
        )
    return Failure(found.recipients, found.status, found.kind == "permanent", found.original_message_id)
