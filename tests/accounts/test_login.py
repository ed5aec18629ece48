"""Logging in: the right password, wrong ones, locks, and what the audit log keeps of each."""

import contextlib
from collections.abc import Iterator

import pytest

from tests.accounts.people import CLERK_PASSWORD, HEAD_PASSWORD, People, log
from zhangshu_desk.accounts import actions, passwords, queries
from zhangshu_desk.accounts.inputs import UserChange
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.clock import DAY, MINUTE, FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.db.tables.accounts import Credential


def refusal(store: Store, login: str, password: str, now: int) -> DeskError:
    with pytest.raises(DeskError) as refused:
        actions.log_in(store, login, password, now)
    return refused.value


def fail(store: Store, times: int, now: int) -> list[str]:
    return [refusal(store, "clerk", "Wrong-wrong-77", now).code for _ in range(times)]


def test_the_right_password_logs_in(home: Store, people: People, clock: FixedClock) -> None:
    logged = actions.log_in(home, " HEAD ", HEAD_PASSWORD, clock.forward(MINUTE))
    assert logged.actor == Actor(people.head.user_id, "李站长", Role.SUPERVISOR)
    assert not logged.must_change
    assert actions.log_in(home, "clerk", CLERK_PASSWORD, clock.now()).must_change
    assert log(home)[-2:] == [("user.log_in", "李站长", ""), ("user.log_in", "王芳", "")]
    assert {u.login: u.last_login_at for u in queries.users(home, clock.now())} == {
        "head": clock.now(),
        "clerk": clock.now(),
    }


def test_a_full_width_input_method_changes_nothing(home: Store, people: People, clock: FixedClock) -> None:
    assert actions.log_in(home, "ｃｌｅｒｋ", "Ｂridge４-cloud", clock.now()).actor.user_id == people.clerk_id


def test_an_unknown_login_is_told_the_same_as_a_wrong_password(home: Store, people: People, clock: FixedClock) -> None:
    unknown = refusal(home, "Hemlock-secret9", "Wrong-wrong-77", clock.now())
    known = refusal(home, "clerk", "Wrong-wrong-77", clock.now())
    assert (str(unknown), unknown.facts) == (str(known), known.facts)
    (_, actor, masked), (_, _, counted) = log(home)[-2:]
    assert (actor, masked) == ("系统", "未知账户 h***")
    assert counted == "密码错误，连续第 1 次"
    assert "emlock" not in str(log(home))
    assert "Wrong" not in str(log(home))


def test_an_unknown_login_costs_the_work_of_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not passwords.is_outdated(passwords._NOBODY)
    worked = []

    def matches(verifier: str, _password: str) -> bool:
        worked.append(verifier)
        return False

    monkeypatch.setattr(passwords, "matches", matches)
    passwords.pretend("whatever")
    assert worked == [passwords._NOBODY]


def test_five_failures_lock_for_fifteen_minutes(home: Store, people: People, clock: FixedClock) -> None:
    assert fail(home, 5, clock.now()) == ["account.wrong"] * 4 + ["account.locked"]
    locked = refusal(home, "clerk", CLERK_PASSWORD, clock.forward(14 * MINUTE))
    assert (locked.code, locked.facts) == ("account.locked", {"until": "09:15", "minutes": 1})
    assert actions.log_in(home, "clerk", CLERK_PASSWORD, clock.forward(MINUTE)).actor.name == "王芳"
    notes = [note for _, _, note in log(home)[-3:]]
    assert notes == ["密码错误，连续第 5 次，锁定 15 分钟", "账户锁定中", ""]


def test_failures_are_kept_over_restarts(where: Paths, home: Store, people: People, clock: FixedClock) -> None:
    fail(home, 4, clock.now())
    again = open_store(where, clock.now())
    assert fail(again, 1, clock.now()) == ["account.locked"]
    again.close()


def test_a_success_forgets_failures(home: Store, people: People, clock: FixedClock) -> None:
    fail(home, 4, clock.now())
    actions.log_in(home, "clerk", CLERK_PASSWORD, clock.now())
    assert fail(home, 4, clock.now()) == ["account.wrong"] * 4


def test_a_clock_set_back_keeps_the_lock_for_its_own_length(home: Store, people: People, clock: FixedClock) -> None:
    fail(home, 5, clock.now())
    clock.forward(-DAY)
    for _ in range(2):
        assert refusal(home, "clerk", CLERK_PASSWORD, clock.now()).facts["minutes"] == 15
    clock.forward(14 * MINUTE)
    assert refusal(home, "clerk", CLERK_PASSWORD, clock.now()).code == "account.locked"
    clock.forward(MINUTE)
    assert actions.log_in(home, "clerk", CLERK_PASSWORD, clock.now())


def test_the_supervisor_ends_a_lock(home: Store, people: People, clock: FixedClock) -> None:
    fail(home, 5, clock.now())
    assert [u.locked_ms for u in queries.users(home, clock.now()) if u.login == "clerk"] == [15 * MINUTE]
    actions.reset_password(home, people.head, people.clerk_id, "Garden8-stone", clock.now())
    assert actions.log_in(home, "clerk", "Garden8-stone", clock.now()).must_change


def test_a_switched_off_account_is_told_so_only_to_its_owner(home: Store, people: People, clock: FixedClock) -> None:
    actions.change_user(home, people.head, people.clerk_id, UserChange(active=False), clock.now())
    assert refusal(home, "clerk", "Wrong-wrong-77", clock.now()).code == "account.wrong"
    assert refusal(home, "clerk", CLERK_PASSWORD, clock.now()).code == "account.inactive"


def test_a_verifier_with_old_parameters_is_made_anew(home: Store, people: People, clock: FixedClock) -> None:
    import argon2

    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(CLERK_PASSWORD)
    with home.write(people.head, "user.reset_password", clock.now()) as session:
        session.get_one(Credential, people.clerk_id).password_hash = weak
    actions.log_in(home, "clerk", CLERK_PASSWORD, clock.now())
    with home.read() as session:
        kept = session.get_one(Credential, people.clerk_id).password_hash
    assert not passwords.is_outdated(kept)
    assert actions.log_in(home, "clerk", CLERK_PASSWORD, clock.now())


def test_locking_and_unlocking(home: Store, people: People, clock: FixedClock) -> None:
    actor = actions.log_in(home, "clerk", CLERK_PASSWORD, clock.now()).actor
    actions.lock(home, actor, clock.now(), idle=True)
    with pytest.raises(DeskError) as refused:
        actions.unlock(home, actor, "Wrong-wrong-77", clock.now())
    assert refused.value.code == "account.wrong_password"
    actions.unlock(home, actor, CLERK_PASSWORD, clock.now())
    acts = [(act, note) for act, _, note in log(home)[-3:]]
    assert acts == [
        ("user.lock", "无操作自动锁定"),
        ("user.log_in_failed", "密码错误，连续第 1 次"),
        ("user.unlock", ""),
    ]
    with home.read() as session:
        assert session.get_one(Credential, actor.user_id).failures == 0


def test_unlocking_locks_after_five_failures_too(home: Store, people: People, clock: FixedClock) -> None:
    codes = []
    for _ in range(6):
        with pytest.raises(DeskError) as refused:
            actions.unlock(home, people.head, "Wrong-wrong-77", clock.now())
        codes.append(refused.value.code)
    assert codes == ["account.wrong_password"] * 4 + ["account.locked"] * 2


def test_logging_out_closes_the_window(home: Store, people: People, clock: FixedClock) -> None:
    window = queries.counters(home)[0].id
    actor = actions.log_in(home, "clerk", CLERK_PASSWORD, clock.now()).actor
    actor = actions.open_counter(home, actor, window, clock.now())
    assert actions.log_in(home, "clerk", CLERK_PASSWORD, clock.now()).actor.counter_id == window
    actions.log_out(home, actor, clock.now())
    assert queries.counters(home)[0].clerk_id is None


@pytest.fixture(autouse=True)
def no_password_in_the_file(where: Paths, home: Store) -> Iterator[None]:
    yield
    for path in where.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert HEAD_PASSWORD.encode() not in content
            assert CLERK_PASSWORD.encode() not in content


@pytest.mark.expect_log("a log-in could not be written: store.disk_full")
def test_a_full_disk_lets_people_in_to_look_things_up(home: Store, people: People, clock: FixedClock) -> None:
    with home._writing.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # not one page more than there are
    while home.full is None:
        with contextlib.suppress(DeskError):
            actions.lock(home, people.head, clock.now())
    found = actions.log_in(home, "clerk", CLERK_PASSWORD, clock.now())
    assert found.must_change
    actions.unlock(home, people.head, HEAD_PASSWORD, clock.now())
    with pytest.raises(DeskError):
        actions.log_in(home, "clerk", "wrong", clock.now())
    with pytest.raises(DeskError):
        actions.unlock(home, people.head, "wrong", clock.now())
