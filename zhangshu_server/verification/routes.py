"""The public routes: `/t/<token>` and the GS1 Digital Link `/01/…`, and nothing else of the centre."""

from __future__ import annotations

import functools
import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio.to_thread
import psycopg
import sqlalchemy.exc
from anyio import CapacityLimiter
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from sqlalchemy import Engine
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException

from zhangshu_desk.core.clock import Clock
from zhangshu_desk.labels.rules.codes import Scanned
from zhangshu_server import database
from zhangshu_server.limits import Limiter, Rate
from zhangshu_server.refusals import Refusal
from zhangshu_server.verification import counting, looking, telling
from zhangshu_server.verification.counting import NEVER, Counted
from zhangshu_server.verification.looking import Label
from zhangshu_server.verification.pages import STATUS, Pages
from zhangshu_server.verification.states import State
from zhangshu_server.verification.visitors import Visitors, is_person, network_of

ADDRESS = Rate(2, 60)
"""Look-ups from one address: many phones of a mobile network share one."""
_THREADS = 2
"""Look-ups at once: consumers never take the stations' place."""
_MOST_WAITING = 200
_BUSY_SECONDS = 30
_METHODS = ["GET", "HEAD"]
_ROBOTS = "User-agent: *\nDisallow: /\n"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Surroundings:
    """What the look-ups work with; `state_dir` is the centre's."""

    engine: Engine
    clock: Clock
    state_dir: Path
    rate: Rate = ADDRESS


def mount(app: FastAPI, around: Surroundings) -> None:
    """Put the public routes into the centre's application; a proxy hands on nothing else from outside."""
    looker = _Looker(around)

    async def plain(request: Request, token: str) -> Response:
        """What is known of the label whose link ends with this token."""
        return await looker.answer(request, lambda: looking.read_plain(token))

    async def digital_link(request: Request, keys: str) -> Response:
        """What is known of the label with this GS1 Digital Link."""
        # as they were sent: `keys` is decoded, and a slash may be part of a value
        path, query = (request.scope.get(name, b"").decode("latin-1") for name in ("raw_path", "query_string"))
        return await looker.answer(request, lambda: looking.read_digital_link(path, query))

    app.mount("/t", looker.application("/{token}", plain))
    app.mount("/01", looker.application("/{keys:path}", digital_link))
    app.add_api_route("/robots.txt", _robots, include_in_schema=False)


def _robots() -> Response:
    return PlainTextResponse(_ROBOTS, headers={"cache-control": "max-age=86400"})


class _Looker:
    """Answers look-ups."""

    def __init__(self, around: Surroundings) -> None:
        self._around, self._pages = around, Pages()
        self._visitors = Visitors(around.state_dir)
        self._limiter, self._threads = Limiter(around.rate), CapacityLimiter(_THREADS)
        self._salt = secrets.token_bytes(16)
        self._headers = _headers(self._pages.style_hash)

    def application(self, path: str, route: Callable[..., Any]) -> FastAPI:
        """An application with one route, whose every answer is a page of ours."""
        app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
        app.add_api_route(path, route, methods=_METHODS, responses=_RESPONSES, response_class=HTMLResponse)

        @app.exception_handler(HTTPException)
        async def no_such_thing(_: Request, error: HTTPException) -> Response:
            status = error.status_code if error.status_code == 405 else 404
            return self._plain(State.UNKNOWN, status, error.headers)

        @app.exception_handler(psycopg.OperationalError)
        @app.exception_handler(sqlalchemy.exc.OperationalError)
        @app.exception_handler(sqlalchemy.exc.TimeoutError)
        async def no_database(_: Request, error: Exception) -> Response:
            _log.error("the database does not answer: %s", type(error).__name__)
            return self._busy()

        return app

    async def answer(self, request: Request, read: Callable[[], Scanned]) -> Response:
        """The page for one look-up."""
        try:
            self._limiter.take(self._bucket(request))
        except Refusal as refusal:
            return self._plain(State.TOO_MANY, headers={"retry-after": str(refusal.retry_after)})
        if self._threads.statistics().tasks_waiting > _MOST_WAITING:
            return self._busy()
        return await anyio.to_thread.run_sync(functools.partial(self._look_up, request, read), limiter=self._threads)

    def _look_up(self, request: Request, read: Callable[[], Scanned]) -> Response:
        around, now = self._around, self._around.clock.now()
        with database.pull_transaction(around.engine) as connection:
            label = looking.look_up(connection, read())
            counted = NEVER if label is None else counting.so_far(connection, label)
            site = "" if label is None else looking.site_name(connection, label.site)
        if label is not None and request.method == "GET" and is_person(request.headers):
            counted = self._count(request, label, now) or counted
        state, text = self._pages.answer(label, counted, site, now)
        later = None
        if label is not None and counted.due:
            later = BackgroundTask(self._tell, (label.station, label.serial), now)
        return HTMLResponse(text, STATUS.get(state, 200), self._headers, background=later)

    def _count(self, request: Request, label: Label, now: int) -> Counted | None:
        """Count the scan; a label is answered for even where that cannot be done."""
        try:
            visit = self._visitors.visit(_address(request), request.headers, now)
        except OSError as error:
            _log.error("scans are not counted: %s", type(error).__name__)
            return None
        return database.retrying(lambda: counting.count(self._around.engine, label, visit, now))

    def _tell(self, number: telling.Number, now: int) -> None:
        """Tell the desks, after the answer is out; what fails here is told within minutes (`telling.tidy`)."""
        try:
            telling.tell(self._around.engine, [number], now)
        except (psycopg.Error, sqlalchemy.exc.SQLAlchemyError) as error:
            _log.warning("a look-up is told later: %s", type(error).__name__)

    def _busy(self) -> Response:
        return self._plain(State.BUSY, headers={"retry-after": str(_BUSY_SECONDS)})

    def _plain(self, state: State, status: int = 0, headers: Mapping[str, str] | None = None) -> Response:
        text = self._pages.plain(state, self._around.clock.now())
        return HTMLResponse(text, status or STATUS[state], {**(headers or {}), **self._headers})

    def _bucket(self, request: Request) -> str:
        """Whose share a look-up is taken from; not even here an address is kept."""
        address = _address(request)
        shared = network_of(address) if ":" in address else address  # a phone has a whole network of IPv6
        return hashlib.blake2b(shared.encode(), key=self._salt, digest_size=16).hexdigest()


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _headers(style_hash: str) -> dict[str, str]:
    return {
        "content-security-policy": (
            f"default-src 'none'; style-src 'sha256-{style_hash}'; img-src data:; form-action 'none'; base-uri 'none';"
            " frame-ancestors 'none'"
        ),
        "cache-control": "private, no-store",
        "x-robots-tag": "noindex, nofollow",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
    }


_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The label, and what is registered of it"},
    404: {"description": "Not ours, or altered"},
    429: {"description": "Too many look-ups from this address"},
    503: {"description": "Not available just now"},
}
