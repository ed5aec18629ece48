"""The sheets of labels at this machine of which something is used or spoiled. Whole ones are not known here."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.labels import LabelSheet
from zhangshu_desk.labels.rules.geometries import Geometry, Medium


@dataclass(frozen=True)
class StartedSheet:
    """A sheet that was begun.

    Attributes:
        geometry: id of its geometry. used: its positions that are used or spoiled, from 0. begun_at: ms UTC.
    """

    id: str
    geometry: str
    used: frozenset[int]
    begun_at: int


def started(store: Store, geometry_id: str) -> tuple[StartedSheet, ...]:
    """The sheets of a geometry that still have free positions, the one begun first before the others."""
    wanted = select(LabelSheet).where(LabelSheet.geometry == geometry_id, LabelSheet.ended_at.is_(None))
    with store.read() as session:
        rows = session.scalars(wanted.order_by(LabelSheet.begun_at, LabelSheet.id))
        return tuple(StartedSheet(one.id, one.geometry, frozenset(one.used), one.begun_at) for one in rows)


def set_used(
    store: Store, actor: Actor, geometry: Geometry, used: Iterable[int], now: int, sheet_id: str | None = None
) -> str:
    """Say which positions of a sheet are used or spoiled, as a person sees them on the paper; returns its id.

    Args:
        sheet_id: None = a sheet that is not yet known here.

    Raises:
        DeskError: `label.sheet_gone`, `label.sheet_places`.
    """
    positions = _checked(geometry, used)
    with store.write(actor, "label.sheet", now) as session:
        row = _row(session, sheet_id, geometry)
        row.used, row.ended_at = positions, now if len(positions) == geometry.places else None
        session.about("label_sheets", row.id, geometry.id)
        return row.id


def throw_away(store: Store, actor: Actor, sheet_id: str, now: int) -> None:
    """A sheet is not there any more.

    Raises:
        DeskError: `label.sheet_gone`.
    """
    with store.write(actor, "label.sheet", now) as session:
        row = session.get(LabelSheet, sheet_id)
        if row is None:
            raise DeskError("label.sheet_gone")
        row.ended_at = now
        session.about("label_sheets", row.id, row.geometry)


def use(db: sqlite3.Connection, geometry: Geometry, sheet_id: str | None, used: Iterable[int], now: int) -> str | None:
    """Within a transaction: these positions of a sheet are used now, besides those that were.

    Args:
        sheet_id: None = a whole one until now.

    Returns:
        Its id, None when nothing of it is left.
    """
    row = None
    if sheet_id is not None:
        row = db.execute("SELECT used FROM label_sheets WHERE id = ?", (sheet_id,)).fetchone()
    before = json.loads(row[0]) if row else []
    positions = sorted({*before, *used})
    ended = now if len(positions) >= geometry.places else None
    if row:
        change = "UPDATE label_sheets SET used = ?, ended_at = ? WHERE id = ?"
        db.execute(change, (json.dumps(positions, separators=(",", ":")), ended, sheet_id))
    elif ended is None and positions:
        sheet_id = new_id(now)
        add = "INSERT INTO label_sheets (id, geometry, used, begun_at, ended_at) VALUES (?, ?, ?, ?, NULL)"
        db.execute(add, (sheet_id, geometry.id, json.dumps(positions, separators=(",", ":")), now))
    return None if ended is not None or not positions else sheet_id


def end(db: sqlite3.Connection, sheet_id: str, now: int) -> None:
    """Within a transaction: nothing of a sheet can be used any more."""
    db.execute("UPDATE label_sheets SET ended_at = ? WHERE id = ? AND ended_at IS NULL", (now, sheet_id))


def _row(session: WriteSession, sheet_id: str | None, geometry: Geometry) -> LabelSheet:
    if sheet_id is None:
        row = LabelSheet(id=session.new_id(), geometry=geometry.id, used=[], begun_at=session.now)
        session.add(row)
        return row
    found = session.get(LabelSheet, sheet_id)
    if found is None or found.geometry != geometry.id:
        raise DeskError("label.sheet_gone")
    return found


def _checked(geometry: Geometry, used: Iterable[int]) -> list[int]:
    positions = sorted(set(used))
    if geometry.medium is not Medium.SHEET or any(not 0 <= one < geometry.places for one in positions):
        raise DeskError("label.sheet_places", paper=geometry.title, places=geometry.places)
    return positions
