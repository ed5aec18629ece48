"""Puts the centre together as an ASGI application."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread
import psycopg
import sqlalchemy.exc
from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from sqlalchemy import Engine
from starlette.exceptions import HTTPException

from zhangshu_desk.core.clock import Clock
from zhangshu_desk.sync.wire import PROTOCOLS
from zhangshu_server import bodies, epochs, limits, shapes
from zhangshu_server.centre import Centre
from zhangshu_server.limits import Limiter, Rate
from zhangshu_server.refusals import Refusal, bad_request
from zhangshu_server.routes import station_routes
from zhangshu_server.waiting import Watch

_REQUESTS = (shapes.SyncRequest, shapes.EnrolRequest, shapes.DigestRequest, shapes.ClaimRequest)
_BUSY_SECONDS = 5
_log = logging.getLogger(__name__)


def create_app(
    engine: Engine,
    state_dir: Path,
    clock: Clock,
    ca_pem: str = "",
    *,
    min_client: str = "",
    station_rate: Rate = limits.STATION,
    enrol_rate: Rate = limits.ENROL,
    label_domain: str = "",
) -> FastAPI:
    """The centre on a database that is up to date (`migrate.bring_up_to_date`).

    Its parts are in `app.state.centre`; more pages are added with `app.include_router`.

    Args:
        state_dir: what is kept outside the database (epoch, serial numbers); the same for all workers.
        ca_pem: the deployment's CA certificate, given to stations.
        min_client: oldest version of the desk that may receive.
        label_domain: what links on labels begin with; the stations are told.
    """
    centre = Centre(
        engine,
        state_dir,
        clock,
        epochs.agree(engine, state_dir, clock.now()),
        ca_pem,
        min_client,
        Limiter(station_rate),
        Limiter(enrol_rate),
        Watch(engine),
        label_domain,
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # More threads than cores only stand in each other's way: twenty stations at once take half as long with few.
        anyio.to_thread.current_default_thread_limiter().total_tokens = max(2, os.cpu_count() or 1)
        centre.watch.start()
        try:
            yield
        finally:
            await centre.watch.stop()

    app = FastAPI(
        title="Zhangshu Desk, the centre",
        version=str(PROTOCOLS[1]),
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.centre = centre
    app.include_router(station_routes(centre))
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    _add_refusals(app)
    return app


def _add_refusals(app: FastAPI) -> None:
    def is_ours(request: Request) -> bool:
        return request.url.path.startswith("/v1/")

    @app.exception_handler(Refusal)
    async def refused(request: Request, error: Refusal) -> Response:
        return bodies.refusal(error, request.headers.get("accept-encoding", ""))

    @app.exception_handler(HTTPException)
    async def no_such_thing(request: Request, error: HTTPException) -> Response:
        if not is_ours(request):
            return await http_exception_handler(request, error)
        names = {404: "not_found", 405: "method_not_allowed"}
        answer = bodies.refusal(Refusal(error.status_code, names.get(error.status_code, "refused")))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(RequestValidationError)
    async def wrong_query(request: Request, error: RequestValidationError) -> Response:
        if not is_ours(request):
            return await request_validation_exception_handler(request, error)
        return bodies.refusal(bad_request(".".join(str(part) for part in error.errors()[0]["loc"])))

    @app.exception_handler(psycopg.OperationalError)
    @app.exception_handler(sqlalchemy.exc.OperationalError)
    @app.exception_handler(sqlalchemy.exc.TimeoutError)
    async def no_database(_request: Request, error: Exception) -> Response:
        _log.error("the database does not answer: %s", type(error).__name__)
        return bodies.refusal(Refusal(503, "busy", retry_after=_BUSY_SECONDS))


def _openapi(app: FastAPI) -> dict[str, Any]:
    """What the routes take and give; the bodies are read by hand, so their models are added here."""
    if app.openapi_schema is None:
        found = get_openapi(title=app.title, version=app.version, routes=app.routes)
        modes = [(model, "validation") for model in _REQUESTS]
        _, definitions = models_json_schema(modes, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
        components = found.setdefault("components", {})
        components.setdefault("schemas", {}).update(definitions["$defs"])
        components["securitySchemes"] = {"station": {"type": "http", "scheme": "bearer"}}
        app.openapi_schema = found
    return app.openapi_schema
