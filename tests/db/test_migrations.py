"""Databases of every earlier revision: what they become, and that nothing that was in them changes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from tests.store_fixtures import NINE
from zhangshu_desk.core import paths
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db import migrate, tables
from zhangshu_desk.db.base import Base
from zhangshu_desk.db.migrations import HEAD

assert tables.__all__, "so that they are known"
OLD = sorted((Path(__file__).parents[1] / "data" / "old").glob("desk-*.db.zst"))


def revision(file: Path) -> str:
    return file.name.removeprefix("desk-").removesuffix(".db.zst")


@pytest.fixture(params=OLD, ids=revision)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Paths:
    """A desk as an earlier revision left it."""
    where = paths.of(tmp_path / "old")
    paths.make(where)
    where.database.write_bytes(zstandard.ZstdDecompressor().decompress(request.param.read_bytes()))
    assert migrate.revision_of(where.database) == revision(request.param)
    return where


Structure = dict[str, tuple[set[Any], ...]]


def structure_of(db: sqlite3.Connection) -> Structure:
    """Columns and foreign keys of every table, in no order."""
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        name: (
            {row[1:] for row in db.execute("SELECT * FROM pragma_table_info(?)", (name,))},
            {row[2:] for row in db.execute("SELECT * FROM pragma_foreign_key_list(?)", (name,))},
        )
        for name in tables
    }


def indices_of(db: sqlite3.Connection) -> set[tuple[str, str]]:
    return set(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'"))


def rows(database: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours, in the order it was written."""
    found = {}
    with closing(sqlite3.connect(database)) as db:
        for name in Base.metadata.tables:
            if db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone():
                answer = db.execute(f'SELECT * FROM "{name}" ORDER BY rowid')  # noqa: S608 - names of ours
                columns = [one[0] for one in answer.description]
                found[name] = [dict(zip(columns, row, strict=True)) for row in answer]
    return found


def test_every_revision_becomes_what_a_new_desk_is(old: Paths, tmp_path: Path) -> None:
    fresh = paths.of(tmp_path / "fresh")
    paths.make(fresh)
    migrate.bring_up_to_date(fresh, NINE)
    migrate.bring_up_to_date(old, NINE)
    assert migrate.revision_of(old.database) == HEAD
    with closing(sqlite3.connect(old.database)) as ours, closing(sqlite3.connect(fresh.database)) as new:
        assert structure_of(ours) == structure_of(new)
        assert indices_of(ours) == indices_of(new)
    assert len(list(old.backups.glob("before-migration-*.db"))) == 1


def test_nothing_that_was_there_changes(old: Paths) -> None:
    before = rows(old.database)
    migrate.bring_up_to_date(old, NINE)
    after = rows(old.database)
    assert before["visits"], "there must be something to lose"
    for name, found in before.items():
        kept = [{key: row[key] for key in one} for one, row in zip(found, after[name], strict=True)]
        assert kept == found, name
    assert after["services"] == after["service_groups"] == []


def test_a_new_desk_has_the_tables_of_the_program(tmp_path: Path) -> None:
    fresh = paths.of(tmp_path / "fresh")
    paths.make(fresh)
    migrate.bring_up_to_date(fresh, NINE)
    with closing(sqlite3.connect(fresh.database)) as made, closing(sqlite3.connect(":memory:")) as said:
        for table in Base.metadata.sorted_tables:
            said.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))
        here, wanted = structure_of(made), structure_of(said)
        assert {name: here.get(name) for name in wanted} == wanted
