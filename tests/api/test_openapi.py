"""The API is what its document says: every address is in it, and whatever is sent by its rules or against them fits."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings

from api.conftest import Program
from console.api.routes import ROUTES
from world import World

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the library's own imports
    import schemathesis
    from schemathesis.core.failures import FailureGroup
    from schemathesis.core.result import Ok
    from schemathesis.specs.openapi import checks

LONG = pytest.param("ada", 100, marks=pytest.mark.full)
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]


def test_every_address_and_method_is_in_the_document(program: Program, world: World) -> None:
    answer = httpx2.get(f"{world.url}/api/openapi.json")
    assert answer.headers["content-type"] == "application/json" and answer.json()["openapi"].startswith("3.1")
    told = {(method.upper(), path) for path, methods in answer.json()["paths"].items() for method in methods}
    there = {(method, f"/api/v1{route.path}") for route in ROUTES for method in (route.methods or set()) - {"HEAD"}}
    assert told == there


@pytest.mark.parametrize(("name", "examples"), [("ada", 5), ("rhea", 3), (None, 1), LONG])
@pytest.mark.timeout(600)
def test_what_is_sent_by_the_document_or_against_it_is_answered_as_it_says(
    serve: Callable[..., World], program: Program, name: str | None, examples: int
) -> None:
    world = serve(api_requests_per_minute=1_000_000)
    document = schemathesis.openapi.from_url(f"{world.url}/api/openapi.json")
    for found in document.get_all_operations():
        assert isinstance(found, Ok)
        # a token each, because one of the operations ends tokens
        headers = {"authorization": program(name).headers["authorization"]} if name else {}
        ask(found.ok(), headers, examples)


NEVER_SENT = {"query: violates `additionalProperties`", "header: violates `required` (was Authorization)"}
NO_HTTP = "Invalid HTTP request received."  # the server's word for a header that is none; it reaches no operation


def ask(operation: Any, headers: dict[str, str], examples: int) -> None:
    modes = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
    for mode in modes:

        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            try:
                case.call_and_validate(headers=headers, checks=CHECKS)
            except FailureGroup as found:
                if not all(NO_HTTP in str(each) or _never_sent(str(each), case) for each in found.exceptions):
                    raise

        send()


def _never_sent(failure: str, case: Any) -> bool:
    """Whether all that is wrong is a parameter that has no value in an address, or a header that the test gives itself."""
    wrong = set(re.findall(r"^\s*- ((?:query|header|path|body|cookie): .*)$", failure, re.MULTILINE))
    known = {each["name"] for each in case.operation.definition.raw["parameters"] if each["in"] == "query"}
    sent = {name for name, value in (case.query or {}).items() if value not in (None, [], {})}
    return bool(wrong) and wrong <= NEVER_SENT and sent <= known
