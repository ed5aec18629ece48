"""What happens at the counters, and what the hall sees of it."""

from __future__ import annotations

from tests import make
from tests.reception.desk import Desk
from zhangshu_desk.db.tables.accounts import Counter
from zhangshu_desk.reception import queries
from zhangshu_desk.reception.queries import DisplayRow


def shown(rows: tuple[DisplayRow, ...]) -> list[tuple[str, str]]:
    return [(row.label, row.counter) for row in rows]


def display(desk: Desk) -> queries.DisplayRows:
    return queries.display(desk.store, desk.now)


def test_the_current_visit_with_its_running_times(desk: Desk) -> None:
    assert desk.current() is None
    assert queries.current(desk.store, None, desk.now) is None
    visit_id = desk.walk_in("NB", remark="带齐材料", visitor="欧阳锋").visit_id
    desk.wait(3)
    desk.call(visit_id)
    desk.wait(2)
    desk.do("arrive", visit_id)
    desk.wait(4)
    current = desk.current()
    assert current is not None
    assert (current.label, current.name, current.visitor, current.phone) == ("A001", "欧*", "欧*", "138****5678")
    assert (current.state, current.since_minutes, current.remark) == ("办理中", 4, "带齐材料")
    assert (current.waited_minutes, current.way_minutes, current.served_minutes) == (3, 2, 4)


def test_all_counters_at_a_glance(desk: Desk) -> None:
    with desk.store.write(make.CLERK, "counter.open", desk.now) as session:
        session.get_one(Counter, make.counter_id(1)).clerk_id = make.CLERK.user_id
        session.get_one(Counter, make.counter_id(2)).serves = ["JL", "JY"]
        session.get_one(Counter, make.counter_id(3)).active = False
    desk.serve(desk.walk_in().visit_id)
    desk.call(desk.walk_in().visit_id)
    desk.wait(2)
    one, two = queries.counters_now(desk.store, desk.now)
    assert (one.name, one.open, one.clerk_name, one.label, one.state) == ("1号窗口", True, "操作员01", "A002", "叫号中")
    assert (one.since_minutes, one.served) == (2, 1)
    assert (two.open, two.clerk_name, two.label, two.state, two.serves_text) == (
        False,
        "",
        "",
        None,
        "计量强检预约 · 检验检测",
    )


def test_the_display_shows_calls_and_keeps_the_last_ones(desk: Desk) -> None:
    visits = [desk.walk_in(visitor="欧阳锋", enterprise_name="锦湖").visit_id for _ in range(3)]
    desk.call(visits[0], at=1)
    desk.call(visits[1], at=2)
    assert shown(display(desk).calling) == [("A002", "2号窗口"), ("A001", "1号窗口")]
    desk.do("arrive", visits[0])
    assert shown(display(desk).calling) == [("A002", "2号窗口")]
    assert shown(display(desk).recent) == [("A001", "1号窗口")]
    desk.do("finish", visits[0], {"NB": 1})
    desk.call(visits[2], at=1)
    assert shown(display(desk).calling) == [("A003", "1号窗口"), ("A002", "2号窗口")]


def test_nothing_personal_is_on_the_display(desk: Desk) -> None:
    desk.call(desk.walk_in(visitor="欧阳锋", enterprise_name="锦湖保险").visit_id)
    assert "欧" not in repr(display(desk))
    assert "锦湖" not in repr(display(desk))


def test_calling_again_is_a_new_call_for_the_voice(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    desk.call(visit_id)
    (first,) = display(desk).calling
    desk.do("call_again", visit_id)
    (second,) = display(desk).calling
    assert first.key != second.key
    assert (first.again, second.again) == (False, True)


def test_an_undone_call_leaves_the_display(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    desk.call(visit_id)
    desk.undo()
    assert display(desk) == queries.DisplayRows((), ())


def test_a_missed_call_is_kept_among_the_last(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    desk.call(visit_id)
    desk.do("no_show", visit_id)
    assert shown(display(desk).recent) == [("A001", "1号窗口")]
    desk.wait(5)
    desk.call(visit_id, at=2)
    assert shown(display(desk).calling) == [("A001", "2号窗口")]
    assert display(desk).recent == ()


def test_only_so_many_last_calls_are_kept_and_none_of_yesterday(desk: Desk) -> None:
    for _ in range(9):
        desk.serve(desk.walk_in().visit_id, minutes=1)
    assert [row.label for row in display(desk).recent] == ["A009", "A008", "A007", "A006", "A005", "A004"]
    desk.wait(24 * 60)
    assert display(desk).recent == ()
