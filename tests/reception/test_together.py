"""Several desks on one database: every number is given once, whatever works beside it and however it dies."""

from __future__ import annotations

import random
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import pytest

from tests import make
from tests.nursery import nursery
from tests.reception import child
from tests.reception.child import FORM
from tests.store_fixtures import NINE
from zhangshu_desk.core import paths
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.db.verify import verify
from zhangshu_desk.reception import actions

WALK_INS = 400
THREADS = 8
KILLS = 200
DESKS = 8
"""Databases over which the kills are spread: a small one is verified quickly."""
LONGEST_LIFE_S = 0.05
Worker = tuple[ForkServerProcess, Connection]


@pytest.fixture(scope="module", name="nursery")
def _nursery() -> ForkServerContext:
    """Where processes come from that have everything imported, but nothing opened."""
    return nursery()


@pytest.fixture
def template(store: Store) -> Paths:
    """A set-up desk that nobody has open."""
    store.close()
    return store.paths


def labels(store: Store) -> list[str]:
    with closing(store.connection()) as connection:
        return [row[0] for row in connection.execute("SELECT label FROM visits ORDER BY number")]


def told(listen: Connection) -> Iterator[str]:
    """What a process said until its end."""
    while True:
        try:
            yield listen.recv_bytes().decode()
        except EOFError:
            return


def start(nursery: ForkServerContext, target: object, *arguments: object) -> Worker:
    listen, tell = nursery.Pipe(duplex=False)
    process = nursery.Process(target=target, args=(*arguments, tell))  # type: ignore[arg-type]  # any callable
    process.start()
    tell.close()  # the end is heard when the child's copy goes
    return process, listen


def expected_labels() -> list[str]:
    return [f"A{number:03d}" for number in range(1, WALK_INS + 1)]


def test_eight_threads_get_four_hundred_different_numbers(store: Store) -> None:
    taken: list[str] = []

    def work(position: int) -> None:
        actor = make.at(make.CLERK, position % 3 + 1)
        for number in range(WALK_INS // THREADS):
            taken.append(actions.register(store, actor, FORM, NINE + number).label)

    threads = [threading.Thread(target=work, args=(position,)) for position in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == expected_labels() == labels(store)
    assert verify(store).problems == ()


def test_two_processes_get_four_hundred_different_numbers(nursery: ForkServerContext, template: Paths) -> None:
    workers = [start(nursery, child.register_many, str(template.data), position, WALK_INS // 2) for position in (1, 2)]
    taken = [label for _, listen in workers for label in told(listen)]
    for process, _ in workers:
        process.join()
        assert process.exitcode == 0
    store = open_store(template, NINE)
    try:
        assert sorted(taken) == expected_labels() == labels(store)
        assert verify(store).problems == ()
        assert store.findings == []
    finally:
        store.close()


@pytest.mark.slow
def test_two_hundred_kills_lose_nothing_that_was_shown(
    nursery: ForkServerContext, template: Paths, tmp_path: Path
) -> None:
    dice = random.Random(20261123)
    acts: Counter[str] = Counter()
    for number in range(DESKS):
        folder = tmp_path / f"desk{number}"
        shutil.copytree(template.data, folder)
        shown: list[str] = []
        for _ in range(KILLS // DESKS // 2 + 1):
            shown += _two_lives(nursery, folder, dice)
            _check(folder, shown)
        acts.update(one.split()[1] for one in shown)
    assert acts["register"] >= KILLS
    assert min(acts[act] for act in ("call", "arrive", "finish")) > 10


def _two_lives(nursery: ForkServerContext, folder: Path, dice: random.Random) -> list[str]:
    """Two desks at work together, each killed some milliseconds after its first ticket; returns what they had shown."""
    workers = [start(nursery, child.work_until_killed, str(folder), position) for position in (1, 2)]
    shown = [listen.recv_bytes().decode() for _, listen in workers]
    for process, _ in workers:
        process.join(dice.uniform(0, LONGEST_LIFE_S))
        process.kill()
    for process, listen in workers:
        shown += told(listen)
        process.join()
        assert process.exitcode == -9, "it ended by itself"
        listen.close()
    return shown


def _check(folder: Path, shown: list[str]) -> None:
    """The database opens and is sound; whatever was shown is in it once, with its operations and its audit entry."""
    store = open_store(paths.of(folder), NINE)
    try:
        assert store.findings == []
        assert [str(one) for one in verify(store).problems] == []
        with closing(store.connection()) as connection:
            for visit_id, act in (one.split() for one in shown):
                event = "SELECT id, count(*) FROM visit_events WHERE visit_id = ? AND act = ?"
                event_id, times = connection.execute(event, (visit_id, act)).fetchone()
                assert times == 1
                audited = """SELECT audit.act, group_concat(mine.tbl) FROM outbox
                    JOIN outbox AS mine ON mine.tx = outbox.tx JOIN audit ON audit.tx = outbox.tx
                    WHERE outbox.row_id = ? GROUP BY audit.id"""
                ((audited_act, tables),) = connection.execute(audited, (event_id,)).fetchall()
                assert audited_act == f"visit.{act}"
                assert sorted(tables.split(",")) == ["audit", "visit_events", "visits"]
            numbers = connection.execute("SELECT count(*), count(DISTINCT label), max(number) FROM visits").fetchone()
            assert len(set(numbers)) == 1, "a number twice, or a gap"
    finally:
        store.close()
