"""Taking a number: the station's own sequence by group and day, caps, ranges, and what is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from tests import make
from tests.reception.desk import Desk
from tests.store_fixtures import NINE
from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db import search
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.tables.ledger import Audit, Outbox
from zhangshu_desk.reception import actions, queries
from zhangshu_desk.reception.rules import Catalogue, QuickService, WalkIn, catalog

TODAY = date(2026, 11, 23)


def with_range(first: int, last: int) -> Catalogue:
    """The services with another range in group A."""
    group, *rest = catalog().groups
    return Catalogue(catalog().services, (replace(group, first=first, last=last), *rest))


def with_cap(service_id: str, cap: int) -> Catalogue:
    """The services with a daily cap on one of them."""
    services = tuple(replace(one, daily_cap=cap) if one.id == service_id else one for one in catalog().services)
    return Catalogue(services, catalog().groups)


def test_each_group_counts_for_itself(desk: Desk) -> None:
    taken = [desk.walk_in(service).label for service in ("NB", "BG", "JL", "SB", "RZ", "JY", "ZX")]
    assert taken == ["A001", "A002", "B001", "C001", "D001", "B002", "A003"]


def test_a_ticket_says_what_the_visitor_wants_to_know(desk: Desk) -> None:
    desk.walk_in("NB")
    ticket = desk.walk_in("NB", enterprise_name="江西锦湖保险设备集团有限公司")
    assert (ticket.label, ticket.day, ticket.number, ticket.at) == ("A002", TODAY, 2, NINE)
    assert (ticket.people_before, ticket.planned) == (1, True)
    row = desk.row(ticket.visit_id)
    assert (row["state"], row["arrived_at"], row["queue_day"], row["services"]) == ("等候", NINE, TODAY, ["NB"])
    (event,) = desk.events(ticket.visit_id)
    assert (event.seq, event.act, event.from_state, event.to_state, event.before) == (1, "register", "", "等候", {})


def test_every_registration_has_its_operations_and_its_audit_entry(desk: Desk) -> None:
    ticket = desk.walk_in()
    with desk.store.read() as session:
        entry = session.scalars(select(Audit).order_by(Audit.seq.desc()).limit(1)).one()
        operations = session.scalars(select(Outbox).where(Outbox.tx == entry.tx)).all()
    assert (entry.act, entry.tbl, entry.row_id, entry.note) == (
        "visit.register",
        "visits",
        ticket.visit_id,
        "A001",
    )
    assert [op.tbl for op in operations] == ["visits", "visit_events", "audit"]


def test_a_new_day_begins_anew_and_an_old_one_goes_on(desk: Desk) -> None:
    assert [desk.walk_in().label, desk.walk_in().label] == ["A001", "A002"]
    desk.wait(24 * 60)
    assert desk.walk_in().label == "A001"
    desk.wait(-24 * 60)  # the clock is set back a day: the sequence of that day goes on
    assert desk.walk_in().label == "A003"


def test_midnight_parts_the_days(desk: Desk) -> None:
    desk.wait(15 * 60 - 1)
    before = desk.walk_in()
    desk.wait(1)
    after = desk.walk_in()
    assert (before.day, before.label) == (TODAY, "A001")
    assert (after.day, after.label) == (date(2026, 11, 24), "A001")


def test_a_cancelled_number_is_not_given_again(desk: Desk) -> None:
    desk.walk_in()
    second = desk.walk_in()
    desk.do("cancel", second.visit_id, "重复取号")
    assert desk.walk_in().label == "A003"


def test_the_end_of_the_range_refuses_with_words(desk: Desk) -> None:
    small = with_range(98, 99)
    form = WalkIn(("NB",), visitor="张三")
    numbers = [actions.register(desk.store, desk.actor(), form, desk.now, catalogue=small).label for _ in "12"]
    assert numbers == ["A098", "A099"]
    with pytest.raises(DeskError, match="综合组今天的号码已用完（98—99）"):
        actions.register(desk.store, desk.actor(), form, desk.now, catalogue=small)
    assert len(desk.queue().waiting) == 2
    assert desk.walk_in("JL").label == "B001"


def test_the_daily_cap_of_a_service_refuses_with_words(desk: Desk) -> None:
    capped = with_cap("JL", 2)
    form = WalkIn(("NB", "JL"), visitor="张三")
    tickets = [actions.register(desk.store, desk.actor(), form, desk.now, catalogue=capped) for _ in "12"]
    with pytest.raises(DeskError, match="「计量强检预约」今天已取 2 个号，达到每日上限 2"):
        actions.register(desk.store, desk.actor(), form, desk.now, catalogue=capped)
    desk.do("cancel", tickets[0].visit_id, "不办了")
    actions.register(desk.store, desk.actor(), form, desk.now, catalogue=capped)
    desk.wait(24 * 60)
    actions.register(desk.store, desk.actor(), form, desk.now, catalogue=capped)


def test_a_known_enterprise_gives_its_name_of_the_day(desk: Desk) -> None:
    enterprise = make.enterprise(desk.store, NINE, name="旧名有限公司")
    ticket = desk.walk_in(enterprise_id=enterprise, enterprise_name="打错的名字")
    with desk.store.write(make.SUPERVISOR, "enterprise.rename", NINE) as session:
        session.get_one(Enterprise, enterprise).name = "新名有限公司"
    assert desk.row(ticket.visit_id)["enterprise_name"] == "旧名有限公司"
    assert desk.row(desk.walk_in(enterprise_id=enterprise).visit_id)["enterprise_name"] == "新名有限公司"


def test_an_unknown_or_voided_enterprise_is_refused(desk: Desk) -> None:
    with pytest.raises(DeskError) as error:
        desk.walk_in(enterprise_id="01930000-0000-7000-8000-00000000ffff")
    assert error.value.code == "visit.enterprise_unknown"
    voided = make.enterprise(desk.store, NINE, name="作废公司", voided_at=NINE)
    with pytest.raises(DeskError, match="企业「作废公司」已作废"):
        desk.walk_in(enterprise_id=voided)
    assert desk.walk_in().label == "A001"


@pytest.mark.parametrize("name", ["𠮷祥家具😀有限公司", "䶮山柜业", "O'Hara \"%_\\ ; DROP TABLE visits; --"])
def test_names_of_every_kind_are_kept_as_they_are(desk: Desk, name: str) -> None:
    ticket = desk.walk_in(enterprise_name=name, visitor=name[:20])
    assert desk.row(ticket.visit_id)["enterprise_name"] == name
    assert desk.queue().waiting[0].name == name


def test_a_ticket_is_found_by_its_number(desk: Desk) -> None:
    ticket = desk.walk_in(visitor="单雄信")
    with desk.store.read() as session:
        for typed in ("A001", "单雄信", "5678"):
            assert ticket.visit_id in [hit.row_id for hit in search.find(session, typed)]
        (hit,) = search.find(session, "A001")
    assert (hit.title, "单*" in hit.subtitle, "单雄信" in hit.subtitle) == ("A001", True, False)


def test_a_refused_form_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(DeskError, match="没有选择办理事项"):
        actions.register(desk.store, desk.actor(), WalkIn((), visitor="张三"), desk.now)
    assert desk.labels() == []


def test_a_quick_service_has_no_ticket_but_counts(desk: Desk) -> None:
    form = QuickService(("ZX",), visitor="李四", minutes=2, remark="问营业时间")
    first = actions.quick(desk.store, desk.actor(2), form, desk.now)
    actions.quick(desk.store, desk.actor(2), form, desk.now)
    row = desk.row(first)
    assert (row["number"], row["label"], row["group"], row["state"]) == (None, "", "", "已办结")
    assert (row["served_ms"], row["given"], row["finished_at"]) == (2 * MINUTE, {"ZX": 1}, NINE)
    assert desk.labels() == []
    sheet = queries.day_sheet(desk.store, TODAY, desk.now)
    assert (sheet.figure("quick").value, sheet.figure("issued").value, sheet.balanced) == (2, 0, True)


def test_a_registration_can_be_corrected(desk: Desk) -> None:
    ticket = desk.walk_in(remark="带材料")
    desk.wait(5)
    actions.change(desk.store, desk.actor(), ticket.visit_id, desk.now, phone="13900001111", services=("BG", "NB"))
    row = desk.row(ticket.visit_id)
    assert (row["phone"], row["services"], row["remark"]) == ("13900001111", ["BG", "NB"], "带材料")
    assert (row["label"], row["waited_ms"], row["since"]) == ("A001", 5 * MINUTE, desk.now)
    assert desk.queue().waiting[0].waited_minutes == 5
    last = desk.events(ticket.visit_id)[-1]
    assert last.act == "change"
    assert "13812345678" not in str(last.before)


def test_a_finished_visit_is_not_corrected(desk: Desk) -> None:
    ticket = desk.walk_in()
    desk.serve(ticket.visit_id)
    with pytest.raises(DeskError) as error:
        actions.change(desk.store, desk.actor(), ticket.visit_id, desk.now, phone="1")
    assert error.value.code == "visit.illegal_move"


def test_a_correction_can_name_the_enterprise_and_keeps_a_known_one(desk: Desk) -> None:
    enterprise = make.enterprise(desk.store, NINE, name="锦湖有限公司")
    ticket = desk.walk_in()
    actions.change(desk.store, desk.actor(), ticket.visit_id, desk.now, enterprise_id=enterprise)
    assert desk.row(ticket.visit_id)["enterprise_name"] == "锦湖有限公司"
    actions.change(desk.store, desk.actor(), ticket.visit_id, desk.now, visitor="李四")
    assert desk.row(ticket.visit_id)["enterprise_name"] == "锦湖有限公司"
