"""Many tickets at once: each by itself, through the guard, with a result each; and the way to the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
from sqlalchemy import select

from console.desk import tables as t
from console.desk.actions import offering
from console.desk.actions.opening import open_ticket
from console.desk.actions.reply import post_reply
from console.desk.message import Draft
from world import JSON, World


def opened(world: World, department: str = "Support") -> int:
    draft = Draft("Help.", source="portal")
    number = world.desk.run(open_ticket, world.cast["rhea"], subject="New", draft=draft, department=department).number
    assert number is not None
    return number


def act(client: httpx2.Client, *tickets: str, **form: str) -> list[dict[str, Any]]:
    answer = client.post("/tickets/bulk", data={"ticket": list(tickets), **form}, headers=JSON)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def rows(world: World, column: str) -> dict[int, Any]:
    query = select(t.ticket.c.number, t.ticket.c[column])
    return {row[0]: row[1] for row in world.desk.database.read_now(lambda connection: connection.execute(query).all())}


def test_each_ticket_has_its_own_result_and_one_that_one_may_not_open_is_not_there(world: World) -> None:
    second, billing = opened(world), opened(world, "Billing")
    ada = world.browse("ada")
    results = act(ada, "1:9", f"{second}:9", f"{billing}:9", "999:9", action="priority", value="urgent")
    assert [(each["number"], each["ok"]) for each in results] == [
        (1, True),
        (second, True),
        (billing, False),
        (999, False),
    ]
    assert results[2]["error"] == results[3]["error"] and "before" not in results[2]
    assert rows(world, "priority") == {1: "urgent", second: "urgent", billing: "normal"}
    assert results[0]["before"] != "urgent"
    assert act(ada, f"{second}:9", action="technician", value=str(world.cast["ben"].id))[0]["before"] == ""
    assert rows(world, "technician_id")[second] == world.cast["ben"].id
    assert act(ada, f"{second}:9", action="technician", value="")[0]["before"] == str(world.cast["ben"].id)


def test_a_status_and_a_reply_stop_where_something_arrived_and_go_on_anyway(world: World) -> None:
    second = opened(world)
    ada, heads = world.browse("ada"), rows(world, "seq")
    world.desk.run(post_reply, 1, world.cast["rhea"], draft=Draft("Wait!", source="portal"), audience="public")
    seen = [f"1:{heads[1]}", f"{second}:{heads[second]}"]
    for named in ({"action": "status", "value": "resolved"}, {"action": "reply", "body": "All is well again."}):
        first, other = act(ada, *seen, **named)
        assert (first["ok"], other["ok"]) == (False, True)
        assert "Read it" in first["error"] and first["head"] > heads[1]
        seen[1] = f"{second}:{rows(world, 'seq')[second]}"
    assert rows(world, "status") == {1: "open", second: "resolved"}
    (first,) = act(ada, f"1:{first['head']}", action="status", value="resolved")
    assert first["ok"] and rows(world, "status")[1] == "resolved"


def test_the_same_command_is_done_once_for_each_ticket(world: World) -> None:
    second = opened(world)
    ada, before = world.browse("ada"), rows(world, "seq")
    for _ in range(2):
        results = act(ada, "1:99", f"{second}:99", action="reply", body="Once.", command_id="one")
        assert all(each["ok"] for each in results)
    assert {number: seq - before[number] for number, seq in rows(world, "seq").items()} == {1: 1, second: 1}


def test_replies_to_many_are_held_while_they_wait(serve: Callable[..., World]) -> None:
    world = serve(undo_seconds=60)
    second = opened(world)
    ada = world.browse("ada")
    results = act(ada, "1:99", f"{second}:99", action="reply", body="Too soon.")
    for each in results:
        form = {"message": str(each["message"]), "last": "0", "command_id": f"hold-{each['number']}"}
        answer = ada.post(f"/tickets/{each['number']}/holds", data=form, headers=JSON)
        assert answer.status_code == 200 and answer.json()["events"][-1]["kind"] == "reply_held"
    assert ada.get("/tickets/1/draft", headers=JSON).json()["body"] == "Too soon."


def test_tags_are_put_on_many_and_taken_off_where_they_were_not_before(world: World) -> None:
    second = opened(world)
    ada = world.browse("ada")
    (first,) = act(ada, "1:9", action="tag", tag="Printer")
    both = act(ada, "1:9", f"{second}:9", action="tag", tag="printer")
    assert (first["before"], [each["before"] for each in both]) == ("", ["printer", ""])
    page = ada.get("/tickets?tag=printer").text
    assert 'id="ticket-1"' in page and f'id="ticket-{second}"' in page
    act(ada, f"{second}:9", action="tag", tag="printer", before="1")
    assert f'id="ticket-{second}"' not in ada.get("/tickets?tag=printer").text
    assert (
        ada.post("/tickets/bulk", data={"ticket": "1:9", "action": "tag", "tag": " "}, headers=JSON).status_code == 422
    )


def test_what_can_not_be_is_refused(world: World) -> None:
    ada = world.browse("ada")
    for form in (
        {"ticket": [], "action": "status", "value": "open"},
        {"ticket": ["1:9"] * 21, "action": "status", "value": "open"},
        {"ticket": ["1"], "action": "status", "value": "open"},
        {"ticket": ["1:9"], "action": "subject", "value": "x"},
    ):
        assert ada.post("/tickets/bulk", data=form, headers=JSON).status_code == 422, form
    (wrong,) = act(ada, "1:9", action="status", value="strange")
    assert not wrong["ok"] and "strange" in wrong["error"]
    (empty,) = act(ada, "1:9", action="reply", body=" ")
    assert not empty["ok"] and empty["error"] == "Write something before you send."


def test_the_next_ticket_is_one_that_waits_and_nobody_is_on(world: World) -> None:
    second, third = opened(world), opened(world)
    world.desk.run(post_reply, 1, world.cast["ada"], draft=Draft("Done?"), audience="staff")
    ben = world.socket("ben")
    assert ben.join(f"ticket:{third}")["ok"]
    ada = world.browse("ada")

    def after(form: dict[str, str]) -> str:
        return str(ada.post("/tickets/next", data=form).headers["location"])

    assert after({"filter": "show=unassigned"}) == f"/tickets/{second}"
    none = after({"filter": "show=unassigned"})
    assert none == "/tickets?show=unassigned&none=1"
    assert "No ticket of this list is free" in ada.get(none).text
    ben.close()
    assert after({"filter": "strange"}) in (f"/tickets/{third}", "/tickets?show=unassigned&none=1")


def test_a_view_is_saved_opened_and_deleted(world: World) -> None:
    ada = world.browse("ada")
    answer = ada.post("/views", data={"name": "Hot <ones>", "filter": "show=all&priority=urgent"})
    assert answer.status_code == 303
    place = answer.headers["location"]
    page = ada.get(place).text
    assert '<h1 class="h-bar">Hot &lt;ones&gt;</h1>' in page and "Priority: Urgent" in page
    assert ada.get("/tickets/counts").json()["counts"][place.replace("/tickets?view=", "view-")] == 0
    assert "Hot &lt;ones&gt;" not in world.browse("ben").get("/tickets").text
    assert ada.post("/views", data={"name": "x", "filter": "show=strange"}, headers=JSON).status_code == 422
    assert ada.post("/views", data={"name": " ", "filter": "show=all"}, headers=JSON).json()["field"] == "name"
    deletion = place.replace("/tickets?view=", "/views/") + "/deletion"
    assert world.browse("ben").post(deletion).status_code == 404
    assert ada.post(deletion).headers["location"] == "/tickets"
    assert "Hot &lt;ones&gt;" not in ada.get("/tickets").text


def test_a_look_at_a_ticket_tells_its_latest_words_to_technicians(world: World) -> None:
    world.desk.run(post_reply, 1, world.cast["rhea"], draft=Draft("It <b>smokes</b>!"), audience="public")
    shown = world.browse("ben").get("/tickets/1/summary").text
    assert "It &lt;b&gt;smokes&lt;/b&gt;!" in shown and "Rhea" in shown and "<html" not in shown


def test_a_look_at_a_ticket_tells_who_is_on_it(world: World) -> None:
    ben = world.browse("ben")
    assert "Nobody is here" in ben.get("/tickets/1/summary").text
    for name in ("ada", "lea"):
        world.socket(name).join("ticket:1")
    shown = ben.get("/tickets/1/summary").text
    assert "Lea Brandt, viewing" in shown and "+1 more technician" in shown


def test_a_list_is_narrowed_by_the_application_of_its_tickets(world: World) -> None:
    made = world.desk.run(offering.add_application, world.cast["root"], name="Adm & Co").made
    world.desk.run(
        open_ticket,
        world.cast["rhea"],
        subject="Of the application",
        department="Support",
        application=made,
        draft=Draft("Help."),
    )
    ada = world.browse("ada")
    assert "Of the application" in ada.get("/tickets").text and "Blank pages" in ada.get("/tickets").text
    page = ada.get(f"/tickets?application={made}").text
    assert "Of the application" in page and "Blank pages" not in page
    assert "Application: Adm &amp; Co" in page and f'name="application" value="{made}" checked' in page
    elsewhere = world.cast["cleo"].departments
    hidden = world.desk.run(offering.add_application, world.cast["root"], name="Ledger of others").made or 0
    world.desk.run(offering.offer_to, world.cast["root"], hidden, companies=[], departments=elsewhere)
    page = ada.get(f"/tickets?application={hidden}").text
    assert "Ledger of others" not in page and "Ledger of others" in world.browse("cleo").get("/tickets").text
