"""`check` on a centre that took in real pushes: silent when all is well, and it finds every kind of tampering."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.server.rig import Rig
from zhangshu_desk.core.clock import HOUR
from zhangshu_server import backups, checking, epochs


@pytest.fixture
def rig(engine: Engine, state: Path) -> Rig:
    """A centre with two stations that changed the same firm apart, and one visit."""
    made = Rig(engine, state)
    a, b = made.desk(name="A"), made.desk(name="B")
    a.log.insert("enterprises", name="甲公司", name_key="甲").end()
    firm = a.log.last_row
    a.sync()
    b.sync()
    a.log.update("enterprises", firm, name="甲一公司").end()
    b.log.update("enterprises", firm, name="甲二公司", notes="改").end()
    b.log.insert("visits", station_id=b.id).end()
    a.sync()
    b.sync()
    assert made.conflicts()
    return made


def codes(engine: Engine) -> set[str]:
    """The kinds of problems that are found."""
    return {one.code for one in checking.check(engine).problems}


def test_a_whole_centre_has_no_problem(rig: Rig) -> None:
    report = checking.check(rig.engine)
    assert [str(one) for one in report.problems] == []
    assert report.counts["operations"] >= 4
    assert report.counts["feed"] == rig.head() >= 5
    assert report.counts["rows"] >= 3
    assert report.counts["logs"] == 2


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE oplog SET sets = '{}' WHERE n = 1 AND tbl = 'enterprises'", "check.operation_changed"),
        ("UPDATE oplog SET actor = 'somebody' WHERE n = 2 AND station_id <> 'centre'", "check.operation_changed"),
        (
            "DELETE FROM oplog WHERE n = 1 AND station_id IN (SELECT station_id FROM lives WHERE n > 1)",
            "check.operation_missing",
        ),
        ("DELETE FROM oplog WHERE tbl = 'visits'", "check.operation_tail"),
        ("UPDATE lives SET h = 'ab'", "check.operation_tail"),
        ("DELETE FROM feed WHERE seq = 2", "check.feed_missing"),
        ("UPDATE feed SET h = 'ab' WHERE seq = 2", "check.feed_changed"),
        ("UPDATE feed SET op_id = 'nobody' WHERE seq = 2", "check.feed_alone"),
        ("DELETE FROM feed WHERE seq = (SELECT max(seq) FROM feed)", "check.feed_tail"),
        ("UPDATE feed_head SET seq = seq + 1", "check.feed_tail"),
        ("""UPDATE records SET fields = fields || '{"notes": "x"}' WHERE tbl = 'enterprises'""", "check.row_changed"),
        ("DELETE FROM records WHERE tbl = 'visits'", "check.digest"),
        ("UPDATE digests SET total = total + 1", "check.digest"),
        ("DELETE FROM digests", "check.digest"),
    ],
)
def test_tampering_is_found(rig: Rig, sql: str, expected: str) -> None:
    rig.run(sql)
    assert expected in codes(rig.engine)


def test_a_purged_beginning_is_no_gap(rig: Rig) -> None:
    rig.run("DELETE FROM feed WHERE seq <= 2")
    rig.run("UPDATE facts SET value = '2' WHERE key = 'feed_floor'")
    rig.run("INSERT INTO facts VALUES ('feed_floor', '2') ON CONFLICT DO NOTHING")
    assert codes(rig.engine) == set()
    rig.run("UPDATE feed SET h = 'ab' WHERE seq = 4")
    assert "check.feed_changed" in codes(rig.engine)


def test_an_old_structure_is_told(rig: Rig) -> None:
    rig.run("UPDATE alembic_version SET version_num = '0000'")
    assert codes(rig.engine) == {"check.structure"}


def test_the_age_of_the_backup_is_told(rig: Rig, state: Path) -> None:
    def found(now: int) -> list[str]:
        report = checking.Report()
        checking.check_backup(rig.engine, now, report)
        return [one.code for one in report.problems]

    now = rig.clock.now()
    assert found(now) == ["check.no_backup"]
    backups.make(rig.engine, state / "backups", now)
    assert found(now + 25 * HOUR) == []
    assert found(now + 27 * HOUR) == ["check.old_backup"]


def test_a_strange_epoch_is_told_until_the_next_start(rig: Rig, state: Path) -> None:
    def found() -> list[str]:
        report = checking.Report()
        checking.check_epoch(rig.engine, state, report)
        return [one.code for one in report.problems]

    assert found() == []
    (state / epochs.FILE).write_text("restored 1")
    assert found() == ["check.epoch"]
    rig.restart()
    assert found() == []
    assert rig.notices()[-1][0] == "server_restored"
