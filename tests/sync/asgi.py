"""The real centre's application, called within the process: a transport for httpx that needs no socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import httpx


class Loop:
    """An event loop on a thread of its own; `close` it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="asgi")
        self._thread.start()

    def run(self, work: Any) -> Any:
        """Wait for a coroutine."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """Stop it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class AsgiTransport(httpx.BaseTransport):
    """Hands requests to an application; `app()` is asked each time, so that the application may be another by then."""

    def __init__(self, app: Callable[[], Any], loop: Loop) -> None:
        self._app, self._loop = app, loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()

        async def ask() -> tuple[int, list[tuple[bytes, bytes]], bytes]:
            transport = httpx.ASGITransport(self._app(), raise_app_exceptions=False)
            inner = httpx.Request(request.method, request.url, headers=request.headers, content=body)
            answer = await transport.handle_async_request(inner)
            content = b"".join([part async for part in answer.stream])  # type: ignore[union-attr]
            return answer.status_code, answer.headers.raw, content

        status, headers, content = self._loop.run(ask())
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(content), request=request)
