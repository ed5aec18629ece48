"""What happens at the counters now: the desk's own visit, all counters, and the call display."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, Text, func, literal_column, select, type_coerce
from sqlalchemy.orm import Session

from zhangshu_desk.core.clock import day_of, hm, minutes, moment_of
from zhangshu_desk.core.masking import mask_name, mask_phone
from zhangshu_desk.db.site import site, station_id, stations
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.accounts import User
from zhangshu_desk.db.tables.reception import Visit, VisitEvent
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.reception.queries import reading
from zhangshu_desk.reception.rules import (
    DEFAULT_RULES,
    TIMED,
    UNDONE,
    Act,
    Catalogue,
    DeskRules,
    State,
    counted_ms,
    shown_label,
)

V = reading.V
RECENT = 6
"""So many last calls stay on the call display."""


@dataclass(frozen=True)
class Current:
    """The visit at a counter.

    Attributes:
        label: as shown today; spoken_label: without the date, for the voice.
        name: enterprise, or the person masked; visitor, phone: masked.
        since_minutes: how long it is in its state; waited_minutes, way_minutes, served_minutes: its times, the running
            one included.
        note: left by whoever transferred or parked it.
        station: name of the station that gave the number, empty when it is this one.
        twice: two machines called it without knowing of each other; others: labels this counter holds besides.
    """

    id: str
    label: str
    spoken_label: str
    enterprise_id: str | None
    name: str
    visitor: str
    phone: str
    services: tuple[str, ...]
    services_text: str
    priority: str
    appointment: str
    remark: str
    note: str
    state: State
    calls: int
    since_minutes: int
    waited_minutes: int
    way_minutes: int
    served_minutes: int
    station: str = ""
    twice: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Twice:
    """A visit that two machines called: its label as shown today, its state, and the counter where it stands now."""

    visit_id: str
    label: str
    state: State
    counter_id: str | None
    counter: str


@dataclass(frozen=True)
class CounterNow:
    """A counter, for the overview.

    Attributes:
        open: somebody serves there; clerk_name: who.
        label, state, since_minutes: of the visit it holds; empty, None, 0 without one.
        served: visits finished here today.
    """

    id: str
    name: str
    position: int
    serves: tuple[str, ...]
    serves_text: str
    open: bool
    clerk_name: str
    visit_id: str
    label: str
    state: State | None
    since_minutes: int
    served: int


@dataclass(frozen=True)
class DisplayRow:
    """A call as the hall sees it: number and window, nothing personal.

    Attributes:
        key: another one for every call, also for a repeated one: what has not been spoken yet is recognised by it.
        label: the number; counter: name of the window; at: `10:42`; again: it was called before.
        moment: of the call, ms UTC, by the clock of the machine that called.
    """

    key: str
    label: str
    counter: str
    at: str
    again: bool
    moment: int = 0


@dataclass(frozen=True)
class DisplayRows:
    """calling: who is being called, the newest first; recent: the last calls that were answered or ended."""

    calling: tuple[DisplayRow, ...]
    recent: tuple[DisplayRow, ...]


def current(store: Store, counter_id: str | None, now: int, rules: DeskRules = DEFAULT_RULES) -> Current | None:
    """The visit that a counter holds, also one of a day that was left open; None when it is free."""
    if counter_id is None:
        return None
    with store.read() as session:
        holder = reading.holders(session, now, counter_id).get(counter_id)
        if holder is None:
            return None
        row = session.get_one(Visit, holder.visit_id)
        own = station_id(session)
        names = {one.id: one.name for one in stations(session) if one.id != own}
        found = _current(row, now, rules, catalogue_of(store))
        twice = row.id in reading.called_twice(session)
        return replace(found, station=names.get(row.station_id, ""), twice=twice, others=holder.others)


def twice(store: Store, now: int) -> tuple[Twice, ...]:
    """The visits that two machines called, until a person has settled it."""
    with store.read() as session:
        ids = reading.called_twice(session)
        rows = session.execute(
            select(V.id, V.label, V.day, V.state, V.counter_id).where(V.id.in_(ids)).order_by(V.label, V.id)
        ).all()
        names = reading.counter_names(session)
    today = day_of(now)
    return tuple(
        Twice(
            row.id,
            shown_label(row.label, row.day, today),
            State(row.state),
            row.counter_id,
            names.get(row.counter_id or "", ""),
        )
        for row in rows
    )


def doubled(store: Store) -> tuple[str, ...]:
    """Names that several counters of the hall have: visitors cannot tell them apart."""
    with store.read() as session:
        return reading.doubled_counters(session)


def _current(row: Visit, now: int, rules: DeskRules, known: Catalogue) -> Current:
    running = counted_ms(row.since, now, rules)
    state = State(row.state)
    counting = TIMED.get(state)
    times = {name: minutes(getattr(row, name) + (running if counting == name else 0)) for name in TIMED.values()}
    return Current(
        id=row.id,
        label=shown_label(row.label, row.day, day_of(now)),
        spoken_label=row.label,
        enterprise_id=row.enterprise_id,
        name=reading.shown_name(row.enterprise_name, row.visitor),
        visitor=mask_name(row.visitor),
        phone=mask_phone(row.phone),
        services=tuple(row.services),
        services_text=known.text(row.services),
        priority=row.priority,
        appointment=hm(row.appointment_at) if row.appointment_at is not None else "",
        remark=row.remark,
        note=row.note,
        state=state,
        calls=row.calls,
        since_minutes=minutes(running),
        waited_minutes=times["waited_ms"],
        way_minutes=times["way_ms"],
        served_minutes=times["served_ms"],
    )


def counters_now(store: Store, now: int, rules: DeskRules = DEFAULT_RULES) -> tuple[CounterNow, ...]:
    """All counters of the hall in use, in their order, those of this station first."""
    with store.read() as session:
        rows = reading.counter_rows(session, now)
        held = reading.holders(session, now)
        served = _served(session, now)
        clerks = [row.clerk_id for row in rows if row.clerk_id is not None]
        names = {row[0]: row[1] for row in session.execute(select(User.id, User.name).where(User.id.in_(clerks)))}
    known = catalogue_of(store)
    return tuple(_counter(row, held.get(row.id), served.get(row.id, 0), names, now, rules, known) for row in rows)


def _counter(
    row: reading.CounterRow,
    holder: reading.Holder | None,
    served: int,
    names: dict[str, str],
    now: int,
    rules: DeskRules,
    known: Catalogue,
) -> CounterNow:
    return CounterNow(
        id=row.id,
        name=row.name,
        position=row.position,
        serves=row.serves,
        serves_text=known.text(row.serves),
        open=row.clerk_id is not None,
        clerk_name=names.get(row.clerk_id or "", ""),
        visit_id=holder.visit_id if holder else "",
        label=holder.label if holder else "",
        state=holder.state if holder else None,
        since_minutes=minutes(counted_ms(holder.since, now, rules)) if holder else 0,
        served=served,
    )


def _served(session: Session, now: int) -> dict[str, int]:
    chosen = select(V.counter_id, func.count()).where(
        V.station_id.in_(site(session)),
        V.queue_day == day_of(now),
        V.state == State.DONE.value,
        V.counter_id.is_not(None),
    )
    rows = session.connection().execute(chosen.group_by(V.counter_id))
    return {row[0]: row[1] for row in rows}


def display(store: Store, now: int) -> DisplayRows:
    """What the call display of the hall shows: labels and windows only.

    Of a number that two machines called, the call that stands is shown.
    """
    with store.read() as session:
        rows = _calls(session, now)
        names = reading.counter_names(session)
    called = [row for row in rows if row.state == State.CALLED.value and row.counter_id == row.held_at]
    calling = {row.visit_id: row for row in reversed(called)}
    others = {row.visit_id: row for row in reversed(rows) if row.visit_id not in calling}

    def shown(newest: dict[str, Row[Any]]) -> tuple[DisplayRow, ...]:
        chosen = (row for row in rows if newest.get(row.visit_id) is row)
        return tuple(
            DisplayRow(
                row.id,
                shown_label(row.label, row.day, day_of(now)),
                names.get(row.counter_id, ""),
                hm(row.at),
                row.act == Act.CALL_AGAIN.value,
                row.at,
            )
            for row in chosen
        )

    return DisplayRows(shown(calling), shown(others)[:RECENT])


def _calls(session: Session, now: int) -> list[Row[Any]]:
    """Today's calls that still stand, the newest first."""
    event, undo = VisitEvent.__table__.c, VisitEvent.__table__.alias("undo").c
    named = func.json_extract(type_coerce(undo.before, Text), f"$.{UNDONE}")
    by_seq = named.is_(None) & (undo.undoes == event.seq) & (undo.counter_id == event.counter_id)
    undone = (
        select(undo.id)
        .where(undo.visit_id == event.visit_id, undo.undoes.is_not(None), (named == event.id) | by_seq)
        .exists()
    )
    chosen = (
        select(
            event.id,
            event.visit_id,
            event.at,
            event.act,
            event.counter_id,
            V.label,
            V.day,
            V.state,
            V.counter_id.label("held_at"),
        )
        .join(reading.VISITS, V.id == event.visit_id)
        .where(V.station_id.in_(site(session)), event.counter_id.is_not(None))
        .where(event.at >= moment_of(day_of(now)), event.act.in_([Act.CALL.value, Act.CALL_AGAIN.value]), ~undone)
        .order_by(literal_column("visit_events.rowid").desc())
        .limit(40)
    )
    return list(session.connection().execute(chosen))
