"""The one way a visit moves: checked against the table of moves, its times closed, its event written."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.site import stations
from zhangshu_desk.db.store import WriteSession
from zhangshu_desk.db.tables.accounts import Counter
from zhangshu_desk.db.tables.reception import Visit, VisitEvent
from zhangshu_desk.reception.queries import reading
from zhangshu_desk.reception.rules import (
    ACT_TITLES,
    AT_COUNTER,
    TIMED,
    Act,
    DeskRules,
    State,
    check_move,
    counted_ms,
    shown_label,
)


def move(session: WriteSession, visit: Visit, act: Act, rules: DeskRules, reason: str = "", /, **changes: Any) -> State:
    """Move a visit by one act and write its event.

    The running time is closed into the time of the state that is left; a moment before `since` (clock set back) counts
    as `since`, so that no time is ever negative. The event keeps the moment as the clock had it, and the old values of
    exactly the fields that changed.

    Args:
        reason: kept with the event.
        changes: further fields of the visit that the act sets.

    Returns:
        The state the visit is in now.

    Raises:
        DeskError: `visit.illegal_move`, `visit.not_yet`, `day.closed`.
    """
    now, today = session.now, day_of(session.now)
    label = label_of(visit, now)
    left = State(visit.state)
    reached = check_move(act, left, label)
    refuse_other_day(session, visit, act)
    fields = {"state": reached.value, "since": max(now, visit.since), **changes}
    if left in TIMED:
        name = TIMED[left]
        fields[name] = getattr(visit, name) + counted_ms(visit.since, now, rules)
    if visit.day < visit.queue_day < today:
        fields.setdefault("queue_day", today)  # carried over: it belongs to the day somebody deals with it
    before = {name: _plain(getattr(visit, name)) for name, new in fields.items() if getattr(visit, name) != new}
    for name in before:
        setattr(visit, name, fields[name])
    add_event(session, visit, act, left, reason, before)
    session.about("visits", visit.id, visit.label)
    return reached


def add_event(
    session: WriteSession,
    visit: Visit,
    act: Act,
    left: State | None,
    note: str,
    before: dict[str, Any],
    undoes: int | None = None,
) -> None:
    """Write what happened to a visit, after it happened.

    Args:
        left: the state it happened in, None for the first event.
        undoes: number of the event that is undone.
    """
    last = "SELECT coalesce(max(seq), 0) FROM visit_events WHERE visit_id = ?"
    seq = 0 if left is None else bare(session).execute(last, (visit.id,)).fetchone()[0]
    event = VisitEvent(
        id=session.new_id(),
        visit_id=visit.id,
        seq=seq + 1,
        at=session.now,
        act=act.value,
        from_state=left.value if left is not None else "",
        to_state=visit.state,
        counter_id=session.actor.counter_id,
        actor_id=session.actor.user_id,
        note=note,
        before=before,
        undoes=undoes,
    )
    session.insert(event)


def _plain(value: Any) -> Any:
    """A field's value as JSON can hold it."""
    return value.isoformat() if isinstance(value, date) else value


def the_visit(session: WriteSession, visit_id: str) -> Visit:
    """The row of a visit. Raises `DeskError` `visit.unknown`."""
    found = session.get(Visit, visit_id)
    if found is None:
        raise DeskError("visit.unknown")
    return found


def my_counter(session: WriteSession, act: Act) -> Counter:
    """The counter the actor serves. Raises `DeskError` `visit.no_counter`, `visit.unknown_counter`."""
    if session.actor.counter_id is None:
        raise DeskError("visit.no_counter", act=ACT_TITLES[act])
    return the_counter(session, session.actor.counter_id)


def the_counter(session: WriteSession, counter_id: str) -> Counter:
    """A counter in use. Raises `DeskError` `visit.unknown_counter`."""
    found = session.get(Counter, counter_id)
    if found is None or not found.active:
        raise DeskError("visit.unknown_counter")
    return found


def refuse_busy(session: WriteSession, counter_id: str, act: Act) -> None:
    """A counter holds one person, and nobody is let go by taking another. Raises `DeskError` `visit.counter_busy`."""
    holder = reading.holders(session, session.now, counter_id).get(counter_id)
    if holder is not None:
        raise DeskError("visit.counter_busy", label=holder.label, state=holder.state.value, act=ACT_TITLES[act])


def refuse_elsewhere(session: WriteSession, visit: Visit) -> None:
    """Only the counter that holds a visit acts on it. Raises `DeskError` `visit.elsewhere`."""
    if State(visit.state) in AT_COUNTER and visit.counter_id != session.actor.counter_id:
        counter = session.get(Counter, visit.counter_id)
        name = counter.name if counter is not None else ""
        raise DeskError("visit.elsewhere", label=label_of(visit, session.now), counter=name)


def refuse_other_day(session: WriteSession, visit: Visit, act: Act) -> None:
    """A visit is left alone when its day is closed, or while it is carried over to a day that has not come.

    Who is at a counter already came; then the clock was set back, and the visit must be able to end.

    Raises:
        DeskError: `day.closed`, `visit.not_yet`.
    """
    waits_for_its_day = visit.queue_day > max(visit.day, day_of(session.now))
    if waits_for_its_day and State(visit.state) not in AT_COUNTER:
        raise DeskError("visit.not_yet", label=label_of(visit, session.now), day=visit.queue_day)
    refuse_closed(session, visit.queue_day, act, visit.station_id)


def refuse_unclaimed(session: WriteSession, visit: Visit) -> None:
    """Another station's number is taken to a counter here only after the centre let us.

    Raises:
        DeskError: `visit.claim_needed` with `visit` (its id), `label`, `station`.
    """
    if reading.needs_claim(session, visit.station_id, visit.state, visit.counter_id):
        names = {one.id: one.name for one in stations(session)}
        label, station = label_of(visit, session.now), names.get(visit.station_id, "其他工作站")
        raise DeskError("visit.claim_needed", visit=visit.id, label=label, station=station)


def refuse_closed(session: WriteSession, day: date, act: Act, station: str = "") -> None:
    """Nothing happens any more to the numbers of a station in a day that it has closed.

    Args:
        station: that gave the number, this one by default.

    Raises:
        DeskError: `day.closed`.
    """
    if reading.is_closed(session, day, station):
        raise DeskError("day.closed", day=day, act=ACT_TITLES[act])


def label_of(visit: Visit, now: int) -> str:
    """The ticket's label as shown today."""
    return shown_label(visit.label, visit.day, day_of(now))


def at_counter(actor: Actor) -> dict[str, Any]:
    """The fields of a visit that say by whom it is held."""
    return {"counter_id": actor.counter_id, "clerk_id": actor.user_id}


NOWHERE: dict[str, Any] = {"counter_id": None, "clerk_id": None}
"""The fields of a visit that no counter holds."""
