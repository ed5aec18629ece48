"""What stands on a slip: the number and what the visitor wants to know, nothing personal."""

from __future__ import annotations

from dataclasses import dataclass

from zhangshu_desk.core.clock import day_of, stamp
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.accounts import Station
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.reception.queries import reading
from zhangshu_desk.reception.rules import (
    DEFAULT_RULES,
    DeskRules,
    State,
    estimate,
    in_order,
    shown_label,
)


@dataclass(frozen=True)
class Slip:
    """Attributes:
    label: as shown today; at: `2026-11-23 10:42`, when the number was taken.
    people_before, minutes: as of now; None when it does not wait or nobody can say.
    notice: the privacy notice, one line (个人信息保护法 art. 17).
    """

    station_name: str
    label: str
    at: str
    services_text: str
    people_before: int | None
    minutes: int | None
    notice: str


def last_slip(store: Store, visit_id: str, now: int, notice: str = "", rules: DeskRules = DEFAULT_RULES) -> Slip:
    """The slip of a ticket, for the first print and for a reprint. Raises `DeskError` `visit.unknown`."""
    known = catalogue_of(store)
    with store.read() as session:
        row = session.get(Visit, visit_id)
        if row is None or row.number is None:
            raise DeskError("visit.unknown")
        station = session.get_one(Station, row.station_id)
        before, wait = None, None
        if row.state == State.WAITING.value:
            line = in_order(reading.waiting(session, now), now, rules)
            loads = reading.counter_loads(session, now, known, rules)
            found = estimate(line, loads, known).get(visit_id)
            if found is not None:
                before, wait = found.people_before, found.minutes
    return Slip(
        station_name=station.name,
        label=shown_label(row.label, row.day, day_of(now)),
        at=stamp(row.arrived_at),
        services_text=known.text(row.services),
        people_before=before,
        minutes=wait,
        notice=notice,
    )
