"""Whatever happens at the desk, in whatever order and whatever the clock does: the visits stay sound.

No act leads outside the table, no visit is lost, no time is negative, the times add up to what the events say, undo
puts back exactly what was, a counter holds one person, and a refused act changes nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests import make
from tests.reception.desk import Desk
from tests.store_fixtures import NINE
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import FixedClock, day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.db.verify import verify
from zhangshu_desk.reception import actions, queries
from zhangshu_desk.reception.rules import (
    AT_COUNTER,
    DEFAULT_RULES,
    MOVES,
    OPEN,
    TIMED,
    UNDOABLE,
    Act,
    State,
    Transfer,
    counted_ms,
)

Row = dict[str, Any]
COUNTERS = st.integers(1, 3)
VISITS = st.integers(0, 7)
SERVICES = st.sampled_from((("NB",), ("JL",), ("SB", "NB")))
REASONS = st.sampled_from(("", "理由"))
NOT_NOW = st.sampled_from((True, True, True, True, False))
SOME_TIME = st.sampled_from((0.0, 0.2, 0.2, 0.9, 0.9, 3.0, 3.0, 5.0, 5.0, 45.0, 45.0, 600.0, 24 * 60.0))
SOME_TIME_BACK = st.sampled_from((0.3, 0.3, 10.0, 10.0, 24 * 60.0))


class VisitMachine(RuleBasedStateMachine):
    """A desk with three counters under every act there is; `template` is a set-up desk to copy."""

    folder: Path
    template: Path
    numbers = count()

    @initialize()
    def open_a_desk(self) -> None:
        here = self.folder / str(next(self.numbers))
        shutil.copytree(self.template, here)
        self.store: Store = open_store(paths.of(here), NINE)
        self.desk = Desk(self.store, FixedClock(NINE))
        self.before: dict[tuple[str, int], Row | None] = {}
        self.rows: dict[str, Row] = {}
        self.last_at = 1
        # Hypothesis tries many runs in which some rules never happen; without people all others would be idle.
        for services in (("NB",), ("JL",), ("SB", "NB"), ("NB",)):
            self.register(services, "")
        self.serve_the_next_one(1, 3.0)
        self.call_next(2)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            problems = verify(self.store).problems
            self.store.close()
            assert not problems, [str(one) for one in problems]

    # -- acts -------------------------------------------------------------------------------------------------------

    @rule(services=SERVICES, priority=st.sampled_from(("", "军人", "预约")))
    def register(self, services: tuple[str, ...], priority: str) -> None:
        self.do(lambda: self.desk.walk_in(*services, priority=priority), most=1)

    @rule(at=COUNTERS)
    def call_next(self, at: int) -> None:
        self.do(lambda: self.desk.call_next(at), most=1)

    @rule(at=COUNTERS, minutes=SOME_TIME)
    def serve_the_next_one(self, at: int, minutes: float) -> None:
        self.call_next(at)
        self.time_passes(minutes)
        self.on_current(at, lambda one: self.desk.do("arrive", one, at=at))

    @rule(visit=VISITS, at=COUNTERS, reason=REASONS)
    def call(self, visit: int, at: int, reason: str) -> None:
        self.on(visit, lambda one: self.desk.call(one, at, reason))

    @rule(
        visit=VISITS,
        at=COUNTERS,
        act=st.sampled_from(("call_again", "arrive", "no_show", "come_late", "resume", "leave")),
    )
    def simple_act(self, visit: int, at: int, act: str) -> None:
        self.on(visit, lambda one: self.desk.do(act, one, at=at))

    @rule(at=COUNTERS, act=st.sampled_from(("call_again", "arrive", "no_show", "leave")))
    def act_on_the_current_one(self, at: int, act: str) -> None:
        self.on_current(at, lambda one: self.desk.do(act, one, at=at))

    @rule(at=COUNTERS)
    def park(self, at: int) -> None:
        self.on_current(at, lambda one: self.desk.do("park", one, "去复印", at=at))

    @rule(at=COUNTERS, services=st.none() | SERVICES, to=st.none() | COUNTERS)
    def transfer(self, at: int, services: tuple[str, ...] | None, to: int | None) -> None:
        where = Transfer(make.counter_id(to) if to else None, services, "转交")
        self.on_current(at, lambda one: self.desk.do("transfer", one, where, at=at))

    @rule(visit=VISITS, at=COUNTERS, to=COUNTERS)
    def transfer_any(self, visit: int, at: int, to: int) -> None:
        self.on(visit, lambda one: self.desk.do("transfer", one, Transfer(make.counter_id(to)), at=at))

    @rule(at=COUNTERS)
    def finish(self, at: int) -> None:
        self.on_current(at, lambda one: self.desk.do("finish", one, {"NB": 2}, at=at))

    @rule(visit=VISITS, reason=REASONS)
    def cancel(self, visit: int, reason: str) -> None:
        self.on(visit, lambda one: self.desk.do("cancel", one, reason))

    @rule(visit=VISITS, services=SERVICES)
    def change(self, visit: int, services: tuple[str, ...]) -> None:
        desk = self.desk
        self.on(visit, lambda one: actions.change(self.store, desk.actor(), one, desk.now, services=services))

    @rule(visit=VISITS)
    def rate(self, visit: int) -> None:
        self.on(visit, lambda one: actions.rate(self.store, one, "满意", (), "", self.desk.now))

    @rule(at=st.none() | COUNTERS, again=st.integers(1, 4))
    def undo(self, at: int | None, again: int) -> None:
        """At a counter; None = where something was done last."""
        for _ in range(again):
            self.do(lambda: self.desk.undo(at or self.last_at), most=1)

    @rule(carry_over=st.booleans(), days_ago=st.integers(0, 1), not_now=NOT_NOW)
    def close_day(self, carry_over: bool, days_ago: int, not_now: bool) -> None:
        if not_now:  # a closed day allows nothing more
            return
        day = date.fromordinal(day_of(self.desk.now).toordinal() - days_ago)
        self.do(lambda: actions.close_day(self.store, make.SUPERVISOR, day, carry_over, self.desk.now))

    @rule(days_ago=st.integers(0, 1))
    def reopen_day(self, days_ago: int) -> None:
        day = date.fromordinal(day_of(self.desk.now).toordinal() - days_ago)
        self.do(lambda: actions.reopen_day(self.store, make.SUPERVISOR, day, self.desk.now))

    @rule(minutes=SOME_TIME)
    def time_passes(self, minutes: float) -> None:
        self.desk.wait(minutes)

    @rule(minutes=SOME_TIME_BACK, not_now=NOT_NOW)
    def the_clock_is_set_back(self, minutes: float, not_now: bool) -> None:
        self.desk.wait(0 if not_now else -minutes)

    # -- what must hold after every act -----------------------------------------------------------------------------

    def on(self, visit: int, act: Callable[[str], object]) -> None:
        """Do something to one of the latest visits."""
        ids = list(self.rows)[-8:]
        if ids:
            chosen = ids[visit % len(ids)]
            self.do(lambda: act(chosen), most=1, only=chosen)

    def on_current(self, at: int, act: Callable[[str], object]) -> None:
        held = [one for one, row in self.rows.items() if row["state"] in AT_COUNTER]
        mine = [one for one in held if self.rows[one]["counter_id"] == make.counter_id(at)]
        if mine:
            self.do(lambda: act(mine[0]), most=1, only=mine[0])

    def do(self, act: Callable[[], object], most: int | None = None, only: str = "") -> None:
        """An act; `most`: so many visits may change, `only`: no other one."""
        known = len(self.before)
        try:
            act()
            refused = False
        except DeskError:
            refused = True
        after, events = self.read()
        changed = {one for one, row in after.items() if self.rows.get(one) != row}
        assert set(self.rows) <= set(after), "a visit is lost"
        if refused:
            assert not changed
            assert len(events) == known
        assert most is None or len(changed) <= most
        assert not only or changed <= {only}
        if events[-1]["counter_id"] is not None:
            self.last_at = int(events[-1]["counter_id"][-2:])
        fresh = [event for event in events if (event["visit_id"], event["seq"]) not in self.before]
        assert changed <= {event["visit_id"] for event in fresh}, "a change without an event"
        for event in fresh:
            self.check_event(event, after)
        self.rows = after

    def check_event(self, event: Row, after: dict[str, Row]) -> None:
        """An event is a move of the table, or puts back what an undoable one changed."""
        visit_id, act = event["visit_id"], Act(event["act"])
        row, past = after[visit_id], self.rows.get(visit_id)
        self.before[visit_id, event["seq"]] = past
        if past is None:
            assert act is Act.REGISTER
            assert row["state"] == State.WAITING
            return
        assert (event["from_state"], event["to_state"]) == (past["state"], row["state"])
        if act is Act.UNDO:
            assert row == self.before[visit_id, event["undoes"]]
        else:
            assert MOVES[act, State(past["state"])] == row["state"]

    def read(self) -> tuple[dict[str, Row], list[Row]]:
        """All visits by id, all events in the order they were written."""
        with closing(self.store.connection()) as connection:
            return (
                {row["id"]: row for row in _all(connection, "SELECT * FROM visits ORDER BY rowid")},
                _all(connection, "SELECT * FROM visit_events ORDER BY rowid"),
            )

    @invariant()
    def numbers_are_unique(self) -> None:
        numbers = [(row["day"], row["group"], row["number"]) for row in self.rows.values()]
        assert len(set(numbers)) == len(numbers)

    @invariant()
    def a_counter_holds_one_person_and_only_who_is_at_one(self) -> None:
        held = [row["counter_id"] for row in self.rows.values() if row["state"] in AT_COUNTER]
        assert None not in held
        assert len(set(held)) == len(held)
        assert all(row["counter_id"] is None for row in self.rows.values() if row["state"] == State.WAITING)

    @invariant()
    def the_times_are_what_the_events_say(self) -> None:
        _, events = self.read()
        for visit_id, row in self.rows.items():
            story = [event for event in events if event["visit_id"] == visit_id]
            assert {name: row[name] for name in TIMED.values()} == _times(story)
            assert all(row[name] >= 0 for name in TIMED.values())
            assert row["since"] >= row["arrived_at"]

    @invariant()
    def only_what_may_be_undone_was(self) -> None:
        _, events = self.read()
        acts = {(event["visit_id"], event["seq"]): Act(event["act"]) for event in events}
        undone = [(event["visit_id"], event["undoes"]) for event in events if event["undoes"] is not None]
        assert len(set(undone)) == len(undone)
        assert {acts[one] for one in undone} <= UNDOABLE | {Act.CARRY_OVER, Act.CLOSE_OUT}

    @invariant()
    def everybody_of_today_is_shown_somewhere(self) -> None:
        if not self.rows:
            return
        today = day_of(self.desk.now).isoformat()
        queue = self.desk.queue(1)
        shown = [row.id for row in (*queue.waiting, *queue.parked, *queue.missed)]
        shown += [one.id for at in (1, 2, 3) if (one := self.desk.current(at))]
        due = [
            one
            for one, row in self.rows.items()
            if row["state"] in AT_COUNTER or (row["state"] in OPEN and (_in_queue(row, today)))
        ]
        assert sorted(shown) == sorted(due)

    @invariant()
    def every_day_balances(self) -> None:
        for day in {row["day"] for row in self.rows.values()}:
            sheet = queries.day_sheet(self.store, date.fromisoformat(day), self.desk.now)
            assert sheet.balanced
            assert sheet.changed == ()


def _all(connection: Any, sql: str) -> list[Row]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor]


def _in_queue(row: Row, today: str) -> bool:
    if row["queue_day"] > row["day"]:
        return bool(row["queue_day"] <= today)
    return bool(row["queue_day"] >= today)


def _times(story: list[Row]) -> dict[str, int]:
    """The four times, reckoned anew from the events that stand."""
    undone = {event["undoes"] for event in story}
    times = dict.fromkeys(TIMED.values(), 0)
    since, state = story[0]["at"], State(story[0]["to_state"])
    for event in story[1:]:
        if event["act"] == Act.UNDO or event["seq"] in undone:
            continue
        if state in TIMED:
            times[TIMED[state]] += counted_ms(since, event["at"], DEFAULT_RULES)
        since, state = max(since, event["at"]), State(event["to_state"])
    return times


@pytest.mark.slow
def test_the_visits_stay_sound_whatever_happens(store: Store, tmp_path: Path) -> None:
    store.close()
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        VisitMachine.folder, VisitMachine.template = Path(folder), store.paths.data
        run_state_machine_as_test(VisitMachine, settings=settings(max_examples=25, stateful_step_count=40))
