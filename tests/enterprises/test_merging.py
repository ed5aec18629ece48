"""Two cards of the same enterprise become one, and nothing is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests import make
from tests.ui import morning
from zhangshu_desk.core.clock import DAY, FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db import search
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise, EnterpriseName
from zhangshu_desk.db.tables.ledger import Audit
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.db.tables.sync import Conflict
from zhangshu_desk.db.verify import verify
from zhangshu_desk.enterprises import actions, queries
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields
from zhangshu_desk.tour import apart

CODE = "913609820000000019"


@pytest.fixture
def pair(store: Store, clock: FixedClock) -> tuple[str, str]:
    """The card that is kept and the one that goes; both know 张先生."""
    now = clock.now()
    keep = EnterpriseFields("江西锦湖保险设备集团有限公司", "", "尚未领照", notes="老客户", address="老街 1 号")
    drop = EnterpriseFields(
        "锦湖保险设备（江西）公司",
        CODE,
        "测试",
        "有限责任公司",
        "新区 9 号",
        legal_representative="陈晓",
        notes="常来办年报",
    )
    first = actions.add(store, make.SUPERVISOR, keep, now, [ContactFields("张先生", "13812345678")], despite="测试")
    people = [ContactFields("李女士", "13912345678"), ContactFields("张先生", "13812345678")]
    second = actions.add(store, make.SUPERVISOR, drop, now, people)
    return first, second


def row(store: Store, kind: type[Any], row_id: str) -> Any:
    with store.read() as session:
        return session.get_one(kind, row_id)


def test_everything_goes_to_the_one_that_is_kept(store: Store, clock: FixedClock, pair: tuple[str, str]) -> None:
    keep, drop = pair
    visit = morning.come(store, clock, drop, "NB")
    now = clock.forward(DAY)
    actions.merge(store, make.SUPERVISOR, keep, drop, now)
    card = queries.card(store, keep)
    assert card is not None
    assert (card.name, card.credit_code, card.code_reason) == ("江西锦湖保险设备集团有限公司", CODE, "测试")
    assert (card.address, card.kind) == ("老街 1 号", "有限责任公司")
    assert card.notes == "老客户\n常来办年报"
    assert row(store, Enterprise, keep).legal_representative == "陈晓"
    assert [(one.name, one.is_main) for one in card.contacts] == [("张*", True), ("李*", False)]
    assert [one.id for one in card.visits] == [visit]
    assert row(store, Visit, visit).enterprise_name == "锦湖保险设备（江西）公司", "visits keep the name of their day"
    assert [(one.name, one.valid_until) for one in card.names] == [
        ("江西锦湖保险设备集团有限公司", None),
        ("锦湖保险设备（江西）公司", date(2026, 11, 24)),
    ]
    gone = row(store, Enterprise, drop)
    assert (gone.voided_at, gone.void_reason) == (now, "合并到：江西锦湖保险设备集团有限公司")
    assert (gone.name, gone.credit_code, gone.notes) == ("锦湖保险设备（江西）公司", CODE, "常来办年报")


def test_it_is_found_by_both_names(store: Store, clock: FixedClock, pair: tuple[str, str]) -> None:
    keep, drop = pair
    actions.merge(store, make.SUPERVISOR, keep, drop, clock.now())
    with store.read() as session:
        for text in ("锦湖保险设备集团", "锦湖保险设备（江西", CODE):
            assert [hit.row_id for hit in search.find(session, text, ("enterprise",), 5)] == [keep], text
        people = {hit.subtitle for hit in search.find(session, "13912345678", ("person",), 5)}
    assert people == {"江西锦湖保险设备集团有限公司 · 139****5678"}


def test_the_other_way_round_keeps_what_it_has(store: Store, clock: FixedClock, pair: tuple[str, str]) -> None:
    drop, keep = pair
    actions.merge(store, make.SUPERVISOR, keep, drop, clock.now())
    kept = row(store, Enterprise, keep)
    assert (kept.credit_code, kept.address, kept.notes) == (CODE, "新区 9 号", "常来办年报\n老客户")
    with store.read() as session:
        mine = session.execute(
            select(Contact.name, Contact.is_main).where(Contact.enterprise_id == keep, Contact.voided_at.is_(None))
        ).all()
    assert sorted(tuple(one) for one in mine) == [("张先生", False), ("李女士", True)]


def test_the_entry_of_the_inbox_is_closed_by_the_same_act(
    store: Store, clock: FixedClock, pair: tuple[str, str]
) -> None:
    keep, drop = pair
    entry = apart.arrive(store, clock.now(), "duplicate", "enterprises", drop, {}, {}, other_row_id=keep)
    other = apart.arrive(store, clock.now(), "duplicate", "enterprises", drop, {}, {}, other_row_id="third")
    now = clock.forward(5)
    actions.merge(store, make.SUPERVISOR, keep, drop, now)
    closed = row(store, Conflict, entry)
    assert (closed.state, closed.resolution, closed.resolved_by, closed.resolved_at) == (
        "resolved",
        "merged",
        make.SUPERVISOR.user_id,
        now,
    )
    assert row(store, Conflict, other).state == "open"
    with store.read() as session:
        acts = session.execute(select(Audit.act, Audit.row_id, Audit.note).where(Audit.at == now)).all()
    assert [tuple(one) for one in acts] == [("enterprise.merge", keep, "合并入：锦湖保险设备（江西）公司")]


def test_what_went_can_be_looked_at_again(store: Store, clock: FixedClock, pair: tuple[str, str]) -> None:
    keep, drop = pair
    actions.merge(store, make.SUPERVISOR, keep, drop, clock.now())
    actions.restore(store, make.SUPERVISOR, drop, clock.forward(5), despite="合并有误")
    card = queries.card(store, drop)
    assert card is not None
    assert (card.name, card.credit_code) == ("锦湖保险设备（江西）公司", CODE)
    assert [one.name for one in card.contacts] == ["张*"], "the one both had stayed with it"


def test_the_books_agree_afterwards(store: Store, clock: FixedClock, pair: tuple[str, str]) -> None:
    keep, drop = pair
    morning.come(store, clock, drop, "NB")
    actions.merge(store, make.SUPERVISOR, keep, drop, clock.now())
    report = verify(store)
    assert not report.problems


def test_names_that_are_spelled_otherwise_are_one(store: Store, clock: FixedClock) -> None:
    now = clock.now()
    first = actions.add(store, make.SUPERVISOR, EnterpriseFields("江西锦湖（集团）公司", "", "无"), now)
    second = actions.add(store, make.SUPERVISOR, EnterpriseFields("江西锦湖(集团)公司", "", "无"), now, despite="测试")
    actions.merge(store, make.SUPERVISOR, first, second, now)
    assert row(store, Enterprise, first).former_names == []
    with store.read() as session:
        names = session.scalars(select(EnterpriseName.name).where(EnterpriseName.enterprise_id == first)).all()
    assert names == ["江西锦湖（集团）公司"]


def test_what_is_refused(store: Store, clock: FixedClock, pair: tuple[str, str]) -> None:
    keep, drop = pair
    now = clock.now()

    def code(kept: str, dropped: str) -> str:
        with pytest.raises(DeskError) as caught:
            actions.merge(store, make.SUPERVISOR, kept, dropped, now)
        return caught.value.code

    assert code(keep, keep) == "enterprise.merge_same"
    assert code(keep, "nobody") == "enterprise.gone"
    with pytest.raises(DeskError, match="合并企业"):
        actions.merge(store, make.CLERK, keep, drop, now)
    actions.void(store, make.SUPERVISOR, drop, "重复登记", now)
    assert code(keep, drop) == "enterprise.voided"
