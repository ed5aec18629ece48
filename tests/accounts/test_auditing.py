"""The audit log as it is read, and showing personal data in full."""

from datetime import date

import pytest

from tests import make
from zhangshu_desk.accounts import actions, queries
from zhangshu_desk.accounts.actions.privacy import UNMASKABLE
from zhangshu_desk.accounts.inputs import CounterChange
from zhangshu_desk.accounts.queries import AuditFilter, FieldChange
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import DAY, FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise

PHONE = "13812345678"


def contact(store: Store, clock: FixedClock) -> str:
    firm = make.enterprise(store, clock.now())
    with store.write(make.CLERK, "contact.add", clock.now()) as session:
        row = Contact(
            id=session.new_id(),
            enterprise_id=firm,
            enterprise_name="江西锦湖",
            name="张三丰",
            phone=PHONE,
            created_at=clock.now(),
        )
        session.add(row)
        session.about("contacts", row.id)
        return row.id


def test_unmasking_gives_the_value_and_keeps_who_looked(store: Store, clerk: Actor, clock: FixedClock) -> None:
    row_id = contact(store, clock)
    why = f" 电话回访  {PHONE} "
    assert actions.unmask(store, clerk, "contacts", row_id, "phone", why, clock.now()) == PHONE
    entry = queries.audit_page(store, AuditFilter(act="privacy.unmask")).rows[0]
    assert (entry.tbl, entry.row_id, entry.actor_name) == ("contacts", row_id, "操作员01")
    assert entry.note == "联系人电话：电话回访 138****5678"


def test_unmasking_needs_a_reason_and_a_record(store: Store, clerk: Actor, clock: FixedClock) -> None:
    row_id = contact(store, clock)
    for wanted, why, code in ((row_id, " \u3000", "privacy.reason_missing"), ("nobody", "核对", "privacy.gone")):
        with pytest.raises(DeskError) as refused:
            actions.unmask(store, clerk, "contacts", wanted, "phone", why, clock.now())
        assert refused.value.code == code
    assert not queries.audit_page(store, AuditFilter(act="privacy")).rows


def test_only_listed_fields_are_unmasked(store: Store, clerk: Actor, clock: FixedClock) -> None:
    with pytest.raises(KeyError):
        actions.unmask(store, clerk, "credentials", "x", "password_hash", "好奇", clock.now())


def test_every_unmaskable_field_exists(store: Store, clerk: Actor, clock: FixedClock) -> None:
    for tbl, field in UNMASKABLE:
        with pytest.raises(DeskError) as refused:
            actions.unmask(store, clerk, tbl, "nobody", field, "核对", clock.now())
        assert refused.value.code == "privacy.gone"


def test_old_and_new_stand_beside_each_other_masked(store: Store, clerk: Actor, clock: FixedClock) -> None:
    row_id = contact(store, clock)
    with store.write(clerk, "contact.change", clock.now()) as session:
        row = session.get_one(Contact, row_id)
        row.phone, row.role = "15987654321", "联系 13811112222"
        session.about("contacts", row_id)
    changed = queries.audit_page(store, AuditFilter()).rows[0]
    assert (changed.title, changed.changes) == (
        "修改联系人",
        (
            FieldChange("contacts", row_id, "phone", "138****5678", "159****4321"),
            FieldChange("contacts", row_id, "role", "", "联系 138****2222"),
        ),
    )
    added = queries.audit_page(store, AuditFilter(act="contact.add")).rows[0]
    assert FieldChange("contacts", row_id, "name", None, "张*") in added.changes
    assert PHONE not in str(queries.audit_page(store, AuditFilter()))


def test_filters(store: Store, clerk: Actor, supervisor: Actor, clock: FixedClock) -> None:
    firm = make.enterprise(store, clock.now())
    actions.change_counter(store, supervisor, make.counter_id(1), CounterChange(name="甲"), clock.forward(DAY))
    with store.write(clerk, "enterprise.change", clock.now()) as session:
        session.get_one(Enterprise, firm).notes = "重点"
    monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)

    def acts(wanted: AuditFilter) -> list[str]:
        return [row.act for row in queries.audit_page(store, wanted).rows]

    assert acts(AuditFilter(first=tuesday)) == ["enterprise.change", "counter.change"]
    assert acts(AuditFilter(first=monday, last=monday)) == ["enterprise.add", "station.set_up"]
    assert acts(AuditFilter(actor_id=clerk.user_id)) == ["enterprise.change"]
    assert acts(AuditFilter(act="enterprise")) == ["enterprise.change", "enterprise.add"]
    assert acts(AuditFilter(act="counter.change")) == ["counter.change"]
    assert acts(AuditFilter(tbl="enterprises", row_id=firm)) == ["enterprise.change", "enterprise.add"]


def test_pages_follow_each_other_without_gap_or_repeat(store: Store, clerk: Actor, clock: FixedClock) -> None:
    for _ in range(7):
        actions.lock(store, clerk, clock.now())
    seen, after = [], None
    while True:
        page = queries.audit_page(store, AuditFilter(), after, limit=3)
        seen += [row.seq for row in page.rows]
        after = page.after
        if after is None:
            break
    assert seen == [8, 7, 6, 5, 4, 3, 2, 1]
