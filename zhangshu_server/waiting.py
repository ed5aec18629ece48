"""Requests that wait for news (`GET /v1/wait`): woken by PostgreSQL, whichever process took in the change."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import psycopg
from sqlalchemy import Engine

from zhangshu_server.feed import CHANNEL

MOST_SECONDS = 25.0
RETRY_SECONDS = 2.0
_log = logging.getLogger(__name__)


class Waiter:
    """One request that waits for news in some scopes, not those its own station made."""

    def __init__(self, station: str, scopes: frozenset[str]) -> None:
        self.station, self.scopes = station, scopes
        self.woken = asyncio.Event()
        self.let_go = False


class Watch:
    """One listening connection for all waiting requests of a process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiters: set[Waiter] = set()
        self._task: asyncio.Task[None] | None = None
        self.listening = False

    def start(self) -> None:
        """Begin to listen, in the running loop."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen())

    async def stop(self) -> None:
        """Stop listening and let everybody go who waits."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        for waiter in self._waiters:
            waiter.let_go = True
            waiter.woken.set()

    @contextlib.asynccontextmanager
    async def waiter(self, station: str, scopes: frozenset[str]) -> AsyncIterator[Waiter]:
        """A request that is woken from now on; whoever enters looks into the database after that, not before."""
        self.start()
        one = Waiter(station, scopes)
        self._waiters.add(one)
        try:
            yield one
        finally:
            self._waiters.discard(one)

    def waiting_of(self, station: str) -> int:
        """How many requests of a station wait."""
        return sum(waiter.station == station for waiter in self._waiters)

    async def _listen(self) -> None:
        while True:
            try:
                async with await self._connect() as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.listening = True
                    self._wake_all()  # whatever came while nobody listened
                    async for notice in connection.notifies():
                        self._wake(notice.payload)
            except psycopg.OperationalError:
                _log.info("not listening to the database, trying again")
            finally:
                self.listening = False
            await asyncio.sleep(RETRY_SECONDS)

    async def _connect(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        url = self._engine.url.set(drivername="postgresql")
        return await psycopg.AsyncConnection.connect(url.render_as_string(hide_password=False), autocommit=True)

    def _wake(self, payload: str) -> None:
        _, station, *scopes = payload.split(" ")
        for waiter in self._waiters:
            if waiter.station != station and not waiter.scopes.isdisjoint(scopes):
                waiter.woken.set()

    def _wake_all(self) -> None:
        for waiter in self._waiters:
            waiter.woken.set()


async def wait_for_news(
    waiter: Waiter, look: Callable[[], Awaitable[tuple[int, bool]]], hold: float = MOST_SECONDS
) -> int:
    """The head of the feed as soon as `look` says that there is news, or after `hold` seconds, at most `MOST_SECONDS`.

    Args:
        look: asks the database for (head, whether there is news); again whenever the waiter is woken.
    """
    head, more = await look()
    if more or waiter.let_go:
        return head
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(min(hold, MOST_SECONDS)):
            while True:
                await waiter.woken.wait()
                waiter.woken.clear()
                head, more = await look()
                if more or waiter.let_go:
                    return head
    return head
