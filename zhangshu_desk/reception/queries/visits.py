"""Single visits: the card with its history and times, rows behind a figure, and what may be rated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from zhangshu_desk.core.clock import MINUTE, day_of, hm, minutes
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.masking import mask_name, mask_phone
from zhangshu_desk.db.site import site, station_id, stations
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.accounts import User
from zhangshu_desk.db.tables.reception import Rating, Visit, VisitEvent
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.reception.queries import reading
from zhangshu_desk.reception.rules import (
    DEFAULT_RULES,
    TIMED,
    Act,
    DeskRules,
    State,
    act_title,
    counted_ms,
    in_story_order,
    shown_label,
    undone_ids,
)

V = reading.V


@dataclass(frozen=True)
class Times:
    """The four times of a visit, ms, the running one included."""

    waited_ms: int
    way_ms: int
    served_ms: int
    parked_ms: int


@dataclass(frozen=True)
class EventRow:
    """One event of a visit's history; `at` in ms UTC, `undone`: it was taken back."""

    id: str
    at: int
    act: Act
    title: str
    from_state: str
    to_state: str
    counter: str
    actor: str
    note: str
    undone: bool


@dataclass(frozen=True)
class VisitCard:
    """Everything about a visit; visitor and phone masked, the full ones through `accounts.unmask`.

    Attributes:
        label: of the ticket, empty without one; arrived_at, appointment_at, finished_at: ms UTC.
        station: name of the station that gave the number, empty when it is this one.
        twice: two machines called it without knowing of each other, and nobody has settled it yet.
        given: (service, quantity) really given; rated: the visitor has rated (how is not shown to the clerk).
    """

    id: str
    label: str
    day: date
    queue_day: date
    state: State
    enterprise_id: str | None
    enterprise_name: str
    visitor: str
    phone: str
    priority: str
    appointment_at: int | None
    remark: str
    note: str
    services: tuple[str, ...]
    services_text: str
    given: tuple[tuple[str, int], ...]
    given_text: str
    counter: str
    arrived_at: int
    finished_at: int | None
    times: Times
    rated: bool
    events: tuple[EventRow, ...]
    station: str = ""
    twice: bool = False


@dataclass(frozen=True)
class VisitRow:
    """A visit in a list; `at`: `10:42`, times in whole minutes; `twice`: two machines called it."""

    id: str
    label: str
    day: date
    at: str
    name: str
    services_text: str
    state: State
    counter: str
    waited_minutes: int
    served_minutes: int
    twice: bool = False


@dataclass(frozen=True)
class Ratable:
    """A finished visit that the visitor may rate now."""

    visit_id: str
    label: str
    services_text: str
    finished_at: int


def visit(store: Store, visit_id: str, now: int, rules: DeskRules = DEFAULT_RULES) -> VisitCard:
    """The card of a visit with its history and times. Raises `DeskError` `visit.unknown`."""
    with store.read() as session:
        row = session.get(Visit, visit_id)
        if row is None:
            raise DeskError("visit.unknown")
        events = _history(session, visit_id)
        rated = session.execute(select(Rating.id).where(Rating.visit_id == visit_id)).first()
        counter = reading.counter_names(session).get(row.counter_id or "", "")
        own = station_id(session)
        station = next((one.name for one in stations(session) if one.id == row.station_id != own), "")
        twice = visit_id in reading.called_twice(session)
    known = catalogue_of(store)
    given = tuple(sorted(row.given.items()))
    return VisitCard(
        id=row.id,
        label=row.label,
        day=row.day,
        queue_day=row.queue_day,
        state=State(row.state),
        enterprise_id=row.enterprise_id,
        enterprise_name=row.enterprise_name,
        visitor=mask_name(row.visitor),
        phone=mask_phone(row.phone),
        priority=row.priority,
        appointment_at=row.appointment_at,
        remark=row.remark,
        note=row.note,
        services=tuple(row.services),
        services_text=known.text(row.services),
        given=given,
        given_text=" · ".join(f"{known.text([one])} × {count}" for one, count in given),
        counter=counter,
        station=station,
        twice=twice,
        arrived_at=row.arrived_at,
        finished_at=row.finished_at,
        times=times_of(row, now, rules),
        rated=rated is not None,
        events=events,
    )


def times_of(row: Visit, now: int, rules: DeskRules) -> Times:
    """The completed times and what runs since."""
    found = {name: getattr(row, name) for name in TIMED.values()}
    running = TIMED.get(State(row.state))
    if running is not None:
        found[running] += counted_ms(row.since, now, rules)
    return Times(**found)


def _history(session: Session, visit_id: str) -> tuple[EventRow, ...]:
    chosen = (
        select(VisitEvent, User.name)
        .outerjoin(User, User.id == VisitEvent.actor_id)
        .where(VisitEvent.visit_id == visit_id)
    )
    people = {row[0]: row[1] for row in session.execute(chosen)}
    names, undone = reading.counter_names(session), undone_ids(list(people))
    return tuple(
        EventRow(
            id=event.id,
            at=event.at,
            act=Act(event.act),
            title=act_title(Act(event.act)),
            from_state=event.from_state,
            to_state=event.to_state,
            counter=names.get(event.counter_id or "", ""),
            actor=people[event] or "",
            note=event.note,
            undone=event.id in undone,
        )
        for event in in_story_order(people)
    )


def visits(store: Store, ids: Sequence[str]) -> tuple[VisitRow, ...]:
    """The visits behind a figure, by arrival; ids that are not there are left out."""
    columns = (
        V.id, V.label, V.day, V.arrived_at, V.enterprise_name, V.visitor, V.services, V.given, V.state,
        V.waited_ms, V.served_ms, V.counter_id,
    )  # fmt: skip
    rows: list[Row[Any]] = []
    with store.read() as session:
        for part in _parts(ids):
            rows.extend(session.connection().execute(select(*columns).where(V.id.in_(part))))
        names, twice = reading.counter_names(session), reading.called_twice(session)
    known = catalogue_of(store)
    return tuple(
        VisitRow(
            id=row.id,
            label=row.label,
            day=row.day,
            at=hm(row.arrived_at),
            name=reading.shown_name(row.enterprise_name, row.visitor),
            services_text=known.text(row.given or row.services),
            state=State(row.state),
            counter=names.get(row.counter_id or "", ""),
            waited_minutes=minutes(row.waited_ms),
            served_minutes=minutes(row.served_ms),
            twice=row.id in twice,
        )
        for row in sorted(rows, key=lambda row: (row.arrived_at, row.id))
    )


def _parts(ids: Sequence[str], size: int = 500) -> Iterable[Sequence[str]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))


def ratable(store: Store, counter_id: str, now: int, rules: DeskRules = DEFAULT_RULES) -> Ratable | None:
    """The last visit finished at a counter, while it may be rated: not rated yet and finished a short time ago."""
    earliest = now - rules.rating_minutes * MINUTE
    with store.read() as session:
        chosen = (
            select(V.id, V.label, V.day, V.given, V.finished_at, Rating.id.label("rating"))
            .outerjoin(Rating, Rating.visit_id == V.id)
            .where(
                V.station_id.in_(site(session)),
                V.queue_day >= day_of(earliest),
                V.state == State.DONE.value,
                V.counter_id == counter_id,
                V.finished_at >= earliest,
            )
            .order_by(V.finished_at.desc(), V.id.desc())
            .limit(1)
        )
        row = session.connection().execute(chosen).one_or_none()
    if row is None or row.rating is not None:
        return None
    label = shown_label(row.label, row.day, day_of(now))
    return Ratable(row.id, label, catalogue_of(store).text(row.given), row.finished_at)
