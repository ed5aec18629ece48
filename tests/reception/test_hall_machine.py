"""Two stations in one hall, whatever arrives in whatever order: nothing of the other is taken, undone or hidden.

The other station and the centre are played by rows that arrive. Both call the same person now and then without knowing
of each other; then the centre lets one state stand and both stories remain.
"""

from __future__ import annotations

import json
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
from tests.elsewhere import COUNTERS, STATION, Elsewhere
from tests.reception.desk import Desk
from tests.store_fixtures import NINE
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import HOUR, MINUTE, FixedClock, day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.db.verify import verify
from zhangshu_desk.reception import actions, queries
from zhangshu_desk.reception.rules import AT_COUNTER, MOVES, OPEN, TIMED, Act, State

Row = dict[str, Any]
HERE = st.integers(1, 3)
THERE = st.integers(1, 2)
VISITS = st.integers(0, 5)
SOME_TIME = st.sampled_from((0.2, 0.9, 3.0, 6.0, 45.0))
COUNTED = ("issued", "carried_in", "served", "missed", "left", "cancelled", "carried_over", "open", "quick", "rated")


class HallMachine(RuleBasedStateMachine):
    """Three counters here, two there; `template` is a set-up desk to copy."""

    folder: Path
    template: Path
    numbers = count()

    @initialize()
    def open_a_hall(self) -> None:
        here = self.folder / str(next(self.numbers))
        shutil.copytree(self.template, here)
        self.store: Store = open_store(paths.of(here), NINE)
        self.desk = Desk(self.store, FixedClock(NINE))
        self.they = Elsewhere(self.store).join(NINE, ("5号窗口", "6号窗口"))
        self.rows, self.events = self.read()
        self.before: dict[str, Row | None] = {}
        self.ours: set[str] = set()
        self.twice: set[str] = set()
        self.closed = False
        # Hypothesis tries many runs in which some rules never happen; without people all others would be idle.
        for _ in range(2):
            self.come_here()
            self.come_there()
        self.they_park_somebody(1, 1)
        self.call_next(1, "granted")
        self.call_next(2, "granted")

    def teardown(self) -> None:
        if hasattr(self, "store"):
            kinds = {one.code for one in verify(self.store).problems}
            self.store.close()
            assert kinds <= {"verify.row_unknown", "verify.row_changed", "verify.search"}, "only what was played"

    # -- here ---------------------------------------------------------------------------------------------------------

    @rule()
    def come_here(self) -> None:
        self.do(lambda: self.desk.walk_in())

    @rule(at=HERE, reach=st.sampled_from(("granted", "taken", "alone")))
    def call_next(self, at: int, reach: str) -> None:
        """As the page does it: ask the centre when it must be asked."""
        actor, now, rules = self.desk.actor(at), self.desk.now, self.desk.rules

        def ask(**how: Any) -> None:
            try:
                actions.call_next(self.store, actor, now, rules=rules, **how)
            except DeskError as error:
                if error.code != "visit.claim_needed":
                    raise
                visit = str(error.facts["visit"])
                assert self.rows[visit]["station_id"] == STATION
                if reach == "granted":
                    actions.call_next(self.store, actor, now, rules=rules, granted=visit)
                elif reach == "taken":
                    ask(without={visit, *how.get("without", ())})
                else:
                    ask(own_only=True)

        self.do(ask, may_take=reach == "granted")

    @rule(visit=VISITS, at=HERE, granted=st.booleans())
    def call_a_chosen_one(self, visit: int, at: int, granted: bool) -> None:
        actor, now = self.desk.actor(at), self.desk.now
        self.on(
            visit,
            lambda one: actions.call(self.store, actor, one, now, "理由", granted=granted),
            may_take=granted,
        )

    @rule(visit=VISITS, at=HERE, granted=st.booleans())
    def resume_a_parked_one(self, visit: int, at: int, granted: bool) -> None:
        actor, now = self.desk.actor(at), self.desk.now
        parked = [one for one, row in self.rows.items() if row["state"] == State.PARKED]
        if parked:
            chosen = parked[visit % len(parked)]
            self.do(lambda: actions.resume(self.store, actor, chosen, now, granted=granted), may_take=granted)

    @rule(at=HERE, act=st.sampled_from(("arrive", "arrive", "no_show", "call_again", "park", "finish", "leave")))
    def go_on(self, at: int, act: str) -> None:
        held = self.desk.current(at)
        if held is not None:
            more: dict[str, tuple[Any, ...]] = {"park": ("取材料",), "finish": ({"NB": 1},)}
            self.do(lambda: self.desk.do(act, held.id, *more.get(act, ()), at=at))

    @rule(visit=VISITS, act=st.sampled_from(("come_late", "leave", "cancel")))
    def act_on_a_waiting_one(self, visit: int, act: str) -> None:
        more = {"cancel": ("重复取号",)}.get(act, ())
        self.on(visit, lambda one: self.desk.do(act, one, *more))

    @rule(at=HERE, again=st.integers(1, 3))
    def undo(self, at: int, again: int) -> None:
        for _ in range(again):
            self.do(lambda: self.desk.undo(at))

    @rule(carry_over=st.booleans(), now=st.sampled_from((True, False, False, False)))
    def close_the_day(self, carry_over: bool, now: bool) -> None:
        if now:
            day = day_of(self.desk.now)
            self.do(lambda: actions.close_day(self.store, make.SUPERVISOR, day, carry_over, self.desk.now))

    @rule()
    def reopen_the_day(self) -> None:
        self.do(lambda: actions.reopen_day(self.store, make.SUPERVISOR, day_of(self.desk.now), self.desk.now))

    @rule(minutes=SOME_TIME)
    def time_passes(self, minutes: float) -> None:
        if self.desk.now + minutes * MINUTE < NINE + 12 * HOUR:  # the night is another machine's subject
            self.desk.wait(minutes)

    # -- there --------------------------------------------------------------------------------------------------------

    @rule()
    def come_there(self) -> None:
        self.they.walk_in(self.desk.now)
        self.look()

    @rule(visit=VISITS, counter=THERE)
    def they_call(self, visit: int, counter: int) -> None:
        """Somebody who waits; they know all that happened here."""
        waiting = [one for one, row in self.rows.items() if row["state"] == State.WAITING and self.is_open(row)]
        if waiting and not self.held_there(counter):
            self.they.calls(waiting[visit % len(waiting)], self.desk.now, counter=counter)
            self.look()

    @rule(counter=THERE, act=st.sampled_from(((Act.ARRIVE, State.SERVING), (Act.NO_SHOW, State.WAITING))))
    def they_go_on(self, counter: int, act: tuple[Act, State]) -> None:
        for one in self.held_there(counter):
            if self.rows[one]["state"] == State.CALLED:
                self.they.does(one, *act, self.desk.now, counter=counter)
            else:
                self.they.does(one, Act.FINISH, State.DONE, self.desk.now, counter=counter, given={"NB": 1})
        self.look()

    @rule(visit=VISITS, counter=THERE)
    def they_park_somebody(self, visit: int, counter: int) -> None:
        self.they_call(visit, counter)
        for one in self.held_there(counter):
            self.they.does(one, Act.ARRIVE, State.SERVING, self.desk.now, counter=counter)
            self.they.does(one, Act.PARK, State.PARKED, self.desk.now, counter=counter)
        self.look()

    @rule(at=HERE, counter=THERE, theirs_stands=st.booleans())
    def both_called(self, at: int, counter: int, theirs_stands: bool) -> None:
        """The one at our counter was called there too, when they had not heard of our last act."""
        held = self.desk.current(at)
        if held is None or self.held_there(counter) or not self.is_open(self.rows[held.id]):
            return
        last = max(event["seq"] for event in self.events if event["visit_id"] == held.id)
        if theirs_stands:
            self.they.calls(held.id, self.desk.now, counter=counter, seq=last)
        else:
            place = COUNTERS[counter - 1]
            self.they.event(held.id, last, self.desk.now, Act.CALL, State.WAITING.value, State.CALLED, place)
        self.they.conflict(held.id, self.desk.now)
        self.twice.add(held.id)
        self.look()

    def held_there(self, counter: int) -> list[str]:
        place = COUNTERS[counter - 1]
        return [one for one, row in self.rows.items() if row["state"] in AT_COUNTER and row["counter_id"] == place]

    def is_open(self, row: Row) -> bool:
        """They leave numbers alone that wait for another day, and those of a day we have closed."""
        if row["queue_day"] != day_of(self.desk.now).isoformat():
            return False
        return row["station_id"] == STATION or not self.is_closed()

    def is_closed(self) -> bool:
        sheet = queries.day_sheet(self.store, day_of(self.desk.now), self.desk.now)
        return sheet.closed_at is not None

    # -- what must hold -----------------------------------------------------------------------------------------------

    def on(self, visit: int, act: Callable[[str], object], *, may_take: bool = False) -> None:
        ids = list(self.rows)[-6:]
        chosen = ids[visit % len(ids)]
        self.do(lambda: act(chosen), may_take=may_take)

    def do(self, act: Callable[[], object], *, may_take: bool = False) -> None:
        """An act here; `may_take`: the centre agreed that a number of theirs is taken."""
        try:
            act()
            refused = False
        except DeskError:
            refused = True
        after, events = self.read()
        changed = {one for one, row in after.items() if self.rows.get(one) != row}
        fresh = events[len(self.events) :]
        assert set(self.rows) <= set(after), "a visit is lost"
        assert not (refused and (changed or fresh))
        assert changed <= {event["visit_id"] for event in fresh}, "a change without an event"
        for event in fresh:
            self.check(event, after, may_take)
        self.rows, self.events = after, events

    def check(self, event: Row, after: dict[str, Row], may_take: bool) -> None:
        visit, act = event["visit_id"], Act(event["act"])
        past, row = self.rows.get(visit), after[visit]
        self.ours.add(event["id"])
        self.before[event["id"]] = past
        if past is None:
            assert act is Act.REGISTER
            return
        at_theirs = past["state"] in AT_COUNTER and past["counter_id"] in COUNTERS
        assert not at_theirs, "somebody at their counter was touched"
        taken = past["state"] not in AT_COUNTER and row["state"] in AT_COUNTER and act is not Act.UNDO
        parked_here = past["state"] == State.PARKED and past["counter_id"] not in COUNTERS
        if taken and past["station_id"] == STATION and not parked_here:
            assert may_take, "a number of theirs was taken without the centre"
        if act is Act.UNDO:
            self.check_undo(event, row)
        else:
            assert MOVES[act, State(past["state"])] == row["state"]

    def check_undo(self, event: Row, row: Row) -> None:
        undone = json.loads(event["before"])["event"]
        assert undone in self.ours, "an act of the other station was undone"
        assert row == self.before[undone]
        place = next(at for at, one in enumerate(self.events) if one["id"] == undone)
        later = [one for one in self.events[place + 1 :] if one["visit_id"] == event["visit_id"]]
        assert {one["id"] for one in later} <= self.ours, "they had gone on"

    def look(self) -> None:
        """Something arrived."""
        self.rows, self.events = self.read()

    def read(self) -> tuple[dict[str, Row], list[Row]]:
        with closing(self.store.connection()) as connection:
            return (
                {row["id"]: row for row in _all(connection, "SELECT * FROM visits ORDER BY rowid")},
                _all(connection, "SELECT * FROM visit_events ORDER BY rowid"),
            )

    @invariant()
    def everybody_of_the_hall_is_shown_somewhere(self) -> None:
        if not hasattr(self, "store"):
            return
        today = day_of(self.desk.now).isoformat()
        queue = self.desk.queue(1)
        shown = [row.id for row in (*queue.waiting, *queue.parked, *queue.missed)]
        named = 0
        for counter in (*(make.counter_id(at) for at in (1, 2, 3)), *COUNTERS):
            held = queries.current(self.store, counter, self.desk.now)
            if held is not None:
                shown.append(held.id)
                named += len(held.others)
        due = [
            one
            for one, row in self.rows.items()
            if row["state"] in AT_COUNTER or (row["state"] in OPEN and row["queue_day"] == today)
        ]
        assert len(set(shown)) == len(shown)
        assert set(shown) <= set(due)
        assert len(shown) + named == len(due)

    @invariant()
    def who_was_called_twice_is_never_hidden(self) -> None:
        if hasattr(self, "store"):
            assert {one.visit_id for one in queries.twice(self.store, self.desk.now)} == self.twice
            for one in self.twice:
                assert queries.visit(self.store, one, self.desk.now).twice

    @invariant()
    def every_story_is_told_whole_and_no_time_is_negative(self) -> None:
        if not hasattr(self, "store"):
            return
        for visit, row in self.rows.items():
            card = queries.visit(self.store, visit, self.desk.now)
            assert {one.id for one in card.events} == {e["id"] for e in self.events if e["visit_id"] == visit}
            assert all(row[name] >= 0 for name in TIMED.values())

    @invariant()
    def the_sheets_balance_and_add_up(self) -> None:
        if not hasattr(self, "store"):
            return
        sheet = queries.day_sheet(self.store, date(2026, 11, 23), self.desk.now)
        assert sheet.balanced
        assert sheet.changed == ()
        (beside,) = sheet.beside
        for own, theirs, both in zip(sheet.figures, beside.figures, sheet.site, strict=True):
            if own.key in COUNTED:
                assert own.value + theirs.value == both.value, own.key


def _all(connection: Any, sql: str) -> list[Row]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor]


@pytest.mark.slow
def test_nothing_of_the_other_station_is_taken_undone_or_hidden(store: Store, tmp_path: Path) -> None:
    store.close()
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        HallMachine.folder, HallMachine.template = Path(folder), store.paths.data
        run_state_machine_as_test(HallMachine, settings=settings(max_examples=20, stateful_step_count=30))
