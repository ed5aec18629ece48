"""Rows that come from the centre: what waits here stays on top, states and sums follow, search follows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import inspect

from tests import make
from tests.store_fixtures import NINE
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.operations import DIGEST_MODULUS, row_digest
from zhangshu_desk.db import search
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.base import Json, Synced, synced_classes
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.verify import verify
from zhangshu_desk.sync import applying, books, checking, copying, wire
from zhangshu_desk.sync.applying import Row

QUIET = Actor("system", "系统", make.SUPERVISOR.role)


def enterprise_row(row_id: str, ver: int = 5, **fields: Any) -> Row:
    """A whole enterprise as the centre has it."""
    whole = {
        "name": "江西宏远校具有限公司",
        "name_key": "江西宏远校具有限公司",
        "order_key": "jiang xi hong yuan",
        "former_names": [],
        "credit_code": "",
        "code_reason": "",
        "kind": "",
        "address": "",
        "region": "",
        "industry": "",
        "legal_representative": "",
        "notes": "",
        "created_at": NINE,
        "void_reason": "",
    }
    return Row("enterprises", row_id, ver, whole | fields)


def arrive(store: Store, *rows: Row) -> None:
    """Apply rows in a transaction."""
    with store.merge() as merge:
        applying.apply(merge, rows, 1)


def one(store: Store, row_id: str) -> Mapping[str, Any]:
    """An enterprise as it is here."""
    with store.read() as session:
        found = session.get_one(Enterprise, row_id)
        return {name: getattr(found, name) for name in inspect(Enterprise).column_attrs.keys()}  # noqa: SIM118


def hits(store: Store, text: str) -> list[str]:
    """Ids that a search finds."""
    with store.read() as session:
        return [hit.row_id for hit in search.find(session, text)]


NEW = "01930000-0000-7000-8000-00000000aa01"


def test_every_synced_table_and_column_stands_in_the_wire() -> None:
    for kind in synced_classes():
        table = wire.TABLES[kind.__tablename__]
        columns = {c.name: c for c in inspect(kind).columns if c.name != "id"}
        assert columns.keys() == table.columns.keys(), kind.__tablename__
        for name, column in columns.items():
            said = table.columns[name]
            if isinstance(column.type, Json):
                found = "json"
            else:
                found = {"str": "text", "int": "int", "bool": "bool", "date": "date"}[column.type.python_type.__name__]
            assert (said.kind, said.nullable) == (found, bool(column.nullable)), (kind.__tablename__, name)
    assert wire.TABLES.keys() == {kind.__tablename__ for kind in synced_classes()}


@pytest.mark.parametrize("table", wire.TABLES.values(), ids=lambda one: one.name)
def test_what_the_wire_names_of_a_table_is_there(table: wire.Table) -> None:
    members = [name for group in table.groups.values() for name in group]
    assert len(members) == len(set(members))
    assert set(members) | set(table.unique) | table.open_fields <= table.columns.keys()
    assert not table.void or table.group_of(table.void) == "void"
    assert set(table.policies) <= {table.group_of(name) for name in table.columns}


def test_a_row_from_elsewhere_is_there_and_found_and_makes_no_operation(store: Store) -> None:
    waiting = store.waiting()
    arrive(store, enterprise_row(NEW))
    assert one(store, NEW)["name"] == "江西宏远校具有限公司"
    assert hits(store, "jxhy") == [NEW]
    assert store.waiting() == waiting
    assert not verify(store).problems


def test_a_pending_field_stays_with_its_group_and_the_rest_is_taken(store: Store) -> None:
    row_id = make.enterprise(store, NINE, "甲家具有限公司")
    arrive(store, enterprise_row(row_id, notes="中心的备注"))
    assert one(store, row_id)["name"] == "甲家具有限公司"  # the insert still waits with every field it set
    with store.merge() as merge:
        merge.db.execute("UPDATE outbox SET state = 'acked'")
    with store.write(QUIET, "enterprise.change", NINE) as session:
        found = session.get_one(Enterprise, row_id)
        found.name = "乙家具有限公司"
        session.about("enterprises", row_id)
    arrive(store, enterprise_row(row_id, 6, order_key="zz", notes="中心的备注"))
    now_here = one(store, row_id)
    assert (now_here["name"], now_here["notes"]) == ("乙家具有限公司", "中心的备注")
    assert now_here["order_key"] != "zz"  # belongs to the name
    assert hits(store, "乙家具") == [row_id]


@pytest.mark.parametrize("kind", [one for one in synced_classes() if one.search_kind], ids=lambda one: one.__name__)
def test_a_table_names_the_columns_that_its_search_entry_looks_at(kind: type[Synced]) -> None:
    looked: set[str] = set()

    class Watched:
        voided_at = None

        def __getattribute__(self, name: str) -> Any:
            looked.add(name)
            columns = wire.TABLES[kind.__tablename__].columns
            return date(2026, 11, 25) if columns[name].kind == "date" else None if name == "voided_at" else "一"

    kind.search_entry(Watched())  # type: ignore[arg-type]
    assert looked == kind.searched


def test_a_change_that_is_not_searched_leaves_the_index_alone(store: Store) -> None:
    arrive(store, enterprise_row(NEW))
    with store.merge() as merge:
        merge.db.execute("UPDATE search_doc SET subtitle = '没动过'")
    arrive(store, enterprise_row(NEW, 8, notes="别的"))
    with store.read() as session:
        assert [hit.subtitle for hit in search.find(session, "jxhy")] == ["没动过"]
    arrive(store, enterprise_row(NEW, 9, notes="别的", name="江西宏大校具有限公司"))
    assert hits(store, "jxhd") == [NEW]


def test_states_and_sums_are_of_the_centres_image(store: Store) -> None:
    first, second = enterprise_row(NEW), enterprise_row(NEW[:-1] + "2", notes="二")
    arrive(store, first, second)
    changed = enterprise_row(NEW, 9, notes="改")
    arrive(store, changed)
    digests = [row_digest(row.tbl, row.id, row.fields) for row in (changed, second)]
    with store.read() as session:
        db = bare(session)
        assert applying.table_sum(db, "enterprises") == (2, sum(digests) % DIGEST_MODULUS)
        assert {v for b in checking.buckets(db, "enterprises").values() for v in (b,)} == {(1, d) for d in digests}


def test_a_row_of_an_older_structure_gets_the_defaults_of_columns_it_lacks(store: Store) -> None:
    visit = {
        "station_id": make.STATION, "day": "2026-11-23", "queue_day": "2026-11-23", "group": "A", "label": "KA001",
        "enterprise_name": "", "visitor": "张三", "phone": "", "priority": "", "remark": "", "services": ["NB"],
        "state": "等候", "arrived_at": NINE, "since": NINE,
    }  # fmt: skip
    arrive(store, Row("visits", NEW, 3, visit))
    with store.read() as session:
        sql = "SELECT given, calls, waited_ms, note, number FROM visits WHERE id = ?"
        assert bare(session).execute(sql, (NEW,)).fetchone() == ("{}", 0, 0, "", None)


def test_what_comes_in_bulk_is_found_a_little_later(store: Store) -> None:
    rows = [
        enterprise_row(f"{NEW[:-4]}{at:04x}", name="独家七星校具厂" if at == 7 else f"批量{at}号厂")
        for at in range(300)
    ]
    arrive(store, *rows)
    assert hits(store, "独家七星") == []
    assert not verify(store).problems
    while True:
        with store.merge() as merge:
            if not applying.index_some(merge):
                break
    assert hits(store, "独家七星") == [rows[7].id]
    assert not verify(store).problems


def test_a_reference_to_a_row_that_never_came_does_not_stop_the_rest(store: Store) -> None:
    contact = {"enterprise_id": NEW, "enterprise_name": "", "name": "李四", "phone": "", "role": "", "is_main": 0,
               "created_at": NINE}  # fmt: skip
    arrive(store, Row("contacts", NEW[:-1] + "9", 4, contact), enterprise_row(NEW[:-1] + "8"))
    with store.read() as session:
        assert bare(session).execute("SELECT count(*) FROM contacts").fetchone() == (1,)


def test_a_row_changed_by_hand_differs_after_rereading(store: Store) -> None:
    arrive(store, enterprise_row(NEW), enterprise_row(NEW[:-1] + "2"))
    said = {"enterprises": _said(store, "enterprises")}
    with sqlite3.connect(store.paths.database) as db:
        db.execute("UPDATE enterprises SET notes = '手改' WHERE id = ?", (NEW,))
        db.execute("DELETE FROM enterprises WHERE id = ?", (NEW[:-1] + "2",))
    db.close()
    with store.read() as session:
        assert checking.differing(bare(session), said) == []
    assert checking.reread(store, lambda _done, _total: None) == 2
    with store.read() as session:
        assert checking.differing(bare(session), said) == ["enterprises"]


def _said(store: Store, tbl: str) -> tuple[int, str]:
    with store.read() as session:
        count, total = applying.table_sum(bare(session), tbl)
    return count, f"{total:x}"


def test_a_snapshot_is_taken_page_by_page_and_offers_what_the_centre_lost(store: Store) -> None:
    arrive(store, enterprise_row(NEW, notes="只有这里还有"))
    with store.merge() as merge:
        books.ensure_lives(merge.db)
        books.say(merge.db, generation=1)
        books.begin_snapshot(merge.db)
    pages = [
        {"as_of": 40, "h": "hh", "rows": [_wire(enterprise_row(NEW[:-1] + "2"))], "after": "x", "more": True},
        {"as_of": 40, "h": "hh", "rows": [_wire(enterprise_row(NEW[:-1] + "3"))], "after": "y", "more": False},
    ]
    for page, last in zip(pages, (False, True), strict=True):
        with store.merge() as merge:
            assert copying.take_page(merge, page) is last
    with store.read() as session:
        db = bare(session)
        assert (books.number(db, "feed_base"), books.snapshot(db)) == (40, None)
        assert applying.table_sum(db, "enterprises")[0] == 2
    assert copying.offer(store, NINE) == 1
    assert copying.offer(store, NINE) == 0
    with store.read() as session:
        op = bare(session).execute("SELECT row_id, sets, hlc FROM outbox WHERE kind = 'rescue'").fetchone()
    assert (op[0], json.loads(op[1])["notes"]) == (NEW, "只有这里还有")
    assert op[2].startswith("0" * 15)
    assert not verify(store).problems


def test_a_row_that_was_to_be_offered_and_came_back_first_is_counted_once(store: Store) -> None:
    row = enterprise_row(NEW)
    arrive(store, row)
    with store.merge() as merge:
        copying.mark_to_offer(merge.db, "enterprises", [NEW])
        assert applying.table_sum(merge.db, "enterprises") == (0, 0)
        copying.mark_to_offer(merge.db, "enterprises", [NEW])
        assert applying.table_sum(merge.db, "enterprises") == (0, 0)
    arrive(store, row)
    with store.merge() as merge:
        expected = (1, row_digest(row.tbl, row.id, row.fields))
        assert applying.table_sum(merge.db, "enterprises") == expected
        applying.sum_anew(merge.db)
        assert applying.table_sum(merge.db, "enterprises") == expected
    assert copying.offer(store, NINE) == 0


def _wire(row: Row) -> dict[str, Any]:
    return {"t": row.tbl, "id": row.id, "v": row.ver, "f": row.fields}
