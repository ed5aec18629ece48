"""The order of the feed with many writers at once, and two processes on one database."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.server.rig import Desk, Rig, rows_of
from zhangshu_desk.core.operations import feed_hash
from zhangshu_server import database, epochs, migrate
from zhangshu_server.migrations import HEAD


def check_feed(rig: Rig) -> None:
    """Numbers without a gap, and a running hash that follows from the operations."""
    h, due = "", 0
    for row in rig.all(
        "SELECT f.seq, f.h, o.station_id, o.inc, o.h AS op_h FROM feed f"
        " JOIN oplog o ON o.op_id = f.op_id AND o.status <> 'duplicate' ORDER BY f.seq"
    ):
        due += 1
        assert row.seq == due
        h = feed_hash(h, row.station_id, row.inc, row.op_h)
        assert row.h == h
    assert rig.all("SELECT seq, h FROM feed_head") == [(due, h)]


@contextmanager
def held(engine: Engine, row: str) -> Iterator[Callable[[], None]]:
    """A row that another transaction holds, until it is told to let go."""
    with engine.connect() as connection, connection.begin() as holding:
        connection.execute(text("SELECT 1 FROM records WHERE id = :i FOR UPDATE"), {"i": row})
        yield holding.rollback


def waits_for_lock(rig: Rig) -> bool:
    return bool(
        rig.all("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
    )


def until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(4_000):
        if condition():
            return
        pause.wait(0.005)
    raise AssertionError("it did not come to that")


def test_a_delayed_transaction_hides_nothing_from_a_reader(a: Desk, b: Desk, rig: Rig) -> None:
    """Three pushes; the middle one is slow. Whatever is read meanwhile, in the end everything was read."""
    reader, third = rig.desk(name="R"), rig.desk(name="C")
    a.log.insert("enterprises", name="eins").end()
    row = a.log.last_row
    a.sync()
    got = set(reader.pull())
    b.log.update("enterprises", row, notes="langsam").insert("enterprises", name="zwei").end()
    second = b.log.last_row
    with held(rig.engine, row) as let_go, ThreadPoolExecutor(1) as pool:
        slow = pool.submit(b.sync)
        until(lambda: waits_for_lock(rig))
        third.log.insert("enterprises", name="drei").end()
        third.sync()
        got |= set(reader.pull())
        assert ("enterprises", third.log.last_row) in got
        let_go()
        slow.result()
    assert ("enterprises", second) in reader.pull()
    check_feed(rig)


def test_eight_writers_and_a_reader_miss_nothing(rig: Rig) -> None:
    desks = [rig.desk(name=f"W{i}") for i in range(8)]
    desks[0].log.insert("enterprises", name="gemeinsam").end()
    desks[0].sync()
    shared = desks[0].log.last_row
    reader = rig.desk(name="R")
    made: set[tuple[str, str]] = set()
    done = threading.Event()
    got: set[tuple[str, str]] = set()

    def write(desk: Desk) -> set[tuple[str, str]]:
        mine = set()
        for i in range(12):
            desk.log.insert("enterprises", name=f"{desk.letter}{i}")
            mine.add(("enterprises", desk.log.last_row))
            desk.log.update("enterprises", shared, notes=f"{desk.letter}{i}").end()
            assert desk.sync(limit=5)["acked"][desk.log.inc] == len(desk.log.ops)
        return mine

    def read() -> None:
        while not done.is_set():
            got.update(rows_of(reader.sync(limit=3)))

    with ThreadPoolExecutor(9) as pool:
        reading = pool.submit(read)
        try:
            for part in pool.map(write, desks):
                made |= part
        finally:
            done.set()
        reading.result()
    while rows := reader.pull():
        got.update(rows)
    assert made <= got
    check_feed(rig)
    answer = reader.sync(since=0, seen=[])
    assert answer["digests"]["enterprises"][0] == 1 + 8 * 12


def test_two_processes_that_meet_on_a_new_row_both_succeed(
    a: Desk, b: Desk, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both look for a row that is not there; the second one finds it when it wants to write, and begins again."""
    from zhangshu_desk.core.ids import new_id
    from zhangshu_server import feed

    b.rig = Rig(rig.engine, rig.state_dir)
    row, barrier, number = new_id(1), threading.Barrier(2, timeout=20), feed.number
    met: list[str] = []

    def numbered(connection: database.Connection, entries: list[feed.Entry | feed.CentreEntry]) -> feed.Numbered:
        if len(met) < 2:
            met.append(row)
            barrier.wait()
        return number(connection, entries)

    monkeypatch.setattr(feed, "number", numbered)
    a.log.insert("enterprises", row_id=row, name="甲", notes="a").end()
    b.log.update("enterprises", row, legal_representative="b").end()
    with ThreadPoolExecutor(2) as pool:
        answers = [one.result() for one in (pool.submit(a.sync), pool.submit(b.sync))]
    assert [answer["results"][0]["status"] for answer in answers] in (["ok", "ok"], ["ok", "conflict"])
    assert len(met) == 2
    fields = rig.fields("enterprises", row)
    assert (fields["name"], fields["notes"]) == ("甲", "a")
    assert fields["legal_representative"] in ("b", "")
    check_feed(rig)


def test_the_same_thing_entered_twice_at_once_is_found(rig: Rig) -> None:
    desks = [rig.desk(name=str(i)) for i in range(4)]
    for desk in desks:
        desk.log.insert("enterprises", name="甲", credit_code="91360982MA35G9XU9B").end()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda desk: desk.sync(), desks))
    assert len(rig.conflicts()) == 4 * 3 // 2


def test_one_station_s_requests_follow_one_another(a: Desk, rig: Rig) -> None:
    for i in range(20):
        a.log.insert("enterprises", name=str(i)).end()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: a.try_sync(), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert rig.head() == 20
    check_feed(rig)


_SERVE = """
import sys, uvicorn
from pathlib import Path
from zhangshu_desk.core.clock import SystemClock
from zhangshu_server import database, migrate
from zhangshu_server.app import create_app
from zhangshu_server.limits import Rate
engine = database.make_engine(sys.argv[1])
migrate.bring_up_to_date(engine)
free = Rate(10_000, 10_000)
app = create_app(engine, Path(sys.argv[2]), SystemClock(), "", station_rate=free, enrol_rate=free)
uvicorn.run(app, uds=sys.argv[3], log_level="error")
"""


@pytest.mark.slow
def test_two_worker_processes_on_one_database(engine: Engine, state_dir: Path, tmp_path: Path) -> None:
    """Real processes, started at once on an empty database; two stations change the same rows through both."""
    import httpx

    dsn = engine.url.render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    sockets = [tmp_path / f"{i}.sock" for i in range(2)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    workers = [
        subprocess.Popen([sys.executable, "-c", _SERVE, dsn, str(state_dir), str(socket)], env=environment)
        for socket in sockets
    ]
    try:
        until(lambda: all(socket.exists() for socket in sockets) or any(w.poll() is not None for w in workers))
        clients = [httpx.Client(transport=httpx.HTTPTransport(uds=str(s)), base_url="http://centre") for s in sockets]
        hellos = [client.get("/v1/hello").json() for client in clients]
        assert hellos[0]["epoch"] == hellos[1]["epoch"]
        rig = Rig(engine, state_dir)
        desks = [rig.desk(name=str(i)) for i in range(4)]
        desks[0].log.insert("enterprises", name="x").end()
        desks[0].sync()
        shared = desks[0].log.last_row

        def work(desk: Desk) -> int:
            for i in range(15):
                desk.log.update("enterprises", shared, notes=f"{desk.letter}{i}").insert("enterprises", name="y").end()
                want = {"serials": {"gi": 3}, "secret": False}
                request = desk.log.request(desk.since, seen=desk.seen, want=want)
                answer = clients[i % 2].post("/v1/sync", json=request, headers=desk.headers).json()
                desk.log.acked = answer["acked"][desk.log.inc]
            return desk.log.acked

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(work, desks)) == [len(desk.log.ops) for desk in desks]
        for client in clients:
            client.close()
        check_feed(rig)
        blocks = [first for (first,) in rig.all("SELECT first FROM blocks ORDER BY first")]
        assert blocks == list(range(1, 4 * 15 * 3, 3))
        answer = desks[0].sync(since=0, seen=[])
        assert answer["digests"]["enterprises"][0] == 1 + 4 * 15
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(20)


# -- structure and epoch ----------------------------------------------------------------------------------------------


def test_migrating_makes_what_the_tables_say(engine: Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from zhangshu_server.tables import metadata

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_the_comparison_sees_a_difference(engine: Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from zhangshu_server.tables import metadata

    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE feed ALTER h DROP NOT NULL"))
        connection.execute(text("DROP INDEX ix_records_feed"))
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
        assert len(differences) == 2


def test_several_that_start_at_once_migrate_once(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: migrate.bring_up_to_date(engine), range(4)))
    assert migrate.revision_of(engine) == HEAD
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM facts")) == 3


def test_a_database_of_a_newer_program_is_left_alone(engine: Engine) -> None:
    from zhangshu_desk.core.errors import DeskError

    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DeskError, match="9999"):
        migrate.bring_up_to_date(engine)


def test_the_epoch_stays_while_database_and_folder_agree(rig: Rig) -> None:
    first = rig.centre.identity
    rig.restart()
    assert rig.centre.identity == first
    assert rig.notices() == []


@pytest.mark.parametrize("what", ["database", "file", "no file"])
def test_a_new_epoch_begins_when_one_of_them_was_restored(a: Desk, rig: Rig, what: str) -> None:
    a.log.insert("enterprises", name="甲").end()
    a.sync()
    first = rig.centre.identity
    if what == "database":
        rig.run("UPDATE facts SET value = 'older' WHERE key = 'epoch'")
    elif what == "file":
        (rig.state_dir / epochs.FILE).write_text("older")
    else:
        (rig.state_dir / epochs.FILE).unlink()
    rig.restart()
    second = rig.centre.identity
    assert second.server_id == first.server_id
    assert second.epoch not in (first.epoch, "older", "")
    ((code, facts),) = rig.notices()
    assert (code, facts["epoch"]) == ("server_restored", second.epoch)
    assert rig.all("SELECT value FROM facts WHERE key = 'epoch'") == [(second.epoch,)]
    assert a.sync()["epoch"] == second.epoch


def test_a_new_centre_takes_the_epoch_of_its_database(engine: Engine, state_dir: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: epochs.agree(engine, state_dir, 1), range(4)))
    assert len(found) == 1
    assert (state_dir / epochs.FILE).read_text() == found.pop().epoch


@pytest.mark.expect_log("the database does not answer")
def test_a_restarted_database_costs_one_request(a: Desk, rig: Rig) -> None:
    """All kept connections are gone at once; the first that notices clears them away for all."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: a.try_sync(), range(8)))
    rig.all(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )
    statuses = [a.try_sync().status_code for _ in range(4)]
    assert statuses in ([200] * 4, [503, 200, 200, 200])
