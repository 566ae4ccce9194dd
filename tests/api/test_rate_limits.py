"""How often a program may ask."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from api.conftest import Program, problem
from console.api import door
from console.desk.actions import signing
from world import World, http


def bearer(world: World, name: str) -> dict[str, str]:
    token = signing.new_secret()
    world.desk.run(signing.create_token, world.cast[name], value=token, name="test")
    return {"authorization": f"Bearer {token}"}


def test_a_person_who_asks_too_often_waits_and_others_do_not(serve: Callable[..., World]) -> None:
    world = serve(api_requests_per_minute=20)
    ada, again, ben = bearer(world, "ada"), bearer(world, "ada"), bearer(world, "ben")
    with http(base_url=f"{world.url}/api/v1") as client, ThreadPoolExecutor(20) as pool:
        said = sorted(pool.map(lambda _: client.get("/tickets/1", headers=ada).status_code, range(50)))
        assert said == [200] * 20 + [429] * 30
        refused = client.get("/tickets/1", headers=again)
        problem(refused, 429)
        assert 1 <= int(refused.headers["retry-after"]) <= 60, "her other tokens count together with this one"
        assert client.get("/tickets/1", headers=ben).status_code == 200


def test_guesses_of_tokens_are_limited_by_address_and_do_not_lock_out_who_has_one(program: Program) -> None:
    client, ada = program(), program("ada")
    guess = {"authorization": "Bearer guess"}
    said = [client.get("/tickets", headers=guess).status_code for _ in range(door.STRANGERS_PER_MINUTE + 5)]
    assert set(said[: door.STRANGERS_PER_MINUTE]) == {401} and said[-1] == 429
    assert ada.get("/tickets").status_code == 200
