"""Verification: a clean desk is clean, and whatever was done to the file by hand is found."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests import make
from tests.store_fixtures import NINE
from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.core.errors import sentences
from zhangshu_desk.core.operations import HASHED, operation_hash
from zhangshu_desk.db import audit, sidefile
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.verify import verify
from zhangshu_desk.db.verify.report import MOST_PER_CODE


@pytest.fixture
def worked(store: Store) -> Store:
    """A desk with five acts after its set-up; the last two change the first firm."""
    first = make.enterprise(store, NINE, "江西锦湖保险设备集团有限公司", credit_code="91360982000000019L")
    make.enterprise(store, NINE + MINUTE, "乙")
    make.enterprise(store, NINE + 2 * MINUTE, "丙")
    for minute, notes in ((3, "重点企业"), (4, "")):
        with store.write(make.CLERK, "enterprise.change", NINE + minute * MINUTE) as session:
            session.get_one(Enterprise, first).notes = notes
            session.about("enterprises", first)
    return store


def found(store: Store) -> set[str]:
    """The codes of all problems; each has a sentence that names all its facts."""
    report = verify(store)
    assert set(report.counts) == {problem.code for problem in report.problems}
    assert all("〔" not in str(problem) for problem in report.problems)
    return set(report.counts)


def by_hand(store: Store, *statements: str) -> None:
    """Change the file behind the program's back."""
    with closing(sqlite3.connect(store.paths.database)) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement
        connection.commit()


def one(store: Store, query: str) -> tuple[object, ...]:
    with closing(sqlite3.connect(store.paths.database)) as connection:
        row: tuple[object, ...] = connection.execute(query).fetchone()
        return row


def test_a_desk_at_work_is_clean(worked: Store) -> None:
    report = verify(worked)
    assert report.problems == ()
    assert report.counts == {}
    assert report.checked == {"audit": 6, "operations": 20, "transactions": 6, "rows": 18, "search": 3, "lives": 1}


def test_a_new_desk_is_clean(bare_store: Store) -> None:
    assert found(bare_store) == set()


def test_it_stays_clean_over_reopening_and_a_new_life(worked: Store) -> None:
    worked.close()
    worked.paths.side.write_text(worked.paths.side.read_text().replace('"machine": "', '"machine": "other'))
    again = open_store(worked.paths, NINE)
    make.enterprise(again, NINE, "丁")
    assert found(again) == {"store.cloned"}
    again.close()
    later = open_store(worked.paths, NINE)
    assert found(later) == set()
    later.close()


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        ("UPDATE audit SET note = 'x' WHERE seq = 3", {"verify.audit_changed", "verify.row_changed"}),
        ("UPDATE audit SET at = at + 1 WHERE seq = 6", {"verify.audit_changed", "verify.row_changed"}),
        ("DELETE FROM audit WHERE seq = 3", {"verify.audit_missing", "verify.tx_unaudited", "verify.row_missing"}),
        ("DELETE FROM audit WHERE seq = 6", {"verify.audit_tail", "verify.tx_unaudited", "verify.row_missing"}),
        ("DELETE FROM audit WHERE seq >= 4", {"verify.audit_tail", "verify.tx_unaudited", "verify.row_missing"}),
        ("UPDATE outbox SET olds = '{\"notes\":\"x\"}' WHERE kind = 'update'", {"verify.outbox_changed"}),
        ("UPDATE outbox SET actor = 'x' WHERE n = 4", {"verify.outbox_changed"}),
        ("UPDATE outbox SET state = 'acked'", set()),
        ("UPDATE enterprises SET address = '别处' WHERE name = '乙'", {"verify.row_changed"}),
        ("UPDATE counters SET active = 0 WHERE position = 1", {"verify.row_changed"}),
        ("UPDATE users SET role = '站长' WHERE login = 'clerk'", {"verify.row_changed"}),
        ("UPDATE enterprises SET founded_on = '2020-01-01' WHERE name = '乙'", {"verify.row_changed"}),
        ("DELETE FROM enterprise_names", {"verify.row_missing"}),
        (
            "INSERT INTO import_runs (id, at, tx, file_name, counts) VALUES ('x', 1, 'x', 'x', '{}')",
            {"verify.row_unknown"},
        ),
        ("DELETE FROM search_doc WHERE title = '乙'", {"verify.search"}),
        ("UPDATE search_doc SET title = 'x' WHERE title = '乙'", {"verify.search"}),
        (
            "INSERT INTO search_doc (kind, row_id, title, subtitle, source) VALUES ('ticket', 'x', 'x', 'x', 'x')",
            {"verify.search_extra"},
        ),
        (
            "UPDATE enterprise_names SET enterprise_id = 'nobody' WHERE name = '乙'",
            {"verify.foreign_key", "verify.row_changed"},
        ),
    ],
)
def test_a_change_by_hand_is_found(worked: Store, statement: str, codes: set[str]) -> None:
    by_hand(worked, statement)
    assert found(worked) == codes


def test_a_deleted_operation_in_the_middle_is_found(worked: Store) -> None:
    (n,) = one(worked, "SELECT n FROM outbox WHERE tbl = 'enterprises' AND kind = 'update' LIMIT 1")
    by_hand(worked, f"DELETE FROM outbox WHERE n = {n}")  # noqa: S608
    assert found(worked) == {"verify.outbox_missing", "verify.tx_differs"}
    assert verify(worked).problems[0].facts == {"first": n, "last": n}


def test_deleted_newest_operations_are_found(worked: Store) -> None:
    by_hand(worked, "DELETE FROM outbox WHERE n = (SELECT max(n) FROM outbox)")
    assert found(worked) == {"verify.outbox_tail", "verify.tx_differs", "verify.row_unknown"}
    by_hand(worked, "DELETE FROM outbox WHERE tx = (SELECT tx FROM audit WHERE seq = 6)")
    assert found(worked) == {
        "verify.outbox_tail",
        "verify.audit_alone",
        "verify.row_changed",
        "verify.row_unknown",
    }


def test_an_act_taken_out_of_both_books_is_found(worked: Store) -> None:
    by_hand(
        worked,
        "DELETE FROM outbox WHERE tx = (SELECT tx FROM audit WHERE seq = 6)",
        "DELETE FROM audit WHERE seq = 6",
        "UPDATE enterprises SET notes = '重点企业' WHERE credit_code <> ''",
    )
    assert found(worked) == {"verify.outbox_tail", "verify.audit_tail"}
    worked.close()
    again = open_store(worked.paths, NINE)
    assert found(again) == {"store.restored"}
    again.close()
    later = open_store(worked.paths, NINE)  # the trace of it stays in the log itself
    report = verify(later)
    assert (report.problems, report.checked["lives"]) == ((), 2)
    assert one(later, "SELECT act, note FROM audit ORDER BY seq DESC") == (
        "station.recover",
        "本机曾记到审计第 6 条，数据库里到第 5 条",
    )
    later.close()


def test_an_emptied_outbox_is_found(worked: Store) -> None:
    by_hand(worked, "DELETE FROM outbox")
    assert found(worked) == {"verify.outbox_tail", "verify.audit_alone", "verify.row_unknown"}


@pytest.mark.parametrize("column", ["seq", "n"])
def test_swapped_operations_are_found(worked: Store, column: str) -> None:
    by_hand(
        worked,
        f"UPDATE outbox SET {column} = -{column} WHERE {column} IN (8, 9)",  # noqa: S608
        f"UPDATE outbox SET {column} = 17 + {column} WHERE {column} < 0",  # noqa: S608
    )
    expected = "verify.outbox_order" if column == "seq" else "verify.outbox_changed"
    assert expected in found(worked)


def test_swapped_entries_are_found(worked: Store) -> None:
    by_hand(worked, "UPDATE audit SET seq = -seq WHERE seq IN (3, 4)", "UPDATE audit SET seq = 7 + seq WHERE seq < 0")
    assert found(worked) == {"verify.audit_changed", "verify.audit_order", "verify.row_changed"}
    assert verify(worked).counts["verify.audit_changed"] == 2


def test_an_entry_forged_with_its_hash_breaks_the_next_link(worked: Store) -> None:
    _forge_entry(worked, 3)
    assert found(worked) == {"verify.audit_order", "verify.row_changed"}


def test_a_newest_entry_forged_with_its_hash_differs_from_the_side_file(worked: Store) -> None:
    _forge_entry(worked, 6)
    assert found(worked) == {"verify.audit_rewritten", "verify.row_changed"}


def _forge_entry(store: Store, seq: int) -> None:
    columns = (*audit.HASHED, "prev_h")
    values = one(store, f"SELECT {', '.join(columns)} FROM audit WHERE seq = {seq}")  # noqa: S608
    entry = dict(zip(columns, values, strict=True)) | {"note": "nothing happened"}
    h = audit.entry_hash(str(entry["prev_h"]), entry)
    by_hand(store, f"UPDATE audit SET note = 'nothing happened', h = '{h}' WHERE seq = {seq}")  # noqa: S608


def test_operations_forged_with_their_hashes_to_the_end_differ_from_the_side_file(worked: Store) -> None:
    with closing(sqlite3.connect(worked.paths.database)) as connection:
        columns = (*HASHED, "prev_h", "h")
        rows = connection.execute(f"SELECT {', '.join(columns)} FROM outbox ORDER BY n").fetchall()  # noqa: S608
        h = ""
        for values in rows:
            row = dict(zip(columns, values, strict=True)) | {"prev_h": h, "actor": "somebody else"}
            h = operation_hash(row, row["prev_h"])
            changes = (row["actor"], row["prev_h"], h, row["n"])
            connection.execute("UPDATE outbox SET actor = ?, prev_h = ?, h = ? WHERE n = ?", changes)
        connection.commit()
    assert found(worked) == {"verify.outbox_rewritten", "verify.tx_differs"}


def test_a_side_file_that_is_behind_proves_nothing(worked: Store) -> None:
    make.enterprise(worked, NINE, "丁")
    side = sidefile.read(worked.paths.side)
    assert side is not None
    behind = json.loads(worked.paths.side.read_text())
    n, h = one(worked, "SELECT n, h FROM outbox WHERE n = 12")
    audit_seq, audit_h = one(worked, "SELECT seq, h FROM audit WHERE seq = 3")
    behind |= {"n": n, "h": h, "audit_seq": audit_seq, "audit_h": audit_h}
    worked.paths.side.write_text(json.dumps(behind))
    assert found(worked) == set()
    worked.paths.side.unlink()
    assert found(worked) == set()


def test_a_damaged_page_is_told_not_raised(worked: Store) -> None:
    for number in range(200):
        make.enterprise(worked, NINE + 5 * MINUTE + number, f"firm {number}")
    worked.close()
    file = worked.paths.database
    content = bytearray(file.read_bytes())
    for page in range(30, len(content) // 4096, 7):
        content[page * 4096 : page * 4096 + 512] = b"\xff" * 512
    Path(file).write_bytes(content)
    assert "verify.integrity" in found(worked)


def test_many_problems_of_a_kind_are_counted_but_not_all_told(worked: Store) -> None:
    for number in range(MOST_PER_CODE):
        make.enterprise(worked, NINE + 5 * MINUTE + number, f"firm {number}")
    by_hand(worked, "UPDATE enterprises SET region = 'x'")
    report = verify(worked)
    assert report.counts == {"verify.row_changed": MOST_PER_CODE + 3}
    assert len(report.problems) == MOST_PER_CODE


def test_progress_is_told_and_can_end_it(worked: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhangshu_desk.db.verify.report._STEP", 10)
    told: list[tuple[int, int]] = []
    verify(worked, lambda done, total: told.append((done, total)))
    assert told == [(10, 49), (20, 49), (30, 49), (40, 49)]

    def cancel(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(worked, cancel)


def test_every_problem_has_its_sentence() -> None:
    assert {code for code in sentences() if code.startswith("verify.")}
