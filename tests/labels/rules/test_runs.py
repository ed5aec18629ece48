"""A job step by step: no place is handed over twice unless a person said so, and none is forgotten."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules import runs
from zhangshu_desk.labels.rules.runs import Part, RunState

LAST = 60
rows = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 6)), max_size=6).map(
    lambda found: tuple((first, first + more) for first, more in found)
)


@given(rows, st.integers(-1, 50))
def test_splitting_loses_nothing(row: runs.Row, number: int) -> None:
    head, rest = runs.split(row, number)
    assert [*runs.each(head), *runs.each(rest)] == list(runs.each(row))
    assert runs.count(head) == min(max(number, 0), runs.count(row))


@given(rows, rows)
def test_joining_loses_nothing(one: runs.Row, other: runs.Row) -> None:
    assert list(runs.each(runs.joined(one, other))) == [*runs.each(one), *runs.each(other)]


@given(rows, st.integers(0, 60))
def test_positions(row: runs.Row, place: int) -> None:
    found = list(runs.each(row))
    assert runs.position(row, place) == (found.index(place) if place in found else None)


@given(rows, st.sets(st.integers(0, 45)))
def test_void_places_are_left_out(row: runs.Row, dead: set[int]) -> None:
    state = runs.without(RunState(row), dead)
    assert list(runs.each(state.todo)) == [one for one in runs.each(row) if one not in dead]


def test_a_word_about_what_does_not_wait() -> None:
    state = RunState(((10, 20),), ((0, 9),))
    for wrong, place in ((state, 10), (RunState(((0, 20),)), None)):
        with pytest.raises(DeskError) as refusal:
            runs.confirmed(wrong, place)
        assert refusal.value.code == "label.not_waiting"
    after, again = runs.confirmed(state, 4)
    assert after.todo == ((5, 20),)
    assert not after.waiting
    assert again == ((5, 9),)


def test_only_what_is_good_is_printed_once_more() -> None:
    state = RunState(((10, 20),), ((5, 9),))
    with pytest.raises(DeskError) as refusal:
        runs.repeated(state, 3, 5)
    assert refusal.value.code == "label.not_printed"
    assert runs.repeated(state, 3, 4).todo == ((3, 4), (10, 20))


class Job(RuleBasedStateMachine):
    """A job, a printer that loses and keeps, and a clerk who reads the paper."""

    def __init__(self) -> None:
        super().__init__()
        self.state = runs.begun(0, LAST)
        self.paper: list[int] = []
        self.destroyed = Counter[int]()
        self.good_until = -1

    @precondition(lambda self: self.state.part is None and self.state.todo)
    @rule(number=st.integers(1, 12))
    def take(self, number: int) -> None:
        self.state = runs.taken(self.state, number, f"part {self.state.parts}")

    @precondition(lambda self: self.state.part is not None and not self.state.part.ticket)
    @rule()
    def hand_over(self) -> None:
        assert self.state.part is not None
        self.paper += runs.each(self.state.part.places)
        self.state = runs.ticketed(self.state, "7")

    @precondition(lambda self: self.state.part is not None and self.state.part.ticket)
    @rule(known=st.booleans())
    def end(self, known: bool) -> None:
        self.state = runs.good(self.state) if known else runs.sent(self.state)

    @precondition(lambda self: self.state.part is not None and not self.state.part.ticket)
    @rule()
    def fail_before(self) -> None:
        self.state = runs.not_sent(self.state)

    @precondition(lambda self: self.state.part is not None and not self.state.part.ticket)
    @rule(data=st.data())
    def fail_in_the_middle(self, data: st.DataObject) -> None:
        assert self.state.part is not None
        row = list(runs.each(self.state.part.places))
        self.paper += row[: data.draw(st.integers(0, len(row)))]
        self._look(data, soiled=0)

    @precondition(lambda self: self.state.waiting and (self.state.part is None or self.state.part.ticket))
    @rule(data=st.data(), soiled=st.integers(0, 5))
    def look(self, data: st.DataObject, soiled: int) -> None:
        self._look(data, soiled)

    @precondition(lambda self: self.state.part is None)
    @rule(first=st.integers(0, LAST), more=st.integers(0, 3))
    def once_more(self, first: int, more: int) -> None:
        last = min(first + more, LAST)
        try:
            self.state = runs.repeated(self.state, first, last)
        except DeskError:
            return
        for place in range(first, last + 1):
            self._destroy(place)

    def _look(self, data: st.DataObject, soiled: int) -> None:
        """The clerk reads which labels are on paper and keeps the good ones up to the first that is not."""
        row = list(runs.each(self.state.waiting))
        there = Counter(self.paper) - self.destroyed
        kept = [place for place in row if there[place]]
        kept = kept[: max(0, len(kept) - soiled)]
        assert kept == row[: len(kept)]
        self.state, again = runs.confirmed(self.state, kept[-1] if kept else None)
        for place in runs.each(again):
            if there[place]:
                self._destroy(place)

    def _destroy(self, place: int) -> None:
        self.destroyed[place] += 1

    @invariant()
    def no_place_is_on_paper_twice(self) -> None:
        there = Counter(self.paper) - self.destroyed
        assert max(there.values(), default=0) <= 1

    @invariant()
    def no_place_is_forgotten(self) -> None:
        there = Counter(self.paper) - self.destroyed
        waiting = [*runs.each(self.state.todo), *runs.each(self.state.waiting)]
        assert len(waiting) == len(set(waiting))
        assert all(there[place] or place in waiting for place in range(LAST + 1))
        if self.state.over:
            assert sorted(there.elements()) == list(range(LAST + 1))

    @invariant()
    def what_was_never_touched_is_not_on_paper(self) -> None:
        assert max(self.paper, default=-1) <= runs.touched_until(self.state)

    @invariant()
    def the_mark_tells_the_truth(self) -> None:
        there = Counter(self.paper) - self.destroyed
        until = runs.good_until(self.state, 0, LAST)
        assert all(there[place] for place in range(until + 1))
        assert until == LAST if self.state.over else until < LAST


TestJob = Job.TestCase


def test_a_part_keeps_its_ticket() -> None:
    state = runs.ticketed(runs.taken(RunState(((0, 9),)), 4, "标签 1"), "12")
    assert state == RunState(((4, 9),), part=Part(((0, 3),), "标签 1", "12"), parts=1)
    assert runs.touched_until(state) == 3
    assert runs.not_sent(state).todo == ((0, 9),)
    assert runs.touched_until(runs.not_sent(state)) == -1
    assert runs.sent(state).unsure == ((0, 3),)
    assert runs.sent(state).reached == runs.good(state).reached == 3


def test_after_a_restored_backup_everything_waits_for_a_word() -> None:
    state = RunState(((10, 20),), ((5, 6),), Part(((7, 9),), "标签 1", "12"), 3, 6)
    lost = runs.unknown(state, 20)
    assert lost == RunState((), ((5, 20),), None, 3, 20)
    assert runs.confirmed(lost, 12)[0].todo == ((13, 20),)
