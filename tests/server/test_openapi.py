"""What `/v1/openapi.json` says is what the routes take and give; nothing that fits it makes them fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error, response_schema_conformance, status_code_conformance
from schemathesis.core.transport import Response

from tests.server.rig import Desk, Rig, call
from zhangshu_server import waiting

OPERATIONS = ["GET /hello", "POST /enrol", "POST /sync", "GET /snapshot", "POST /digest", "POST /claim", "GET /wait"]


def test_every_route_is_described(rig: Rig) -> None:
    found = call(rig.app, "GET", "/v1/openapi.json").json()
    listed = [f"{method.upper()} {path.removeprefix('/v1')}" for path, one in found["paths"].items() for method in one]
    assert sorted(listed) == sorted(OPERATIONS)
    for model in ("SyncRequest", "EnrolRequest", "WireOperation", "Log", "SyncAnswer"):
        assert model in found["components"]["schemas"]
    assert "schema" in found["components"]["schemas"]["SyncRequest"]["properties"]


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_fits_the_description_is_answered_as_described(
    a: Desk, rig: Rig, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MOST_SECONDS", 0.01)
    a.log.insert("enterprises", name="甲").end()
    a.sync()
    schema = schemathesis.openapi.from_dict(rig.app.openapi())
    method, path = operation.split()
    answered: set[int] = set()

    @_examples(schema[f"/v1{path}"][method])
    def check(case: Any) -> None:
        headers = {**dict(case.headers or {}), **a.headers}
        body = case.body if method == "POST" and isinstance(case.body, dict) else None
        if body is not None and "station" in body and path == "/sync":
            body |= {"station": a.id, "proto": 1}
        given: dict[str, Any] = {"params": dict(case.query or {}), "headers": headers}
        if method == "POST":
            given["json"] = case.body if body is None else body
        answer = call(rig.app, method, f"/v1{path}", **given)
        answered.add(answer.status_code)
        assert answer.status_code < 500, answer.text
        case.validate_response(
            Response.from_any(answer), checks=[not_a_server_error, status_code_conformance, response_schema_conformance]
        )

    check()
    assert (403 if path == "/enrol" else 200) in answered, answered


def _examples(operation: Any) -> Callable[[Callable[[Any], None]], Callable[[], None]]:
    from hypothesis import given

    def decorate(check: Callable[[Any], None]) -> Callable[[], None]:
        few = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        repeated: Callable[[], None] = few(given(case=operation.as_strategy())(check))
        return repeated

    return decorate
