"""/settings/escalation: what else happens when a clock of a ticket is soon due, or late. For admins."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from console.desk import escalation
from console.desk.actions import setting_rules
from console.desk.actions.setting_rules import Wanted
from console.desk.clocks import CLOCKS
from console.desk.errors import N_, Invalid, NotFound
from console.desk.escalation import Rule
from console.desk.tables import department
from console.desk.ticket import PRIORITIES
from console.language import translate
from console.viewer import Viewer
from console.web import times
from console.web.door import house, page, see_other
from console.web.forms import Sent, sent

PLACE = "/settings/escalation"
URGENT_FIRST = tuple(reversed(PRIORITIES))
DOES = ("technician", "leads")  # whom a rule tells
EMPTY = dict.fromkeys(("name", "clock", "minutes", "department", "priority", "tag"), "")


async def show(request: Request, viewer: Viewer) -> Response:
    """The rules; `rule` is the id of the one to set otherwise."""
    return await _page(request, viewer, request.query_params.get("rule", ""))


async def change(request: Request, viewer: Viewer) -> Response:
    """`act` is set (`rule`: an id, or "" for a new one; the rest is what the page asks for), switch (`on`) or delete."""
    do, person = house(request).desk.do, viewer.person
    async with sent(request) as form:
        act, rule_id = form.text("act"), (form.whole("rule") or 0) if form.text("rule") else None
        try:
            if act == "set":
                wanted = _wanted(form)
                receipt = await do(
                    setting_rules.set_rule, person, rule_id, wanted=wanted, command_id=_command(form, rule_id)
                )
                rule_id = receipt.made
            elif act == "switch":
                await do(setting_rules.switch, person, rule_id or 0, on=form.switch("on"))
            elif act == "delete":
                await do(setting_rules.drop, person, rule_id or 0)
                return see_other(PLACE)
            else:
                raise Invalid(N_("%(value)s is not a possible value here."), field="act", value=act[:40])
        except Invalid as wrong:
            problem = {wrong.field: translate(viewer.language, wrong.sentence, **wrong.named)}
            chosen, values = ("" if rule_id is None else str(rule_id), _typed(form)) if act == "set" else ("", None)
            return await _page(request, viewer, chosen, 422, problem=problem, values=values)
    return see_other(f"{PLACE}#rule-{rule_id}")


def _command(form: Sent, rule_id: int | None) -> str | None:
    """The same new rule sent twice is one; another one typed into the same page, or a rule set once more, is not."""
    if rule_id is not None or form.command_id is None:
        return None
    said = repr(sorted((name, str(value)) for name, value in form.form.multi_items()))
    return f"{form.command_id[:60]}-{sha256(said.encode()).hexdigest()[:32]}"


def _wanted(form: Sent) -> Wanted:
    distance = times.minutes(form, "minutes") or 0
    side = form.text("side") or "after"
    if side not in ("before", "after"):
        raise Invalid(N_("%(value)s is not a possible value here."), field="side", value=side[:40])
    return Wanted(
        name=form.text("name"),
        clock=form.text("clock") or None,
        minutes=-distance if side == "before" else distance,
        department_id=form.number("department") if form.text("department") else None,
        priorities=form.all("priorities"),
        tells_technician="technician" in form.all("tells"),
        tells_leads="leads" in form.all("tells"),
        priority=form.text("priority") or None,
        tag=form.text("tag").strip() or None,
    )


def _typed(form: Sent) -> dict[str, Any]:
    values: dict[str, Any] = {name: form.text(name) for name in form.form}
    return {
        **EMPTY,
        "command_id": "",
        "side": "after",
        **values,
        "priorities": form.all("priorities"),
        "tells": form.all("tells"),
    }


def _values(rule: Rule | None) -> dict[str, Any]:
    """The fields of the form for this rule, or for a new one."""
    if rule is None:
        return {**EMPTY, "command_id": token_hex(16), "side": "after", "priorities": (), "tells": DOES}
    tells = [each for each, chosen in zip(DOES, (rule.tells_technician, rule.tells_leads), strict=True) if chosen]
    return {
        "command_id": "",
        "name": rule.name,
        "clock": rule.clock or "",
        "minutes": times.written(abs(rule.minutes)),
        "side": "before" if rule.minutes < 0 else "after",
        "department": str(rule.department_id or ""),
        "priorities": rule.priorities,
        "tells": tells,
        "priority": rule.priority or "",
        "tag": rule.tag or "",
    }


async def _page(
    request: Request,
    viewer: Viewer,
    chosen: str,
    status: int = 200,
    *,
    problem: Mapping[str | None, str] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Response:
    def context(connection: Connection) -> Mapping[str, Any]:
        rules = escalation.every(connection)
        edited = next((rule for rule in rules if str(rule.id) == chosen), None)
        if chosen and edited is None:
            raise NotFound
        departments = connection.execute(select(department.c.id, department.c.name).order_by(department.c.name))
        return {
            "rules": rules,
            "edited": edited,
            "values": _values(edited) if values is None else values,
            "problem": problem or {},
            "departments": {str(row.id): row.name for row in departments},
            "clocks": CLOCKS,
            "priorities": URGENT_FIRST,
            "written": times.written,
        }

    return await page(request, viewer, "settings/escalation.html", context, status)
