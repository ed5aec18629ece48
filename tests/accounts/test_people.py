"""Setting up, accounts and passwords."""

from dataclasses import replace

import pytest

from tests.accounts.people import CLERK_PASSWORD, HEAD_PASSWORD, WISHES, People, log
from zhangshu_desk.accounts import actions, queries
from zhangshu_desk.accounts.inputs import NewUser, SetUp, StationChange, UserChange
from zhangshu_desk.core.actors import COMMAND_LINE, Role
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store


def test_setting_up_makes_station_windows_and_supervisor(bare_store: Store, clock: FixedClock) -> None:
    assert not queries.is_set_up(bare_store)
    with pytest.raises(DeskError) as refused:
        queries.station(bare_store)
    assert refused.value.code == "store.not_set_up"
    actor = actions.set_up(bare_store, WISHES, clock.now())
    assert queries.is_set_up(bare_store)
    station = queries.station(bare_store)
    assert (station.name, station.code) == ("樟树金属家具产业园工作站", "ZS")
    assert [(c.name, c.position, c.active) for c in queries.counters(bare_store)] == [
        ("1号窗口", 1, True),
        ("2号窗口", 2, True),
    ]
    assert [(u.id, u.login, u.role) for u in queries.users(bare_store, clock.now())] == [
        (actor.user_id, "head", Role.SUPERVISOR)
    ]
    with bare_store.write(actor, "user.lock", clock.now()) as session:
        assert session.station_id == station.id
    assert log(bare_store)[0] == ("station.set_up", "李站长", "")


def test_a_station_is_set_up_once(home: Store, people: People, clock: FixedClock) -> None:
    with pytest.raises(DeskError) as refused:
        actions.set_up(home, WISHES, clock.now())
    assert refused.value.code == "station.exists"
    assert len(queries.counters(home)) == 2


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        (replace(WISHES, station_name=" "), "account.name_missing"),
        (replace(WISHES, station_code="Z1"), "station.code_spelling"),
        (replace(WISHES, counters=()), "station.counters"),
        (replace(WISHES, counters=("窗口",) * 31), "station.counters"),
        (replace(WISHES, counters=("一", " 一 ")), "counter.name_taken"),
        (replace(WISHES, counters=("一", "")), "account.name_missing"),
        (replace(WISHES, login="a b"), "account.login_spelling"),
        (replace(WISHES, name="名" * 10_000), "account.name_long"),
        (replace(WISHES, password="abc"), "account.password_weak"),
        (replace(WISHES, password="Lizhanzhang-77"), "account.password_weak"),
    ],
)
def test_wishes_that_cannot_be_are_refused_and_nothing_is_made(
    bare_store: Store, clock: FixedClock, wishes: SetUp, code: str
) -> None:
    with pytest.raises(DeskError) as refused:
        actions.set_up(bare_store, wishes, clock.now())
    assert refused.value.code == code
    assert not queries.is_set_up(bare_store)


def test_all_that_is_wrong_with_a_password_is_said_together(bare_store: Store, clock: FixedClock) -> None:
    with pytest.raises(DeskError, match=r"至少 10 个字符；大写.*不少于 16 .*；不要包含账号"):
        actions.set_up(bare_store, replace(WISHES, password="head"), clock.now())


def test_a_login_is_taken_whatever_its_case(home: Store, people: People, clock: FixedClock) -> None:
    with pytest.raises(DeskError) as refused:
        actions.add_user(home, people.head, NewUser("CLERK", "赵云", Role.CLERK, "Garden8-stone"), clock.now())
    assert refused.value.code == "account.login_taken"


def test_a_clerk_makes_no_accounts(home: Store, people: People, clock: FixedClock) -> None:
    clerk = actions.log_in(home, "clerk", CLERK_PASSWORD, clock.now()).actor
    with pytest.raises(DeskError) as refused:
        actions.add_user(home, clerk, NewUser("zhao", "赵云", Role.SUPERVISOR, "Garden8-stone"), clock.now())
    assert refused.value.code == "act.not_allowed"


def test_the_last_head_stays(home: Store, people: People, clock: FixedClock) -> None:
    for change in (UserChange(active=False), UserChange(role=Role.CLERK)):
        with pytest.raises(DeskError) as refused:
            actions.change_user(home, people.head, people.head.user_id, change, clock.now())
        assert refused.value.code == "account.yourself"
        with pytest.raises(DeskError) as refused:
            actions.change_user(home, COMMAND_LINE, people.head.user_id, change, clock.now())
        assert refused.value.code == "account.last_head"
    second = NewUser("admin2", "周工", Role.ADMINISTRATOR, "Garden8-stone")
    second_id = actions.add_user(home, people.head, second, clock.now())
    actions.change_user(home, COMMAND_LINE, people.head.user_id, UserChange(role=Role.CLERK), clock.now())
    with pytest.raises(DeskError) as refused:
        actions.change_user(home, COMMAND_LINE, second_id, UserChange(active=False), clock.now())
    assert refused.value.code == "account.last_head"


def test_switching_off_leaves_the_window(home: Store, people: People, clock: FixedClock) -> None:
    window = queries.counters(home)[1].id
    clerk = actions.log_in(home, "clerk", CLERK_PASSWORD, clock.now()).actor
    actions.open_counter(home, clerk, window, clock.now())
    actions.change_user(home, people.head, people.clerk_id, UserChange(name="王方", active=False), clock.now())
    assert queries.counters(home)[1].clerk_id is None
    clerk_row = next(u for u in queries.users(home, clock.now()) if u.login == "clerk")
    assert (clerk_row.name, clerk_row.active) == ("王方", False)
    actions.change_user(home, people.head, people.clerk_id, UserChange(active=True), clock.now())
    assert actions.log_in(home, "clerk", CLERK_PASSWORD, clock.now())


def test_the_owner_changes_the_password(home: Store, people: People, clock: FixedClock) -> None:
    clerk = actions.log_in(home, "clerk", CLERK_PASSWORD, clock.now()).actor
    for old, new, code in (
        ("Wrong-wrong-77", "Garden8-stone", "account.wrong_password"),
        (CLERK_PASSWORD, CLERK_PASSWORD, "account.password_same"),
        (CLERK_PASSWORD, "Wangfang-77x", "account.password_weak"),
    ):
        with pytest.raises(DeskError) as refused:
            actions.change_password(home, clerk, old, new, clock.now())
        assert refused.value.code == code
    actions.change_password(home, clerk, CLERK_PASSWORD, "Garden8-stone", clock.now())
    assert not actions.log_in(home, "clerk", "Garden8-stone", clock.now()).must_change
    with pytest.raises(DeskError):
        actions.log_in(home, "clerk", CLERK_PASSWORD, clock.now())


def test_ones_own_password_is_not_reset(home: Store, people: People, clock: FixedClock) -> None:
    with pytest.raises(DeskError) as refused:
        actions.reset_password(home, people.head, people.head.user_id, "Garden8-stone", clock.now())
    assert refused.value.code == "account.own_reset"
    assert actions.log_in(home, "head", HEAD_PASSWORD, clock.now())


def test_the_station_can_be_corrected(home: Store, people: People, clock: FixedClock) -> None:
    actions.change_station(home, people.head, StationChange(address=" 樟树市城北 "), clock.now())
    assert queries.station(home).address == "樟树市城北"
    assert queries.station(home).name == "樟树金属家具产业园工作站"
