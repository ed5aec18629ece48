"""The whole centre as one application: stations' routes, supervision, the consumers' page, health, metrics, the log."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Engine

from zhangshu_desk.core.clock import Clock
from zhangshu_server import backups, exchanges, metrics
from zhangshu_server.app import create_app
from zhangshu_server.certificates import fingerprint
from zhangshu_server.logs import RequestLog
from zhangshu_server.metrics import Counters
from zhangshu_server.supervision.routes import Surroundings, application
from zhangshu_server.verification import routes as verification

SUPERVISION = "/supervision"


def assemble(
    engine: Engine, state_dir: Path, clock: Clock, ca_pem: str, address: str, label_domain: str = ""
) -> FastAPI:
    """Put the centre together on a database that is up to date.

    Args:
        ca_pem: what stations pin.
        address: of this centre as a station would write it, shown when somebody enrols one.
        label_domain: what links on labels begin with.
    """
    app = create_app(engine, state_dir, clock, ca_pem, label_domain=label_domain)
    counters = Counters(metrics.folder_of(state_dir))
    counters.keep()  # its folder is there from now on
    app.include_router(metrics.router(engine, counters, clock))
    around = Surroundings(
        engine=engine,
        clock=clock,
        backups=backups.folder_of(state_dir),
        address=address,
        fingerprint=fingerprint(ca_pem),
        take_exchange=lambda data, login: exchanges.take(app.state.centre, data, login),
        label_domain=label_domain,
    )

    @app.get("/", include_in_schema=False)
    @app.get(SUPERVISION, include_in_schema=False)
    def front(_: Request) -> Response:
        return RedirectResponse(f"{SUPERVISION}/", 307)

    app.mount(SUPERVISION, application(around))
    verification.mount(app, verification.Surroundings(engine, clock, state_dir))
    app.add_middleware(RequestLog, count=counters.request)
    return app
