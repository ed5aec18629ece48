"""The days that were closed, for going back to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from zhangshu_desk.db.site import station_id
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.accounts import User
from zhangshu_desk.db.tables.reception import DayClose

SHOWN = 60


@dataclass(frozen=True)
class ClosedDay:
    """A closing that stands; `at` in ms UTC, the counts as they were when it was closed."""

    day: date
    at: int
    closed_by: str
    issued: int
    served: int
    carried_over: int


def closed_days(store: Store, most: int = SHOWN) -> tuple[ClosedDay, ...]:
    """The closed days, the latest first; those that were reopened are left out."""
    with store.read() as session:
        rows = session.execute(
            select(DayClose, User.name)
            .outerjoin(User, User.id == DayClose.closed_by)
            .where(DayClose.station_id == station_id(session), DayClose.reopened_at.is_(None))
            .order_by(DayClose.day.desc())
            .limit(most)
        ).all()
    return tuple(
        ClosedDay(
            day=row.day,
            at=row.at,
            closed_by=name or "",
            issued=int(row.figures.get("issued", 0)),
            served=int(row.figures.get("served", 0)),
            carried_over=int(row.figures.get("carried_over", 0)),
        )
        for row, name in rows
    )
