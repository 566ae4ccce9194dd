"""Who may open what: every address and every socket event, in every role. A route without a row fails."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import httpx2
import pytest
from mail.postbox import Postbox
from sqlalchemy import select
from starlette.routing import BaseRoute, Mount, Route

from cast import email
from console import viewer
from console.desk.actions import staffing
from console.desk.actions.note import write_note
from console.desk.message import Draft
from console.desk.tables import mailed
from console.routes import routes
from console.statics import Statics
from web.conftest import token
from web.forms_of_routes import BODIES, FORMS
from world import JSON, World

# nobody: without a cookie. gone: Ben, disabled after he had signed in. T:ada, T:rhea: their API tokens.
ROLES = ("nobody", "rhea", "cora", "mallory", "ada", "cleo", "lea", "root", "gone", "T:ada", "T:rhea")

# Ticket 1 is Rhea's, with Cora copied, in Ada's and Lea's department. "in" asks to sign in, "-" is: there is nothing here.
TABLE = """
                                               nobody rhea cora mallory ada cleo lea root gone T:ada T:rhea
GET   /                                        in     303  303  303     303 303  303 303  in   in    in
GET   /healthz                                 200    200  200  200     200 200  200 200  200  200   200
GET   /readyz                                  200    200  200  200     200 200  200 200  200  200   200
GET   /metrics                                 200    200  200  200     200 200  200 200  200  200   200
GET   /favicon.ico                             200    200  200  200     200 200  200 200  200  200   200
GET   /manifest.webmanifest                    200    200  200  200     200 200  200 200  200  200   200
GET   /static/{hash}/{path}                    200    200  200  200     200 200  200 200  200  200   200
GET   /sign-in                                 200    303  303  303     303 303  303 303  200  200   200
POST  /sign-in                                 422    422  422  422     422 422  422 422  422  422   422
POST  /sign-in/link                            200    200  200  200     200 200  200 200  200  200   200
GET   /sign-in/link/{code}                     -      -    -    -       -   -    -   -    -    -     -
POST  /sign-in/link/{code}                     -      -    -    -       -   -    -   -    -    -     -
POST  /sign-out                                303    303  303  303     303 303  303 303  303  303   303
POST  /preferences/language                    303    303  303  303     303 303  303 303  303  303   303
POST  /preferences/portal                      in     303  303  303     303 303  303 303  in   in    in
POST  /preferences/keys                        in     -    -    -       200 200  200 200  in   in    in
GET   /tickets                                 in     -    -    -       200 200  200 200  in   in    in
GET   /tickets/looks                           in     -    -    -       200 200  200 200  in   in    in
GET   /tickets/counts                          in     -    -    -       200 200  200 200  in   in    in
POST  /tickets/bulk                            in     -    -    -       200 200  200 200  in   in    in
POST  /tickets/next                            in     -    -    -       200 200  200 200  in   in    in
GET   /tickets/{number}/summary                in     -    -    -       200 -    200 200  in   in    in
GET   /board                                   in     -    -    -       -   -    200 200  in   in    in
POST  /board/whispers                          in     -    -    -       -   -    200 200  in   in    in
GET   /reports                                 in     -    -    -       -   -    200 200  in   in    in
GET   /reports.csv                             in     -    -    -       -   -    200 200  in   in    in
POST  /views                                   in     -    -    -       200 200  200 200  in   in    in
POST  /views/{number}/deletion                 in     -    -    -       200 -    -   -    in   in    in
GET   /tickets/{number}                        in     -    -    -       200 -    200 200  in   in    in
GET   /tickets/{number}/since/{seq}            in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/views                  in     -    -    -       204 -    204 204  in   in    in
POST  /tickets/{number}/tags                   in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/unread                 in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/following              in     -    -    -       200 -    200 200  in   in    in
GET   /tickets/{number}/actions                in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/replies                in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/notes                  in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/shown-notes            in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/redactions             in     -    -    -       200 -    200 200  in   in    in
GET   /tickets/{number}/history                in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/chat                   in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/chat/answer            in     -    -    -       422 -    422 422  in   in    in
POST  /tickets/{number}/chat/lines             in     -    -    -       422 -    422 422  in   in    in
POST  /tickets/{number}/chat/people            in     -    -    -       422 -    422 422  in   in    in
POST  /tickets/{number}/chat/technician        in     -    -    -       422 -    422 422  in   in    in
POST  /tickets/{number}/chat/marks             in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/chat/end               in     -    -    -       200 -    200 200  in   in    in
GET   /tickets/{number}/draft                  in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/draft                  in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/draft/discard          in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/draft/restore          in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/draft/sharing          in     -    -    -       200 -    200 200  in   in    in
GET   /tickets/{number}/drafts                 in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/drafts/{author}/comments in     -    -    -       422 -    422 422  in   in    in
POST  /tickets/{number}/drafts/{author}/taking in     -    -    -       422 -    422 422  in   in    in
GET   /tickets/{number}/people                 in     -    -    -       200 -    200 200  in   in    in
GET   /tickets/{number}/choices/{field}        in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/{field}                in     -    -    -       200 -    200 200  in   in    in
GET   /attachments/{key}/{name}                in     200  200  -       200 -    200 200  in   in    in
GET   /attachments/{key}/{name} of a note      in     -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/holds                  in     -    -    -       422 -    422 422  in   in    in
GET   /tickets/{number}/messages/{message}/letters in  -    -    -       200 -    200 200  in   in    in
POST  /tickets/{number}/letters/{letter}       in     -    -    -       -   -    -   -    in   in    in
POST  /tickets/{number}/links/revocation       in     -    -    -       200 -    200 200  in   in    in
GET   /messages/{message}/mail                 in     -    -    -       200 -    200 200  in   in    in
GET   /messages/{message}/original             in     -    -    -       200 -    200 200  in   in    in
GET   /messages/{message}/raw                  in     -    -    -       200 -    200 200  in   in    in
GET   /mail-images/{mail}/{number}/{until}/{code} -   -    -    -       -   -    -   -    -    -     -
GET   /view/{number}/{person}/{code}           -      -    -    -       -   -    -   -    -    -     -
GET   /settings/desk                           in     -    -    -       -   -    -   200  in   in    in
POST  /settings/desk                           in     -    -    -       -   -    -   303  in   in    in
GET   /settings/applications                   in     -    -    -       -   -    -   200  in   in    in
POST  /settings/applications                   in     -    -    -       -   -    -   303  in   in    in
GET   /settings/sla                            in     -    -    -       -   -    -   200  in   in    in
POST  /settings/sla                            in     -    -    -       -   -    -   303  in   in    in
GET   /settings/escalation                     in     -    -    -       -   -    -   200  in   in    in
POST  /settings/escalation                     in     -    -    -       -   -    -   303  in   in    in
GET   /settings/mail                           in     -    -    -       -   -    -   200  in   in    in
GET   /settings/mail/letters/{letter}          in     -    -    -       -   -    -   -    in   in    in
POST  /settings/mail/letters/{letter}          in     -    -    -       -   -    -   -    in   in    in
GET   /settings/mail/quarantine                in     -    -    -       -   -    -   200  in   in    in
GET   /settings/mail/quarantine/{mail}         in     -    -    -       -   -    -   200  in   in    in
POST  /settings/mail/quarantine/{mail}/release in     -    -    -       -   -    -   -    in   in    in
POST  /settings/mail/quarantine/{mail}/deletion in    -    -    -       -   -    -   -    in   in    in
GET   /settings/mail/words/{kind}/{language}   in     -    -    -       -   -    -   200  in   in    in
POST  /settings/mail/words/{kind}/{language}   in     -    -    -       -   -    -   303  in   in    in
POST  /settings/mail/words/{kind}/{language}/preview in -  -    -       -   -    -   200  in   in    in
POST  /portal/requests/{number}/reopening      in     200  200  -       -   -    -   -    in   in    in
GET   /search                                  in     -    -    -       200 200  200 200  in   in    in
GET   /search/options                          in     -    -    -       200 200  200 200  in   in    in
GET   /notifications                           in     -    -    -       200 200  200 200  in   in    in
GET   /notifications/unread                    in     -    -    -       200 200  200 200  in   in    in
POST  /notifications/read                      in     -    -    -       303 303  303 303  in   in    in
GET   /portal                                  in     200  200  200     200 200  200 200  in   in    in
GET   /portal/requests/new                     in     200  200  200     200 200  200 200  in   in    in
POST  /portal/requests/new                     in     200  200  200     200 200  200 200  in   in    in
GET   /portal/requests/similar                 in     200  200  200     200 200  200 200  in   in    in
GET   /portal/list                             in     200  200  200     200 200  200 200  in   in    in
POST  /portal/requests/{number}/looks          in     204  204  -       -   -    -   -    in   in    in
GET   /portal/requests/{number}                in     200  200  -       -   -    -   -    in   in    in
GET   /portal/requests/{number}/since/{seq}    in     200  200  -       -   -    -   -    in   in    in
GET   /portal/requests/{number}/rating         in     200  200  -       -   -    -   -    in   in    in
POST  /portal/requests/{number}/rating         in     422  422  -       -   -    -   -    in   in    in
POST  /portal/requests/{number}/replies        in     200  200  -       -   -    -   -    in   in    in
GET   /portal/requests/{number}/history        in     200  200  -       -   -    -   -    in   in    in
POST  /portal/requests/{number}/chat           in     200  200  -       -   -    -   -    in   in    in
POST  /portal/requests/{number}/chat/answer    in     422  422  -       -   -    -   -    in   in    in
POST  /portal/requests/{number}/chat/lines     in     422  422  -       -   -    -   -    in   in    in
POST  /portal/requests/{number}/chat/marks     in     200  200  -       -   -    -   -    in   in    in
POST  /portal/requests/{number}/chat/end       in     200  200  -       -   -    -   -    in   in    in
POST  /api/v1/tokens                           401    401  401  401     401 401  401 401  401  401   401
GET   /api/v1/tokens                           401    401  401  401     401 401  401 401  401  200   200
DELETE /api/v1/tokens/{id}                     401    401  401  401     401 401  401 401  401  -     -
GET   /api/v1/tickets                          401    401  401  401     401 401  401 401  401  200   200
POST  /api/v1/tickets                          401    401  401  401     401 401  401 401  401  201   201
GET   /api/openapi.json                        200    200  200  200     200 200  200 200  200  200   200
GET   /api/v1/people                           401    401  401  401     401 401  401 401  401  200   403
PATCH /api/v1/tickets/{number}                 401    401  401  401     401 401  401 401  401  200   403
GET   /api/v1/tickets/{number}                 401    401  401  401     401 401  401 401  401  200   200
POST  /api/v1/tickets/{number}/messages        401    401  401  401     401 401  401 401  401  201   201
POST  /api/v1/tickets/{number}/messages a note 401    401  401  401     401 401  401 401  401  201   403
GET   /api/v1/tickets/{number}/activity        401    401  401  401     401 401  401 401  401  200   200
"""


def table() -> dict[tuple[str, str], dict[str, str]]:
    """The expected outcomes by (method, path) and role."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for line in TABLE.strip("\n").splitlines()[1:]:
        method, *path = line.split()[: -len(ROLES)]
        found[method, " ".join(path)] = dict(zip(ROLES, line.split()[-len(ROLES) :], strict=True))
    return found


def addresses(of: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """(method, path) of every route, with plain names for its parameters."""
    for route in of:
        if isinstance(route, Mount):
            yield from addresses(list(route.routes), prefix + route.path)
        else:
            assert isinstance(route, Route), f"a route of a new sort needs a place in this test: {route}"
            for method in (route.methods or set()) - {"HEAD"}:
                yield method, prefix + re.sub(r"{(\w+)(:\w+)?}", r"{\1}", route.path)


def rows(of: Iterable[tuple[str, str]]) -> list[Any]:
    return [pytest.param(*each, id=" ".join(each)) for each in of]


ROUTES = set(addresses(routes(Statics())))


class Asking:
    """All roles before one desk; `files` are the keys of an attachment of a reply and of one of a note."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = world.browse()
        dead = world.session("ben")
        world.desk.run(staffing.change_access, None, email=email("ben"), active=False)
        self._proofs = {"gone": {"cookie": f"{viewer.COOKIE}={dead}"}, "nobody": {}}
        for kind in ("replies", "notes"):
            file, proof = {"files": (f"{kind}.txt", b"words")}, self.proof("ada")
            posted = self.client.post(f"/tickets/1/{kind}", data={"body": kind}, files=file, headers=JSON | proof)
            assert posted.status_code == 200, posted.text
        said = world.desk.run(write_note, 1, world.cast["ada"], draft=Draft("To be shown."))
        self.note = {"message": str(said.message_id), "email": "0"}
        self.mail, self.mailed = by_mail(world)
        page = self.client.get("/tickets/1", headers=self.proof("ada")).text
        self.files = {kind: re.findall(rf"/attachments/(\w+)/{kind}\.txt", page)[0] for kind in ("replies", "notes")}

    def proof(self, role: str) -> dict[str, str]:
        """The header that proves this role."""
        if role not in self._proofs and role.startswith("T:"):
            self._proofs[role] = {"authorization": f"Bearer {token(self.world, role[2:])}"}
        elif role not in self._proofs:
            self._proofs[role] = {"cookie": f"{viewer.COOKIE}={self.world.session(role)}"}
        return self._proofs[role]

    def ask(self, role: str, method: str, path: str, number: int = 1) -> httpx2.Response:
        """One request in this role; posts as the page's scripts do."""
        kind = "notes" if path.endswith("of a note") else "replies"
        values = {"number": number, "seq": 0, "field": "status", "key": self.files[kind], "name": f"{kind}.txt"}
        values |= {"hash": "any", "path": "console.css", "author": 1, "id": 999_999, "letter": 999_999}
        values |= {"message": self.mailed, "mail": self.mail, "person": 6, "code": "guessed", "until": 9_999_999_999}
        values |= {"kind": "confirmation", "language": "en"} if "/words/" in path else {}
        address, headers = path.split(" ")[0].format(**values), self.proof(role) | (JSON if method != "GET" else {})
        if method in ("POST", "PATCH") and path in BODIES:
            answer = self.client.request(method, address, json=BODIES[path], headers=headers)
        else:
            form = self.note if path.endswith(("/shown-notes", "/redactions")) else FORMS.get(path)
            answer = self.client.request(method, address, headers=headers, data=form)
        if path == "/sign-out" and method == "POST" and role not in ("nobody", "gone"):
            del self._proofs[role]
        self.client.cookies.clear()
        return answer


def by_mail(world: World) -> tuple[int, int]:
    """A mail of Rhea's on ticket 1: the id of the mail, and of the message that it became."""
    box = Postbox(world.desk, world.console.house.files)
    box.from_("rhea", subject="[#1] Blank pages", html="<p>Help.</p>")
    query = select(mailed.c.inbound_id, mailed.c.message_id)
    mail, message = world.desk.database.read_now(lambda connection: tuple(connection.execute(query).one()))
    return mail, message


@pytest.fixture(scope="module")
def asking(shared: World) -> Asking:
    return Asking(shared)


def outcome(answer: httpx2.Response) -> str:
    """The word of the table for an answer."""
    if answer.status_code == 404:
        return "-"
    if answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next="):
        return "in"
    if answer.status_code == 401 and "sign_in" in answer.json():
        return "in"
    return str(answer.status_code)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    rows = {(method, path.split(" ")[0]) for method, path in table()}
    missing, idle = sorted(ROUTES - rows), sorted(rows - ROUTES)
    assert not missing, f"Nobody has said who may open {missing}: give each a row in TABLE of {__file__}."
    assert not idle, f"There is no such address any more: take {idle} out of TABLE of {__file__}."


@pytest.mark.parametrize(("method", "path"), rows(table()))
def test_each_role_gets_what_the_table_says(asking: Asking, method: str, path: str) -> None:
    assert {role: outcome(asking.ask(role, method, path)) for role in ROLES} == table()[method, path]


@pytest.mark.parametrize("path", sorted({path for _, path in ROUTES}))
def test_a_method_that_an_address_does_not_have_is_refused_to_everybody_alike(asking: Asking, path: str) -> None:
    has = {method for method, known in ROUTES if known == path}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - has:
        assert {role: outcome(asking.ask(role, method, path)) for role in ROLES} == dict.fromkeys(ROLES, "405"), method


@pytest.mark.parametrize(("method", "path"), rows(each for each in table() if "{number}" in each[1]))
def test_a_ticket_one_may_not_open_is_byte_for_byte_a_ticket_that_does_not_exist(
    asking: Asking, method: str, path: str
) -> None:
    """Otherwise numbers could be tried out. Twin: somebody may open ticket 1, as the table says."""
    refused = [role for role, expected in table()[method, path].items() if expected == "-"]
    for role in refused or ("T:mallory", "T:cleo"):
        forbidden, missing = (asking.ask(role, method, path, number) for number in (1, 999_999_999))
        assert forbidden.status_code == (403 if (role, path[-6:]) == ("T:mallory", "a note") else 404)
        assert told(forbidden) == told(missing), role


def told(answer: httpx2.Response) -> tuple[int, bytes, dict[str, Any]]:
    """Everything an answer says, the time apart."""
    return answer.status_code, answer.content, {k: v for k, v in answer.headers.items() if k != "date"}


def test_the_files_of_a_note_are_to_a_requester_files_that_do_not_exist(asking: Asking) -> None:
    rhea, keys = asking.proof("rhea"), (asking.files["notes"], "0" * 32)
    note, nothing = (asking.client.get(f"/attachments/{key}/notes.txt", headers=rhea) for key in keys)
    assert told(note) == told(nothing)
    assert note.status_code == 404
