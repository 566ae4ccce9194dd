"""Programs that hold a token of somebody in the cast, talking to the served desk over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx2
import pytest

from console.desk.actions import signing
from world import PATIENCE, World, http

Program = Callable[..., httpx2.Client]


@pytest.fixture
def program(world: World) -> Iterator[Program]:
    """`program("ada")` is a client with Ada's token; `program()` has none."""
    clients: list[httpx2.Client] = []

    def begin(name: str | None = None, language: str = "en") -> httpx2.Client:
        headers = {"accept-language": language}
        if name is not None:
            token = signing.new_secret()
            world.desk.run(signing.create_token, world.cast[name], value=token, name="test")
            headers["authorization"] = f"Bearer {token}"
        clients.append(http(base_url=f"{world.url}/api/v1", headers=headers, timeout=PATIENCE))
        return clients[-1]

    yield begin
    for client in clients:
        client.close()


def problem(answer: httpx2.Response, status: int, field: str | None = None) -> str:
    """The detail of a problem that is made as it should be."""
    found = answer.json()
    assert answer.status_code == status == found["status"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert found["type"] == "about:blank"
    assert found.get("field") == field
    assert "Traceback" not in answer.text
    detail: str = found["detail"]
    assert detail and "%(" not in detail
    return detail
