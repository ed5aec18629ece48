"""The row of an open job at this machine: read, and written between two steps of printing."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.labels import LabelRun
from zhangshu_desk.labels import sheets
from zhangshu_desk.labels.rules.geometries import Geometry
from zhangshu_desk.labels.rules.jobs import OPEN
from zhangshu_desk.labels.rules.runs import Part, Row, RunState

Positions = frozenset[int]


@dataclass(frozen=True)
class Kept:
    """A run as it is kept.

    Attributes:
        sheet_id, used: the started sheet for the next page, and its positions that are used or spoiled.
        certain: False when the row was written in an earlier life of the database, and says nothing about paper.
    """

    job_id: str
    printer_id: str
    state: RunState
    sheet_id: str | None = None
    used: Positions = frozenset()
    certain: bool = True


@dataclass(frozen=True)
class SheetUse:
    """Positions of one sheet that get ink; `sheet_id` None = a sheet that was whole."""

    sheet_id: str | None
    used: Positions


def load(store: Store, job_id: str) -> Kept | None:
    """The run of a job, None when none is kept here."""
    with store.read() as session:
        row = session.get(LabelRun, job_id)
        return None if row is None else _kept(row, _life(store))


def all_kept(store: Store) -> tuple[Kept, ...]:
    """Every run that is kept here."""
    from sqlalchemy import select

    with store.read() as session:
        rows = session.scalars(select(LabelRun).order_by(LabelRun.changed_at)).all()
        return tuple(_kept(one, _life(store)) for one in rows)


def save(store: Store, run: Kept, now: int) -> Kept:
    """Write a run. It is written past the acts: every act is an entry of the log and travels, a page does not."""
    with store.merge() as merge:
        merge.db.execute(_SAVE, _values(store, run, now))
        merge.touched.add(LabelRun.__tablename__)
    return run


def save_with_sheets(store: Store, run: Kept, geometry: Geometry, pages: list[SheetUse], now: int) -> Kept:
    """Write a run together with the sheets that were used up, and let it go on with the last one if that has room."""
    with store.merge() as merge:
        sheet_id = run.sheet_id
        for page in pages:
            sheet_id = sheets.use(merge.db, geometry, page.sheet_id, page.used, now)
            merge.touched.add("label_sheets")
        if pages:
            used = pages[-1].used if sheet_id is not None else frozenset()
            run = replace(run, sheet_id=sheet_id, used=used)
        merge.db.execute(_SAVE, _values(store, run, now))
        merge.touched.add(LabelRun.__tablename__)
    return run


def end_sheet(store: Store, run: Kept, now: int) -> Kept:
    """The next page goes onto a whole sheet: nobody knows what is on the one it should have gone on with."""
    with store.merge() as merge:
        if run.sheet_id is not None:
            sheets.end(merge.db, run.sheet_id, now)
            merge.touched.add("label_sheets")
        run = replace(run, sheet_id=None, used=frozenset())
        merge.db.execute(_SAVE, _values(store, run, now))
        merge.touched.add(LabelRun.__tablename__)
    return run


def drop_over(store: Store) -> None:
    """Let go of the runs of all jobs that are over, also of one after whose last word the program died."""
    states = tuple(one.value for one in OPEN)
    marks = ", ".join("?" * len(states))
    with store.merge() as merge:
        merge.db.execute(
            f"DELETE FROM label_runs WHERE job_id NOT IN (SELECT id FROM print_jobs WHERE state IN ({marks}))",  # noqa: S608
            states,
        )
        merge.touched.add(LabelRun.__tablename__)


_SAVE = """INSERT INTO label_runs (job_id, inc, printer_id, sheet_id, used, todo, unsure, part, parts,
    reached, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (job_id) DO UPDATE SET inc = excluded.inc,
    printer_id = excluded.printer_id, sheet_id = excluded.sheet_id, used = excluded.used, todo = excluded.todo,
    unsure = excluded.unsure, part = excluded.part, parts = excluded.parts, reached = excluded.reached,
    changed_at = excluded.changed_at"""


def _values(store: Store, run: Kept, now: int) -> tuple[Any, ...]:
    state, part = run.state, run.state.part
    kept = None if part is None else {"places": part.places, "title": part.title, "ticket": part.ticket}
    rows = (sorted(run.used), state.todo, state.unsure, kept)
    used, todo, unsure, text = (None if one is None else json.dumps(one, ensure_ascii=False) for one in rows)
    inc = _life(store) if run.certain else ""
    return run.job_id, inc, run.printer_id, run.sheet_id, used, todo, unsure, text, state.parts, state.reached, now


def _kept(row: LabelRun, life: str) -> Kept:
    part = None if row.part is None else Part(_row(row.part["places"]), row.part["title"], row.part["ticket"])
    state = RunState(_row(row.todo), _row(row.unsure), part, row.parts, row.reached)
    return Kept(row.job_id, row.printer_id, state, row.sheet_id, frozenset(row.used), row.inc == life)


def _row(spans: list[list[int]]) -> Row:
    return tuple((first, last) for first, last in spans)


def _life(store: Store) -> str:
    return store.incarnation
