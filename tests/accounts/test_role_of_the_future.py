"""Somebody whose role a newer program gave: they come in and look, and nothing else; nobody changes it by accident."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.accounts.people import CLERK_PASSWORD, HEAD_PASSWORD, People
from tests.store_fixtures import NINE
from zhangshu_desk.accounts import actions, queries
from zhangshu_desk.accounts.inputs import CounterChange, NewCounter, UserChange
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.acts import allowed
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import actions as reception
from zhangshu_desk.reception.rules import WalkIn
from zhangshu_desk.sync import applying, copying
from zhangshu_desk.sync.applying import Row

ROLE = "质检员"


@pytest.fixture
def inspector(home: Store, people: People) -> Actor:
    """The clerk, to whom the centre sent another role; logged in."""
    with home.merge() as merge:
        image = copying.image(merge.db, "users", people.clerk_id)
        assert image is not None
        merge.db.execute("UPDATE outbox SET state = 'acked'")  # else what waits here would stay on top
        applying.apply(merge, [Row("users", people.clerk_id, 9, {**image, "role": ROLE})], 1)
    return actions.log_in(home, "clerk", CLERK_PASSWORD, NINE).actor


def test_they_come_in_and_go(home: Store, inspector: Actor) -> None:
    assert inspector.role.value == ROLE
    actions.lock(home, inspector, NINE)
    actions.unlock(home, inspector, CLERK_PASSWORD, NINE)
    actions.change_password(home, inspector, CLERK_PASSWORD, "Window9-stone", NINE)
    actions.log_out(home, inspector, NINE)
    with home.read() as session:
        said = bare(session).execute("SELECT act, role FROM audit WHERE actor_id = ?", (inspector.user_id,)).fetchall()
    assert {role for _, role in said} == {ROLE}
    assert [act for act, _ in said][-1] == "user.log_out"


def test_they_do_nothing_else(home: Store, people: People, inspector: Actor) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: reception.register(home, inspector, WalkIn(("NB",), visitor="张三"), NINE),
        lambda: reception.call_next(home, inspector, NINE),
        lambda: actions.open_counter(home, inspector, queries.counters(home)[0].id, NINE),
        lambda: actions.add_counter(home, inspector, NewCounter("9号窗口"), NINE),
        lambda: actions.change_counter(home, inspector, queries.counters(home)[0].id, CounterChange("x"), NINE),
        lambda: actions.change_user(home, inspector, people.head.user_id, UserChange(active=False), NINE),
        lambda: actions.reset_password(home, inspector, people.head.user_id, "Window9-stone", NINE),
        lambda: actions.unmask(home, inspector, "visits", "x", "phone", "想看", NINE),
    ]
    for attempt in attempts:
        with pytest.raises(DeskError) as refused:
            attempt()
        assert refused.value.code == "act.not_allowed"
        assert ROLE in str(refused.value)
    assert not allowed("counter.open", inspector.role)


def test_the_list_of_accounts_says_what_the_role_is_called(home: Store, people: People, inspector: Actor) -> None:
    roles = {row.id: row.role for row in queries.users(home, NINE)}
    assert roles == {people.head.user_id: Role.SUPERVISOR, inspector.user_id: ROLE}


def test_the_role_stays_when_the_name_is_corrected_and_can_be_given_back(
    home: Store, people: People, inspector: Actor
) -> None:
    found = next(row for row in queries.users(home, NINE) if row.id == inspector.user_id)
    actions.change_user(home, people.head, inspector.user_id, UserChange(name="王方", role=found.role), NINE)
    assert {row.role for row in queries.users(home, NINE)} == {Role.SUPERVISOR, ROLE}
    actions.change_user(home, people.head, inspector.user_id, UserChange(role=Role.CLERK), NINE)
    assert actions.log_in(home, "clerk", CLERK_PASSWORD, NINE).actor.role is Role.CLERK


def test_they_do_not_count_as_somebody_who_manages_the_station(home: Store, people: People, inspector: Actor) -> None:
    second = actions.log_in(home, "head", HEAD_PASSWORD, NINE).actor
    with pytest.raises(DeskError) as refused:
        actions.change_user(
            home,
            Actor("system", "系统", Role.ADMINISTRATOR),
            second.user_id,
            UserChange(active=False),
            NINE,
        )
    assert refused.value.code == "account.last_head"
