"""Printing a paper again: who did it and when stands in the audit log."""

from __future__ import annotations

from datetime import date

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception.actions.moving import label_of, the_visit


def note_reprint(store: Store, actor: Actor, visit_id: str, now: int) -> str:
    """Write down that the slip of a visit is printed once more; returns its label as shown today.

    Raises:
        DeskError: `visit.unknown`.
    """
    with store.write(actor, "visit.print_slip", now) as session:
        visit = the_visit(session, visit_id)
        session.about("visits", visit.id, visit.label)
        return label_of(visit, now)


def note_day_printed(store: Store, actor: Actor, day: date, now: int) -> None:
    """Write down that the sheet of a day is printed."""
    with store.write(actor, "day.print", now) as session:
        session.about("day_closes", day.isoformat(), day.isoformat())
