"""Taking a number, a quick service without one, and changing what was registered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, TypedDict, Unpack

from sqlalchemy import Text, func, select, type_coerce

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import MINUTE, day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.reception.actions.moving import (
    add_event,
    label_of,
    move,
    refuse_closed,
    refuse_elsewhere,
    the_visit,
)
from zhangshu_desk.reception.actions.results import Moved, Ticket
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.reception.queries import reading
from zhangshu_desk.reception.rules import (
    DEFAULT_RULES,
    Act,
    Catalogue,
    DeskRules,
    Estimate,
    Group,
    QuickService,
    State,
    WalkIn,
    checked_quick,
    checked_walk_in,
    estimate,
    in_order,
)

V = reading.V


class Changes(TypedDict, total=False):
    """Fields of a registration that are to change; those of `WalkIn`."""

    services: tuple[str, ...]
    enterprise_id: str | None
    enterprise_name: str
    visitor: str
    phone: str
    priority: str
    appointment_at: int | None
    remark: str


def register(
    store: Store,
    actor: Actor,
    walk_in: WalkIn,
    now: int,
    *,
    rules: DeskRules = DEFAULT_RULES,
    catalogue: Catalogue | None = None,
) -> Ticket:
    """Give a visitor the next number of the services' group.

    Args:
        now: ms UTC; its day is the ticket's day.
        catalogue: other services than those of this desk.

    Raises:
        DeskError: what `checked_walk_in` refuses; `visit.enterprise_unknown`, `visit.enterprise_void`;
            `ticket.range_full`, `ticket.daily_cap`, `day.closed`. Nothing is kept then.
    """
    known = catalogue or catalogue_of(store)
    form = checked_walk_in(walk_in, known)
    group, day = known.group_of(form.services), day_of(now)
    with store.write(actor, "visit.register", now) as session:
        refuse_closed(session, day, Act.REGISTER)
        _refuse_capped(session, form.services, day, known)
        number = _next_number(session, group, day)
        visit = _new_visit(session, form, day)
        visit.group, visit.number, visit.label = group.letter, number, group.label(number, reading.letter(session))
        visit.state = State.WAITING.value
        _add(session, visit, Act.REGISTER)
        wait = _estimate_of(session, visit.id, known, rules)
        return Ticket(visit.id, visit.label, day, number, now, wait.people_before, wait.minutes, wait.planned)


def quick(store: Store, actor: Actor, quick: QuickService, now: int, *, catalogue: Catalogue | None = None) -> str:
    """Record a service given at once, without a ticket; returns the id of the visit.

    Raises:
        DeskError: what `checked_quick` refuses; `visit.enterprise_unknown`, `visit.enterprise_void`, `day.closed`.
    """
    form = checked_quick(quick, catalogue or catalogue_of(store))
    with store.write(actor, "visit.quick", now) as session:
        refuse_closed(session, day_of(now), Act.QUICK)
        walk_in = WalkIn(form.services, form.enterprise_id, form.enterprise_name, form.visitor, remark=form.remark)
        visit = _new_visit(session, walk_in, day_of(now))
        visit.state = State.DONE.value
        visit.given = dict.fromkeys(form.services, 1)
        visit.served_ms = form.minutes * MINUTE
        visit.finished_at = now
        visit.counter_id, visit.clerk_id = actor.counter_id, actor.user_id
        _add(session, visit, Act.QUICK)
        return visit.id


def change(
    store: Store,
    actor: Actor,
    visit_id: str,
    now: int,
    *,
    rules: DeskRules = DEFAULT_RULES,
    catalogue: Catalogue | None = None,
    **changes: Unpack[Changes],
) -> Moved:
    """Correct what was registered; number and place in the queue stay. What is not named stays as it is.

    The event does not repeat the old values, which are personal data; they stand in the operation of this act.

    Raises:
        DeskError: as `register`; `visit.unknown`, `visit.illegal_move` when the visit is over, `visit.elsewhere`.
    """
    with store.write(actor, "visit.change", now) as session:
        visit = the_visit(session, visit_id)
        refuse_elsewhere(session, visit)
        before = _form_of(visit)
        form = checked_walk_in(replace(before, **changes), catalogue or catalogue_of(store), before)
        state = move(session, visit, Act.CHANGE, rules)
        if form.enterprise_id != visit.enterprise_id or not form.enterprise_id:
            visit.enterprise_name = _enterprise_name(session, form)
        visit.enterprise_id = form.enterprise_id
        visit.visitor, visit.phone, visit.remark = form.visitor, form.phone, form.remark
        visit.priority, visit.appointment_at = form.priority, form.appointment_at
        visit.services = list(form.services)
        return Moved(visit.id, label_of(visit, now), state)


def _form_of(visit: Visit) -> WalkIn:
    return WalkIn(
        tuple(visit.services),
        visit.enterprise_id,
        visit.enterprise_name,
        visit.visitor,
        visit.phone,
        visit.priority,
        visit.appointment_at,
        visit.remark,
    )


def _new_visit(session: WriteSession, form: WalkIn, day: date) -> Visit:
    return Visit(
        id=session.new_id(),
        station_id=session.station_id,
        day=day,
        queue_day=day,
        group="",
        number=None,
        label="",
        enterprise_id=form.enterprise_id,
        enterprise_name=_enterprise_name(session, form),
        visitor=form.visitor,
        phone=form.phone,
        priority=form.priority,
        appointment_at=form.appointment_at,
        remark=form.remark,
        services=list(form.services),
        arrived_at=session.now,
        since=session.now,
    )


def _add(session: WriteSession, visit: Visit, act: Act) -> None:
    session.insert(visit)
    add_event(session, visit, act, None, "", {})
    session.about("visits", visit.id, visit.label)


def _enterprise_name(session: WriteSession, form: WalkIn) -> str:
    """The name of today of a known enterprise, else what was typed."""
    if form.enterprise_id is None:
        return form.enterprise_name
    found = session.get(Enterprise, form.enterprise_id)
    if found is None:
        raise DeskError("visit.enterprise_unknown")
    if found.voided_at is not None:
        raise DeskError("visit.enterprise_void", name=found.name)
    return found.name


def _next_number(session: WriteSession, group: Group, day: date) -> int:
    """One more than the last of the station's own sequence of this group and day; gaps are never filled."""
    sql = 'SELECT coalesce(max(number), 0) FROM visits WHERE station_id = ? AND day = ? AND "group" = ?'
    last: int = bare(session).execute(sql, (session.station_id, day.isoformat(), group.letter)).fetchone()[0]
    number = max(group.first, last + 1)
    if number > group.last:
        raise DeskError("ticket.range_full", group=group.name, first=group.first, last=group.last)
    return number


def _refuse_capped(session: WriteSession, services: tuple[str, ...], day: date, catalogue: Catalogue) -> None:
    """Refuse a service whose tickets of the day have reached its cap; cancelled ones do not count."""
    for service in map(catalogue.service, services):
        if not service.daily_cap:
            continue
        asked: Any = type_coerce(V.services, Text).contains(f'"{service.id}"', autoescape=True)
        count = session.execute(
            select(func.count()).where(
                V.station_id == session.station_id,
                V.day == day,
                V.number.is_not(None),
                V.state != State.CANCELLED.value,
                asked,
            )
        ).scalar_one()
        if count >= service.daily_cap:
            raise DeskError("ticket.daily_cap", service=service.short, count=count, cap=service.daily_cap)


def _estimate_of(session: WriteSession, visit_id: str, catalogue: Catalogue, rules: DeskRules) -> Estimate:
    queue = in_order(reading.waiting(session, session.now), session.now, rules)
    loads = reading.counter_loads(session, session.now, catalogue, rules)
    return estimate(queue, loads, catalogue)[visit_id]
