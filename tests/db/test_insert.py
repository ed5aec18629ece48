"""Writing a new row past the unit of work: the same row, operation and search entry as through it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import inspect, select

from tests import make
from tests.store_fixtures import NINE
from zhangshu_desk.db import search
from zhangshu_desk.db.base import Synced
from zhangshu_desk.db.capture import insert
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.ledger import Outbox
from zhangshu_desk.db.tables.reception import Visit


def visit(number: int) -> Visit:
    """A visit with every sort of field, some left to their defaults."""
    return Visit(
        id=f"01930000-0000-7000-8000-00009000{number:04d}",
        station_id=make.STATION,
        day=date(2026, 11, 23),
        queue_day=date(2026, 11, 23),
        group="A",
        number=number,
        label=f"A{number:03d}",
        enterprise_id=None,
        enterprise_name="江西𠮷祥家具有限公司",
        visitor="张三",
        phone="",
        priority="",
        appointment_at=None,
        remark="它说\"好\"\n'行'",
        services=["NB", "JL"],
        state="等候",
        arrived_at=NINE,
        since=NINE,
    )


def kept(store: Store, row_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """(the row, the fields of its operation)."""
    with store.read() as session:
        row = session.get_one(Visit, row_id)
        operation = session.scalars(select(Outbox).where(Outbox.row_id == row_id)).one()
        names = [one.key for one in inspect(Visit).column_attrs]
        return {name: getattr(row, name) for name in names}, {"kind": operation.kind, **operation.sets}


def test_it_writes_what_the_unit_of_work_writes(store: Store) -> None:
    with store.write(make.CLERK, "visit.register", NINE) as session:
        session.add(visit(1))
        session.flush()
        session.insert(visit(2))
    (one, one_operation), (other, other_operation) = kept(store, visit(1).id), kept(store, visit(2).id)

    own = {"id", "number", "label"}
    assert {k: v for k, v in one.items() if k not in own} == {k: v for k, v in other.items() if k not in own}
    assert {k: v for k, v in one_operation.items() if k not in own} == {
        k: v for k, v in other_operation.items() if k not in own
    }
    assert other["given"] == {}
    assert other["calls"] == 0


def test_it_is_found_and_announced(store: Store) -> None:
    heard: list[frozenset[str]] = []
    store.listen(heard.append)
    with store.write(make.CLERK, "visit.register", NINE) as session:
        session.insert(visit(7))
    with store.read() as session:
        assert [hit.row_id for hit in search.find(session, "A007")] == [visit(7).id]
    assert "visits" in heard[0]


def test_the_row_has_its_defaults_at_once(store: Store) -> None:
    row = visit(3)
    with store.write(make.CLERK, "visit.register", NINE) as session:
        session.insert(row)
        assert (row.calls, row.given, row.note) == (0, {}, "")


def test_a_reading_session_does_not_insert(store: Store) -> None:
    with store.read() as session, pytest.raises(AssertionError, match="asked to write"):
        insert(session, visit(4))


def test_every_synced_table_can_be_inserted_so() -> None:
    from zhangshu_desk.db.base import synced_classes
    from zhangshu_desk.db.capture import _insertion

    for kind in synced_classes():
        assert issubclass(kind, Synced)
        assert _insertion(kind)[0].startswith(f"INSERT INTO {kind.__tablename__} (")
