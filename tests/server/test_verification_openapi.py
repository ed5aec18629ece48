"""Whatever anybody asks the public routes for is answered with a page, and never makes them fail."""

from __future__ import annotations

import asyncio
import warnings
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error, status_code_conformance
from schemathesis.core.transport import Response
from starlette.routing import Mount

from tests.server.labels import FURNITURE, PHONE, Press
from tests.server.rig import FREE, Desk, Rig, call
from zhangshu_server.verification import routes

KEY = b"\x07" * 32
FEW = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def app(rig: Rig) -> FastAPI:
    """What consumers reach, without a limit."""
    made = FastAPI()
    routes.mount(made, routes.Surroundings(rig.engine, rig.clock, rig.state_dir, FREE))
    return made


@pytest.fixture
def press(a: Desk) -> Press:
    """A station with a batch."""
    made = Press(a, KEY)
    made.certify()
    made.batch(1, 500)
    made.batch(501, 600, FURNITURE)
    a.sync()
    return made


def _ask(app: FastAPI, path: str, method: str = "GET", **more: Any) -> Any:
    answer = call(app, method, path, headers={**PHONE, **more.pop("headers", {})}, **more)
    assert answer.status_code in (200, 404), (path, answer.status_code, answer.text)
    assert "content-security-policy" in answer.headers
    assert len(answer.content) < 20_000
    return answer


def _described(app: FastAPI, mounted: str) -> Any:
    (found,) = (one.app for one in app.routes if isinstance(one, Mount) and one.path == mounted)
    assert isinstance(found, FastAPI)
    with warnings.catch_warnings():  # GET and HEAD are one operation
        warnings.simplefilter("ignore")
        return schemathesis.openapi.from_dict(found.openapi())


@pytest.mark.slow
@pytest.mark.parametrize(("mounted", "path", "name"), [("/t", "/{token}", "token"), ("/01", "/{keys}", "keys")])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_whatever_fits_the_description_is_answered_as_described(
    app: FastAPI, press: Press, mounted: str, path: str, name: str, method: str
) -> None:
    operation = _described(app, mounted)[path][method]

    @FEW
    @given(case=operation.as_strategy())
    def check(case: Any) -> None:
        where = f"{mounted}/{quote(str(case.path_parameters[name]), safe='/' if name == 'keys' else '')}"
        answer = _ask(app, where, method, params=dict(case.query or {}))
        case.validate_response(Response.from_any(answer), checks=[not_a_server_error, status_code_conformance])

    check()


_SEGMENT = st.one_of(
    st.sampled_from(
        ["01", "10", "21", "22", "17", "06901234567892", "B%2F2026%2B11", "%", "%zz", "..", ".", "", "A" * 20]
    ),
    st.text(st.characters(codec="ascii", exclude_characters="/?#\\"), max_size=24),
)


@FEW
@given(
    segments=st.lists(_SEGMENT, max_size=9),
    query=st.text(st.characters(codec="ascii", exclude_characters="#"), max_size=30),
)
def _links(app: FastAPI, segments: list[str], query: str) -> None:
    path = "/01/" + "/".join(segments)
    _ask_raw(app, path.encode("ascii", "ignore"), query.encode("ascii", "ignore"))


@pytest.mark.slow
def test_no_digital_link_makes_it_fail(app: FastAPI, press: Press) -> None:
    _links(app)


@pytest.mark.slow
def test_no_bytes_make_it_fail(app: FastAPI, press: Press) -> None:
    """A path as no browser sends it: whatever bytes there are."""

    @FEW
    @given(where=st.sampled_from([b"/t/", b"/01/"]), rest=st.binary(max_size=60), query=st.binary(max_size=20))
    def check(where: bytes, rest: bytes, query: bytes) -> None:
        _ask_raw(app, where + rest, query)

    check()


def _ask_raw(app: FastAPI, path: bytes, query: bytes) -> None:
    """A request as a server hands it over, without a client that would mend it."""
    answered: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"q.example.cn"), (b"user-agent", b"Mozilla/5.0 \xff")],
        "client": ("192.0.2.1", 1),
        "server": ("127.0.0.1", 443),
        "state": {},
    }
    asyncio.run(app(scope, receive, send))
    assert answered in ([200], [404], [405], [307]), (path, query, answered)
