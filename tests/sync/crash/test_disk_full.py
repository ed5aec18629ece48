"""No room left at a station or at the centre: said so, nothing half done, and it goes on when there is room."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.sync.crash import children
from tests.sync.crash.yard import Yard, operations
from tests.sync.park import Rig
from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.core.link import LinkState
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.sync.transport import Unreachable

ROOT = Path(__file__).parents[3]
BULK = 700
SIZE_MB = 24
FULL, NO_ROOM = "store.disk_full", "sync.no_room"
PATIENCE_S = 60.0


class OnSmallDisk:
    """Station `rig` in a process that alone sees its small disk."""

    def __init__(self, yard: Yard, rig: Rig, folder: Path) -> None:
        said = {
            "folder": str(folder),
            "size": SIZE_MB,
            "desk": str(rig.where.data),
            "port": yard.port,
            "secret": rig.vault.secrets[rig.station],
            "clerk": rig.clerk.user_id,
            "counter": rig.clerk.counter_id,
            "now": rig.clock.now(),
        }
        self._process = subprocess.Popen(
            ["unshare", "-Urm", sys.executable, "-m", "tests.sync.crash.disk_child", json.dumps(said)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, word: str) -> dict[str, Any]:
        """Let it do something; how it stands then."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def until(self, true: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Ask how it stands until that is so."""
        ends = time.monotonic() + PATIENCE_S
        while not true(found := self("stand")):
            assert time.monotonic() < ends, found
            time.sleep(0.02)
        return found

    def __enter__(self) -> OnSmallDisk:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    @property
    def status(self) -> int | None:
        """How the process ended."""
        return self._process.returncode


@pytest.mark.slow
def test_a_station_without_room_keeps_everything_and_goes_on_when_there_is(yard: Yard, tmp_path: Path) -> None:
    rig, other = yard.park.rigs
    rig.store.close()
    folder = tmp_path / "small"
    folder.mkdir()
    with OnSmallDisk(yard, rig, folder) as small:
        before = small("work")
        _push_much(other)
        small("fill")
        small("unasked")

        for _ in range(2):
            stuck = small("pull")

            assert (stuck["code"], stuck["state"], stuck["trouble"]) == (FULL, LinkState.STOPPED.value, FULL)
            assert stuck["full"]
            assert stuck["bulk"] == 0, "a part of it is visible"
            kept = ("firms", "base", "operations")
            assert [stuck[name] for name in kept] == [before[name] for name in kept]

        small("room")
        through = small("pull")

        assert (through["code"], through["state"], through["trouble"]) == ("", LinkState.RESTING.value, "")
        assert (through["bulk"], through["staged"], through["waiting"]) == (BULK, 0, 0)
        worked = small("work")
        assert worked["waiting"] > 0
        assert not worked["full"]
        assert small("pull")["waiting"] == 0
        last = small("check")
    _all_is_well(yard, small, last)


@pytest.mark.slow
def test_many_changes_wait_for_room_while_work_goes_on(yard: Yard, tmp_path: Path) -> None:
    rig, other = yard.park.rigs
    rig.store.close()
    folder = tmp_path / "small"
    folder.mkdir()
    with OnSmallDisk(yard, rig, folder) as small:
        _push_much(other)
        before = small("fill")

        for _ in range(2):
            small("work")
            stuck = small("pull")

            assert (stuck["code"], stuck["state"], stuck["trouble"]) == (NO_ROOM, LinkState.STOPPED.value, NO_ROOM)
            assert str(folder) in stuck["said"]
            assert (stuck["bulk"], stuck["staged"], stuck["base"]) == (0, 0, before["base"])
            assert stuck["waiting"] == 0, "it does not send either"
            assert not stuck["full"], "nothing could be entered"

        small("room")
        assert small("pull")["bulk"] == BULK
        last = small("check")
    _all_is_well(yard, small, last)


@pytest.mark.slow
def test_a_copy_waits_for_room_and_goes_on_by_itself(yard: Yard, tmp_path: Path) -> None:
    rig, other = yard.park.rigs
    rig.store.close()
    folder = tmp_path / "small"
    folder.mkdir()
    with OnSmallDisk(yard, rig, folder) as small:
        _push_much(other)
        small("fill")
        small("anew")
        small("start")

        stuck = small.until(lambda found: found["state"] == LinkState.STOPPED.value)

        assert stuck["trouble"] == NO_ROOM
        assert str(folder) in stuck["said"]
        assert (stuck["bulk"], stuck["full"]) == (0, False)

        small("room")
        small.until(lambda found: found["state"] == LinkState.RESTING.value and found["bulk"] == BULK)
        last = small("check")
    _all_is_well(yard, small, last)


def _all_is_well(yard: Yard, small: OnSmallDisk, last: dict[str, Any]) -> None:
    """What the station said at its end, compared with the other one and with the centre."""
    rig, other = yard.park.rigs
    assert small.status == 0
    assert (last["integrity"], last["problems"], last["gapless"]) == ("ok", [], 1)
    other.cycle()
    assert {tbl: tuple(found) for tbl, found in last["sums"].items()} == {tbl: yard.sum_of(tbl) for tbl in last["sums"]}
    known = yard.ask("SELECT count(*) FROM oplog WHERE station_id = :s AND status <> 'duplicate'", s=rig.station)
    assert known == [(last["operations"],)]
    yard.check_chains()


def _push_much(rig: Rig) -> None:
    now = rig.clock.forward(MINUTE)
    with rig.store.write(rig.clerk, "enterprise.add", now) as session:
        for number in range(BULK):
            row = Enterprise(id=session.new_id(), name=f"批量{number}", name_key="", notes="满" * 900, created_at=now)
            session.insert(row)
    rig.cycle()


@contextmanager
def _no_room(yard: Yard, trigger: str) -> Iterator[None]:
    """PostgreSQL refuses to write, as it does when its disk is full (SQLSTATE 53100)."""
    with yard.engine.begin() as db:
        db.exec_driver_sql(
            "CREATE FUNCTION no_room() RETURNS trigger AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';"
            " END $$ LANGUAGE plpgsql"
        )
        db.exec_driver_sql(f"CREATE {trigger} EXECUTE FUNCTION no_room()")
    try:
        yield
    finally:
        with yard.engine.begin() as db:
            db.exec_driver_sql("DROP FUNCTION no_room() CASCADE")


@pytest.mark.parametrize(
    "trigger",
    [
        "TRIGGER disk_full BEFORE INSERT ON records FOR EACH ROW",
        "TRIGGER disk_full BEFORE INSERT ON feed FOR EACH ROW",
        "TRIGGER disk_full BEFORE INSERT ON oplog FOR EACH ROW",
        "TRIGGER disk_full BEFORE UPDATE ON stations FOR EACH ROW",
        "CONSTRAINT TRIGGER disk_full AFTER INSERT ON oplog DEFERRABLE INITIALLY DEFERRED FOR EACH ROW",
    ],
    ids=["records", "feed", "oplog", "last statement", "commit"],
)
def test_a_centre_without_room_takes_nothing_and_the_station_tries_again(yard: Yard, trigger: str) -> None:
    rig, _ = yard.park.rigs
    children.work(rig.store, rig.clerk, rig.clock.forward(MINUTE))
    head, known, waiting = yard.head(), yard.known_ops(), rig.store.waiting()
    with _no_room(yard, trigger):
        for _ in range(2):
            with pytest.raises(Unreachable) as trouble:
                rig.cycle()
            assert "503" in str(trouble.value)
            assert trouble.value.retry_after > 0
        assert (yard.head(), yard.known_ops()) == (head, known)
        assert rig.store.waiting() == waiting > 0
        yard.check_chains()
    assert yard.recover() == 1
    assert operations(rig) <= yard.statuses().keys()
