"""A centre served in this process: over real HTTPS for a browser beside it, or without a line for an `httpx.Client`."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine
from uvicorn import Config, Server

from zhangshu_desk.core.clock import Clock
from zhangshu_server import serve
from zhangshu_server.assembly import assemble
from zhangshu_server.certificates import Certificates, prepare
from zhangshu_server.settings import read


class InProcess(httpx.BaseTransport):
    """Hands the requests of an ordinary `httpx.Client` to an application in this process."""

    def __init__(self, app: FastAPI) -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        copy = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
        return asyncio.run(self._ask(copy))

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        answer = await self._transport.handle_async_request(request)
        content = await answer.aread()  # unpacked
        headers = [(k, v) for k, v in answer.headers.multi_items() if k not in ("content-encoding", "content-length")]
        return httpx.Response(answer.status_code, headers=headers, content=content)


@dataclass(frozen=True)
class Served:
    """A centre that answers at `address`."""

    address: str
    certificates: Certificates


@contextmanager
def served(engine: Engine, state: Path, clock: Clock) -> Iterator[Served]:
    """Serve on a free port of this machine while the block runs."""
    settings = read({"ZHANGSHU_STATE_DIR": str(state)})
    certificates = prepare(settings, clock.now())
    app = assemble(engine, state, clock, certificates.ca_pem, "https://centre.example.cn:8843", "q.example.cn")
    config = Config(
        app,
        host="127.0.0.1",
        port=0,
        log_config=None,
        access_log=False,
        ssl_certfile=certificates.certificate,
        ssl_keyfile=certificates.key,
        ssl_context_factory=serve.tls,
        timeout_graceful_shutdown=2,
    )
    server = Server(config)
    thread = threading.Thread(target=server.run, name="served")
    thread.start()
    try:
        until = time.monotonic() + 30
        while not server.started and thread.is_alive() and time.monotonic() < until:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(f"https://127.0.0.1:{port}", certificates)
    finally:
        server.should_exit = True
        thread.join()
