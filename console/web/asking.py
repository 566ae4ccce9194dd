"""/portal/requests/new: asking for something. What was typed or chosen comes back with whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk import applications, asking
from console.desk.actions.asking import ask
from console.desk.actions.choosing import id_in
from console.desk.errors import Invalid, InvalidForm, NoRoom, NotFound, Refused, TooLarge
from console.desk.message import Draft
from console.desk.ticket import PRIORITIES, SUBJECT_LIMIT
from console.language import translate
from console.viewer import Viewer
from console.web.door import house, json, page, see_other, wants_json
from console.web.errors import STATUS
from console.web.forms import plain, sent
from console.web.tickets import limits


@dataclass(frozen=True, slots=True)
class Typed:
    """What is in the fields. `command_id` is the same until the request is there: sent twice, it is one."""

    command_id: str
    subject: str = ""
    application: str = ""
    module: str = ""
    department: str = ""
    priority: str = "normal"
    body: str = ""

    @classmethod
    def of(cls, form: FormData) -> Typed:
        return cls(**{name: plain(form.get(name)) for name in cls.__slots__})


async def new(request: Request, viewer: Viewer) -> Response:
    return await _page(request, viewer, Typed(token_hex(16)))


async def create(request: Request, viewer: Viewer) -> Response:
    """`subject`, `application`, `module`, `department`, `priority`, `body`, `files`…; answers where the request is."""
    place = house(request)
    try:
        async with sent(
            request, images=place.settings.portal_images, documents=place.settings.portal_documents
        ) as form:
            typed = Typed.of(form.form)
            receipt = await place.desk.do(
                ask,
                viewer.person,
                subject=typed.subject,
                draft=Draft(typed.body, form.files, "portal", place.settings.comment_characters),
                department=typed.department,
                priority=typed.priority,
                application=id_in(typed.application),
                module=id_in(typed.module),
                command_id=form.command_id,
            )
    except (Invalid, TooLarge, NoRoom) as refusal:
        return await _refused(request, viewer, refusal)
    there = f"/portal/requests/{receipt.number}"
    return json({"url": there}) if wants_json(request) else see_other(there)


async def similar(request: Request, viewer: Viewer) -> Response:
    """The open requests that look like `subject`: a fragment, empty if there is none."""
    place, subject = house(request), request.query_params.get("subject", "")[:SUBJECT_LIMIT]

    def render(connection: Connection) -> str:
        found = asking.similar(connection, _asker(viewer), subject)
        return place.templates.block(viewer.language, "public/new.html", "similar", {"similar": found})

    return HTMLResponse(await place.desk.read(render))


def _asker(viewer: Viewer) -> Any:
    """Whoever came by the link in a mail may open one request and ask for no other. Raises NotFound."""
    if viewer.person.only is not None:
        raise NotFound
    return viewer.person


async def _refused(request: Request, viewer: Viewer, refusal: Refused) -> Response:
    each = refusal.refusals if isinstance(refusal, InvalidForm) else [refusal]
    errors = {it.field or "": translate(viewer.language, it.sentence, **it.named) for it in reversed(each)}
    status = STATUS.get(type(refusal), 422)
    if wants_json(request):
        return json({"error": errors[refusal.field or ""], "field": refusal.field, "errors": errors}, status)
    return await _page(request, viewer, Typed.of(await request.form()), errors, status)


async def _page(
    request: Request, viewer: Viewer, typed: Typed, errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    settings = house(request).settings

    def context(connection: Connection) -> Mapping[str, Any]:
        asker = _asker(viewer)
        return {
            "typed": typed,
            "errors": errors or {},
            "applications": applications.offered(connection, asker.id),
            "departments": asking.departments(connection),
            "priorities": PRIORITIES,
            "similar": asking.similar(connection, asker, typed.subject),
            "limits": limits(settings, settings.portal_images + settings.portal_documents),
            "most_images": settings.portal_images,
            "most_documents": settings.portal_documents,
            "subject_limit": SUBJECT_LIMIT,
        }

    return await page(request, viewer, "public/new.html", context, status)
