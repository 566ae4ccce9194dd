"""A ticket about which staff know a good deal that its requesters must never learn, each fact marked by a random token."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any

import httpx2

from cast import email
from console.desk import escalation, tags
from console.desk.actions import escalating, offering, opening, setting_rules, staffing
from console.desk.actions.setting_rules import Wanted
from console.desk.message import Draft
from console.viewer import COOKIE
from web import tokens
from web.conftest import token
from web.test_matrix import ROUTES
from web.wire import RawSocket
from world import JSON, PATIENCE, World, http, send

NUMBER = 2
FIELDS = ("status", "technician", "type", "priority", "impact", "application", "module")
# Who is marked by a token in the name and in the address, and what they alone do.
STAFF = {
    "nora": "writes the note",
    "nils": "is called by the note",
    "kai": "is called by the visible note",
    "asa": "is assigned",
    "vera": "looks",
    "fay": "follows",
    "unni": "marks as unread",
    "rolf": "ends the links in mails",
    "dora": "drafts",
    "cilla": "comments on the draft",
    "wanda": "is on the ticket",
    "ida": "sets the impact",
    "tyra": "sets the type",
    "stig": "sets the status",
    "petra": "sets the priority",
    "quin": "writes the reply that waits",
}
WORDS = (
    "the note",
    "the note's file name",
    "the note's file",
    "the note's command",
    "the note's solution",
    "the department",
    "the draft",
    "the comment",
    "the application for others",
    "the module of it",
    "the rule",
    "the tag",
)
WAITING = ("the reply", "the reply's file name", "the reply's file", "the reply's command")


class Secrets:
    """Ticket 2 of Rhea, with Cora copied. `tokens` by what they mark; Ada may know all of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tokens = {name: tokens.token() for name in (*WORDS, *WAITING)}
        self.tokens |= {f"who {does}": tokens.token() for does in STAFF.values()}
        self.tokens |= {f"the address of who {does}": tokens.token() for does in STAFF.values()}
        self.tokens["the tag"] = self.tokens["the tag"][: tags.LONGEST]
        department = f"Team {self.tokens['the department']}"
        for name, does in STAFF.items():
            shown, address = f"{name.title()} {self.tokens[f'who {does}']}", email(self.address(name))
            world.desk.run(
                staffing.add_person, None, name=shown, email=address, role="technician", departments=[department]
            )
        world.desk.run(staffing.change_access, None, email=email("ada"), departments=["Support", department])
        self._offer_to(world.cast["ada"].departments - world.cast["ben"].departments)
        said = Draft("The scale shows **nothing**.", source="portal")
        world.desk.run(
            opening.open_ticket, world.cast["rhea"], subject="A silent scale", draft=said, department=department
        )
        self.reply("Is it plugged in?", cc=[email("cora")])

    def _offer_to(self, departments: Iterable[int]) -> None:
        """An application that people of these departments alone may choose."""
        run, root = self.world.desk.run, self.world.cast["root"]
        name, part = (self.tokens[each] for each in ("the application for others", "the module of it"))
        made = run(offering.add_application, root, name=name).made or 0
        run(offering.add_module, root, made, name=part)
        run(offering.offer_to, root, made, companies=[], departments=departments)

    def address(self, name: str) -> str:
        return self.tokens[f"the address of who {STAFF[name]}"]

    def reply(self, body: str, **more: Any) -> None:
        """Ada's public reply, which leaves at once: the marker that requesters do hear."""
        headers = {"authorization": f"Bearer {token(self.world, 'ada')}"}
        asked = {"kind": "reply", "body": body, **more}
        with http(base_url=self.world.url, headers=headers, timeout=PATIENCE) as ada:
            ada.post(f"/api/v1/tickets/{NUMBER}/messages", json=asked).raise_for_status()

    def work_among_staff(self, waiting: bool = True) -> None:
        """Everything that requesters must not notice at all; `waiting` leaves a reply in its window."""
        vera, nora, ida, tyra, quin = (
            self.world.browse(self.address(who)) for who in ("vera", "nora", "ida", "tyra", "quin")
        )
        send(vera, f"/tickets/{NUMBER}/views").raise_for_status()
        for who, door, sent in (
            ("fay", "following", {"on": 1}),
            ("unni", "unread", {}),
            ("rolf", "links/revocation", {}),
        ):
            send(self.world.browse(self.address(who)), f"/tickets/{NUMBER}/{door}", **sent).raise_for_status()
        self._draft()
        wanda = self.world.browse(self.address("wanda"))
        wanda.get(f"/tickets/{NUMBER}/since/0?intent=reply", headers=JSON).raise_for_status()
        called = [email("ada"), email(self.address("nils"))]
        self._say(nora, "notes", "the note", notify=called, solution=self.tokens["the note's solution"], minutes=5)
        for who in ("asa", "ada"):
            person = self.world.cast[self.address(who) if who in STAFF else who]
            send(nora, f"/tickets/{NUMBER}/technician", value=str(person.id)).raise_for_status()
        send(
            nora, f"/tickets/{NUMBER}/technician", value=str(self.world.cast[self.address("asa")].id)
        ).raise_for_status()
        self._escalate()
        send(ida, f"/tickets/{NUMBER}/impact", value="site").raise_for_status()
        send(tyra, f"/tickets/{NUMBER}/type", value="problem").raise_for_status()
        if waiting:
            self._say(quin, "replies", "the reply")

    def work_in_public(self) -> None:
        """What requesters may know, done by people whom they do not know; and whom it calls they may not."""
        called = [email(self.address("kai"))]
        shown = {"body": "Seen by all.", "solution": "Solved for all.", "minutes": 5, "visible": 1, "notify": called}
        send(self.world.browse("ada"), f"/tickets/{NUMBER}/notes", **shown).raise_for_status()
        send(self.world.browse(self.address("stig")), f"/tickets/{NUMBER}/status", value="pending").raise_for_status()
        petra = self.world.browse(self.address("petra"))
        send(petra, f"/tickets/{NUMBER}/priority", value="urgent").raise_for_status()

    def _escalate(self) -> None:
        """A rule of escalation acts, whose moment has come."""
        desk, wanted = (
            self.world.desk,
            Wanted(self.tokens["the rule"], tells_technician=True, tag=self.tokens["the tag"]),
        )
        made = desk.run(setting_rules.set_rule, self.world.cast["root"], None, wanted=wanted).made
        (rule,) = (each for each in desk.database.read_now(escalation.every) if each.id == made)
        with desk.change(NUMBER, None) as change:
            escalating.act(change, "resolution", rule)

    def _draft(self) -> None:
        """Dora shares what she has written so far, and Cilla says something about it."""
        dora, cilla = (self.world.browse(self.address(who)) for who in ("dora", "cilla"))
        version = dora.get(f"/tickets/{NUMBER}/draft", headers=JSON).json()["version"]
        said = {"body": f"So: {self.tokens['the draft']}", "mode": "reply", "version": version}
        send(dora, f"/tickets/{NUMBER}/draft", **said).raise_for_status()
        send(dora, f"/tickets/{NUMBER}/draft/sharing", on="1").raise_for_status()
        author = self.world.cast[self.address("dora")].id
        send(cilla, f"/tickets/{NUMBER}/drafts/{author}/comments", body=self.tokens["the comment"]).raise_for_status()

    def _say(self, who: httpx2.Client, door: str, what: str, **more: Any) -> None:
        name, content, command = (self.tokens[f"{what}'s {part}"] for part in ("file name", "file", "command"))
        data = {"body": f"So: {self.tokens[what]}.", "command_id": command, **more}
        file = {"files": (f"{name}.txt", content.encode())}
        who.post(f"/tickets/{NUMBER}/{door}", data=data, files=file, headers=JSON).raise_for_status()

    def files(self) -> list[str]:
        """The address of every file of the ticket, as Ada's page names them."""
        return sorted(set(re.findall(r"/attachments/[^\"<]+", self.world.browse("ada").get(f"/tickets/{NUMBER}").text)))


def ask_everything(
    world: World, url: str, name: str, files: list[str], languages: Sequence[str] = ("es", "pt", "en")
) -> None:
    """Every address there is, with every proof this person has; every page in these languages; every event on the sockets.

    What the API says and files hold is the same in every language.
    """
    session, key = world.session(name), token(world, name)
    for language in languages:
        headers = {"accept-language": language, "cookie": f"{COOKIE}={session}", "authorization": f"Bearer {key}"}
        headers |= {"accept-encoding": "identity" if language == "en" else "gzip"}
        with http(base_url=url, headers=headers, timeout=PATIENCE) as client:
            for method, address in _requests(files):
                if language != "en" and address.startswith(("/api/", "/attachments/", "/static/")):
                    continue
                sent: dict[str, Any] = {} if method == "GET" else {"data": {"body": "A word", "language": language}}
                if "/api/" in address and method == "POST":
                    sent = {"json": {"kind": "reply", "body": "A word"}}
                if language == "en" or method == "GET":
                    client.request(method, address, **sent)
                if language == "en" and method != "GET":
                    client.request(method, address, headers=JSON, **sent)
            for door in (f"/portal/requests/{NUMBER}/replies", f"/tickets/{NUMBER}/notes"):
                client.post(door, headers=JSON)  # nothing to say: 422
            for address in _linked(client) if language == "en" else ():
                client.get(address)
    for namespace in ("/staff", "/portal"):
        for auth, cookie in (({"language": "en"}, f"{COOKIE}={session}"), ({"token": key}, None)):
            with closing(RawSocket(url, namespace, cookie, auth)) as seat:
                if seat.entered:
                    for channel in ("me", f"ticket:{NUMBER}", "view:all", "view:mine", "view:1", "board", "ticket:*"):
                        seat.join(channel, after=0)
                    for state in ("viewing", "chat", "reply"):
                        seat.call("intent", {"channel": f"ticket:{NUMBER}", "state": state})
                    seat.call("reply", {"channel": f"ticket:{NUMBER}"})


def _requests(files: list[str]) -> Iterator[tuple[str, str]]:
    """(method, address) of everything worth trying, made from the table of routes."""
    for method, path in sorted(ROUTES):
        if method == "POST" and (path.startswith("/sign") or path in ("/api/v1/tokens", "/api/v1/tickets")):
            continue  # these would end the session or make other tickets
        if method == "POST" and path.endswith("{field}"):
            continue  # Ada's would undo what the scene has set
        for field in FIELDS if "{field}" in path else ("",):
            counted = method == "GET" and any(f"{{{each}}}" in path for each in ("seq", "message", "letter", "mail"))
            for seq in range(12 if "{seq}" in path else 4) if counted else (0,):
                values = {"seq": seq, "field": field, "hash": "x", "path": "nothing.js", "key": "0" * 32, "name": "x"}
                values |= {"author": 1, "id": 999_999, "message": seq, "letter": seq, "mail": seq}
                values |= {"person": 6, "code": "guessed", "until": 9, "kind": "replied", "language": "es"}
                yield method, path.format(**values, number=NUMBER)
        yield method, path.format(**values, number=99)
    for address in files:
        yield from (
            ("GET", address),
            ("GET", address.rpartition("/")[0] + "/x"),
            ("DELETE", address),
            ("HEAD", address),
        )
    yield from (
        ("GET", f"/tickets/{NUMBER}/people?for={query}") for query in ("cc&q=", *(f"notify&q={name}" for name in STAFF))
    )
    yield from (("GET", f"/portal{where}") for where in ("?tab=company&q=e", "/list?show=open&q=1"))
    yield from (("GET", f"/search{door}?q={word}") for door in ("", "/options") for word in ("so", "blank", "kai"))
    yield from (("GET", f"/{side}/{NUMBER}/since/0?epoch=another") for side in ("tickets", "portal/requests"))
    yield from (("GET", f"/api/v1/tickets/{NUMBER}/activity?after={after}") for after in range(12))
    yield from (("GET", f"/api/v1/{path}") for path in ("people", "tickets?limit=1", f"tickets/{NUMBER}/messages"))
    yield from (
        ("GET", path) for path in ("/nothing", "/portal/", "/portal/requests/2/3", "/socket.io/", "/.git/config")
    )
    yield from (("GET", f"/socket.io/?EIO=4&transport={transport}") for transport in ("polling", "websocket"))
    yield from ((method, f"/portal/requests/{NUMBER}") for method in ("POST", "PUT", "DELETE", "OPTIONS"))


def _linked(client: httpx2.Client) -> list[str]:
    """What the person's first page refers to: scripts, styles, files."""
    return sorted(set(re.findall(r'(?:href|src)="(/[^"#]*)"', client.get("/", follow_redirects=True).text)))
