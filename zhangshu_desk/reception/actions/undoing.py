"""Undo: the last act of a counter is taken back exactly, by an event of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import literal_column, select

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.bare import bare
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
from zhangshu_desk.reception.rules import (
    AT_COUNTER,
    DEFAULT_RULES,
    UNDOABLE,
    UNDONE,
    Act,
    DeskRules,
    State,
    act_title,
    standing,
)


def undo(store: Store, actor: Actor, now: int, *, rules: DeskRules = DEFAULT_RULES) -> Undone:
    """Take back the last act of the actor's counter; again and again it walks back act by act.

    Everything the act changed is as it was before, the running times too. An act that was announced can still be
    undone; an undo cannot.

    Raises:
        DeskError: `undo.nothing` within the last `undo_seconds`; `undo.later` when something happened to that visit
            since, `undo.elsewhere` when another station dealt with it; `undo.rated`; `visit.counter_busy` when the
            counter holds somebody else now; `day.closed`.
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
        session.about("visits", visit.id, f"{visit.label} {act_title(act)}")
        return Undone(act, act_title(act), visit.id, label_of(visit, now), State(visit.state))


def restore(session: WriteSession, visit: Visit, event: VisitEvent) -> None:
    """Put back what an event changed, and write that it was undone: by its id, for a `seq` may be there twice."""
    left = State(visit.state)
    before = {}
    for name, old in event.before.items():
        present = getattr(visit, name)
        before[name] = present.isoformat() if isinstance(present, date) else present
        setattr(visit, name, _as_column(name, old))
    add_event(session, visit, Act.UNDO, left, "", {**before, UNDONE: event.id}, undoes=event.seq)


def _as_column(name: str, old: Any) -> Any:
    return date.fromisoformat(old) if name == "queue_day" else old


def live_events(session: WriteSession, visit_id: str) -> list[VisitEvent]:
    """The events of a visit that still stand: neither an undo nor undone, in their order."""
    return standing(session.scalars(select(VisitEvent).where(VisitEvent.visit_id == visit_id)).all())


def is_last(session: WriteSession, visit: Visit, event: VisitEvent) -> bool:
    """Whether nothing has happened to a visit since an event of this station, here or elsewhere.

    Another station that did not know of the event wrote one with the same `seq`; or the centre let its state stand, or
    a person settled a conflict: then `since` is not what the event left.
    """
    since = max(event.at, event.before.get("since", visit.since))
    at_its_counter = State(visit.state) not in AT_COUNTER or visit.counter_id == event.counter_id
    as_it_was_left = visit.state == event.to_state and visit.since == since and at_its_counter
    others = [one for one in live_events(session, visit.id) if one.seq >= event.seq and one.id != event.id]
    return as_it_was_left and not others


def _last_of(session: WriteSession, counter_id: str, rules: DeskRules) -> VisitEvent | None:
    """The newest undoable event of a counter that still stands, if it is young enough and was written here."""
    acts = select(VisitEvent).where(
        # Later than now: the clock was set back a little.
        VisitEvent.at.between(session.now - rules.undo_ms, session.now + rules.undo_ms),
        VisitEvent.counter_id == counter_id,
        VisitEvent.act.in_([act.value for act in UNDOABLE]),
    )
    # In the order they were written, which a clock that was set back does not change.
    for event in session.scalars(acts.order_by(literal_column("visit_events.rowid").desc())):
        if event in live_events(session, event.visit_id) and _made_here(session, event):
            return event
    return None


def _made_here(session: WriteSession, event: VisitEvent) -> bool:
    """Whether it is an act of this database, and not one that arrived from elsewhere."""
    sql = "SELECT 1 FROM outbox WHERE tbl = 'visit_events' AND row_id = ? AND kind = 'insert'"
    return bare(session).execute(sql, (event.id,)).fetchone() is not None


def _refuse(session: WriteSession, visit: Visit, event: VisitEvent) -> None:
    label = label_of(visit, session.now)
    refuse_closed(session, visit.queue_day, Act.UNDO, visit.station_id)
    last, undone = live_events(session, visit.id)[-1], act_title(Act(event.act))
    if last.id != event.id and _made_here(session, last):
        raise DeskError("undo.later", label=label, act=act_title(Act(last.act)), undone=undone)
    if not is_last(session, visit, event):
        raise DeskError("undo.elsewhere", label=label, undone=undone)
    rated = session.execute(select(Rating.id).where(Rating.visit_id == visit.id)).first()
    if rated is not None:
        raise DeskError("undo.rated", label=label)
    counter_id = event.before.get("counter_id", visit.counter_id)
    goes_back = State(event.before.get("state", visit.state)) in AT_COUNTER
    if goes_back and not (State(visit.state) in AT_COUNTER and visit.counter_id == counter_id):
        refuse_busy(session, counter_id, Act.UNDO)
