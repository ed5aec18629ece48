"""Backups: made while clerks write, verified, counted, put back; a damaged database is kept, never deleted."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests import make
from tests.store_fixtures import NINE
from zhangshu_desk.core.actors import SYSTEM
from zhangshu_desk.core.clock import DAY, HOUR, SECOND, FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db import backup, copies, sidefile
from zhangshu_desk.db.migrations import HEAD
from zhangshu_desk.db.store import Store, open_store


def enterprises(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM enterprises ORDER BY rowid")]


def refusal(where: Paths, file: Path, now: int = NINE) -> str:
    before = where.database.read_bytes() if where.database.exists() else b""
    with pytest.raises(DeskError) as refused:
        backup.restore(where, file, now)
    assert (where.database.read_bytes() if where.database.exists() else b"") == before
    assert not list(where.data.glob(".*"))
    assert str(refused.value)
    return refused.value.code


@pytest.fixture
def closed(store: Store) -> tuple[Paths, Path]:
    """A closed desk with firms 甲 and 乙, and its backup from before 乙."""
    make.enterprise(store, NINE, "甲")
    made = backup.make(store, NINE)
    make.enterprise(store, NINE + HOUR, "乙")
    store.close()
    return store.paths, made


def test_a_backup_is_one_private_file_with_everything(store: Store) -> None:
    make.enterprise(store, NINE, "甲")
    made = backup.make(store, NINE + 42 * SECOND)
    assert made == store.paths.backups / "desk-20261123-090042.db"
    assert [path.name for path in store.paths.backups.iterdir()] == [made.name]
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert enterprises(made) == ["甲"]
    assert copies.examine(made).revision == HEAD
    assert [path.name for path in store.paths.backups.iterdir()] == [made.name]


def test_a_backup_is_audited_after_it_was_verified(store: Store) -> None:
    made = backup.make(store, NINE, make.SUPERVISOR)
    with closing(store.connection()) as connection:
        row = connection.execute("SELECT act, actor_name, tbl, row_id FROM audit ORDER BY seq DESC").fetchone()
    assert row == ("backup.make", "站长01", "backup", made.name)


def test_two_backups_in_one_second_do_not_meet(store: Store) -> None:
    assert [backup.make(store, NINE).name for _ in range(2)] == ["desk-20261123-090000.db", "desk-20261123-090000-2.db"]


def test_clerks_write_while_a_backup_is_made(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "CHUNK", 1)
    for number in range(20):
        make.enterprise(store, NINE, f"firm {number}")
    stop = threading.Event()
    written: list[str] = []

    def write() -> None:
        while not stop.is_set():
            written.append(make.enterprise(store, NINE, f"late {len(written)}"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        sizes = [len(enterprises(backup.make(store, NINE + number * SECOND))) for number in range(4)]
    finally:
        stop.set()
        writer.join()
    assert sizes == sorted(sizes)
    assert sizes[0] >= 20
    assert len(written) > len(sizes)


def test_a_copy_that_reads_differently_does_not_count(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "examine", lambda file: copies.Content(HEAD, (0, ""), (0, "")))
    with pytest.raises(DeskError) as refused:
        backup.make(store, NINE)
    assert refused.value.code == "backup.unverified"
    assert not list(store.paths.backups.iterdir())


def test_a_damaged_page_is_found_before_the_copy_counts(store: Store) -> None:
    for number in range(300):
        make.enterprise(store, NINE, f"firm {number}")
    store.close()
    with store.paths.database.open("r+b") as file:
        file.seek(4096 * 60 + 8)
        file.write(b"\xff" * 4096 * 3)
    with pytest.raises(DeskError) as refused:
        backup.make(store, NINE)
    assert refused.value.code in ("backup.unverified", "store.damaged")
    assert not list(store.paths.backups.iterdir())


def test_once_a_day_and_so_many_are_kept(store: Store, clock: FixedClock) -> None:
    foreign = store.paths.backups / "before-migration-20200101-000000.db"
    store.paths.backups.mkdir()
    foreign.touch()
    assert backup.latest(store.paths) is None
    made = []
    for _ in range(5):
        made.append(backup.daily(store, SYSTEM, 3, clock.now()))
        assert backup.daily(store, SYSTEM, 3, clock.forward(HOUR)) is None
        clock.forward(DAY - HOUR)
    assert [one.path for one in backup.listing(store.paths)] == made[:1:-1]
    newest = backup.latest(store.paths)
    assert newest is not None
    assert (newest.at, newest.size) == (clock.now() - DAY, newest.path.stat().st_size)
    assert foreign.exists()


def test_the_newest_backup_is_never_pruned(store: Store) -> None:
    made = backup.make(store, NINE)
    assert backup.prune(store.paths, 0) == ()
    assert made.exists()


def test_too_little_space_is_said_before_anything_is_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1 << 30, 1 << 30, 4096))
    with pytest.raises(DeskError, match=r"需要约 1 MB.*只剩 1 MB"):
        backup.make(store, NINE)
    assert not list(store.paths.backups.iterdir())


def test_restoring_brings_the_old_state_and_keeps_the_replaced_one(closed: tuple[Paths, Path]) -> None:
    where, made = closed
    kept = backup.restore(where, made, NINE + 2 * HOUR)
    assert kept == where.damaged / "replaced-20261123-110000"
    assert enterprises(kept / "desk.db") == ["甲", "乙"]
    assert enterprises(where.database) == ["甲"]
    assert made.exists()
    assert not list(where.data.glob(".*"))


def test_a_restored_desk_begins_a_new_incarnation(closed: tuple[Paths, Path]) -> None:
    where, made = closed
    side = sidefile.read(where.side)
    backup.restore(where, made, NINE + 2 * HOUR)
    store = open_store(where, NINE + 2 * HOUR)
    assert side is not None
    assert store.incarnation != side.inc
    assert [finding.code for finding in store.findings] == ["store.restored"]
    make.enterprise(store, NINE + 2 * HOUR, "丙")
    with closing(store.connection()) as connection:
        rows = connection.execute("SELECT inc, n, prev_h FROM outbox WHERE inc = ?", (store.incarnation,)).fetchall()
    assert [(n, bool(prev)) for _, n, prev in rows] == [(n, n > 1) for n in range(1, len(rows) + 1)]
    store.close()
    again = open_store(where, NINE + 2 * HOUR)
    assert again.findings == []
    again.close()


def test_restoring_the_newest_state_is_still_one_life(store: Store) -> None:
    made = backup.make(store, NINE)
    store.close()
    backup.restore(store.paths, made, NINE)
    again = open_store(store.paths, NINE)
    assert [finding.code for finding in again.findings] == ["store.restored"]  # the entry on the backup itself is gone
    again.close()


def test_restoring_into_an_empty_place(closed: tuple[Paths, Path], where: Paths, tmp_path: Path) -> None:
    elsewhere = Paths(tmp_path / "new", tmp_path / "new" / "state")
    assert backup.restore(elsewhere, closed[1], NINE) is None
    assert enterprises(elsewhere.database) == ["甲"]


def test_a_killed_desks_log_does_not_leak_into_the_restored_database(where: Paths, store: Store) -> None:
    make.enterprise(store, NINE, "甲")
    made = backup.make(store, NINE)
    store.close()
    program = (
        "import os; from pathlib import Path; from tests import make; from zhangshu_desk.core import paths\n"
        "from zhangshu_desk.db.store import open_store\n"
        f"store = open_store(paths.of(Path({str(where.data)!r})), {NINE})\n"
        f"make.enterprise(store, {NINE}, '乙')\n"
        "os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", program], check=False, cwd=Path(__file__).parents[2])
    assert Path(f"{where.database}-wal").stat().st_size
    kept = backup.restore(where, made, NINE)
    assert enterprises(where.database) == ["甲"]
    assert kept is not None
    assert enterprises(kept / "desk.db") == ["甲", "乙"]
    assert copies.examine(where.database)


def test_nothing_is_replaced_while_somebody_has_it_open(closed: tuple[Paths, Path]) -> None:
    where, made = closed
    store = open_store(where, NINE)
    with pytest.raises(DeskError) as refused:
        backup.restore(where, made, NINE)
    assert refused.value.code == "backup.in_use"
    store.close()
    assert enterprises(where.database) == ["甲", "乙"]
    assert not where.damaged.exists()


def test_files_that_are_no_backup_are_refused(closed: tuple[Paths, Path], tmp_path: Path) -> None:
    where, made = closed
    text, empty, other, torn, newer = (tmp_path / name for name in ("a.txt", "b.db", "c.db", "d.db", "e.db"))
    text.write_text("not a database " * 500)
    empty.touch()
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE t (x)")
    torn.write_bytes(made.read_bytes()[: made.stat().st_size // 2])
    shutil.copy(made, newer)
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert [refusal(where, file) for file in (text, empty, other, torn)] == ["backup.unusable"] * 4
    assert refusal(where, newer) == "backup.newer"
    assert refusal(where, tmp_path / "nowhere.db") == "backup.missing"
    assert refusal(where, tmp_path) == "backup.missing"


def test_a_copied_database_with_its_log_can_be_restored(store: Store, tmp_path: Path) -> None:
    make.enterprise(store, NINE, "甲")
    stick = tmp_path / "stick"
    stick.mkdir()
    for path in (store.paths.database, Path(f"{store.paths.database}-wal")):
        shutil.copy(path, stick)
    store.close()
    backup.restore(store.paths, stick / "desk.db", NINE)
    assert enterprises(store.paths.database) == ["甲"]


def test_a_damaged_database_is_kept_as_it_lies_when_a_backup_replaces_it(closed: tuple[Paths, Path]) -> None:
    where, made = closed
    where.database.write_bytes(b"garbage" * 1000)
    with pytest.raises(DeskError) as refused:
        open_store(where, NINE)
    assert refused.value.code == "store.damaged"
    kept = backup.restore(where, made, NINE)
    assert kept is not None
    assert (kept / "desk.db").read_bytes() == b"garbage" * 1000
    assert enterprises(where.database) == ["甲"]


def test_a_damaged_database_is_moved_aside_whole(closed: tuple[Paths, Path]) -> None:
    where, _ = closed
    where.database.write_bytes(b"garbage")
    log = Path(f"{where.database}-wal")
    log.write_bytes(b"log")
    folders = [backup.recover_aside(where, NINE)]
    assert {path.name: path.read_bytes() for path in folders[0].iterdir()} == {
        "desk.db": b"garbage",
        "desk.db-wal": b"log",
    }
    assert not where.database.exists()
    assert not log.exists()
    fresh = open_store(where, NINE)
    assert [finding.code for finding in fresh.findings] == []
    fresh.close()
    folders.append(backup.recover_aside(where, NINE))
    assert [folder.name for folder in folders] == ["desk-20261123-090000", "desk-20261123-090000-2"]
