"""People, windows and stations that arrived from elsewhere: doubled logins, accounts without a password here."""

from __future__ import annotations

import pytest

from tests import make
from tests.accounts.people import CLERK_PASSWORD, People, log
from tests.elsewhere import COUNTERS, Elsewhere, arrive, change
from tests.store_fixtures import NINE
from zhangshu_desk.accounts import actions, passwords, queries
from zhangshu_desk.accounts.inputs import CounterChange, NewCounter, NewUser, UserChange
from zhangshu_desk.accounts.rules import LOCK_AFTER
from zhangshu_desk.core.actors import Role
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store

OTHER_PASSWORD = "Granite8-lamp"
NAMESAKE = "01930000-0000-7000-8000-000000000777"


def refused(code: str) -> pytest.RaisesExc[DeskError]:
    return pytest.raises(DeskError, check=lambda error: error.code == code)


def namesake(store: Store, password: str = OTHER_PASSWORD, login: str = "clerk", active: int = 1) -> str:
    """Somebody of another station with the same login, whose verifier has arrived."""
    Elsewhere(store).user(NAMESAKE, login, "王芳芳", NINE)
    change(store, "users", NAMESAKE, active=active)
    arrive(
        store, "credentials", user_id=NAMESAKE, password_hash=passwords.hashed(password), changed_at=NINE,
        must_change=0, failures=0,
    )  # fmt: skip
    return NAMESAKE


def failures(store: Store) -> dict[str, int]:
    """Failed attempts by user."""
    with store.read() as session:
        rows = session.connection().exec_driver_sql("SELECT user_id, failures FROM credentials")
        return {row[0]: row[1] for row in rows if row[1]}


# -- logging in ---------------------------------------------------------------------------------------------------


def test_of_two_with_one_login_the_password_tells(home: Store, people: People) -> None:
    namesake(home)
    assert actions.log_in(home, "clerk", CLERK_PASSWORD, NINE).actor.user_id == people.clerk_id
    found = actions.log_in(home, "Clerk", OTHER_PASSWORD, NINE)
    assert (found.actor.user_id, found.actor.name) == (NAMESAKE, "王芳芳")
    assert failures(home) == {}


def test_a_wrong_password_counts_against_both(home: Store, people: People) -> None:
    namesake(home)
    for _ in range(LOCK_AFTER - 1):
        with refused("account.wrong"):
            actions.log_in(home, "clerk", "Wrong-password1", NINE)
    assert failures(home) == {people.clerk_id: LOCK_AFTER - 1, NAMESAKE: LOCK_AFTER - 1}
    with refused("account.locked"):
        actions.log_in(home, "clerk", "Wrong-password1", NINE)
    with refused("account.locked"):
        actions.log_in(home, "clerk", CLERK_PASSWORD, NINE)


def test_one_locked_does_not_lock_the_other_out(home: Store, people: People) -> None:
    for _ in range(LOCK_AFTER):
        with pytest.raises(DeskError):
            actions.log_in(home, "clerk", "Wrong-password1", NINE)
    namesake(home)
    with refused("account.wrong"):
        actions.log_in(home, "clerk", CLERK_PASSWORD, NINE)
    assert actions.log_in(home, "clerk", OTHER_PASSWORD, NINE).actor.user_id == NAMESAKE


def test_an_active_one_comes_before_one_switched_off(home: Store, people: People) -> None:
    namesake(home, CLERK_PASSWORD)
    change(home, "users", people.clerk_id, active=0)
    assert actions.log_in(home, "clerk", CLERK_PASSWORD, NINE).actor.user_id == NAMESAKE


def test_one_switched_off_is_told_so_with_the_right_password_only(home: Store, people: People) -> None:
    namesake(home, active=0)
    with refused("account.inactive"):
        actions.log_in(home, "clerk", OTHER_PASSWORD, NINE)
    with refused("account.wrong"):
        actions.log_in(home, "clerk", "Wrong-password1", NINE)


def test_without_a_password_here_nobody_gets_in_and_nothing_is_told(home: Store, people: People) -> None:
    Elsewhere(home).user(NAMESAKE, "south", "周敏", NINE)
    with refused("account.wrong"):
        actions.log_in(home, "south", "", NINE)
    assert log(home)[-1] == ("user.log_in_failed", "系统", "未知账户 s***")


def test_a_window_held_elsewhere_is_not_taken_along(home: Store, people: People) -> None:
    Elsewhere(home).join(NINE)
    change(home, "counters", COUNTERS[0], clerk_id=people.clerk_id)
    assert actions.log_in(home, "clerk", CLERK_PASSWORD, NINE).actor.counter_id is None


# -- accounts -----------------------------------------------------------------------------------------------------


def test_a_login_that_came_from_elsewhere_is_taken(home: Store, people: People) -> None:
    Elsewhere(home).user(NAMESAKE, "south", "周敏", NINE)
    Elsewhere(home).user("another", "south", "周敏二", NINE)
    with refused("account.login_taken"):
        actions.add_user(home, people.head, NewUser("south", "周明", Role.CLERK, OTHER_PASSWORD), NINE)


def test_the_first_password_here_is_set_by_the_supervisor(home: Store, people: People) -> None:
    Elsewhere(home).user(NAMESAKE, "south", "周敏", NINE)
    assert {row.login: row.has_password for row in queries.users(home, NINE)} == {
        "head": True,
        "clerk": True,
        "south": False,
    }

    actions.reset_password(home, people.head, NAMESAKE, OTHER_PASSWORD, NINE)

    found = actions.log_in(home, "south", OTHER_PASSWORD, NINE)
    assert (found.actor.user_id, found.must_change) == (NAMESAKE, True)
    assert all(row.has_password for row in queries.users(home, NINE))


def test_a_head_who_cannot_log_in_here_does_not_count(home: Store, people: People) -> None:
    second = actions.add_user(home, people.head, NewUser("deputy", "周副", Role.SUPERVISOR, OTHER_PASSWORD), NINE)
    Elsewhere(home).user(NAMESAKE, "centre", "中心管理员", NINE, role=Role.ADMINISTRATOR.value)
    deputy = actions.log_in(home, "deputy", OTHER_PASSWORD, NINE).actor
    actions.change_user(home, people.head, second, UserChange(active=False), NINE)

    with refused("account.last_head"):
        actions.change_user(home, deputy, people.head.user_id, UserChange(role=Role.CLERK), NINE)
    actions.change_user(home, deputy, people.head.user_id, UserChange(name="李大站长"), NINE)


# -- the station and its windows ----------------------------------------------------------------------------------


def test_the_station_is_still_this_one(home: Store, people: People) -> None:
    own = queries.station(home)
    arrive(home, "stations", id="0", name="另一站", code="AA", address="", phone="", created_at=NINE - 1)
    assert queries.station(home) == own
    assert queries.is_set_up(home)


def test_only_windows_of_this_machine_are_offered_and_changed(store: Store) -> None:
    Elsewhere(store).join(NINE)
    assert [row.name for row in queries.counters(store)] == ["1号窗口", "2号窗口", "3号窗口"]
    for act in (
        lambda: actions.open_counter(store, make.CLERK, COUNTERS[0], NINE, take_over=True),
        lambda: actions.close_counter(store, make.CLERK, COUNTERS[0], NINE),
        lambda: actions.change_counter(store, make.SUPERVISOR, COUNTERS[0], CounterChange(name="九号"), NINE),
    ):
        with refused("counter.elsewhere"):
            act()


def test_a_new_window_goes_on_in_the_own_order_under_a_name_nobody_has(store: Store) -> None:
    Elsewhere(store).join(NINE, ("7号窗口", "8号窗口"))
    change(store, "counters", COUNTERS[1], position=40)
    with refused("counter.name_taken"):
        actions.add_counter(store, make.SUPERVISOR, NewCounter("7号窗口"), NINE)
    actions.add_counter(store, make.SUPERVISOR, NewCounter("4号窗口"), NINE)
    assert queries.counters(store)[-1].position == 4


def test_a_doubled_name_does_not_keep_a_window_from_being_changed(store: Store) -> None:
    Elsewhere(store).join(NINE, ("1号窗口", "4号窗口"))
    own = make.counter_id(1)
    actions.change_counter(store, make.SUPERVISOR, own, CounterChange(name="1号窗口", serves=("NB",)), NINE)
    assert queries.counters(store)[0].serves == ("NB",)


def test_the_last_own_window_stays_although_others_have_some(store: Store) -> None:
    Elsewhere(store).join(NINE)
    for position in (2, 3):
        change_off = CounterChange(active=False)
        actions.change_counter(store, make.SUPERVISOR, make.counter_id(position), change_off, NINE)
    with refused("counter.last"):
        actions.change_counter(store, make.SUPERVISOR, make.counter_id(1), CounterChange(active=False), NINE)


def test_logging_out_leaves_windows_elsewhere_alone(store: Store) -> None:
    Elsewhere(store).join(NINE)
    change(store, "counters", COUNTERS[0], clerk_id=make.CLERK.user_id)
    actions.log_out(store, make.CLERK, NINE)
    with store.read() as session:
        sql = "SELECT clerk_id FROM counters WHERE id = ?"
        assert session.connection().exec_driver_sql(sql, (COUNTERS[0],)).scalar() == make.CLERK.user_id
