"""The supervision page's routes: log in, look, enrol, revoke, back up, take in exchange files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import jinja2
import psycopg
from fastapi import FastAPI, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Engine, update
from sqlalchemy.exc import DataError

from zhangshu_desk.core.clock import Clock, file_stamp, hm
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.exchange import SUFFIX
from zhangshu_server import acts, admins, backups, stations
from zhangshu_server.exchanges import MAX_FILE_BYTES
from zhangshu_server.supervision import guard, labels, views
from zhangshu_server.supervision.guard import Turned, Visitor
from zhangshu_server.tables import notices

_MOST_FORM = 16 << 10
_SAID = {
    "revoked": "已停用。这个工作站从下一次联系起不再上报和接收，本机的数据不受影响。",
    "reinstated": "已恢复。这个工作站可以继续上报和接收。",
    "seen": "已标为已阅。",
    "backed-up": "备份已完成，并已读回核对。",
}


Csrf = Annotated[str, Form()]


@dataclass(frozen=True)
class Surroundings:
    """What the pages work with.

    Attributes:
        backups: folder of the backups.
        address: of this centre, as a station would write it; fingerprint: of its CA.
        take_exchange: takes in an exchange file for an admin (login) and returns the sealed answer.
        label_domain: what links on labels begin with, empty = not decided.
    """

    engine: Engine
    clock: Clock
    backups: Path
    address: str
    fingerprint: str
    take_exchange: Callable[[bytes, str], bytes]
    label_domain: str = ""


class _Pages:
    """Templates, filled in for whoever asks."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("zhangshu_server.supervision"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def show(
        self, request: Request, name: str, who: Visitor | None, *, status: int = 200, refused: str = "", **facts: Any
    ) -> HTMLResponse:
        """A page; `refused` is said on top of it."""
        said = _SAID.get(request.query_params.get("said", ""), "")
        text = self._templates.get_template(f"{name}.html").render(
            base=request.scope["root_path"], page=name, who=who, said=said, refused=refused, **facts
        )
        return HTMLResponse(text, status)

    def asks(self, request: Request) -> Visitor:
        """Who looks at a page. Raises `Turned` to the log-in page."""
        return guard.visitor(request, self._around.engine, self._around.clock)

    def acts(self, request: Request, csrf: str) -> Visitor:
        """Who sends a form. Raises `Turned` when it is not one of ours."""
        who = self.asks(request)
        if not guard.is_ours(request, who.csrf, csrf):
            refused = "这个表单不是从本页提交的，或已过期。请返回后再试。"
            raise Turned(self.show(request, "refused", who, status=403, refused=refused))
        return who


def application(around: Surroundings) -> FastAPI:
    """The pages as an application to be mounted."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    pages = _Pages(around)

    @app.exception_handler(Turned)
    async def turned(_: Request, error: Turned) -> Response:
        return error.response

    @app.exception_handler(psycopg.DataError)
    @app.exception_handler(DataError)
    async def unstorable(request: Request, _: Exception) -> Response:
        return pages.show(request, "refused", None, status=422, refused="内容里有不能保存的字符。请返回后改正。")

    @app.middleware("http")
    async def harden(request: Request, proceed: Callable[[Request], Any]) -> Response:
        # Only the exchange form may be large; a body without a length is none of a browser's.
        if request.method == "POST" and not _small_enough(request):
            response: Response = HTMLResponse("提交的内容太大。", 413)
        else:
            response = await proceed(request)
        for name, value in guard.HEADERS.items():
            response.headers[name] = value
        response.headers.setdefault("cache-control", "no-store")
        return response

    _add_login(app, around, pages)
    _add_stations(app, around, pages)
    _add_lists(app, around, pages)
    _add_enrolling(app, around, pages)
    _add_backups(app, around, pages)
    _add_exchange(app, around, pages)
    return app


def _small_enough(request: Request) -> bool:
    length = request.headers.get("content-length", "")
    limit = MAX_FILE_BYTES + _MOST_FORM if request.url.path.endswith("/exchange") else _MOST_FORM
    return length.isascii() and length.isdecimal() and int(length) <= limit


def _to(request: Request, path: str, said: str = "") -> RedirectResponse:
    return RedirectResponse(f"{request.scope['root_path']}{path}{'?said=' + said if said else ''}", 303)


# -- log-in -----------------------------------------------------------------------------------------------------------


def _add_login(app: FastAPI, around: Surroundings, pages: _Pages) -> None:
    def form(request: Request, refused: str = "", status: int = 200, login: str = "") -> Response:
        secret = guard.login_form_secret(request) or guard.new_secret()
        with around.engine.connect() as connection:
            nobody = not admins.exist(connection)
        response = pages.show(
            request, "login", None, status=status, refused=refused, csrf=secret, login=login, nobody=nobody
        )
        guard.give_login_form_secret(response, secret)
        return response

    @app.get("/login")
    def show_login(request: Request) -> Response:
        return form(request)

    @app.post("/login")
    def log_in(
        request: Request,
        csrf: Csrf = "",
        login: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
    ) -> Response:
        if not guard.is_ours(request, guard.login_form_secret(request), csrf):
            return form(request, "登录页已过期，请重新输入。", 403, login)
        try:
            token = admins.log_in(around.engine, login, password, around.clock.now())
        except DeskError as error:
            return form(request, str(error), 401, login)
        response = _to(request, "/")
        guard.give_session(response, token)
        return response

    @app.post("/logout")
    def log_out(request: Request, csrf: Csrf = "") -> Response:
        who = pages.acts(request, csrf)
        admins.log_out(around.engine, who.token, around.clock.now())
        response = _to(request, "/login")
        guard.take_session(response)
        return response

    @app.get("/style.css")
    def style() -> Response:
        text = files("zhangshu_server.supervision").joinpath("style.css").read_text(encoding="utf-8")
        return Response(text, media_type="text/css", headers={"cache-control": "no-cache"})


# -- stations ---------------------------------------------------------------------------------------------------------


def _add_stations(app: FastAPI, around: Surroundings, pages: _Pages) -> None:
    engine, clock = around.engine, around.clock

    @app.get("/")
    def overview(request: Request) -> Response:
        who = pages.asks(request)
        return pages.show(request, "overview", who, view=views.overview(engine, clock.now()))

    @app.get("/stations/{station}")
    def show_station(request: Request, station: str) -> Response:
        who = pages.asks(request)
        return station_page(request, station, who)

    def station_page(request: Request, station: str, who: Visitor, refused: str = "") -> Response:
        card = views.station(engine, station, clock.now())
        if card is None:
            return pages.show(request, "refused", who, status=404, refused="没有这个工作站。")
        with engine.connect() as connection:
            found = views.unseen(connection, station, seen_too=True)
        rejected, _ = views.rejected(engine, 1, station)
        return pages.show(
            request,
            "station",
            who,
            status=422 if refused else 200,
            refused=refused,
            card=card,
            notices=found,
            rejected=rejected,
        )

    @app.post("/stations/{station}/revoke")
    def revoke(
        request: Request,
        station: str,
        csrf: Csrf = "",
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        who = pages.acts(request, csrf)
        reason = reason.strip()[:200]
        if not reason:
            return station_page(request, station, who, "停用工作站需要写明原因。")
        try:
            stations.revoke(engine, station, reason, clock.now())
        except DeskError as error:
            return pages.show(request, "refused", who, status=404, refused=str(error))
        with engine.begin() as connection:
            acts.record(connection, who.login, "station.revoke", {"station": station, "reason": reason}, clock.now())
        return _to(request, f"/stations/{station}", "revoked")

    @app.post("/stations/{station}/reinstate")
    def reinstate(request: Request, station: str, csrf: Csrf = "") -> Response:
        who = pages.acts(request, csrf)
        try:
            stations.reinstate(engine, station)
        except DeskError as error:
            return pages.show(request, "refused", who, status=404, refused=str(error))
        with engine.begin() as connection:
            acts.record(connection, who.login, "station.reinstate", {"station": station}, clock.now())
        return _to(request, f"/stations/{station}", "reinstated")

    @app.post("/notices/{number}/seen")
    def seen(request: Request, number: int, csrf: Csrf = "") -> Response:
        who = pages.acts(request, csrf)
        now = clock.now()
        with engine.begin() as connection:
            marked = connection.execute(
                update(notices).where(notices.c.id == number, notices.c.seen_at.is_(None)).values(seen_at=now)
            )
            if marked.rowcount:
                acts.record(connection, who.login, "notice.seen", {"notice": number}, now)
        return _to(request, "/", "seen")


def _add_lists(app: FastAPI, around: Surroundings, pages: _Pages) -> None:
    engine = around.engine

    @app.get("/conflicts")
    def conflicts(
        request: Request,
        tbl: str = "",
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    ) -> Response:
        who = pages.asks(request)
        return pages.show(request, "conflicts", who, view=views.conflicts(engine, tbl, page), tbl=tbl)

    @app.get("/rejected")
    def rejected(
        request: Request,
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    ) -> Response:
        who = pages.asks(request)
        lines, shown = views.rejected(engine, page)
        return pages.show(request, "rejected", who, lines=lines, shown=shown)

    @app.get("/labels")
    def show_labels(
        request: Request,
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    ) -> Response:
        who = pages.asks(request)
        return pages.show(request, "labels", who, view=labels.labels(engine, page), domain=around.label_domain)

    @app.get("/acts")
    def show_acts(request: Request) -> Response:
        who = pages.asks(request)
        return pages.show(request, "acts", who, lines=views.act_lines(engine))


# -- enrolling --------------------------------------------------------------------------------------------------------


def _add_enrolling(app: FastAPI, around: Surroundings, pages: _Pages) -> None:
    engine, clock = around.engine, around.clock

    def page(request: Request, who: Visitor, **more: Any) -> Response:
        facts = {"code": "", "site": "", "station": "", "until": "", "status": 200, **more}
        return pages.show(
            request,
            "enrol",
            who,
            names=views.site_names(engine),
            address=around.address,
            fingerprint=around.fingerprint,
            **facts,
        )

    @app.get("/enrol")
    def show_enrol(request: Request) -> Response:
        who = pages.asks(request)
        return page(request, who)

    @app.post("/enrol")
    def make_code(
        request: Request,
        csrf: Csrf = "",
        site: Annotated[str, Form()] = "",
        station: Annotated[str, Form()] = "",
    ) -> Response:
        who = pages.acts(request, csrf)
        now = clock.now()
        try:
            code = stations.make_code(engine, site, station, now, around.fingerprint)
        except DeskError as error:
            return page(request, who, refused=str(error), site=site, station=station, status=422)
        with engine.begin() as connection:
            facts = {"site": site.strip(), "station": station.strip()}
            acts.record(connection, who.login, "station.code", facts, now)
        return page(request, who, code=code, site=site, station=station, until=hm(now + stations.CODE_LIFE))


# -- backups ----------------------------------------------------------------------------------------------------------


def _add_backups(app: FastAPI, around: Surroundings, pages: _Pages) -> None:
    engine, clock = around.engine, around.clock

    def page(request: Request, who: Visitor, refused: str = "") -> Response:
        now = clock.now()
        with engine.connect() as connection:
            state = views.backup_state(connection, now)
        return pages.show(
            request,
            "backups",
            who,
            status=409 if refused else 200,
            refused=refused,
            state=state,
            lines=views.backup_lines(engine, now),
        )

    @app.get("/backups")
    def show_backups(request: Request) -> Response:
        who = pages.asks(request)
        return page(request, who)

    @app.post("/backups")
    def make_backup(request: Request, csrf: Csrf = "") -> Response:
        who = pages.acts(request, csrf)
        try:
            backups.make(engine, around.backups, clock.now(), who.login)
        except DeskError as error:
            return page(request, who, str(error))
        return _to(request, "/backups", "backed-up")


# -- exchange files ---------------------------------------------------------------------------------------------------


def _add_exchange(app: FastAPI, around: Surroundings, pages: _Pages) -> None:
    @app.get("/exchange")
    def show_exchange(request: Request) -> Response:
        who = pages.asks(request)
        return pages.show(request, "exchange", who)

    @app.post("/exchange")
    def take(
        request: Request,
        csrf: Csrf = "",
        file: Annotated[UploadFile | None, File()] = None,
    ) -> Response:
        who = pages.acts(request, csrf)
        data = file.file.read(MAX_FILE_BYTES + 1) if file is not None else b""
        if not data:
            return pages.show(request, "exchange", who, status=422, refused="还没有选择交换文件。")
        try:
            answer = around.take_exchange(data, who.login)
        except DeskError as error:
            return pages.show(request, "exchange", who, status=422, refused=str(error))
        name = f"answer-{file_stamp(around.clock.now())}{SUFFIX}"
        return Response(
            answer,
            media_type="application/octet-stream",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )
