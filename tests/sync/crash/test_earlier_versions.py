"""Databases, stations and recorded sessions of earlier versions with this program and this centre."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import zstandard

from tests.store_fixtures import NINE
from tests.sync.centre import CentreRig
from tests.sync.crash import recording
from tests.sync.park import Park, Rig
from zhangshu_desk.core import paths
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.clock import DAY, FixedClock
from zhangshu_desk.db import migrate
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.migrations import HEAD
from zhangshu_desk.db.store import open_store
from zhangshu_desk.db.verify import verify
from zhangshu_desk.sync import applying, wire

OLD = Path(__file__).parents[2] / "data" / "old"
SESSIONS = sorted(OLD.glob("session-*.json"))
DATABASES = sorted(OLD.glob("desk-*.db.zst"))
LATER = NINE + 30 * DAY


def _open_old(file: Path, folder: Path) -> Rig:
    """A station of an earlier version whose program was just updated."""
    where = paths.of(folder / "old")
    paths.make(where)
    where.database.write_bytes(zstandard.ZstdDecompressor().decompress(file.read_bytes()))
    assert migrate.revision_of(where.database) < HEAD
    store = open_store(where, LATER)
    with store.read() as session:
        db = bare(session)
        station = db.execute("SELECT value FROM meta WHERE key = 'station_id'").fetchone()[0]
        people = {role: (i, name) for i, name, role in db.execute("SELECT id, name, role FROM users")}
        counters = tuple(i for (i,) in db.execute("SELECT id FROM counters ORDER BY position"))
    clerk, head = (Actor(*people[role.value], role, counters[0]) for role in (Role.CLERK, Role.SUPERVISOR))
    return Rig("老站", where, store, FixedClock(LATER), station, clerk, head, counters)


@pytest.mark.parametrize("file", DATABASES, ids=lambda file: file.name)
def test_a_database_of_an_earlier_version_brings_everything_along(
    file: Path, centre: CentreRig, park: Park, tmp_path: Path
) -> None:
    rig = _open_old(file, tmp_path)
    park.rigs.append(rig)
    centre.clock.moment = LATER
    assert migrate.revision_of(rig.where.database) == HEAD
    assert list(rig.where.backups.glob("before-migration-*.db"))
    assert verify(rig.store).problems == ()
    assert rig.store.findings == []
    other = park.station("新站", LATER)
    with rig.store.read() as session:
        made = {op_id for (op_id,) in bare(session).execute("SELECT op_id FROM outbox")}
        counts = {
            tbl: bare(session).execute(f"SELECT count(*) FROM {tbl}").fetchone()[0]  # noqa: S608 - names of ours
            for tbl in wire.TABLES
        }
    assert len(made) > 200

    park.enrol(rig)
    park.quiet()

    assert centre.rejected() == []
    assert made <= centre.statuses().keys()
    assert rig.store.waiting() == 0
    own = {"stations", "users", "counters", "audit"}  # the new station has some as well
    assert {tbl: len(centre.rows(tbl)) for tbl in counts if tbl not in own} == {
        tbl: count for tbl, count in counts.items() if tbl not in own
    }
    centre.check_chains()
    for one in (rig, other):
        assert verify(one.store).problems == ()
        with one.store.read() as session:
            for tbl in wire.PULLED:
                assert applying.table_sum(bare(session), tbl) == centre.sum_of(tbl), (one.name, tbl)


@pytest.mark.parametrize("file", SESSIONS, ids=lambda file: file.name)
def test_a_recorded_session_is_answered_as_it_was_then(file: Path, centre: CentreRig) -> None:
    assert recording.replay(centre, json.loads(file.read_bytes())) > 20
    centre.check_chains()


def test_a_session_of_today_can_be_recorded_and_played(
    centre: CentreRig, make_database: object, tmp_path: Path
) -> None:
    """With `ZHANGSHU_RECORD=<file>` it is kept: at each release, into tests/data/old."""
    session = recording.record(centre, tmp_path)
    target = os.environ.get("ZHANGSHU_RECORD")
    if target:
        Path(target).write_text(json.dumps(session, ensure_ascii=False, indent=1), "utf-8")
    seen = {(step["path"], step["status"]) for step in session["steps"]}
    assert {
        ("/v1/sync", 200),
        ("/v1/sync", 409),
        ("/v1/snapshot", 200),
        ("/v1/digest", 200),
        ("/v1/claim", 200),
    } <= seen
    statuses = {one["status"] for step in session["steps"] for one in step["answer"].get("results", ())}
    assert {"ok", "conflict", "rejected"} <= statuses
