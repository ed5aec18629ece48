"""Proving that the centre's database is whole: both histories by their hashes, rows by their digests, backups by age.

Everything is computed anew from the rows themselves, in one transaction that sees one moment and disturbs nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg.rows import namedtuple_row
from sqlalchemy import Engine

from zhangshu_desk.core.clock import HOUR
from zhangshu_desk.core.errors import sentence
from zhangshu_desk.core.operations import DIGEST_MODULUS, HASHED, feed_hash, operation_hash, row_digest
from zhangshu_desk.sync.wire import CENTRE, PULLED
from zhangshu_server import acts, database, epochs
from zhangshu_server.database import Connection
from zhangshu_server.migrate import revision_of
from zhangshu_server.migrations import HEAD

OLDEST_BACKUP_MS = 26 * HOUR
"""A day, and two hours for the backup to be made in."""
_MOST = 20  # of one kind; who has more than that has one problem, not many
_BATCH = 2_000


@dataclass(frozen=True)
class Problem:
    """Something that is not as it should be; `str` is a Chinese sentence."""

    code: str
    facts: dict[str, object]

    def __str__(self) -> str:
        return sentence(self.code, self.facts)


@dataclass
class Report:
    """What was looked at, by kind, and what was found."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    problems: list[Problem] = field(default_factory=list)

    def found(self, code: str, **facts: object) -> None:
        """Note a problem, unless there are plenty of its kind."""
        if sum(one.code == code for one in self.problems) < _MOST:
            self.problems.append(Problem(code, facts))


def check(engine: Engine) -> Report:
    """Look at everything that the database alone can tell."""
    report = Report()
    revision = revision_of(engine)
    if revision != HEAD:
        report.found("check.structure", found=revision or "—", known=HEAD)
        return report
    with database.pull_transaction(engine) as connection:
        _check_operations(connection, report)
        _check_feed(connection, report)
        _check_rows(connection, report)
    with engine.connect() as reading:
        report.counts["acts"] = acts.count(reading)
        for entry in acts.broken(reading):
            report.found("check.act", id=entry)
    return report


def check_backup(engine: Engine, now: int, report: Report) -> None:
    """Whether the last proved backup is young enough; an empty centre needs none."""
    from zhangshu_server.backups import last_verified

    with database.pull_transaction(engine) as connection:
        empty = database.row(connection, "SELECT seq FROM feed_head").seq == 0
    last = last_verified(engine)
    if last is None and not empty:
        report.found("check.no_backup")
    elif last is not None and now - last > OLDEST_BACKUP_MS:
        report.found("check.old_backup", hours=(now - last) // HOUR)


def check_epoch(engine: Engine, state_dir: Path, report: Report) -> None:
    """Whether database and state directory are of the same moment; a new epoch begins at the next start otherwise."""
    path = state_dir / epochs.FILE
    with database.pull_transaction(engine) as connection:
        here = database.row(connection, "SELECT value FROM facts WHERE key = 'epoch'")
        empty = database.row(connection, "SELECT seq FROM feed_head").seq == 0
    there = path.read_text(encoding="ascii", errors="replace").strip() if path.exists() else ""
    if (here.value if here else "") != there and not (empty and not there):
        report.found("check.epoch", path=path)


def _stream(connection: Connection, statement: str) -> Iterator[Any]:
    """The rows of a statement, a batch in memory at a time."""
    with connection.cursor("checking", row_factory=namedtuple_row) as cursor:
        cursor.itersize = _BATCH
        cursor.execute(statement.encode())
        yield from cursor


# -- the stations' logs -----------------------------------------------------------------------------------------------


def _check_operations(connection: Connection, report: Report) -> None:
    """Each log has every number from 1 and hashes that follow from one another, up to where `lives` says it is."""
    tips: dict[tuple[str, str], tuple[int, str]] = {}
    for op in _stream(connection, _OPERATIONS):
        report.counts["operations"] += 1
        if op.station_id == CENTRE:  # no chain of its own: the feed holds it
            last, prev = op.n - 1, ""
        else:
            last, prev = tips.get((op.station_id, op.inc), (0, ""))
            tips[op.station_id, op.inc] = (op.n, op.h)
        if op.n != last + 1:
            report.found("check.operation_missing", station=op.station_id, first=last + 1, last=op.n - 1)
        elif operation_hash({name: getattr(op, name) for name in HASHED}, prev) != op.h:
            report.found("check.operation_changed", station=op.station_id, n=op.n)
    for life in database.rows(connection, "SELECT station_id, inc, n, h FROM lives"):
        report.counts["logs"] += 1
        n, h = tips.get((life.station_id, life.inc), (0, ""))
        if (n, h) != (life.n, life.h):
            report.found("check.operation_tail", station=life.station_id, known=life.n, found=n)


_OPERATIONS = f"SELECT station_id, {', '.join(HASHED)}, h FROM oplog ORDER BY station_id, inc, n"  # noqa: S608 - constants


# -- the feed ---------------------------------------------------------------------------------------------------------


def _check_feed(connection: Connection, report: Report) -> None:
    """Numbers without a gap, each hash from the one before and the operation it tells of, up to the counter row."""
    floor = database.row(connection, "SELECT value FROM facts WHERE key = 'feed_floor'")
    start = int(floor.value) if floor else 0
    last, h = start, ""
    for entry in _stream(connection, _FEED):
        report.counts["feed"] += 1
        if entry.seq <= start:
            last, h = entry.seq, entry.h
            continue
        if entry.seq != last + 1:
            report.found("check.feed_missing", first=last + 1, last=entry.seq - 1)
        elif entry.op_h is None:
            report.found("check.feed_alone", seq=entry.seq)
        elif (last > 0 and not h) or feed_hash(h, entry.station_id, entry.inc, entry.op_h) == entry.h:
            pass  # what stood before a purged beginning is not known any more
        else:
            report.found("check.feed_changed", seq=entry.seq)
        last, h = entry.seq, entry.h
    head = database.row(connection, "SELECT seq, h FROM feed_head WHERE id = 1")
    if head.seq != last or (report.counts["feed"] and head.h != h):
        report.found("check.feed_tail", known=head.seq, found=last)


_FEED = """
    SELECT f.seq, f.h, o.station_id, o.inc, o.h AS op_h
    FROM feed f LEFT JOIN oplog o ON o.op_id = f.op_id AND o.status <> 'duplicate' ORDER BY f.seq
"""


# -- rows -------------------------------------------------------------------------------------------------------------


def _check_rows(connection: Connection, report: Report) -> None:
    """Each row's digest from its fields, and the sums that stations compare with."""
    sums: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in _stream(connection, "SELECT tbl, id, scope, fields, digest, whole FROM records"):
        report.counts["rows"] += 1
        if _digest(row) != int(row.digest):
            report.found("check.row_changed", tbl=row.tbl, row_id=row.id)
        if row.whole and row.tbl in PULLED:
            count, total = sums[row.scope, row.tbl]
            sums[row.scope, row.tbl] = (count + 1, (total + int(row.digest)) % DIGEST_MODULUS)
    kept = {
        (one.scope, one.tbl): (int(one.count), int(one.total))
        for one in database.rows(connection, "SELECT scope, tbl, count, total FROM digests")
    }
    for key in sorted(kept.keys() | sums.keys()):
        if kept.get(key, (0, 0)) != sums.get(key, (0, 0)):
            report.found("check.digest", scope=key[0], tbl=key[1])


def _digest(row: Any) -> int | None:
    try:
        return row_digest(row.tbl, row.id, row.fields)
    except TypeError:  # a value that no station can have sent
        return None
