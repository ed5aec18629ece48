"""The queue as the desk shows it: who waits in the order of calling, who is parked, whose number was missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Row, select

from zhangshu_desk.core.clock import day_of, hm, minutes
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.accounts import User
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
    catalog,
    counted_ms,
    estimate,
    held_until,
    next_for,
    offered_to,
    order_key,
    shown_label,
)

V = reading.V
Tone = Literal["ok", "warn", "bad"]
_STATES = (State.WAITING, State.PARKED, State.MISSED)
_COLUMNS = (
    *reading.WAITING_COLUMNS,
    V.label,
    V.day,
    V.enterprise_name,
    V.visitor,
    V.state,
    V.since,
    V.waited_ms,
    V.parked_ms,
    V.calls,
    V.note,
    V.parked_by,
    V.counter_id,
)
_ROWS = reading.queue_selects(*_COLUMNS)
_NEWCOMER = "newcomer"


@dataclass(frozen=True)
class QueueRow:
    """One visit of the queue.

    Attributes:
        label: as shown today; name: enterprise, or the person masked.
        appointment: `10:30` or empty.
        state_text: more than the state: appointment, not come, transferred to.
        waited_minutes: of its present stay: waiting altogether, or parked, or since the number was missed.
        tone: of a wait: ok, warn (long), bad (too long).
        mine: the counter may be offered it; is_next: `call_next` would call it.
        target_counter: name of the counter it was transferred to.
        parked_at, parked_by: name of the counter and of the person that parked it.
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


@dataclass(frozen=True)
class Queue:
    """The whole queue.

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


def queue(store: Store, now: int, counter_id: str | None, rules: DeskRules = DEFAULT_RULES) -> Queue:
    """Today's queue as seen from a counter (None: from nowhere; nobody is next then)."""
    catalogue = catalog()
    with store.read() as session:
        rows = reading.queue_rows(session, now, _STATES, _ROWS)
        counters = reading.counter_rows(session)
        loads = reading.counter_loads(session, now, catalogue, rules)
        clerks = {one for row in rows if (one := row.parked_by) is not None}
        people = {row[0]: row[1] for row in session.execute(select(User.id, User.name).where(User.id.in_(clerks)))}
    view = _View(now, rules, catalogue, counter_id, counters, people)
    by_state: dict[str, list[Row[Any]]] = {state.value: [] for state in _STATES}
    for row in rows:
        by_state[row.state].append(row)
    lined = [(row, reading.waiting_of(row)) for row in by_state[State.WAITING.value]]
    lined.sort(key=lambda pair: order_key(pair[1], now, rules))
    waits = _estimates([one for _, one in lined], loads, catalogue)
    follow = next_for([one for _, one in lined], counter_id or "", view.serves, now, rules)
    chosen = follow.chosen.visit_id if follow.chosen and counter_id else ""
    newcomer = waits[_NEWCOMER]
    return Queue(
        tuple(view.waiting(row, one, waits[row.id], row.id == chosen) for row, one in lined),
        tuple(view.aside(row) for row in sorted(by_state[State.PARKED.value], key=lambda row: row.since)),
        tuple(view.aside(row) for row in sorted(by_state[State.MISSED.value], key=lambda row: row.since)),
        newcomer.minutes,
        newcomer.planned,
        hm(follow.held_until) if follow.held_until is not None else "",
    )


def _estimates(line: list[Waiting], loads: list[CounterLoad], catalogue: Catalogue) -> dict[str, Estimate]:
    """The estimates of all, and of somebody who comes now and could go to any counter."""
    everything = tuple(one.id for one in catalogue.services)
    return estimate([*line, Waiting(_NEWCOMER, 0, 0, everything)], loads, catalogue)


class _View:
    """Turns rows into what is shown; holds what is the same for all of them."""

    def __init__(
        self,
        now: int,
        rules: DeskRules,
        catalogue: Catalogue,
        counter_id: str | None,
        counters: list[Row[Any]],
        people: dict[str, str],
    ) -> None:
        self._now, self._rules, self._catalogue, self._counter_id = now, rules, catalogue, counter_id
        self._today: date = day_of(now)
        self._counters = {row.id: row.name for row in counters}
        self._people = people
        self.serves = next((tuple(row.serves) for row in counters if row.id == counter_id), ())

    def waiting(self, row: Row[Any], one: Waiting, wait: Estimate, is_next: bool) -> QueueRow:
        waited = minutes(row.waited_ms + counted_ms(row.since, self._now, self._rules))
        held = held_until(row.not_before, self._now, self._rules)
        target = self._counters.get(row.target_counter_id, "")
        return self._row(
            row,
            waited,
            state_text=self._waiting_text(row, target),
            tone=self._tone(waited),
            mine=self._counter_id is not None and offered_to(one, self._counter_id, self.serves),
            is_next=is_next,
            held_until=hm(held) if held is not None else "",
            target_counter=target,
            people_before=wait.people_before,
            minutes=wait.minutes,
        )

    def aside(self, row: Row[Any]) -> QueueRow:
        stay = counted_ms(row.since, self._now, self._rules)
        parked = row.state == State.PARKED.value
        return self._row(
            row,
            minutes(stay + row.parked_ms if parked else stay),
            state_text=row.state,
            tone="ok",
            mine=False,
            parked_at=self._counters.get(row.counter_id, "") if parked else "",
            parked_by=self._people.get(row.parked_by, ""),
        )

    def _row(self, row: Row[Any], waited: int, **more: Any) -> QueueRow:
        services = reading.services_of(row.services_json)
        return QueueRow(
            id=row.id,
            label=shown_label(row.label, row.day, self._today),
            name=reading.shown_name(row.enterprise_name, row.visitor),
            services=services,
            services_text=self._catalogue.text(services),
            priority=row.priority,
            appointment=hm(row.appointment_at) if row.appointment_at is not None else "",
            state=State(row.state),
            waited_minutes=waited,
            calls=row.calls,
            note=row.note,
            **more,
        )

    def _waiting_text(self, row: Row[Any], target: str) -> str:
        if row.calls:
            return f"未到 {row.calls} 次"
        if target:
            return f"转{target}"
        if row.appointment_at is not None:
            due = row.appointment_at - self._rules.lead_ms <= self._now
            return "预约到达" if due else f"预约 {hm(row.appointment_at)}"
        return "预约到达" if row.priority == APPOINTMENT else State.WAITING.value

    def _tone(self, waited: int) -> Tone:
        if waited >= self._rules.wait_bad_minutes:
            return "bad"
        return "warn" if waited >= self._rules.wait_warn_minutes else "ok"
