"""/metrics: figures of a running desk for Prometheus, for the machine itself or for whoever has the token."""

from __future__ import annotations

import os
from collections.abc import Callable
from time import monotonic, sleep

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from cast import email
from console.desk.actions import note
from console.desk.message import Draft
from web.conftest import Open, program
from world import World, send


def figures(text: str) -> dict[tuple[str, str], float]:
    """Values by (name, labels in order)."""
    return {
        (sample.name, " ".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def asked(world: World) -> dict[tuple[str, str], float]:
    answer = httpx2.get(f"{world.url}/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain; version=")
    return figures(answer.text)


def test_what_happens_is_counted(world: World, raw: Open) -> None:
    before = asked(world)
    ada, rhea = raw(world, "ada", "/staff"), raw(world, "rhea", "/portal")
    for each in (ada, rhea):
        each.join("ticket:1")
    with world.browse("ada") as page:
        assert send(page, "/tickets/1/replies", body="Counted", command_id="").status_code == 200
        page.get("/tickets/404")
    now = asked(world)
    assert (now["console_connections", "/staff"], now["console_connections", "/portal"]) == (1, 1)
    assert now["console_engine_sockets", ""] == 2 and now["console_tasks", ""] >= before["console_tasks", ""] + 2
    assert now["console_log_head", ""] > before["console_log_head", ""]
    assert now["console_feed_lag_seconds", ""] < 5
    for audience in ("staff", "public"):
        assert now["console_renders_total", audience] > before["console_renders_total", audience]
    assert now["console_deliveries_total", ""] >= before["console_deliveries_total", ""] + 2
    assert now["console_http_request_seconds_count", "POST /tickets/{number:number}/replies 200"] == 1
    assert now["console_http_request_seconds_count", "GET /tickets/{number:number} 404"] == 1
    assert now["console_database_calls_total", "write"] > before["console_database_calls_total", "write"]
    assert now["console_cut_sockets_total", "slow"] == 0
    until = monotonic() + 10
    while asked(world)["console_errands", "waiting"]:  # the mails of the reply leave
        assert monotonic() < until
        sleep(0.05)
    assert now["process_resident_memory_bytes", ""] > 1e7 and now["process_open_fds", ""] > 10


def test_each_of_several_workers_on_one_address_names_itself(serve: Callable[..., World]) -> None:
    families = text_string_to_metric_families(httpx2.get(f"{serve(workers=2).url}/metrics").text)
    named = {sample.labels.get("worker") for family in families for sample in family.samples}
    assert named == {str(os.getpid())}


def test_nothing_in_it_tells_of_a_person_or_a_ticket(world: World) -> None:
    world.desk.run(note.write_note, 1, world.cast["ada"], draft=Draft("Between us Zeb93817"))
    with world.browse("ada") as page, program(world, "ada") as robot:
        page.get("/tickets/1?secret=Zeb93817")
        robot.get("/api/v1/people?q=Zeb93817")
        page.get("/no/such/Zeb93817")
        page.request("XZeb93817", "/tickets")
    text = httpx2.get(f"{world.url}/metrics").text
    for word in ("Zeb93817", "Moreno", email("ada"), "Between"):
        assert word not in text
    assert 'route="/api/v1/people"' in text, "the twin: it was counted"


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
def test_whoever_comes_through_a_proxy_finds_nothing_there(world: World, name: str) -> None:
    assert httpx2.get(f"{world.url}/metrics", headers={name: "203.0.113.9"}).status_code == 404
    assert httpx2.get(f"{world.url}/metrics").status_code == 200


def test_with_a_token_in_the_settings_only_who_has_it_may_read(serve: Callable[..., World]) -> None:
    world = serve(metrics_token="a long secret")
    right = {"authorization": "Bearer a long secret", "x-forwarded-for": "203.0.113.9"}
    assert httpx2.get(f"{world.url}/metrics", headers=right).status_code == 200
    for wrong in ({}, {"authorization": "Bearer another"}, {"authorization": "Basic a long secret"}):
        assert httpx2.get(f"{world.url}/metrics", headers=wrong).status_code == 404
