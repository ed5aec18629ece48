"""The two hash chains, audit log and outbox, and that they tell of the same transactions."""

from __future__ import annotations

import sqlite3
from itertools import groupby
from typing import Any

from zhangshu_desk.core.operations import HASHED, operation_hash
from zhangshu_desk.db import audit
from zhangshu_desk.db.sidefile import Side
from zhangshu_desk.db.tables.ledger import Audit
from zhangshu_desk.db.verify.report import Notes

_ENTRY = (*audit.HASHED, "prev_h", "h")
_OPERATION = (*HASHED, "prev_h", "h", "seq")


def check_audit(connection: sqlite3.Connection, side: Side | None, notes: Notes) -> None:
    """Every entry hashes to what it says, follows the one before, and none is missing."""
    seq, h, heads = 0, "", {}
    # S608: constants only
    for values in notes.steps(connection.execute(f"SELECT {', '.join(_ENTRY)} FROM audit ORDER BY seq")):  # noqa: S608
        entry = dict(zip(_ENTRY, values, strict=True))
        if entry["seq"] != seq + 1:
            notes.problem("verify.audit_missing", first=seq + 1, last=entry["seq"] - 1)
        if audit.entry_hash(entry["prev_h"], entry) != entry["h"]:
            notes.problem("verify.audit_changed", seq=entry["seq"])
        elif entry["seq"] == seq + 1 and entry["prev_h"] != h:
            notes.problem("verify.audit_order", seq=entry["seq"])
        seq, h = entry["seq"], entry["h"]
        if side is not None and seq == side.audit_seq:
            heads[seq] = h
        notes.checked("audit")
    if side is None:
        return
    if seq < side.audit_seq:
        notes.problem("verify.audit_tail", known=side.audit_seq, found=seq)
    elif heads.get(side.audit_seq, side.audit_h) != side.audit_h:
        notes.problem("verify.audit_rewritten", seq=side.audit_seq)


def check_outbox(connection: sqlite3.Connection, side: Side | None, notes: Notes) -> None:
    """The same of the operations of each incarnation, and that each transaction stands in the audit log as it is."""
    lives = connection.execute("SELECT inc FROM outbox GROUP BY inc ORDER BY min(seq)").fetchall()
    notes.checked("lives", len(lives))
    for (inc,) in lives:
        last = _check_life(connection, inc, side, notes)
        if side is not None and side.inc == inc and last < side.n:
            notes.problem("verify.outbox_tail", known=side.n, found=last)
    if side is not None and side.n and side.inc not in {inc for (inc,) in lives}:
        start = connection.execute("SELECT start_n FROM lives WHERE inc = ?", (side.inc,)).fetchone()
        if start is None or start[0] < side.n:
            notes.problem("verify.outbox_tail", known=side.n, found=start[0] if start else 0)
    alone = "SELECT seq FROM audit a WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.tx = a.tx) ORDER BY seq"
    for (seq,) in connection.execute(alone):
        notes.problem("verify.audit_alone", seq=seq)


def _check_life(connection: sqlite3.Connection, inc: str, side: Side | None, notes: Notes) -> int:
    """One incarnation; the number of its last operation."""
    # S608: constants only
    query = f"SELECT {', '.join(_OPERATION)} FROM outbox WHERE inc = ? ORDER BY n"  # noqa: S608
    operations = (dict(zip(_OPERATION, values, strict=True)) for values in connection.execute(query, (inc,)))
    start = connection.execute("SELECT start_n, start_h FROM lives WHERE inc = ?", (inc,)).fetchone()
    n, h = start or (0, "")  # after a fork its first numbers went to operations that were numbered anew
    seq = 0
    for tx, group in groupby(notes.steps(operations), key=lambda operation: operation["tx"]):
        count, before_h, tbl = 0, "", ""
        for operation in group:
            _check_operation(operation, n, seq, h, notes)
            count, before_h, tbl = count + 1, h if count else "", operation["tbl"]
            n, seq, h = operation["n"], operation["seq"], operation["h"]
            if side is not None and (inc, n) == (side.inc, side.n) and h != side.h:
                notes.problem("verify.outbox_rewritten", n=n)
        found = connection.execute("SELECT seq, ops, ops_h FROM audit WHERE tx = ?", (tx,)).fetchone()
        notes.checked("transactions")
        # The last operation of a transaction is its audit entry, which counts those before it and repeats their hash.
        if found is None:
            notes.problem("verify.tx_unaudited", n=n)
        elif tbl != Audit.__tablename__ or found[1:] != (count - 1, before_h):
            notes.problem("verify.tx_differs", seq=found[0], n=n)
    return n


def _check_operation(operation: dict[str, Any], n: int, seq: int, h: str, notes: Notes) -> None:
    notes.checked("operations")
    follows = operation["n"] == n + 1
    if not follows:
        notes.problem("verify.outbox_missing", first=n + 1, last=operation["n"] - 1)
    if operation_hash(operation, operation["prev_h"]) != operation["h"]:
        notes.problem("verify.outbox_changed", n=operation["n"])
    elif operation["seq"] < seq or (follows and operation["prev_h"] != h):
        notes.problem("verify.outbox_order", n=operation["n"])
