"""Verification: whether the file is sound, both chains unbroken, and every row what its operations made of it."""

from __future__ import annotations

import sqlite3

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db import sidefile
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.capture import DeskSession
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.verify import chains, rows
from zhangshu_desk.db.verify.report import Notes, Problem, Progress, Report

__all__ = ["Problem", "Progress", "Report", "verify"]


def verify(store: Store, progress: Progress | None = None) -> Report:
    """Read the whole database as it is now, from one consistent view; clerks go on working meanwhile.

    Args:
        progress: called with (done, total) now and then; what it raises ends the verification.
    """
    notes = Notes(progress)
    for finding in store.findings:
        if finding.code in ("store.restored", "store.cloned"):
            notes.problem(finding.code, **finding.facts)
    side = sidefile.read(store.paths.side)  # before the view: then it cannot know more than the view shows
    try:
        with store.read() as session:
            _check(session, side, notes)
    except sqlite3.DatabaseError as error:
        notes.problem("verify.integrity", detail=str(error))
    except DeskError as error:
        if error.code != "store.damaged":
            raise
        notes.problem("verify.integrity", detail=error.facts["detail"])
    return notes.report()


def _check(session: DeskSession, side: sidefile.Side | None, notes: Notes) -> None:
    connection = bare(session)
    _check_file(connection, notes)
    notes.total = _work(connection)
    chains.check_audit(connection, side, notes)
    chains.check_outbox(connection, side, notes)
    rows.check_rows(connection, notes)
    rows.check_search(session, connection, notes)


def _check_file(connection: sqlite3.Connection, notes: Notes) -> None:
    for (answer,) in connection.execute("PRAGMA integrity_check"):
        if answer != "ok":
            notes.problem("verify.integrity", detail=answer)
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        if not _came_from_elsewhere(connection, table, row):
            notes.problem("verify.foreign_key", tbl=table, row=row, parent=parent)


def _came_from_elsewhere(connection: sqlite3.Connection, table: str, rowid: int) -> bool:
    """Whether the centre sent a row; what it refers to may have been refused there (docs/adr/0006)."""
    sql = f'SELECT 1 FROM row_states s JOIN "{table}" r ON r.id = s.row_id WHERE s.tbl = ? AND r.rowid = ?'  # noqa: S608
    known = connection.execute("SELECT 1 FROM row_states WHERE tbl = ? LIMIT 1", (table,)).fetchone()
    return known is not None and connection.execute(sql, (table, rowid)).fetchone() is not None


def _work(connection: sqlite3.Connection) -> int:
    """How many steps `progress` will count: entries, operations twice, documents."""
    counts = (
        "SELECT (SELECT count(*) FROM audit) + 2 * (SELECT count(*) FROM outbox) + (SELECT count(*) FROM search_doc)"
    )
    return int(connection.execute(counts).fetchone()[0])
