"""What the cast does with drafts on ticket 1."""

from __future__ import annotations

from typing import Any

from console.desk import draft as drafts
from console.desk.actions import drafting
from console.desk.draft import OwnDraft, SharedDraft
from desk.acts import Acts


class Desks:
    def __init__(self, acts: Acts) -> None:
        self.desk, self.cast = acts.desk, acts.cast

    def of(self, who: str, number: int = 1) -> OwnDraft:
        return self.desk.database.read_now(drafts.mine, number, self.cast[who].id)

    def shared(self) -> dict[str, SharedDraft]:
        return {each.author.name: each for each in self.desk.database.read_now(drafts.shared, 1)}

    def saves(self, who: str, body: str, version: int | None = None, mode: str = "reply", **named: Any) -> None:
        known = self.of(who).version if version is None else version
        self.desk.run(drafting.save, 1, self.cast[who], version=known, mode=mode, body=body, **named)

    def discards(self, who: str) -> None:
        self.desk.run(drafting.discard, 1, self.cast[who])

    def restores(self, who: str) -> None:
        self.desk.run(drafting.restore, 1, self.cast[who])

    def shares(self, who: str, on: bool = True) -> None:
        self.desk.run(drafting.share, 1, self.cast[who], on=on)

    def comments(self, who: str, author: str, body: str) -> None:
        self.desk.run(drafting.comment, 1, self.cast[who], author_id=self.cast[author].id, body=body)

    def takes(self, who: str, author: str) -> None:
        self.desk.run(drafting.take_over, 1, self.cast[who], author_id=self.cast[author].id)
