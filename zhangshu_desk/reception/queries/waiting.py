"""The queue as the desk shows it: who waits in the order of calling, who is parked, whose number was missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from sqlalchemy import select

from zhangshu_desk.core.clock import day_of, hm, minutes
from zhangshu_desk.core.masking import mask_name
from zhangshu_desk.db.site import station_id, stations
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.accounts import User
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.reception.queries import reading
from zhangshu_desk.reception.rules import (
    APPOINTMENT,
    DEFAULT_RULES,
    Catalogue,
    CounterLoad,
    DeskRules,
    Estimate,
    State,
    Waiting,
    counted_ms,
    estimate,
    held_until,
    next_for,
    offered_to,
    order_key,
    shown_label,
)

Tone = Literal["ok", "warn", "bad"]


class _Line(NamedTuple):
    """A visit of the queue as it is stored; begins as `reading.WAITING_COLUMNS`."""

    id: str
    number: int
    arrived_at: int
    services: str
    priority: str
    appointment_at: int | None
    target_counter_id: str | None
    not_before: int | None
    station_id: str
    label: str
    day: str
    enterprise_name: str
    visitor: str
    state: str
    since: int
    waited_ms: int
    parked_ms: int
    calls: int
    note: str
    parked_by: str | None
    counter_id: str | None


_LINES = reading.queue_sql(_Line._fields, (State.WAITING, State.PARKED, State.MISSED))
_NEWCOMER = "newcomer"


class QueueRow(NamedTuple):
    """One visit of the queue (a tuple: hundreds are made for every look at it).

    Attributes:
        label: as shown today; name: enterprise, or the person masked.
        appointment: `10:30` or empty.
        state_text: more than the state: appointment, not come, transferred to.
        waited_minutes: of its present stay: waiting altogether, or parked, or since the number was missed.
        tone: of a wait: ok, warn (long), bad (too long).
        mine: the counter may be offered it; is_next: `call_next` would call it.
        target_counter: name of the counter it was transferred to.
        parked_at, parked_by: name of the counter and of the person that parked it.
        station: name of the station that gave the number, empty when it is this one.
        twice: two machines called it without knowing of each other.
        reachable: False = another station's number, and the centre cannot be asked now.
        people_before, minutes: estimate, None = nobody can say (or it does not wait).
    """

    id: str
    label: str
    name: str
    services: tuple[str, ...]
    services_text: str
    priority: str
    appointment: str
    state: State
    state_text: str
    waited_minutes: int
    tone: Tone
    calls: int
    note: str
    mine: bool
    is_next: bool = False
    held_until: str = ""
    target_counter: str = ""
    parked_at: str = ""
    parked_by: str = ""
    people_before: int | None = None
    minutes: int | None = None
    station: str = ""
    twice: bool = False
    reachable: bool = True


@dataclass(frozen=True)
class Queue:
    """The whole queue of the hall.

    Attributes:
        waiting: in the order of calling; parked, missed: the longest first.
        estimate_minutes: probable wait of somebody who comes now, None = no counter at all.
        estimate_planned: the estimate supposes counters that are not open yet.
        held_until: `10:05` when all who wait for this counter are held back until then, else empty.
    """

    waiting: tuple[QueueRow, ...]
    parked: tuple[QueueRow, ...]
    missed: tuple[QueueRow, ...]
    estimate_minutes: int | None
    estimate_planned: bool
    held_until: str


def queue(
    store: Store, now: int, counter_id: str | None, rules: DeskRules = DEFAULT_RULES, *, own_only: bool = False
) -> Queue:
    """Today's queue as seen from a counter (None: from nowhere; nobody is next then).

    Args:
        own_only: the centre cannot be asked, so that the counter can only be offered numbers of this station.
    """
    catalogue = catalogue_of(store)
    with store.read() as session:
        lines = [_Line._make(row) for row in reading.queue_rows(session, now, _LINES)]
        counters = reading.counter_rows(session, now)
        loads = reading.counter_loads(session, now, catalogue, rules)
        clerks = {line.parked_by for line in lines if line.parked_by is not None}
        people = {row[0]: row[1] for row in session.execute(select(User.id, User.name).where(User.id.in_(clerks)))}
        twice = reading.called_twice(session)
        own = station_id(session)
        others = {one.id: one.name for one in stations(session) if one.id != own}
    out_of_reach = frozenset(others) if own_only else frozenset()
    view = _View(now, rules, catalogue, counter_id, counters, people, others, out_of_reach, twice)
    lined = [(line, reading.waiting_of(line)) for line in lines if line.state == State.WAITING]
    lined.sort(key=lambda pair: order_key(pair[1], now, rules))
    waits = _estimates([one for _, one in lined], loads, catalogue)
    within_reach = [one for _, one in lined if one.station_id not in out_of_reach]
    follow = next_for(within_reach, counter_id or "", view.serves, now, rules)
    chosen = follow.chosen.visit_id if follow.chosen and counter_id else ""
    aside = sorted((line for line in lines if line.state != State.WAITING), key=lambda line: line.since)
    newcomer = waits[_NEWCOMER]
    return Queue(
        tuple([view.waiting(line, one, waits[line.id], line.id == chosen) for line, one in lined]),
        tuple(view.parked(line) for line in aside if line.state == State.PARKED),
        tuple(view.missed(line) for line in aside if line.state == State.MISSED),
        newcomer.minutes,
        newcomer.planned,
        hm(follow.held_until) if follow.held_until is not None else "",
    )


def _estimates(line: list[Waiting], loads: list[CounterLoad], catalogue: Catalogue) -> dict[str, Estimate]:
    """The estimates of all, and of somebody who comes now and could go to any counter."""
    everything = tuple(one.id for one in catalogue.services)
    return estimate([*line, Waiting(_NEWCOMER, 0, 0, everything)], loads, catalogue)


class _Texts(dict[tuple[str, ...], str]):
    """The text of each list of services, made once."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self._catalogue = catalogue

    def __missing__(self, services: tuple[str, ...]) -> str:
        self[services] = self._catalogue.text(services)
        return self[services]


class _View:
    """Turns lines into what is shown; holds what is the same for all of them."""

    def __init__(
        self,
        now: int,
        rules: DeskRules,
        catalogue: Catalogue,
        counter_id: str | None,
        counters: list[reading.CounterRow],
        people: dict[str, str],
        stations: dict[str, str],
        out_of_reach: frozenset[str],
        twice: frozenset[str],
    ) -> None:
        self._now, self._rules, self._counter_id = now, rules, counter_id
        self._texts = _Texts(catalogue)
        self._today = day_of(now)
        self._day = self._today.isoformat()
        self._counters: dict[str | None, str] = {row.id: row.name for row in counters}
        self._people, self._stations, self._out_of_reach, self._twice = people, stations, out_of_reach, twice
        self.serves = next((row.serves for row in counters if row.id == counter_id), ())

    def waiting(self, line: _Line, one: Waiting, wait: Estimate, is_next: bool) -> QueueRow:
        waited = minutes(line.waited_ms + counted_ms(line.since, self._now, self._rules))
        held = held_until(line.not_before, self._now, self._rules)
        target = self._counters.get(line.target_counter_id, "")
        return QueueRow(
            id=line.id,
            label=self._label(line),
            name=line.enterprise_name or mask_name(line.visitor),
            services=one.services,
            services_text=self._texts[one.services],
            priority=line.priority,
            appointment="" if line.appointment_at is None else hm(line.appointment_at),
            state=State.WAITING,
            state_text=self._waiting_text(line, target),
            waited_minutes=waited,
            tone=self._tone(waited),
            calls=line.calls,
            note=line.note,
            mine=self._counter_id is not None
            and line.station_id not in self._out_of_reach
            and offered_to(one, self._counter_id, self.serves),
            is_next=is_next,
            held_until="" if held is None else hm(held),
            target_counter=target,
            people_before=wait.people_before,
            minutes=wait.minutes,
            station=self._stations.get(line.station_id, ""),
            twice=line.id in self._twice,
            reachable=line.station_id not in self._out_of_reach,
        )

    def parked(self, line: _Line) -> QueueRow:
        return self._aside(line, State.PARKED, line.parked_ms)._replace(
            parked_at=self._counters.get(line.counter_id, ""),
            parked_by=self._people.get(line.parked_by or "", ""),
        )

    def missed(self, line: _Line) -> QueueRow:
        return self._aside(line, State.MISSED, 0)

    def _aside(self, line: _Line, state: State, before_ms: int) -> QueueRow:
        services = reading.services_of(line.services)
        return QueueRow(
            id=line.id,
            label=self._label(line),
            name=line.enterprise_name or mask_name(line.visitor),
            services=services,
            services_text=self._texts[services],
            priority=line.priority,
            appointment="" if line.appointment_at is None else hm(line.appointment_at),
            state=state,
            state_text=state.value,
            waited_minutes=minutes(before_ms + counted_ms(line.since, self._now, self._rules)),
            tone="ok",
            calls=line.calls,
            note=line.note,
            mine=False,
            station=self._stations.get(line.station_id, ""),
            twice=line.id in self._twice,
        )

    def _label(self, line: _Line) -> str:
        if line.day == self._day:
            return line.label
        return shown_label(line.label, date.fromisoformat(line.day), self._today)

    def _waiting_text(self, line: _Line, target: str) -> str:
        if line.calls:
            return f"未到 {line.calls} 次"
        if target:
            return f"转{target}"
        if line.appointment_at is not None:
            due = line.appointment_at - self._rules.lead_ms <= self._now
            return "预约到达" if due else f"预约 {hm(line.appointment_at)}"
        return "预约到达" if line.priority == APPOINTMENT else "等候"

    def _tone(self, waited: int) -> Tone:
        if waited >= self._rules.wait_bad_minutes:
            return "bad"
        return "warn" if waited >= self._rules.wait_warn_minutes else "ok"
