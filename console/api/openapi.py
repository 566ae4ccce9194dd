"""GET /api/openapi.json: what the API is, for programs that read it. Bodies and answers come from the types themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from console import __version__
from console.api import bodies, items, people, shapes, tokens
from console.api.door import DIGITS, KEY_LIMIT
from console.api.problems import Body as ProblemBody

Schema = dict[str, Any]

COMPONENTS = "#/components/schemas/{name}"
ANSWERED = (
    shapes.StaffTicket,
    shapes.RequestersTicket,
    people.Listed,
    tokens.Token,
    items.StaffWords,
    items.PublicWords,
    ProblemBody,
)
SENT = (bodies.NewToken, bodies.NewTicket, bodies.TicketChange, bodies.NewMessage)


def ref(name: str) -> Schema:
    return {"$ref": COMPONENTS.format(name=name)}


def page(of: str) -> Schema:
    following = {"type": ["string", "null"], "description": "opaque value for ?cursor=, null on the last page"}
    return record({"items": {"type": "array", "items": ref(of)}, "next": following})


def record(properties: dict[str, Schema], optional: Sequence[str] = ()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [each for each in properties if each not in optional],
    }


WHOLE: Schema = {"type": "integer", "minimum": 0}
BY_HAND: dict[str, Schema] = {
    "Ticket": {"anyOf": [ref("StaffTicket"), ref("RequestersTicket")]},
    "Message": {"anyOf": [ref("StaffWords"), ref("PublicWords")]},
    "End": {"anyOf": [{"type": ["string", "null"]}, ref("Named")]},
    "Item": record(
        {
            "seq": WHOLE,
            "kind": {"type": "string"},
            "at": {"type": "string", "format": "date-time"},
            "actor": {"anyOf": [{"type": "null"}, ref("Named")]},
            "side": {"type": ["string", "null"]},
            "message": ref("Message"),
            "from": ref("End"),
            "to": ref("End"),
        },
        optional=("message", "from", "to"),
    ),
    "Missed": {
        "allOf": [ref("Problem"), record({"head": WHOLE, "missed": {"type": "array", "items": ref("Item")}})],
    },
    "Activity": record({"head": WHOLE, "items": {"type": "array", "items": ref("Item")}}),
    "Tickets": page("Ticket"),
    "People": page("Listed"),
    "Sent": record({"id": WHOLE, "number": WHOLE, "seq": WHOLE}),
    "NewTokenMade": record({"token": {"type": "string"}}),
    "Tokens": page("Token"),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One address and method. `answers` are schemas by status; problems come on top."""

    method: str
    path: str
    summary: str
    answer: tuple[int, str]
    problems: tuple[int, ...]
    body: type[BaseModel] | None = None
    query: tuple[Schema, ...] = ()
    headers: tuple[Schema, ...] = field(default=())
    needs_token: bool = True


def parameter(name: str, schema: Schema, where: str = "query", description: str = "") -> Schema:
    return {"name": name, "in": where, "required": where == "path", "schema": schema, "description": description}


def told(description: str, kind: str) -> Schema:
    return {"description": description, "schema": {"type": kind}}


LIMIT = parameter("limit", {"type": "integer", "minimum": 1, "maximum": 200})
TICKETS_CURSOR = parameter("cursor", {"type": "string", "pattern": f"^o[0-9]{{1,17}}-[0-9]{{1,{DIGITS}}}$"})
NUMBER_CURSOR = parameter("cursor", {"type": "string", "pattern": f"^[0-9]{{1,{DIGITS}}}$"})
AFTER = parameter(
    "after", {"type": "integer", "minimum": 0, "maximum": 10**DIGITS - 1}, description="the last seq known"
)
TYPED = parameter("q", {"type": "string"}, description="part of a name or an address")
ASKED = parameter("q", {"type": "string"}, description="words to search for; then nothing is behind the first page")
IN_PATH = {
    name: parameter(name, {"type": "integer", "minimum": 1, "maximum": 10**DIGITS - 1}, "path")
    for name in ("number", "id")
}
KEY = parameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": KEY_LIMIT, "pattern": "^[!-~]+$"},
    "header",
    "done once, however often it is sent in seven days",
)
SEEN = parameter("If-Seen", {"type": "integer", "minimum": 0, "maximum": 10**DIGITS - 1}, "header", "the send guard")

ANYWHERE = (405, 500, 503)
HEADERS = {
    "401": ("WWW-Authenticate", "how to ask", "string"),
    "405": ("Allow", "the methods of this address", "string"),
    "429": ("Retry-After", "seconds", "integer"),
    "503": ("Retry-After", "seconds", "integer"),
}
ONE, READING, WRITING = (401, 403, 404, 429), (401, 403, 422, 429), (400, 401, 403, 413, 422, 429)
OPERATIONS = (
    Operation(
        "POST", "/tokens", "A token for an address and a password", (201, "NewTokenMade"), (400, 401, 413, 422, 429),
        bodies.NewToken, needs_token=False,
    ),
    Operation("GET", "/tokens", "One's own tokens", (200, "Tokens"), READING, query=(LIMIT, NUMBER_CURSOR)),
    Operation("DELETE", "/tokens/{id}", "End a token", (204, ""), ONE),
    Operation(
        "GET", "/tickets", "Tickets, the latest changed first, or those that `q` finds", (200, "Tickets"), READING,
        query=(ASKED, LIMIT, TICKETS_CURSOR),
    ),
    Operation(
        "POST", "/tickets", "Open a ticket", (201, "Ticket"), (*WRITING, 404), bodies.NewTicket, headers=(KEY,)
    ),
    Operation("GET", "/tickets/{number}", "A ticket", (200, "Ticket"), ONE),
    Operation(
        "PATCH", "/tickets/{number}", "Set fields, all or none", (200, "Ticket"), (*WRITING, 404, 409),
        bodies.TicketChange, headers=(KEY, SEEN),
    ),
    Operation(
        "POST", "/tickets/{number}/messages", "Reply, or write a note", (201, "Sent"), (*WRITING, 404, 409),
        bodies.NewMessage, headers=(KEY, SEEN),
    ),
    Operation(
        "GET", "/tickets/{number}/activity", "What happened behind a number", (200, "Activity"), (*ONE, 422),
        query=(AFTER, LIMIT),
    ),
    Operation("GET", "/people", "People, for staff", (200, "People"), READING, query=(TYPED, LIMIT, NUMBER_CURSOR)),
)  # fmt: skip


@cache
def document() -> bytes:
    """The whole document, as JSON."""
    paths: dict[str, Schema] = {}
    for each in OPERATIONS:
        paths.setdefault(f"/api/v1{each.path}", {})[each.method.lower()] = _operation(each)
    found = {
        "openapi": "3.1.0",
        "info": {"title": "Agent Console", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
    return msgspec.json.encode(found)


async def show(_request: Request) -> Response:
    return Response(document(), media_type="application/json")


def _operation(each: Operation) -> Schema:
    status, name = each.answer
    responses: dict[str, Schema] = {
        str(status): {"content": {"application/json": {"schema": ref(name)}}} if name else {}
    }
    for code in sorted({*each.problems, *ANYWHERE}):
        schema = ref("Missed" if code == 409 else "Problem")
        responses[str(code)] = {"content": {"application/problem+json": {"schema": schema}}}
    if status == 201 and name == "Ticket":
        responses["201"]["headers"] = {"Location": told("the address of the ticket", "string")}
    for key, response in responses.items():
        headers: dict[str, Schema] = response.get("headers", {})
        if key in HEADERS:
            name, description, kind = HEADERS[key]
            headers = {**headers, name: told(description, kind)}
        responses[key] = {"description": HTTPStatus(int(key)).phrase, **response, "headers": headers}
    named = [parameter for name, parameter in IN_PATH.items() if f"{{{name}}}" in each.path]
    parameters = [*named, *each.query, *each.headers]
    found: Schema = {"summary": each.summary, "parameters": parameters, "responses": responses}
    if each.needs_token:
        found["security"] = [{"token": []}]
    if each.body is not None:
        content = {"application/json": {"schema": ref(each.body.__name__)}}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _schemas() -> dict[str, Schema]:
    _, answered = msgspec.json.schema_components(ANSWERED, ref_template=COMPONENTS)
    sent: dict[str, Schema] = {}
    for model in SENT:
        sent[model.__name__] = model.model_json_schema(ref_template=COMPONENTS.replace("{name}", "{model}"))
    answered["Problem"] = answered.pop("Body") | {"additionalProperties": True}
    return {**answered, **sent, **BY_HAND}
