"""Print jobs: those of a batch, those that are still open, the last ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhangshu_desk.db.site import station_id
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.labels import LabelBatch, PrintJob
from zhangshu_desk.labels.rules.jobs import OPEN, JobState


@dataclass(frozen=True)
class JobRow:
    """A print job; fields as columns of `print_jobs`."""

    id: str
    batch_id: str
    template_id: str
    template_sha: str
    printer: str
    first: int
    last: int
    state: JobState
    good_until: int
    repeats: tuple[dict[str, Any], ...]
    result: str
    started_at: int
    ended_at: int | None
    actor_name: str

    @property
    def is_open(self) -> bool:
        """Whether it can still go on."""
        return self.state in OPEN


def jobs_of(session: Session, batch_id: str) -> tuple[JobRow, ...]:
    """The jobs of a batch in the order they began."""
    mine = select(PrintJob).where(PrintJob.batch_id == batch_id)
    return tuple(_job(row) for row in session.scalars(mine.order_by(PrintJob.started_at, PrintJob.id)))


def job(store: Store, job_id: str) -> JobRow | None:
    """One job."""
    with store.read() as session:
        row = session.get(PrintJob, job_id)
        return _job(row) if row is not None else None


def open_jobs(store: Store) -> tuple[JobRow, ...]:
    """The jobs of this station that can still go on, the oldest first."""
    with store.read() as session:
        mine = select(PrintJob).where(
            PrintJob.station_id == station_id(session), PrintJob.state.in_([one.value for one in OPEN])
        )
        return tuple(_job(row) for row in session.scalars(mine.order_by(PrintJob.started_at, PrintJob.id)))


def history(store: Store, text: str = "", limit: int = 200) -> tuple[JobRow, ...]:
    """The last jobs, the newest first; `text`: part of a batch number, enterprise, printer or person."""
    with store.read() as session:
        chosen = select(PrintJob).join(LabelBatch, LabelBatch.id == PrintJob.batch_id)
        for part in text.split():
            columns: tuple[Any, ...] = (
                LabelBatch.batch_no,
                LabelBatch.enterprise_name,
                PrintJob.printer,
                PrintJob.actor_name,
            )
            found = columns[0].contains(part, autoescape=True)
            for one in columns[1:]:
                found |= one.contains(part, autoescape=True)
            chosen = chosen.where(found)
        newest = chosen.order_by(PrintJob.started_at.desc(), PrintJob.id.desc()).limit(limit)
        return tuple(_job(row) for row in session.scalars(newest))


def _job(row: PrintJob) -> JobRow:
    return JobRow(
        row.id,
        row.batch_id,
        row.template_id,
        row.template_sha,
        row.printer,
        row.first,
        row.last,
        JobState(row.state),
        row.good_until,
        tuple(row.repeats or ()),
        row.result,
        row.started_at,
        row.ended_at,
        row.actor_name,
    )
