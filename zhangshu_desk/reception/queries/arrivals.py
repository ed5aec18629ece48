"""What the desk needs when an enterprise comes: whom it usually sends, when it came last; and what was done today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from zhangshu_desk.core.clock import day_of, hm, minutes
from zhangshu_desk.db.site import site
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.reception.queries import reading
from zhangshu_desk.reception.queries.visits import VisitRow
from zhangshu_desk.reception.rules import State

V = reading.V
ENDED = (State.DONE, State.LEFT, State.CANCELLED)


@dataclass(frozen=True)
class Arrival:
    """An enterprise as the registration form takes it.

    Attributes:
        visitor, phone: of the main contact, in full because they go into the new visit; a screen masks them.
        last_day, last_services: of the visit before, None and empty when it comes for the first time.
    """

    id: str
    name: str
    credit_code: str
    visitor: str
    phone: str
    last_day: date | None
    last_services: str


def arrival(store: Store, enterprise_id: str) -> Arrival | None:
    """The enterprise with its main contact and its last visit; None when it is not there or voided."""
    with store.read() as session:
        row = session.get(Enterprise, enterprise_id)
        if row is None or row.voided_at is not None:
            return None
        contact = session.scalar(
            select(Contact)
            .where(Contact.enterprise_id == enterprise_id, Contact.voided_at.is_(None))
            .order_by(Contact.is_main.desc(), Contact.created_at, Contact.id)
            .limit(1)
        )
        last = session.execute(
            select(V.day, V.services, V.given)
            .where(V.enterprise_id == enterprise_id, V.state != State.CANCELLED.value)
            .order_by(V.arrived_at.desc())
            .limit(1)
        ).one_or_none()
    return Arrival(
        id=row.id,
        name=row.name,
        credit_code=row.credit_code,
        visitor=contact.name if contact is not None else "",
        phone=contact.phone if contact is not None else "",
        last_day=last.day if last is not None else None,
        last_services=catalogue_of(store).text(last.given or last.services) if last is not None else "",
    )


def ended_today(store: Store, now: int) -> tuple[VisitRow, ...]:
    """The visits of today's queue in this hall that ended, the last ended first; quick services among them.

    `at`: when it ended.
    """
    columns = (
        V.id, V.label, V.day, V.arrived_at, V.enterprise_name, V.visitor, V.services, V.given, V.state,
        V.waited_ms, V.served_ms, V.since, V.counter_id,
    )  # fmt: skip
    states = [state.value for state in ENDED]
    with store.read() as session:
        chosen = select(*columns).where(
            V.station_id.in_(site(session)),
            V.state.in_(states),
            V.queue_day == day_of(now),
        )
        rows = session.connection().execute(chosen.order_by(V.since.desc(), V.id.desc())).all()
        names, twice = reading.counter_names(session), reading.called_twice(session)
    known = catalogue_of(store)
    return tuple(
        VisitRow(
            id=row.id,
            label=row.label,
            day=row.day,
            at=hm(row.since),
            name=reading.shown_name(row.enterprise_name, row.visitor),
            services_text=known.text(row.given or row.services),
            state=State(row.state),
            counter=names.get(row.counter_id or "", ""),
            waited_minutes=minutes(row.waited_ms),
            served_minutes=minutes(row.served_ms),
            twice=row.id in twice,
        )
        for row in rows
    )
