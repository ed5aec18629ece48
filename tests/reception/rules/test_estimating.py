"""How long a visitor will wait: the simulation against cases that can be reckoned by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.reception.rules import (
    CounterLoad,
    Estimate,
    Waiting,
    catalog,
    estimate,
    remaining_minutes,
)

NB, JL, SB = 15, 12, 25  # usual minutes in services.toml


def line(*services: str) -> list[Waiting]:
    """People who wait, one for each service, named 0, 1, 2 …"""
    return [Waiting(str(place), place + 1, place, (service,)) for place, service in enumerate(services)]


def counter(name: str, *serves: str, busy: int = 0, is_open: bool = True) -> CounterLoad:
    return CounterLoad(name, serves, is_open, busy)


def minutes(people: list[Waiting], *counters: CounterLoad) -> list[int | None]:
    found = estimate(people, counters, catalog())
    return [found[one.visit_id].minutes for one in people]


def test_one_counter_serves_one_after_the_other() -> None:
    assert minutes(line("NB", "JL", "NB"), counter("1")) == [0, NB, NB + JL]


def test_who_is_served_now_comes_first() -> None:
    assert minutes(line("NB", "NB"), counter("1", busy=4)) == [4, 4 + NB]


def test_two_counters_share_the_line() -> None:
    assert minutes(line("SB", "JL", "NB", "NB"), counter("1"), counter("2")) == [0, 0, JL, SB]


def test_a_counter_only_takes_what_it_serves() -> None:
    people = line("NB", "SB", "NB")
    assert minutes(people, counter("1", "NB"), counter("2", "SB", busy=7)) == [0, 7, NB]
    before = estimate(people, [counter("1", "NB"), counter("2", "SB")], catalog())
    assert [before[one.visit_id].people_before for one in people] == [0, 0, 1]


def test_a_transferred_visit_waits_for_its_counter() -> None:
    people = [Waiting("x", 1, 0, ("NB",), target_counter_id="2"), *line("NB")]
    assert minutes(people, counter("1"), counter("2", busy=9)) == [9, 0]


def test_without_an_open_counter_the_planned_ones_count_and_it_is_said() -> None:
    found = estimate(line("NB", "NB", "NB"), [counter("1", is_open=False), counter("2", is_open=False)], catalog())
    assert [found[name] for name in "012"] == [Estimate(0, 0, True), Estimate(1, 0, True), Estimate(2, NB, True)]


def test_a_planned_counter_does_not_shorten_what_an_open_one_serves() -> None:
    found = estimate(line("NB", "NB", "SB"), [counter("1", "NB"), counter("2", is_open=False)], catalog())
    assert found["1"] == Estimate(1, NB, False)
    assert found["2"] == Estimate(0, 0, True)


def test_what_no_counter_serves_has_no_estimate() -> None:
    found = estimate(line("SB"), [counter("1", "NB")], catalog())
    assert found["0"] == Estimate(0, None, False)
    assert estimate(line("SB"), [], catalog())["0"].minutes is None


def test_several_services_take_their_minutes_together() -> None:
    people = [Waiting("both", 1, 0, ("NB", "JL")), *line("NB")]
    assert minutes(people, counter("1")) == [0, NB + JL]


def test_somebody_who_overruns_still_takes_a_minute() -> None:
    assert [remaining_minutes(15, elapsed) for elapsed in (-3, 0, 10, 15, 99)] == [15, 15, 5, 1, 1]


KINDS = st.sampled_from(("NB", "JL", "SB"))


@given(
    st.lists(KINDS, max_size=20),
    st.lists(st.tuples(st.sets(KINDS), st.booleans(), st.integers(0, 30)), max_size=4),
)
def test_everybody_is_called_once_and_in_order_within_a_lane(
    services: list[str], counters: list[tuple[set[str], bool, int]]
) -> None:
    people = line(*services)
    loads = [counter(str(at), *sorted(s), busy=busy, is_open=o) for at, (s, o, busy) in enumerate(counters)]
    found = estimate(people, loads, catalog())
    assert set(found) == {one.visit_id for one in people}
    for one in people:
        able = [load for load in loads if not load.serves or one.services[0] in load.serves]
        assert (found[one.visit_id].minutes is None) == (not able)
        assert found[one.visit_id].people_before <= int(one.visit_id)
    for service in set(services):
        waits = [found[one.visit_id].minutes for one in people if one.services == (service,)]
        known = [wait for wait in waits if wait is not None]
        assert known == sorted(known)
