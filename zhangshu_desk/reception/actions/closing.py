"""Closing a day: whoever still waits is carried over or ended, and the figures are kept; and taking that back.

Each station closes the numbers that it gave itself, wherever in the hall they were served.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.accounts import Counter
from zhangshu_desk.db.tables.reception import DayClose, Visit
from zhangshu_desk.reception.actions.moving import NOWHERE, label_of, move, refuse_closed
from zhangshu_desk.reception.actions.results import Closed
from zhangshu_desk.reception.actions.undoing import is_last, live_events, restore
from zhangshu_desk.reception.queries import reading
from zhangshu_desk.reception.queries.days import figures_of
from zhangshu_desk.reception.rules import AT_COUNTER, DEFAULT_RULES, Act, DeskRules, State

_UNFINISHED = (State.WAITING, State.PARKED)
_CLOSING = (Act.CARRY_OVER, Act.CLOSE_OUT)


def close_day(
    store: Store, actor: Actor, day: date, carry_over: bool, now: int, *, rules: DeskRules = DEFAULT_RULES
) -> Closed:
    """Close a day and keep its figures.

    Args:
        carry_over: whoever waits or is parked keeps the number and stands in the queue of the next day that is not
            closed (not before today); otherwise they are ended as 弃号. Missed numbers stay missed. So it goes with
            numbers of an earlier day that still are at a window of another station: its machine was switched off, or
            broke.

    Raises:
        DeskError: `day.closed`, `day.future`; `day.people_at_counters` naming the tickets. Nothing happens then.
    """
    with store.write(actor, "day.close", now) as session:
        if day > day_of(now):
            raise DeskError("day.future", day=day)
        refuse_closed(session, day, Act.CLOSE_OUT)
        visits = _open_visits(session, day)
        busy = [label_of(one, now) for one in visits if _is_busy(session, one)]
        if busy:
            raise DeskError("day.people_at_counters", labels="、".join(busy))
        carried_to = _next_open_day(session, max(day, day_of(now) - timedelta(days=1))) if carry_over else None
        for visit in visits:
            gone = NOWHERE if State(visit.state) in AT_COUNTER else {}
            if carried_to is None:
                move(session, visit, Act.CLOSE_OUT, rules, day.isoformat(), queue_day=day)
            else:
                move(session, visit, Act.CARRY_OVER, rules, day.isoformat(), queue_day=carried_to, **gone)
        session.flush()
        row = DayClose(
            id=session.new_id(),
            station_id=session.station_id,
            day=day,
            at=now,
            closed_by=actor.user_id,
            figures=figures_of(session, day, now),
        )
        session.add(row)
        session.about("day_closes", row.id, day.isoformat())
        labels = tuple(one.label for one in visits)
        return Closed(
            day,
            labels if carried_to is not None else (),
            carried_to if labels else None,
            () if carried_to is not None else labels,
        )


def reopen_day(store: Store, actor: Actor, day: date, now: int) -> tuple[str, ...]:
    """Take the closing of a day back: those it carried over or ended stand where they stood, unless something has
    happened to them since. Returns their labels.

    Raises:
        DeskError: `day.not_closed`.
    """
    with store.write(actor, "day.reopen", now) as session:
        rows = session.scalars(  # several when a restored database closed it again
            select(DayClose).where(
                DayClose.station_id == session.station_id,
                DayClose.day == day,
                DayClose.reopened_at.is_(None),
            )
        ).all()
        if not rows:
            raise DeskError("day.not_closed", day=day)
        for row in rows:
            row.reopened_at = now
        session.about("day_closes", row.id, day.isoformat())
        return tuple(_bring_back(session, day))


def _bring_back(session: WriteSession, day: date) -> list[str]:
    back = []
    ended = select(Visit).where(
        Visit.station_id == session.station_id, Visit.queue_day == day, Visit.state == State.LEFT.value
    )
    carried = select(Visit).where(
        Visit.station_id == session.station_id,
        Visit.queue_day > Visit.day,
        Visit.queue_day > day,
        Visit.day <= day,
        Visit.state.in_([state.value for state in _UNFINISHED]),
    )
    for visit in [*session.scalars(ended), *session.scalars(carried)]:
        events = live_events(session, visit.id)
        last = events[-1] if events else None  # a row can arrive before its events
        if last is None or not is_last(session, visit, last):
            continue
        if Act(last.act) in _CLOSING and last.note == day.isoformat():
            restore(session, visit, last)
            back.append(visit.label)
    return sorted(back)


def _is_busy(session: WriteSession, visit: Visit) -> bool:
    """Whether somebody is being called or served who keeps the day open."""
    if State(visit.state) not in AT_COUNTER:
        return False
    counter = session.get(Counter, visit.counter_id) if visit.counter_id else None
    is_ours = counter is None or counter.station_id == session.station_id
    return is_ours or visit.queue_day >= day_of(session.now)


def _open_visits(session: WriteSession, day: date) -> list[Visit]:
    """Whom closing the day concerns, by label: everybody in its queue who waits, is parked or is at a counter.

    Those carried over to an earlier day that never saw them (a Saturday) count to the day they stand in now.
    """
    states = [state.value for state in (*_UNFINISHED, *AT_COUNTER)]
    chosen = select(Visit).where(Visit.station_id == session.station_id, Visit.state.in_(states))
    own = session.scalars(chosen.where(Visit.queue_day == day))
    carried = session.scalars(chosen.where(Visit.queue_day > Visit.day, Visit.queue_day < day))
    return sorted([*own, *carried], key=lambda one: (one.label, one.day))


def _next_open_day(session: WriteSession, after: date) -> date:
    day = after + timedelta(days=1)
    while reading.is_closed(session, day):
        day += timedelta(days=1)
    return day
