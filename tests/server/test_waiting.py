"""Waiting for news: woken within a moment by whichever process took it in, and by nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from tests.server.rig import Desk, Rig
from zhangshu_server import waiting
from zhangshu_server.waiting import Watch

Ask = Callable[[Desk, int], Coroutine[Any, Any, httpx.Response]]


@asynccontextmanager
async def running(rig: Rig) -> AsyncIterator[tuple[Ask, Watch]]:
    """The application with its lifespan, and the way to wait in it."""
    app = rig.app
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://centre") as client,
    ):

        async def ask(desk: Desk, since: int) -> httpx.Response:
            return await client.get("/v1/wait", params={"since": since}, headers=desk.headers)

        yield ask, rig.centre.watch


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


async def in_thread(work: Callable[[], Any]) -> Any:
    return await asyncio.to_thread(work)


def test_what_is_there_already_is_told_at_once(a: Desk, b: Desk, rig: Rig) -> None:
    a.log.insert("enterprises", name="甲").end()
    a.sync()

    async def work() -> None:
        async with running(rig) as (ask, _):
            assert (await ask(b, 0)).json() == {"head": 1}

    asyncio.run(work())


@pytest.mark.parametrize("process", ["same", "another"])
def test_a_change_wakes_the_other_stations_of_its_scope(a: Desk, b: Desk, rig: Rig, process: str) -> None:
    other = rig.desk(site="别的园区")
    if process == "another":
        a.rig = Rig(rig.engine, rig.state_dir)

    async def work() -> None:
        async with running(rig) as (ask, watch):
            tasks = {desk.id: asyncio.create_task(ask(desk, 0)) for desk in (a, b, other)}
            await until(lambda: sum(watch.waiting_of(desk) for desk in tasks) == 3 and watch.listening)
            a.log.insert("visits", station_id=a.id, state="等候").end()
            await in_thread(a.sync)
            async with asyncio.timeout(2):
                assert (await tasks[b.id]).json() == {"head": 1}
            assert not tasks[a.id].done()
            assert not tasks[other.id].done()
            b.log.insert("enterprises", name="甲").end()
            await in_thread(b.sync)
            async with asyncio.timeout(2):
                assert (await tasks[other.id]).json() == (await tasks[a.id]).json() == {"head": 2}

    asyncio.run(work())


def test_without_news_it_is_told_after_a_while(a: Desk, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MOST_SECONDS", 0.05)

    async def work() -> None:
        async with running(rig) as (ask, watch):
            assert (await ask(a, 0)).json() == {"head": 0}
            assert watch.waiting_of(a.id) == 0

    asyncio.run(work())


def test_a_lost_line_to_the_database_is_made_again(a: Desk, b: Desk, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "RETRY_SECONDS", 0.01)

    async def work() -> None:
        async with running(rig) as (ask, watch):
            await until(lambda: watch.listening)
            kill = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            )
            assert await in_thread(lambda: rig.all(kill)) == [(True,)]
            await until(lambda: not watch.listening)
            await until(lambda: watch.listening)
            task = asyncio.create_task(ask(b, 0))
            await until(lambda: watch.waiting_of(b.id))
            a.log.insert("enterprises", name="甲").end()
            await in_thread(a.sync)
            async with asyncio.timeout(2):
                assert (await task).json() == {"head": 1}

    asyncio.run(work())


def test_one_station_cannot_wait_without_end(a: Desk, rig: Rig) -> None:
    async def work() -> None:
        async with running(rig) as (ask, watch):
            tasks = [asyncio.create_task(ask(a, 0)) for _ in range(8)]
            await until(lambda: watch.waiting_of(a.id) == 8)
            answer = await ask(a, 0)
            assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
            await watch.stop()
            assert {(await task).status_code for task in tasks} == {200}

    asyncio.run(work())
