"""Who is next: priority, appointment, arrival, number; who is held back; what a counter is offered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store_fixtures import NINE
from zhangshu_desk.core.clock import DAY, MINUTE
from zhangshu_desk.reception.rules import (
    DEFAULT_RULES,
    PRIORITIES,
    Waiting,
    held_until,
    in_order,
    next_for,
    offered_to,
    order_key,
)


def person(name: str, came: int = 0, **more: Any) -> Waiting:
    """Somebody who came `came` minutes after nine; later ones have higher numbers."""
    return Waiting(name, more.pop("number", came + 1), NINE + came * MINUTE, more.pop("services", ("NB",)), **more)


def names(*people: Waiting, after: int = 30) -> list[str]:
    return [one.visit_id for one in in_order(people, NINE + after * MINUTE, DEFAULT_RULES)]


def test_priority_then_due_appointment_then_arrival_then_number() -> None:
    assert names(
        person("late", 20),
        person("early", 1),
        person("soldier", 25, priority="军人"),
        person("old", 29, priority="老弱病残孕"),
        person("due", 28, appointment_at=NINE + 35 * MINUTE),
        person("same minute, higher number", 1, number=9),
    ) == ["soldier", "old", "due", "early", "same minute, higher number", "late"]


def test_an_appointment_not_yet_due_comes_after_the_walk_ins() -> None:
    people = (person("walk-in", 29), person("ten", 1, appointment_at=NINE + 60 * MINUTE))
    assert names(*people, after=49) == ["walk-in", "ten"]
    assert names(*people, after=50) == ["ten", "walk-in"]  # due ten minutes before its time


def test_an_appointment_without_a_time_is_due_at_once() -> None:
    assert names(person("walk-in", 1), person("booked", 5, priority="预约")) == ["booked", "walk-in"]


def test_earlier_appointments_first() -> None:
    assert names(
        person("half past", 1, appointment_at=NINE + 30 * MINUTE),
        person("quarter", 9, appointment_at=NINE + 15 * MINUTE),
    ) == ["quarter", "half past"]


@pytest.mark.parametrize(
    ("target", "serves", "offered"),
    [
        (None, (), True),
        (None, ("NB",), True),
        (None, ("SB", "JL"), True),
        (None, ("SB",), False),
        ("mine", ("SB",), True),
        ("other", (), False),
    ],
)
def test_what_a_counter_is_offered(target: str | None, serves: tuple[str, ...], offered: bool) -> None:
    one = person("x", services=("NB", "JL"), target_counter_id=target)
    assert offered_to(one, "mine", serves) is offered


def test_somebody_called_in_vain_is_not_offered_for_a_while() -> None:
    held, free = person("held", 0, not_before=NINE + 5 * MINUTE), person("free", 1)
    assert next_for([held, free], "c", (), NINE + 4 * MINUTE, DEFAULT_RULES).chosen == free
    assert next_for([held, free], "c", (), NINE + 5 * MINUTE, DEFAULT_RULES).chosen == held


def test_when_all_are_held_back_nobody_is_called_but_it_is_said_until_when() -> None:
    found = next_for(
        [
            person("a", 0, not_before=NINE + 4 * MINUTE),
            person("b", 1, not_before=NINE + 3 * MINUTE),
            person("elsewhere", 1, not_before=NINE + MINUTE, target_counter_id="other"),
        ],
        "c",
        (),
        NINE,
        DEFAULT_RULES,
    )
    assert found.chosen is None
    assert found.held_until == NINE + 3 * MINUTE


def test_nobody_there_is_neither() -> None:
    assert next_for([], "c", (), NINE, DEFAULT_RULES) == (next_for([person("x")], "c", ("SB",), NINE, DEFAULT_RULES))


def test_a_clock_set_back_holds_nobody_for_a_day() -> None:
    assert held_until(NINE + DAY, NINE, DEFAULT_RULES) is None
    assert held_until(NINE + 5 * MINUTE, NINE, DEFAULT_RULES) == NINE + 5 * MINUTE
    assert held_until(NINE, NINE, DEFAULT_RULES) is None
    assert held_until(None, NINE, DEFAULT_RULES) is None


PEOPLE = st.lists(
    st.builds(
        lambda place, came, priority, appointment, hold: person(
            f"{place:04d}",
            came,
            priority=priority,
            appointment_at=None if appointment is None else NINE + appointment * MINUTE,
            not_before=None if hold is None else NINE + hold * MINUTE,
        ),
        st.integers(0, 9_999),
        st.integers(0, 60),
        st.sampled_from(("", *PRIORITIES)),
        st.none() | st.integers(-60, 240),
        st.none() | st.integers(0, 80),
    ),
    max_size=12,
    unique_by=lambda one: one.visit_id,
)


@given(PEOPLE, st.integers(0, 80))
def test_the_order_does_not_depend_on_how_rows_come(people: list[Waiting], minute: int) -> None:
    now = NINE + minute * MINUTE
    ordered = in_order(people, now, DEFAULT_RULES)
    assert ordered == in_order(reversed(people), now, DEFAULT_RULES)
    assert sorted(ordered) == sorted(people)
    keys = [order_key(one, now, DEFAULT_RULES) for one in ordered]
    assert keys == sorted(set(keys))


@given(PEOPLE, st.integers(0, 80))
def test_next_is_the_first_in_order_who_is_not_held(people: list[Waiting], minute: int) -> None:
    now = NINE + minute * MINUTE
    free = [
        one for one in in_order(people, now, DEFAULT_RULES) if held_until(one.not_before, now, DEFAULT_RULES) is None
    ]
    found = next_for(people, "c", (), now, DEFAULT_RULES)
    assert found.chosen == (free[0] if free else None)
    assert (found.held_until is None) == (bool(free) or not people)
