"""What technicians and requesters do, one thing after the other, with pauses in which others get in their way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from time import monotonic
from typing import Any, Literal

from console.robots.door import Door, GivenUp, Turned
from console.robots.markup import Element, parse
from console.robots.tab import Tab

RENEW = 3.0  # seconds after which what somebody does is said again
WRITING = (0.3, 2.5)  # seconds that a message takes to write
CUT = (0.0, 0.03)  # seconds after which a request is cut, when it is
CUT_SHARE, REPEAT_SHARE, FILE_SHARE = 0.08, 0.08, 0.15
LOOKS_UP = 0.5  # share of replies before which their author looks at what came meanwhile
MOST_STOPS = 5  # stops of one reply by the guard; then its author lets it be
VALUES = {"status": ("open", "pending", "resolved"), "priority": ("low", "normal", "high", "urgent")}
SAID = (
    "Thank you, I am looking into it.",
    "The log shows the same error twice.",
    "Please try it again after a restart.",
    "It works on the other machine.",
    "Could you send the exact wording?",
    "I have asked the vendor about this.",
)
Act = Callable[[], Awaitable[None]]


class Robot:
    """Somebody with one page open. `tickets` are the numbers they may open."""

    tab: Tab

    def __init__(self, index: int, door: Door, tickets: Sequence[int], chance: Random) -> None:
        self.index, self.door, self.tickets, self.chance = index, door, list(tickets), chance
        self.tally = door.tally
        self._commands = 0

    def acts(self) -> dict[Act, int]:
        """What this robot can do, with weights."""
        raise NotImplementedError

    async def begin(self) -> None:
        """Open the first page. Raises GivenUp, Turned."""
        self.tab = Tab(self.door, self.chance.choice(self.tickets), str(self.index))
        await self.tab.open()

    async def work(self, until: float, gap: float) -> None:
        """Act about once in `gap` seconds until this moment of the monotonic clock."""
        acts = self.acts()
        due = monotonic() + self.chance.expovariate(1 / gap)
        while max(due, monotonic()) < until:
            await asyncio.sleep(max(0, due - monotonic()))
            due += self.chance.expovariate(1 / gap)  # not from when the act is over: acting takes time, the pace stays
            (act,) = self.chance.choices(list(acts), list(acts.values()))
            try:
                await act()
            except (GivenUp, Turned):
                pass  # counted where it happened; a person would go on with something else

    async def end(self) -> None:
        await self.tab.close()
        await self.door.close()

    async def switch(self) -> None:
        """Leave the ticket and open another one, or the same again."""
        await self.tab.close()
        self.tab = Tab(self.door, self.chance.choice(self.tickets), str(self.index))
        while True:
            try:
                await self.tab.open()
                return
            except GivenUp:
                continue

    async def break_off(self) -> None:
        self.tab.drop()

    async def say(self, kind: Literal["reply", "note"], path: str, fields: dict[str, Any], **more: Any) -> None:
        """Send a message that carries a mark; a stop by the guard is reviewed, and the message sent again."""
        mark = self.tally.begin(kind, self.tab.number, self.index, str(self.index))
        message = self.tally.messages[mark]
        fields["body"] = f"{self.chance.choice(SAID)} ({mark})"
        try:
            for _ in range(MOST_STOPS):
                message.sent_at = monotonic()
                stop = await self.command(path, fields, mark=mark, **more)
                if stop is None:
                    message.state = "answered"
                    return
                self.tally.counts["stopped"] += 1
                head = int(stop["guard"]["head"])
                await self.tab.review(head)
                fields["seen"] = str(max(self.tab.page.last, head))
        finally:
            if message.state != "answered":
                message.state = "given up"
                self.tally.counts["given_up"] += 1

    async def command(
        self, path: str, fields: dict[str, Any], *, mark: str = "", file: tuple[str, bytes] | None = None
    ) -> dict[str, Any] | None:
        """Send a command with an id, now and then cut off and sent again, or twice. Gives what a 409 says, otherwise None."""
        tab, self._commands = self.tab, self._commands + 1
        fields |= {"command_id": f"robot-{self.tally.run}-{self.index}-{self._commands}"}
        fields |= {"last": str(tab.page.last), "epoch": tab.page.epoch}
        self.tally.counts["sent"] += 1
        cut = self.chance.uniform(*CUT) if self.chance.random() < CUT_SHARE else None
        if cut is not None and mark:
            self.tally.messages[mark].clean = False
        answer = await self.door.post(tab.path + path, fields, file=file, cut_after=cut)
        self.tally.counts["answered"] += 1
        if answer.status_code == 409:
            stopped: dict[str, Any] = answer.json()
            return stopped
        tab.receive(answer.json())
        if self.chance.random() < REPEAT_SHARE:
            self.tally.counts["repeated"] += 1
            again = await self.door.post(tab.path + path, fields, file=file)
            if again.status_code != 200:
                self.tally.fail(f"{tab.path}{path}: the same command sent again was answered {again.status_code}")
        return None

    async def writing(self, state: str) -> None:
        """Take the time that writing takes, saying so."""
        left = self.chance.uniform(*WRITING)
        while left > 0:
            await self.tab.intend(state)
            await asyncio.sleep(min(left, RENEW))
            left -= RENEW


class Technician(Robot):
    """`colleagues` are e-mail addresses for notes to call."""

    colleagues: Sequence[str] = ()

    def acts(self) -> dict[Act, int]:
        return {
            self.reply: 24,
            self.note: 16,
            self.change: 22,
            self.draft: 8,
            self.look: 6,
            self.switch: 14,
            self.go_away: 5,
            self.break_off: 5,
        }

    async def reply(self) -> None:
        seen = self.tab.page.last
        await self.writing("reply")
        if self.chance.random() < LOOKS_UP:
            seen = self.tab.page.last
        await self.say("reply", "/replies", {"seen": str(seen)})
        await self.tab.intend("viewing")

    async def note(self) -> None:
        await self.writing("note")
        others = [each for each in self.colleagues if each != self.door.account.email]
        notify = [self.chance.choice(others)] if others and self.chance.random() < 0.6 else []
        await self.say("note", "/notes", {"notify": notify})
        await self.tab.intend("viewing")

    async def change(self) -> None:
        """Open the picker of a field, and choose another value than the one it shows."""
        field = self.chance.choice(("status", "priority", "technician"))
        await self.tab.intend(f"field:{field}")
        listed = parse((await self.door.get(f"{self.tab.path}/choices/{field}")).text)
        options = [each.attributes for each in _all(listed, "li")]
        now = next((each["data-value"] for each in options if each["aria-selected"] == "true"), "")
        values = VALUES.get(field) or [each["data-value"] for each in options]
        value = self.chance.choice([each for each in values if each != now] or [now])
        self.tally.field_commands[self.tab.number, field] += 1
        if await self.command(f"/{field}", {"value": value, "before": now}) is not None:
            self.tally.counts["merged"] += 1  # somebody else was faster; theirs is kept
        await self.tab.intend("viewing")

    async def draft(self) -> None:
        """Write something that is kept, and now and then throw it away."""
        own = (await self.door.get(f"{self.tab.path}/draft")).json()
        await self.writing("reply")
        text = f"Not finished yet (inside-{self.tally.run}-{self.index}-0)"
        kept = await self.door.post(
            f"{self.tab.path}/draft", {"version": str(own["version"]), "mode": "reply", "body": text}
        )
        if kept.status_code == 200 and self.chance.random() < 0.5:
            await self.door.post(f"{self.tab.path}/draft/discard", {})

    async def look(self) -> None:
        await self.door.post(f"{self.tab.path}/views", {"seen": str(self.tab.page.last)})

    async def go_away(self) -> None:
        """Leave the page in the background, close the laptop for a moment, and come back."""
        await self.tab.intend("away")
        await self.tab.disconnect()
        await asyncio.sleep(self.chance.uniform(0.5, 3))
        self.tab.connect()


class Requester(Robot):
    def acts(self) -> dict[Act, int]:
        return {self.reply: 60, self.switch: 20, self.break_off: 10}

    async def reply(self) -> None:
        await asyncio.sleep(self.chance.uniform(*WRITING))
        file = None
        if self.chance.random() < FILE_SHARE:
            file = ("measured.txt", json.dumps([self.chance.random() for _ in range(20)]).encode())
        await self.say("reply", "/replies", {}, file=file)


def _all(root: Element, tag: str) -> list[Element]:
    return [each for each in root.walk() if each.tag == tag]
