"""The imports that were made, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import ImportRun


@dataclass(frozen=True)
class ImportRow:
    """One import: when (ms UTC), which file, how many rows came to what, and when it was undone."""

    id: str
    at: int
    file_name: str
    new: int
    changed: int
    same: int
    refused: int
    undone_at: int | None


def imports(store: Store, limit: int = 20) -> tuple[ImportRow, ...]:
    """The last imports, newest first."""
    with store.read() as session:
        runs = session.scalars(select(ImportRun).order_by(ImportRun.at.desc(), ImportRun.id.desc()).limit(limit))
        return tuple(_shown(run) for run in runs)


def _shown(run: ImportRun) -> ImportRow:
    new, changed, same, refused = (int(run.counts.get(name, 0)) for name in ("new", "changed", "same", "refused"))
    return ImportRow(run.id, run.at, run.file_name, new, changed, same, refused, run.undone_at)
