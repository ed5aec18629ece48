"""Windows: added, renamed, taken out of use, and who sits at which."""

import pytest

from tests import make
from zhangshu_desk.accounts import actions, queries
from zhangshu_desk.accounts.inputs import CounterChange, NewCounter
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import DAY, HOUR, FixedClock, day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.reception import Visit

ONE, TWO, THREE = (make.counter_id(position) for position in (1, 2, 3))


def holders(store: Store) -> list[str]:
    return [counter.clerk_name for counter in queries.counters(store)]


def serve_somebody(store: Store, counter_id: str, now: int) -> None:
    with store.write(make.CLERK, "visit.call", now) as session:
        visit = Visit(
            id=session.new_id(),
            station_id=make.STATION,
            day=day_of(now),
            queue_day=day_of(now),
            group="A",
            number=7,
            label="A007",
            enterprise_name="",
            visitor="",
            phone="",
            priority="",
            remark="",
            services=[],
            state="办理中",
            arrived_at=now,
            since=now,
            counter_id=counter_id,
        )
        session.add(visit)


def test_a_window_is_added_at_the_end(store: Store, supervisor: Actor, clock: FixedClock) -> None:
    actions.add_counter(store, supervisor, NewCounter(" 计量专窗 ", ("jl",)), clock.now())
    last = queries.counters(store)[-1]
    assert (last.name, last.position, last.serves, last.active) == ("计量专窗", 4, ("jl",), True)
    with pytest.raises(DeskError) as refused:
        actions.add_counter(store, supervisor, NewCounter("计量专窗"), clock.now())
    assert refused.value.code == "counter.name_taken"


def test_a_window_is_changed(store: Store, supervisor: Actor, clock: FixedClock) -> None:
    actions.change_counter(store, supervisor, ONE, CounterChange(name="综合窗口", serves=("nb", "bg")), clock.now())
    actions.change_counter(store, supervisor, ONE, CounterChange(name="综合窗口"), clock.now())
    first = queries.counters(store)[0]
    assert (first.name, first.serves) == ("综合窗口", ("nb", "bg"))
    with pytest.raises(DeskError) as refused:
        actions.change_counter(store, supervisor, TWO, CounterChange(name="综合窗口"), clock.now())
    assert refused.value.code == "counter.name_taken"


def test_the_last_window_in_use_stays(store: Store, supervisor: Actor, clock: FixedClock) -> None:
    for counter_id in (ONE, TWO):
        actions.change_counter(store, supervisor, counter_id, CounterChange(active=False), clock.now())
    with pytest.raises(DeskError) as refused:
        actions.change_counter(store, supervisor, THREE, CounterChange(active=False), clock.now())
    assert refused.value.code == "counter.last"
    with pytest.raises(DeskError) as refused:
        actions.open_counter(store, supervisor, ONE, clock.now())
    assert refused.value.code == "counter.not_active"


def test_sitting_down_and_changing_windows(store: Store, clerk: Actor, clock: FixedClock) -> None:
    assert actions.open_counter(store, clerk, TWO, clock.now()).counter_id == TWO
    assert holders(store) == ["", "操作员01", ""]
    assert actions.open_counter(store, clerk, THREE, clock.now()).counter_id == THREE
    assert holders(store) == ["", "", "操作员01"]
    here = actions.open_counter(store, clerk, THREE, clock.forward(HOUR))
    assert queries.counters(store)[2].opened_at == clock.now() - HOUR
    assert actions.close_counter(store, here, THREE, clock.now()).counter_id is None
    assert holders(store) == ["", "", ""]


def test_a_window_with_somebody_at_it_stays_open(
    store: Store, clerk: Actor, supervisor: Actor, clock: FixedClock
) -> None:
    actions.open_counter(store, clerk, ONE, clock.now())
    serve_somebody(store, ONE, clock.now())
    actions.open_counter(store, clerk, TWO, clock.now())
    assert holders(store) == ["操作员01", "操作员01", ""]
    for act in (
        lambda: actions.close_counter(store, clerk, ONE, clock.now()),
        lambda: actions.change_counter(store, supervisor, ONE, CounterChange(active=False), clock.now()),
    ):
        with pytest.raises(DeskError, match="正在叫号或办理 A007") as refused:
            act()
        assert refused.value.code == "counter.busy"


def test_a_taken_window_is_taken_over_only_on_purpose(
    store: Store, clerk: Actor, supervisor: Actor, clock: FixedClock
) -> None:
    actions.open_counter(store, clerk, ONE, clock.now())
    with pytest.raises(DeskError, match="由 操作员01 自 09:00 起使用"):
        actions.open_counter(store, supervisor, ONE, clock.now())
    actions.open_counter(store, supervisor, ONE, clock.now(), take_over=True)
    assert holders(store)[0] == "站长01"


def test_yesterdays_holder_is_in_nobodys_way(store: Store, clerk: Actor, supervisor: Actor, clock: FixedClock) -> None:
    actions.open_counter(store, clerk, ONE, clock.now())
    actions.open_counter(store, supervisor, ONE, clock.forward(DAY))
    assert holders(store)[0] == "站长01"
