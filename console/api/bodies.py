"""What may be sent: the names and types of each request's JSON. A name that is not here is refused, not ignored."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from console.desk.errors import N_, Invalid
from console.desk.scopes import SCOPES, Scope

B = TypeVar("B", bound="Body")

ADDRESSES = 50  # e-mail addresses in one list; each costs a query while the ticket is locked

# NUL is legal in JSON, but PostgreSQL refuses it in text.
Text = Annotated[str, AfterValidator(lambda text: text.replace("\0", "").strip())]
Email = Annotated[Text, Field(max_length=254)]
Name = Annotated[Text, Field(max_length=80)]  # of a department, an application, a module
Emails = Annotated[tuple[Email, ...], Field(max_length=ADDRESSES, strict=False)]


class Body(BaseModel):
    """A JSON object."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NewToken(Body):
    email: Email
    password: Annotated[str, Field(max_length=1_000)]
    name: Annotated[Text, Field(min_length=1, max_length=80)]
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1, max_length=len(SCOPES), strict=False)] = SCOPES


class NewTicket(Body):
    subject: str
    body: str
    department: Name | None = None
    priority: str = "normal"
    type: str = "incident"
    requester: Email | None = None
    application: Name | None = None
    module: Name | None = None


class TicketChange(Body):
    """What is not named stays as it is; null takes away the impact, the technician, the application, the module."""

    status: str | None = None
    priority: str | None = None
    type: str | None = None
    impact: str | None = None
    technician: Email | None = None
    application: Name | None = None
    module: Name | None = None


class NewMessage(Body):
    """`kind` may be left out by requesters, who write replies only; for staff a default would publish a forgotten word."""

    kind: Literal["reply", "note"] | None = None
    body: str
    notify: Emails = ()
    cc: Emails = ()
    status: str | None = None
    occurred_at: Annotated[str, Field(max_length=40, json_schema_extra={"format": "date-time"})] | None = None
    minutes: int | None = None
    solution: str = ""
    visible: bool | None = None
    email: bool | None = None


SENTENCES = {
    "missing": N_("%(name)s is missing."),
    "too_short": N_("%(name)s is missing."),
    "string_too_short": N_("%(name)s is missing."),
    "string_too_long": N_("%(name)s is too long."),
    "too_long": N_("%(name)s is too long."),
    "extra_forbidden": N_("%(name)s is not known here."),
    "literal_error": N_("%(value)s is not a possible value here."),
}


def checked(model: type[B], value: Any) -> B:
    """`value` as this body. Raises Invalid with the first thing that is wrong."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
    if not first["loc"]:
        raise Invalid(N_("Send a JSON object."))
    name = str(first["loc"][0])[:60]
    sentence = SENTENCES.get(first["type"], N_("%(name)s has the wrong type."))
    raise Invalid(sentence, field=name, name=name, value=str(first["input"])[:40])
