"""The store: transactions, capture, announcements, and what it says when the file is in trouble."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Float, Numeric, delete, insert, select, text, update

from tests import make
from tests.store_fixtures import NINE
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import DAY, FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.operations import operation_hash
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db import audit, sidefile
from zhangshu_desk.db.base import Base, synced_classes, synced_names
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.db.tables.accounts import Counter
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.tables.ledger import Audit, Outbox


def operations(store: Store) -> list[Outbox]:
    with store.read() as session:
        return list(session.scalars(select(Outbox).order_by(Outbox.seq)))


def test_the_file_is_opened_as_the_design_says(store: Store) -> None:
    with store.read() as session:
        connection = session.connection()
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 15_000,
        "query_only": 1,
    }


def test_a_new_row_is_one_operation_with_its_fields(store: Store) -> None:
    row_id = make.enterprise(store, NINE, credit_code="91360982000000019L")
    op = next(op for op in operations(store) if op.row_id == row_id)

    assert (op.tbl, op.kind, op.state, op.actor) == (
        "enterprises",
        "insert",
        "pending",
        make.SUPERVISOR.user_id,
    )
    assert op.sets["credit_code"] == "91360982000000019L"
    assert op.sets["created_at"] == NINE
    assert "voided_at" not in op.sets
    assert op.olds == {}


def test_a_change_captures_only_the_changed_field_with_its_old_value(store: Store) -> None:
    row_id = make.enterprise(store, NINE)
    before = len(operations(store))
    with store.write(make.CLERK, "enterprise.change", NINE + 1) as session:
        row = session.get_one(Enterprise, row_id)
        row.address, row.notes = "店下镇工业园109号", ""

    new = [op for op in operations(store)[before:] if op.tbl == "enterprises"]
    assert [(op.kind, op.sets, op.olds) for op in new] == [
        ("update", {"address": "店下镇工业园109号"}, {"address": ""})
    ]


def test_all_operations_of_one_act_share_its_transaction_and_the_chain_holds(store: Store) -> None:
    make.enterprise(store, NINE)
    ops = operations(store)

    assert [op.n for op in ops] == list(range(1, len(ops) + 1))
    with store.read() as session:
        rows = session.execute(text("SELECT * FROM outbox ORDER BY seq")).mappings().all()
    previous = ""
    for row in rows:
        assert row["prev_h"] == previous
        assert row["h"] == operation_hash(dict(row), row["prev_h"])
        previous = row["h"]
    assert len({op.tx for op in ops}) == 2  # set-up, enterprise
    assert sorted(op.hlc for op in ops) == [op.hlc for op in ops]


def test_nothing_remains_of_an_act_that_fails(store: Store) -> None:
    before = len(operations(store))

    def fail_half_way() -> None:
        with store.write(make.CLERK, "enterprise.add", NINE) as session:
            session.add(Enterprise(id=session.new_id(), name="半途", name_key="半途", created_at=NINE))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert len(operations(store)) == before
    with store.read() as session:
        assert session.scalars(select(Enterprise)).all() == []


def test_every_act_leaves_one_audit_entry_chained_to_the_last(store: Store) -> None:
    make.enterprise(store, NINE)
    with store.read() as session:
        entries = list(session.scalars(select(Audit).order_by(Audit.seq)))

    assert [(entry.seq, entry.act) for entry in entries] == [(1, "station.set_up"), (2, "enterprise.add")]
    assert entries[1].prev_h == entries[0].h
    assert entries[1].role == "站长"
    row = {name: getattr(entries[1], name) for name in audit.HASHED}
    assert entries[1].h == audit.entry_hash(entries[0].h, row)


def test_an_act_outside_the_role_is_refused_before_anything_happens(store: Store) -> None:
    with (
        pytest.raises(DeskError, match="站长") as refused,
        store.write(make.SUPERVISOR, "enterprise.void", NINE),
    ):
        raise DeskError("act.not_allowed", act="?", role="站长")
    assert refused.value.code == "act.not_allowed"
    with pytest.raises(DeskError) as refused, store.write(make.CLERK, "enterprise.void", NINE):
        pytest.fail("a clerk must not get here")
    assert str(refused.value) == "「窗口人员」不能做「作废企业」。请由有权限的人员登录后办理。"


def test_bulk_statements_on_synced_tables_are_bugs(store: Store) -> None:
    for statement in (
        update(Enterprise).values(notes="x"),
        insert(Enterprise),
        delete(Enterprise),
    ):
        with (
            pytest.raises(RuntimeError, match="bulk statement"),
            store.write(make.CLERK, "enterprise.change", NINE) as session,
        ):
            session.execute(statement)


def test_synced_rows_cannot_be_deleted(store: Store) -> None:
    row_id = make.enterprise(store, NINE)
    with (
        pytest.raises(RuntimeError, match="never deleted"),
        store.write(make.CLERK, "enterprise.change", NINE) as session,
    ):
        session.delete(session.get_one(Enterprise, row_id))


def test_a_reading_session_cannot_write(store: Store) -> None:
    with store.read() as session:
        session.add(Enterprise(id="x", name="x", name_key="x", created_at=0))
        with pytest.raises(RuntimeError, match="reading session"):
            session.flush()


def test_no_synced_table_changes_without_operations(store: Store) -> None:
    """The belt to the capture's braces: triggers see every row that changed, whoever changed it."""
    with closing(sqlite3.connect(store.paths.database)) as spy:
        spy.execute("CREATE TABLE spied (tbl TEXT, row_id TEXT)")
        for name in synced_names():
            for act in ("INSERT", "UPDATE"):
                spy.execute(
                    f"CREATE TRIGGER spy_{name}_{act} AFTER {act} ON {name} BEGIN"  # noqa: S608 - names of ours
                    f" INSERT INTO spied VALUES ('{name}', NEW.id); END"
                )
        spy.commit()
        before = len(operations(store))
        row_id = make.enterprise(store, NINE)
        with store.write(make.CLERK, "enterprise.change", NINE) as session:
            session.get_one(Enterprise, row_id).notes = "改"
        seen = {tuple(row) for row in spy.execute("SELECT tbl, row_id FROM spied")}
    assert seen == {(op.tbl, op.row_id) for op in operations(store)[before:]}
    assert len(seen) == 4  # enterprise, its name, two audit entries


def test_synced_tables_hold_no_floats() -> None:
    for kind in synced_classes():
        for column in kind.__table__.columns:
            assert not isinstance(column.type, Float | Numeric), f"{kind.__tablename__}.{column.name}"


def test_every_table_has_a_name_convention() -> None:
    assert len(Base.metadata.tables) > len(synced_names())


def test_who_listens_hears_of_touched_tables_after_the_commit(store: Store) -> None:
    heard: list[tuple[frozenset[str], int]] = []

    def listener(names: frozenset[str]) -> None:
        with store.read() as session:
            heard.append((names, len(session.scalars(select(Enterprise)).all())))

    store.listen(listener)
    make.enterprise(store, NINE)
    assert heard == [(frozenset({"enterprises", "enterprise_names", "audit"}), 1)]


def test_a_commit_of_another_process_is_noticed_but_not_our_own(store: Store) -> None:
    other = open_store(store.paths, NINE)
    make.enterprise(store, NINE)
    assert not store.changed_elsewhere()
    make.enterprise(other, NINE)
    assert store.changed_elsewhere()
    assert not store.changed_elsewhere()
    make.enterprise(other, NINE)
    make.enterprise(store, NINE)
    assert store.changed_elsewhere()
    other.close()


def test_it_knows_how_many_operations_wait(store: Store) -> None:
    before = store.waiting()
    make.enterprise(store, NINE)
    assert (before, store.waiting()) == (7, 10)  # station, 3 counters, 2 people, audit; enterprise, its name, audit


def test_writers_take_turns(store: Store) -> None:
    def work(number: int) -> None:
        for count in range(5):
            make.enterprise(store, NINE, name=f"{number}-{count}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ops = operations(store)
    assert [op.n for op in ops] == list(range(1, len(ops) + 1))
    with store.read() as session:
        assert len(session.scalars(select(Enterprise)).all()) == 20


def test_the_side_file_knows_the_newest_operation(store: Store) -> None:
    make.enterprise(store, NINE)
    side = sidefile.read(store.paths.side)
    newest = operations(store)[-1]
    assert side is not None
    assert (side.inc, side.n, side.h) == (store.incarnation, newest.n, newest.h)
    assert side.audit_seq == 2


def test_a_restored_database_starts_a_new_life(store: Store, tmp_path: Path) -> None:
    make.enterprise(store, NINE)
    store.close()
    shutil.copy(store.paths.database, tmp_path / "old.db")
    again = open_store(store.paths, NINE)
    first_life = again.incarnation
    assert again.findings == []
    make.enterprise(again, NINE)
    again.close()
    shutil.copy(tmp_path / "old.db", store.paths.database)

    restored = open_store(store.paths, NINE)
    assert [finding.code for finding in restored.findings] == ["store.restored"]
    assert restored.incarnation != first_life
    make.enterprise(restored, NINE)
    newest = operations(restored)[-1]
    assert newest.inc == restored.incarnation
    assert newest.n < 5
    restored.close()
    calm = open_store(store.paths, NINE)
    assert calm.findings == []
    assert calm.incarnation == restored.incarnation
    calm.close()


def test_a_database_from_another_machine_starts_a_new_life(store: Store) -> None:
    make.enterprise(store, NINE)
    store.close()
    side = sidefile.read(store.paths.side)
    assert side is not None
    sidefile.write(store.paths.side, sidefile.Side(side.inc, side.n, side.h, side.audit_seq, side.audit_h, "f" * 16))

    cloned = open_store(store.paths, NINE)
    assert [finding.code for finding in cloned.findings] == ["store.cloned"]
    cloned.close()


def test_a_clock_that_was_set_back_is_told_and_time_in_the_chain_still_ascends(store: Store) -> None:
    make.enterprise(store, NINE)
    store.close()
    yesterday = open_store(store.paths, NINE - DAY)
    assert [finding.code for finding in yesterday.findings] == ["store.clock_back"]
    make.enterprise(yesterday, NINE - DAY)
    hlcs = [op.hlc for op in operations(yesterday)]
    assert hlcs == sorted(hlcs)
    yesterday.close()


def test_a_refused_foreign_key_is_a_bug_not_a_refusal(store: Store, clerk: Actor, clock: FixedClock) -> None:
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError), store.write(clerk, "counter.open", clock.now()) as session:
        session.add(Counter(id=session.new_id(), station_id="nowhere", position=9, name="9号窗口"))


# -- files in trouble ---------------------------------------------------------------------------------------------


def test_garbage_is_refused_as_damaged_and_left_alone(where: Paths) -> None:
    where.data.mkdir(parents=True)
    where.database.write_bytes(b"this is no database " * 500)
    with pytest.raises(DeskError) as refused:
        open_store(where, NINE)
    assert refused.value.code == "store.damaged"
    assert where.database.read_bytes().startswith(b"this is no database")


def test_a_newer_database_is_refused_and_left_alone(store: Store) -> None:
    store.close()
    with closing(sqlite3.connect(store.paths.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = store.paths.database.read_bytes()
    with pytest.raises(DeskError, match="9999") as refused:
        open_store(store.paths, NINE)
    assert refused.value.code == "store.newer"
    assert store.paths.database.read_bytes() == before


def test_a_folder_where_the_database_should_be_is_named(where: Paths) -> None:
    where.database.mkdir(parents=True)
    with pytest.raises(DeskError) as refused:
        open_store(where, NINE)
    assert refused.value.code == "store.not_a_file"


def test_a_file_where_the_data_folder_should_be_is_named(where: Paths) -> None:
    where.data.write_text("x")
    with pytest.raises(DeskError) as refused:
        open_store(where, NINE)
    assert refused.value.code == "store.read_only"
    assert str(where.data) in str(refused.value)
