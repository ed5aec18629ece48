"""Backups on a real PostgreSQL: proved before they count, kept in number, and restored beside what was there."""

from __future__ import annotations

import stat
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, insert, select, text, update

from tests.server_ops.conftest import Cluster
from tests.store_fixtures import NINE
from zhangshu_desk.core.clock import DAY
from zhangshu_desk.core.errors import DeskError
from zhangshu_server import backups, pgtools
from zhangshu_server.database import make_engine
from zhangshu_server.pgtools import Place
from zhangshu_server.tables import backups as backups_table
from zhangshu_server.tables import feed_head, lives, sessions, sites

STATION = "01930000-0000-7000-8000-000000000001"


def fill(engine: Engine, n: int = 7) -> None:
    """A site and a life that is at operation `n`."""
    with engine.begin() as connection:
        connection.execute(insert(sites).values(id="s1", name="樟树金属家具产业园", created_at=NINE))
        connection.execute(insert(lives).values(station_id=STATION, inc="i1", n=n, h="aa"))
        connection.execute(update(feed_head).values(seq=41, h="bb"))
        connection.execute(insert(sessions).values(token_hash=b"x", login="a", csrf="c", made_at=NINE, used_at=NINE))


def durable(engine: Engine) -> int:
    """Up to which operation the station may forget."""
    with engine.connect() as connection:
        return int(connection.execute(select(lives.c.durable)).scalar_one())


def unchecked(_: str) -> None:
    """Any restored database will do."""


def test_a_backup_is_proved_and_makes_operations_durable(engine: Engine, state: Path, cluster: Cluster) -> None:
    fill(engine)
    before = cluster.databases()
    made = backups.make(engine, backups.folder_of(state), NINE)
    assert made.verified
    assert made.feed_seq == 41
    assert made.path.parent == state / "backups"
    assert made.bytes == made.path.stat().st_size > 1_000
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert durable(engine) == 7
    assert backups.last_verified(engine) == NINE
    assert cluster.databases() == before
    assert not list(made.path.parent.glob("*.partial"))


def test_only_what_the_dump_holds_becomes_durable(engine: Engine, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(engine)
    dump = pgtools.run

    def and_meanwhile(program: Path, arguments: list[str], place: Place | None = None) -> None:
        dump(program, arguments, place)
        if program.name == "pg_dump":
            with engine.begin() as connection:
                connection.execute(update(lives).values(n=9))

    monkeypatch.setattr(pgtools, "run", and_meanwhile)
    assert backups.make(engine, state, NINE).verified
    assert durable(engine) == 7


def test_a_dump_that_reads_back_differently_counts_for_nothing(
    engine: Engine, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine)
    load = backups._load

    def and_lose_a_row(place: Place, programs: Path, dump: Path) -> None:
        load(place, programs, dump)
        with place.connect() as connection:
            connection.execute("UPDATE lives SET h = 'other'")

    monkeypatch.setattr(backups, "_load", and_lose_a_row)
    with pytest.raises(DeskError, match="lives"):
        backups.make(engine, state, NINE)
    assert durable(engine) == 0
    assert backups.last_verified(engine) is None
    assert not list(state.iterdir())


def test_a_damaged_dump_counts_for_nothing(engine: Engine, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(engine)
    run = pgtools.run

    def and_cut(program: Path, arguments: list[str], place: Place | None = None) -> None:
        run(program, arguments, place)
        if program.name == "pg_dump":
            file = next(state.glob("*.partial"))
            file.write_bytes(file.read_bytes()[:-3_000])

    monkeypatch.setattr(pgtools, "run", and_cut)
    with pytest.raises(DeskError) as refused:
        backups.make(engine, state, NINE)
    assert refused.value.code == "centre.backup_unproved"
    assert durable(engine) == 0


def test_without_the_right_to_make_a_database_the_backup_is_kept_but_not_counted(
    cluster: Cluster, engine: Engine, database: str, state: Path
) -> None:
    fill(engine)
    cluster.execute("DROP ROLE IF EXISTS ops_plain")
    cluster.execute("CREATE ROLE ops_plain LOGIN IN ROLE pg_read_all_data, pg_write_all_data")
    with engine.begin() as connection:
        connection.execute(text("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ops_plain"))
    plain = make_engine(database.replace("postgres:@", "ops_plain:@"))
    try:
        with pytest.raises(DeskError) as refused:
            backups.make(plain, state, NINE)
    finally:
        plain.dispose()
        with engine.begin() as connection:
            connection.execute(text("DROP OWNED BY ops_plain"))
        cluster.execute("DROP ROLE ops_plain")
    assert refused.value.code == "centre.backup_no_scratch"
    assert len(list(state.glob("*.dump"))) == 1
    assert durable(engine) == 0
    assert backups.last_verified(engine) is None


def test_two_at_once_are_one(engine: Engine, state: Path) -> None:
    with backups._alone(Place.of(engine.url)), pytest.raises(DeskError) as refused:
        backups.make(engine, state, NINE)
    assert refused.value.code == "centre.backup_running"


def test_what_a_killed_run_left_is_cleared(engine: Engine, state: Path, cluster: Cluster) -> None:
    left = f"{Place.of(engine.url).database}_check_20261101000000"
    cluster.execute(f"CREATE DATABASE {left}")
    backups.make(engine, state, NINE)
    assert left not in cluster.databases()


def test_the_newest_fourteen_are_kept(engine: Engine, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "KEPT", 3)
    elsewhere = backups.make(engine, state / "elsewhere", NINE - DAY)
    made = [backups.make(engine, state / "backups", NINE + day * DAY).path for day in range(5)]
    assert [path.exists() for path in made] == [False, False, True, True, True]
    assert elsewhere.path.exists()
    with engine.connect() as connection:
        paths = set(connection.execute(select(backups_table.c.path)).scalars())
    assert paths == {str(path) for path in [*made[2:], elsewhere.path]}


def test_a_restored_centre_is_what_it_was_and_the_other_is_kept(
    cluster: Cluster, engine: Engine, database: str, state: Path
) -> None:
    fill(engine)
    made = backups.make(engine, state, NINE)
    with engine.begin() as connection:
        connection.execute(update(feed_head).values(seq=50))
    engine.dispose()

    inspected: list[str] = []
    restored = backups.restore(database, made.path, NINE + DAY, inspected.append)
    assert restored.feed_seq == 41
    assert len(inspected) == 1
    assert inspected[0] not in (database, "")
    with engine.connect() as connection:
        assert connection.execute(select(feed_head.c.seq)).scalar_one() == 41
        assert connection.execute(select(sites.c.name)).scalar_one() == "樟树金属家具产业园"
        assert not connection.execute(select(sessions)).all()
    assert restored.kept_as is not None
    with psycopg.connect(cluster.at(restored.kept_as).replace("+psycopg", "")) as former:
        assert former.execute("SELECT seq FROM feed_head").fetchone() == (50,)


def test_nothing_is_restored_while_somebody_is_connected(engine: Engine, database: str, state: Path) -> None:
    made = backups.make(engine, state, NINE)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(DeskError) as refused:
            backups.restore(database, made.path, NINE + DAY, unchecked)
    assert refused.value.code == "centre.restore_in_use"


def test_a_restore_that_is_refused_leaves_everything(
    cluster: Cluster, engine: Engine, database: str, state: Path
) -> None:
    made = backups.make(engine, state, NINE)
    engine.dispose()
    before = cluster.databases()
    broken = state / "broken.dump"
    broken.write_bytes(made.path.read_bytes()[:5_000])
    nonsense = state / "nonsense.dump"
    nonsense.write_bytes(b"nonsense")
    for file, code in (
        (broken, "centre.restore_unusable"),
        (nonsense, "centre.restore_unusable"),
        (state / "none.dump", "centre.restore_missing"),
    ):
        with pytest.raises(DeskError) as refused:
            backups.restore(database, file, NINE + DAY, unchecked)
        assert refused.value.code == code

    def refuse(_: str) -> None:
        raise DeskError("centre.restore_unusable", path="x", detail="y")

    with pytest.raises(DeskError):
        backups.restore(database, made.path, NINE + DAY, refuse)
    assert cluster.databases() == before


def test_a_password_is_not_in_a_command_line() -> None:
    place = Place.of("postgresql+psycopg://me:topsecret@db:5433/centre?sslmode=require")
    assert "topsecret" not in place.conninfo
    assert {"host=db", "port=5433", "user=me", "dbname=centre", "sslmode=require"} == set(place.conninfo.split())
    assert place.password == "topsecret"


def test_programs_are_never_older_than_the_server() -> None:
    assert pgtools._major(pgtools.programs(160_004)) in (16, 17, 18)
    assert pgtools._major(pgtools.programs(180_000)) == 18
    with pytest.raises(DeskError) as refused:
        pgtools.programs(990_000)
    assert refused.value.code == "centre.no_pg_dump"
