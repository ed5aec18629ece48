"""Undo: the last act of a counter is taken back exactly, by an event of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import literal_column, select

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.reception import Rating, Visit, VisitEvent
from zhangshu_desk.reception.actions.moving import (
    add_event,
    label_of,
    my_counter,
    refuse_busy,
    refuse_closed,
    the_visit,
)
from zhangshu_desk.reception.actions.results import Undone
from zhangshu_desk.reception.rules import ACT_TITLES, AT_COUNTER, DEFAULT_RULES, UNDOABLE, Act, DeskRules, State


def undo(store: Store, actor: Actor, now: int, *, rules: DeskRules = DEFAULT_RULES) -> Undone:
    """Take back the last act of the actor's counter; again and again it walks back act by act.

    Everything the act changed is as it was before, the running times too. An act that was announced can still be
    undone; an undo cannot.

    Raises:
        DeskError: `undo.nothing` within the last `undo_seconds`; `undo.later` when something happened to that visit
            since; `undo.rated`; `visit.counter_busy` when the counter holds somebody else now; `day.closed`.
    """
    with store.write(actor, "visit.undo", now) as session:
        counter = my_counter(session, Act.UNDO)
        event = _last_of(session, counter.id, rules)
        if event is None:
            raise DeskError("undo.nothing", seconds=rules.undo_seconds)
        visit = the_visit(session, event.visit_id)
        _refuse(session, visit, event)
        restore(session, visit, event)
        act = Act(event.act)
        session.about("visits", visit.id, f"{visit.label} {ACT_TITLES[act]}")
        return Undone(act, ACT_TITLES[act], visit.id, label_of(visit, now), State(visit.state))


def restore(session: WriteSession, visit: Visit, event: VisitEvent) -> None:
    """Put back what an event changed, and write that it was undone."""
    left = State(visit.state)
    before = {}
    for name, old in event.before.items():
        present = getattr(visit, name)
        before[name] = present.isoformat() if isinstance(present, date) else present
        setattr(visit, name, _as_column(name, old))
    add_event(session, visit, Act.UNDO, left, "", before, undoes=event.seq)


def _as_column(name: str, old: Any) -> Any:
    return date.fromisoformat(old) if name == "queue_day" else old


def live_events(session: WriteSession, visit_id: str) -> list[VisitEvent]:
    """The events of a visit that still stand: neither an undo nor undone, in their order."""
    events = list(session.scalars(select(VisitEvent).where(VisitEvent.visit_id == visit_id).order_by(VisitEvent.seq)))
    undone = {event.undoes for event in events}
    return [event for event in events if event.undoes is None and event.seq not in undone]


def _last_of(session: WriteSession, counter_id: str, rules: DeskRules) -> VisitEvent | None:
    """The newest undoable event of a counter that still stands, if it is young enough."""
    acts = select(VisitEvent).where(
        # Later than now: the clock was set back a little.
        VisitEvent.at.between(session.now - rules.undo_ms, session.now + rules.undo_ms),
        VisitEvent.counter_id == counter_id,
        VisitEvent.act.in_([act.value for act in UNDOABLE]),
    )
    # In the order they were written, which a clock that was set back does not change.
    for event in session.scalars(acts.order_by(literal_column("visit_events.rowid").desc())):
        if event in live_events(session, event.visit_id):
            return event
    return None


def _refuse(session: WriteSession, visit: Visit, event: VisitEvent) -> None:
    label = label_of(visit, session.now)
    refuse_closed(session, visit.queue_day, Act.UNDO)
    last = live_events(session, visit.id)[-1]
    if last.seq != event.seq:
        later, undone = ACT_TITLES[Act(last.act)], ACT_TITLES[Act(event.act)]
        raise DeskError("undo.later", label=label, act=later, undone=undone)
    rated = session.execute(select(Rating.id).where(Rating.visit_id == visit.id)).one_or_none()
    if rated is not None:
        raise DeskError("undo.rated", label=label)
    counter_id = event.before.get("counter_id", visit.counter_id)
    goes_back = State(event.before.get("state", visit.state)) in AT_COUNTER
    if goes_back and not (State(visit.state) in AT_COUNTER and visit.counter_id == counter_id):
        refuse_busy(session, counter_id, Act.UNDO)
