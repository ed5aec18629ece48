"""Deciding between two stations: record and entry change in one act, nothing is half done."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests import make
from zhangshu_desk.conflicts import actions, queries
from zhangshu_desk.conflicts.rules import Choice
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.clock import HOUR, MINUTE, FixedClock, day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.identifiers import order_key, same_name_key
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.db import search
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.accounts import User
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise, EnterpriseName
from zhangshu_desk.db.tables.ledger import Audit, Outbox
from zhangshu_desk.db.tables.sync import Conflict
from zhangshu_desk.enterprises import actions as enterprises
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields
from zhangshu_desk.tour import apart

NAME, LONGER = "江西锦湖保险设备集团有限公司", "江西锦湖（集团）有限公司"


@pytest.fixture
def firm(store: Store, clock: FixedClock) -> str:
    fields = EnterpriseFields(NAME, "913609820000000019", "测试", address="老街 1 号")
    people = [ContactFields("张先生", "13812345678"), ContactFields("李女士", "13912345678")]
    return enterprises.add(store, make.SUPERVISOR, fields, clock.now(), people)


def values_of(store: Store, kind: type[Any], row_id: str, *names: str) -> list[Any]:
    with store.read() as session:
        row = session.get_one(kind, row_id)
        return [getattr(row, name) for name in names]


def seen(store: Store, entry: str) -> dict[str, Any]:
    card = queries.card(store, entry)
    assert card is not None
    return dict(card.seen)


def resolve(store: Store, clock: FixedClock, entry: str, choice: Choice, **values: str) -> None:
    actions.resolve(store, make.CLERK, entry, choice, values, clock.now(), seen=seen(store, entry))


def refusal_of(store: Store, clock: FixedClock, entry: str, choice: Choice, actor: Actor = make.CLERK) -> str:
    with pytest.raises(DeskError) as caught:
        actions.resolve(store, actor, entry, choice, {}, clock.now())
    return caught.value.code


def test_the_other_address_is_taken_in_one_act(store: Store, clock: FixedClock, firm: str) -> None:
    entry = apart.arrive(
        store, clock.now(), "field", "enterprises", firm, {"address": "老街 1 号"}, {"address": "新区 9 号"}
    )
    now = clock.forward(MINUTE)
    resolve(store, clock, entry, Choice.TAKE_OTHER)
    assert values_of(store, Enterprise, firm, "address") == ["新区 9 号"]
    assert values_of(store, Conflict, entry, "state", "resolution", "resolved_by", "resolved_at") == [
        "resolved",
        "b",
        make.CLERK.user_id,
        now,
    ]
    with store.read() as session:
        act = session.scalars(select(Audit).order_by(Audit.seq.desc())).first()
        assert act is not None
        ops = session.execute(select(Outbox.tbl, Outbox.sets).where(Outbox.tx == act.tx)).all()
    assert (act.act, act.tbl, act.row_id, act.note) == ("conflict.resolve", "enterprises", firm, "采用另一值：地址")
    assert {row.tbl: row.sets for row in ops if row.tbl != "audit"} == {
        "enterprises": {"address": "新区 9 号"},
        "conflicts": {"state": "resolved", "resolution": "b", "resolved_by": make.CLERK.user_id, "resolved_at": now},
    }


def test_keeping_changes_only_the_entry(store: Store, clock: FixedClock, firm: str) -> None:
    entry = apart.arrive(store, clock.now(), "field", "enterprises", firm, {"address": "老街 1 号"}, {"address": "新"})
    resolve(store, clock, entry, Choice.KEEP)
    assert values_of(store, Enterprise, firm, "address") == ["老街 1 号"]
    assert values_of(store, Conflict, entry, "state", "resolution") == ["resolved", "a"]


def test_a_name_takes_its_keys_contacts_and_search_along(store: Store, clock: FixedClock, firm: str) -> None:
    stands = {"name": NAME, "name_key": same_name_key(NAME), "order_key": order_key(NAME)}
    other = {"name": LONGER, "name_key": same_name_key(LONGER), "order_key": order_key(LONGER)}
    entry = apart.arrive(store, clock.now(), "field", "enterprises", firm, stands, other)
    resolve(store, clock, entry, Choice.TAKE_OTHER)
    assert values_of(store, Enterprise, firm, "name", "name_key", "order_key") == [
        LONGER,
        same_name_key(LONGER),
        order_key(LONGER),
    ]
    with store.read() as session:
        assert set(session.scalars(select(Contact.enterprise_name))) == {LONGER}
        dated = session.execute(select(EnterpriseName.name, EnterpriseName.name_key)).one()
        assert dated == (LONGER, same_name_key(LONGER))
        found = [hit.row_id for hit in search.find(session, "锦湖（集团", ("enterprise",), 5)]
    assert found == [firm]


def test_a_name_that_was_typed_is_cleaned(store: Store, clock: FixedClock, firm: str) -> None:
    entry = apart.arrive(store, clock.now(), "field", "enterprises", firm, {"name": NAME}, {"name": LONGER})
    resolve(store, clock, entry, Choice.EDIT, name=" 江西锦湖(樟树) 有限公司")
    assert values_of(store, Enterprise, firm, "name") == ["江西锦湖（樟树）有限公司"]
    assert values_of(store, Conflict, entry, "resolution") == ["edited"]


@pytest.mark.parametrize("choice", [Choice.KEEP, Choice.TAKE_OTHER])
def test_two_new_names_leave_one(store: Store, clock: FixedClock, firm: str, choice: Choice) -> None:
    """Both stations renamed it: each began a dated name of its own, and one of them never became true."""
    enterprises.rename(store, make.SUPERVISOR, firm, LONGER, make_day(clock), clock.now())
    elsewhere = "江西锦湖安全科技有限公司"
    with store.merge() as merge:
        merge.db.execute(
            "INSERT INTO enterprise_names (id, enterprise_id, name, name_key, valid_from) VALUES (?, ?, ?, ?, ?)",
            (new_id(clock.now()), firm, elsewhere, same_name_key(elsewhere), make_day(clock).isoformat()),
        )
    stands = {"name": LONGER, "former_names": [NAME]}
    other = {"name": elsewhere, "former_names": [NAME]}
    entry = apart.arrive(store, clock.now(), "field", "enterprises", firm, stands, other)
    resolve(store, clock, entry, choice)
    right = elsewhere if choice is Choice.TAKE_OTHER else LONGER
    assert values_of(store, Enterprise, firm, "name", "former_names") == [right, [NAME]]
    with store.read() as session:
        live = select(EnterpriseName.name).where(
            EnterpriseName.voided_at.is_(None), EnterpriseName.enterprise_id == firm
        )
        still = session.scalars(live.where(EnterpriseName.valid_until.is_(None))).all()
        assert still == [right]
        assert set(session.scalars(live)) == {right, NAME}
    enterprises.rename(store, make.SUPERVISOR, firm, "又一个新名有限公司", make_day(clock, 1), clock.forward(25 * HOUR))


def test_still_in_use_with_the_contacts_that_went(store: Store, clock: FixedClock, firm: str) -> None:
    at = clock.now()
    with store.merge() as merge:  # the other station's void took the contacts along, the card's own void lost
        merge.db.execute("UPDATE contacts SET voided_at = ? WHERE enterprise_id = ?", (at, firm))
    other = {"voided_at": at, "void_reason": "重复登记"}
    entry = apart.arrive(store, at, "void", "enterprises", firm, {"address": "老街 1 号"}, other)
    resolve(store, clock, entry, Choice.KEEP)
    with store.read() as session:
        assert set(session.scalars(select(Contact.voided_at))) == {None}
    assert values_of(store, Enterprise, firm, "voided_at", "void_reason") == [None, ""]


def test_out_of_use_with_its_contacts(store: Store, clock: FixedClock, firm: str) -> None:
    at = clock.now()
    other = {"voided_at": at, "void_reason": "重复登记"}
    entry = apart.arrive(store, at, "void", "enterprises", firm, {"address": "老街 1 号"}, other)
    clock.forward(HOUR)
    resolve(store, clock, entry, Choice.TAKE_OTHER)
    assert values_of(store, Enterprise, firm, "voided_at", "void_reason") == [at, "重复登记"]
    with store.read() as session:
        assert set(session.scalars(select(Contact.voided_at))) == {at}
    enterprises.restore(store, make.SUPERVISOR, firm, clock.now())
    with store.read() as session:
        assert set(session.scalars(select(Contact.voided_at))) == {None}


def test_a_contact_that_stays_out_leaves_a_main_one(store: Store, clock: FixedClock, firm: str) -> None:
    with store.read() as session:
        main = session.scalars(select(Contact.id).where(Contact.is_main)).one()
    other = {"voided_at": clock.now()}
    entry = apart.arrive(store, clock.now(), "void", "contacts", main, {"role": ""}, other)
    resolve(store, clock, entry, Choice.TAKE_OTHER)
    with store.read() as session:
        live = session.scalars(select(Contact.is_main).where(Contact.voided_at.is_(None))).all()
    assert live == [True]


def test_an_older_value_is_taken_back_from_the_history(store: Store, clock: FixedClock, firm: str) -> None:
    entry = apart.arrive(
        store, clock.now(), "field", "enterprises", firm, {"notes": ""}, {"notes": "先电话联系"}, state="auto"
    )
    resolve(store, clock, entry, Choice.TAKE_OTHER)
    assert values_of(store, Enterprise, firm, "notes") == ["先电话联系"]
    assert values_of(store, Conflict, entry, "state", "resolution") == ["resolved", "b"]


def test_dates_and_truths_come_back_from_the_wire(store: Store, clock: FixedClock, firm: str) -> None:
    entry = apart.arrive(
        store, clock.now(), "field", "enterprises", firm, {"founded_on": None}, {"founded_on": "2005-04-27"}
    )
    resolve(store, clock, entry, Choice.TAKE_OTHER)
    assert str(values_of(store, Enterprise, firm, "founded_on")[0]) == "2005-04-27"
    with store.read() as session:
        sets = session.scalars(select(Outbox.sets).where(Outbox.tbl == "enterprises").order_by(Outbox.seq.desc()))
        assert sets.first() == {"founded_on": "2005-04-27"}
    other = apart.arrive(store, clock.now(), "field", "users", make.CLERK.user_id, {"active": 1}, {"active": 0})
    actions.resolve(store, make.SUPERVISOR, other, Choice.TAKE_OTHER, {}, clock.now())
    assert values_of(store, User, make.CLERK.user_id, "active") == [False]


def test_nothing_is_decided_about_what_changed_meanwhile(store: Store, clock: FixedClock, firm: str) -> None:
    entry = apart.arrive(store, clock.now(), "field", "enterprises", firm, {"address": "老街 1 号"}, {"address": "新"})
    before = seen(store, entry)
    enterprises.change(store, make.CLERK, firm, {"address": "第三处"}, clock.now())
    with pytest.raises(DeskError) as caught:
        actions.resolve(store, make.CLERK, entry, Choice.TAKE_OTHER, {}, clock.now(), seen=before)
    assert caught.value.code == "conflict.changed_meanwhile"
    assert "地址" in str(caught.value)
    assert values_of(store, Enterprise, firm, "address") == ["第三处"]
    assert values_of(store, Conflict, entry, "state") == ["open"]
    resolve(store, clock, entry, Choice.TAKE_OTHER)
    assert values_of(store, Enterprise, firm, "address") == ["新"]


def test_who_came_first_is_named(store: Store, clock: FixedClock, firm: str) -> None:
    entry = apart.arrive(store, clock.now(), "field", "enterprises", firm, {"address": "老街 1 号"}, {"address": "新"})
    resolve(store, clock, entry, Choice.KEEP)
    with pytest.raises(DeskError, match=make.CLERK.name) as caught:
        actions.resolve(store, make.SUPERVISOR, entry, Choice.TAKE_OTHER, {}, clock.now())
    assert caught.value.code == "conflict.decided"


def test_what_is_refused(store: Store, clock: FixedClock, firm: str) -> None:
    assert refusal_of(store, clock, "nobody", Choice.KEEP) == "conflict.gone"
    gone = apart.arrive(store, clock.now(), "field", "enterprises", "not-here", {"address": ""}, {"address": "新"})
    assert refusal_of(store, clock, gone, Choice.KEEP) == "conflict.record_gone"
    role = apart.arrive(
        store, clock.now(), "field", "users", make.CLERK.user_id, {"role": Role.CLERK.value}, {"role": "站长"}
    )
    assert refusal_of(store, clock, role, Choice.TAKE_OTHER) == "conflict.heads_only"
    visit = apart.arrive(store, clock.now(), "state", "visits", "v", {"state": "等候"}, {"state": "办理中"})
    assert refusal_of(store, clock, visit, Choice.TAKE_OTHER) == "conflict.not_offered"
    twins = apart.arrive(store, clock.now(), "duplicate", "enterprises", firm, {}, {}, other_row_id="other")
    assert refusal_of(store, clock, twins, Choice.MERGE) == "conflict.not_offered"


def test_the_last_head_stays(store: Store, clock: FixedClock) -> None:
    entry = apart.arrive(store, clock.now(), "field", "users", make.SUPERVISOR.user_id, {"active": 1}, {"active": 0})
    assert refusal_of(store, clock, entry, Choice.TAKE_OTHER, make.SUPERVISOR) == "account.last_head"
    assert values_of(store, User, make.SUPERVISOR.user_id, "active") == [True]


@pytest.mark.parametrize(("text", "code"), [("", "conflict.value_missing"), ("长" * 201, "conflict.value_long")])
def test_values_that_are_not_kept(store: Store, clock: FixedClock, firm: str, text: str, code: str) -> None:
    entry = apart.arrive(store, clock.now(), "field", "enterprises", firm, {"name": NAME}, {"name": LONGER})
    with pytest.raises(DeskError) as caught:
        actions.resolve(store, make.CLERK, entry, Choice.EDIT, {"name": text}, clock.now())
    assert caught.value.code == code
    assert "名称" in str(caught.value)


def test_both_are_kept(store: Store, clock: FixedClock, firm: str) -> None:
    entry = apart.arrive(store, clock.now(), "serial", "serial_issues", "not-here", {"serial": 7}, {"serial": 7})
    resolve(store, clock, entry, Choice.KEEP_BOTH)
    assert values_of(store, Conflict, entry, "state", "resolution") == ["resolved", "kept_both"]


def test_a_look_at_full_values_is_noted_without_them(store: Store, clock: FixedClock, firm: str) -> None:
    with store.read() as session:
        contact = session.scalars(select(Contact.id).where(Contact.name == "张先生")).one()
    entry = apart.arrive(store, clock.now(), "field", "contacts", contact, {"name": "张先生"}, {"name": "张先声"})
    with pytest.raises(DeskError):
        actions.unmask(store, make.CLERK, entry, "name", "  ", clock.now())
    assert actions.unmask(store, make.CLERK, entry, "name", "核对身份", clock.now()) == ("张先生", "张先声")
    with store.read() as session:
        act = session.scalars(select(Audit).order_by(Audit.seq.desc())).first()
        assert act is not None
        assert (act.act, act.row_id, act.note) == ("privacy.unmask", contact, "姓名（待核对）：核对身份")
        assert "张先声" not in json.dumps([act.note, act.act])


def make_day(clock: FixedClock, more: int = 0) -> date:
    """Today, or so many days later."""
    return day_of(clock.now()) + timedelta(days=more)
