"""A letter leaves: its bytes are made at the first try and never change, and whatever happens to it can be seen."""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import SQLAlchemyError

from console.desk.actions import sending
from console.desk.attachment import FileStore
from console.desk.change import LETTER_LEAVES, Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, NoRoom, NotFound
from console.desk.tables import letter
from console.followers.errands import PutOff
from console.followers.runner import Team
from console.mail.composing import Dropped, Undeliverable, compose
from console.mail.outgoing import Unsendable, render
from console.mail.sender import Sender
from console.mail.transport import Doubtful, Permanent, Temporary, Transport
from console.templating import Templates

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
STOPPED, COMES_BACK = N_("The desk stopped while this left"), N_("Mail to this address comes back")
UNWRITTEN = N_("This mail could not be written")
PAUSES = tuple(timedelta(minutes=each) for each in (1, 5, 30, 120, 480))
# Sent again when nobody knows whether they arrived: who gets them twice has one Message-ID twice. Others are left in doubt.
WORTH_DOUBLING = ("replied", "requester_replied", "resolved", "closed")


@dataclass(frozen=True, slots=True)
class LetterLeaves:
    files: FileStore
    templates: Templates
    transport: Transport
    sender: Sender

    def run(self, desk: Desk, target: str) -> Receipt | None:
        """Send the letter with this id. Raises PutOff."""
        row = desk.database.read_now(_letter, int(target))
        if row.state not in ("queued", "leaving"):
            return None

        def settle(state: str, error: str | None = None) -> Receipt:
            return desk.run(sending.settle_letter, row.id, state, error)

        if row.state == "leaving" and row.kind not in WORTH_DOUBLING:
            return settle("unknown", STOPPED)
        try:
            raw, attempt = self._bytes(desk, row)
        except Dropped as why:
            return settle("dropped", str(why))
        except NotFound:  # its words were removed while they were written down
            return None
        except (Undeliverable, Unsendable):
            return settle("failed", COMES_BACK)
        except (SQLAlchemyError, NoRoom):
            raise
        except Exception:  # a file that is gone, a mistake of ours: told, as a letter that waits forever is not
            log.exception("letter %s could not be written", row.id)
            return settle("failed", UNWRITTEN)
        try:
            self.transport.send(self.sender.post.address, row.address, raw)
        except Permanent as problem:
            return settle("failed", str(problem))
        except Doubtful as problem:
            if row.kind not in WORTH_DOUBLING:
                return settle("unknown", str(problem))
            return self._later(desk, row, attempt, str(problem))
        except Temporary as problem:
            return self._later(desk, row, attempt, str(problem))
        return settle("sent")

    def _bytes(self, desk: Desk, row: Row[tuple[int]]) -> tuple[bytes, int]:
        """The letter's bytes, made now or before, once it is noted that it leaves."""
        if row.key is not None:
            raw, key = self.files.read(row.key), row.key
        else:
            generation = 0
            if row.ticket_number is not None:
                generation = desk.run(sending.renew_link, row.ticket_number, row.person_id).made or 0
            made = desk.database.read_now(compose, row, self.sender, desk.clock(), generation)
            raw = render(made, self.templates, self.files)
            key = self.files.keep(raw)
        desk.run(sending.begin_leaving, row.id, key)
        return raw, row.attempt + 1

    def _later(self, desk: Desk, row: Row[tuple[int]], attempt: int, error: str) -> Receipt:
        if attempt > len(PAUSES):
            return desk.run(sending.settle_letter, row.id, "failed", error)
        desk.run(sending.settle_letter, row.id, "queued", error)
        raise PutOff(PAUSES[attempt - 1] * random.uniform(0.8, 1.2), error)


def letter_team(letters: LetterLeaves) -> Team:
    """The team that sends: a large mail to a slow server takes its time, and holds up nothing else."""
    return Team({LETTER_LEAVES: letters.run}, LEASE)


def _letter(connection: Connection, letter_id: int) -> Row[tuple[int]]:
    return connection.execute(select(letter).where(letter.c.id == letter_id)).one()
