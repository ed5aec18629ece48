"""A real PostgreSQL for these tests: one server per run, one database per test."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, make_url

from zhangshu_server import embedded
from zhangshu_server.database import make_engine
from zhangshu_server.migrate import bring_up_to_date

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL: `url` of its database `zhangshu`."""

    url: str

    def at(self, database: str) -> str:
        """The URL of another database of it."""
        return make_url(self.url).set(database=database).render_as_string(hide_password=False)

    def execute(self, sql: str) -> None:
        """Run a statement that must stand outside transactions."""
        with psycopg.connect(self.at("postgres").replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(sql.encode())

    def databases(self) -> set[str]:
        """The names of its databases."""
        with psycopg.connect(self.at("postgres").replace("+psycopg", "")) as connection:
            return {str(row[0]) for row in connection.execute("SELECT datname FROM pg_database")}


@contextmanager
def folder_for_postgres() -> Iterator[Path]:
    """A folder that PostgreSQL's own account can reach: pytest closes its folders to everybody else at every start."""
    with tempfile.TemporaryDirectory(prefix="zhangshu-ops-", ignore_cleanup_errors=True) as made:
        yield Path(made)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The PostgreSQL of the run, with a migrated database `ops_template`."""
    with folder_for_postgres() as folder, embedded.running(folder) as found:
        made = Cluster(found.url)
        # what is lost in a power cut matters to nobody here, waiting for the disk does
        made.execute("ALTER SYSTEM SET fsync = off")
        made.execute("SELECT pg_reload_conf()")
        made.execute("CREATE DATABASE ops_template")
        engine = make_engine(made.at("ops_template"))
        bring_up_to_date(engine)
        engine.dispose()
        yield made


@contextmanager
def fresh_database(cluster: Cluster) -> Iterator[str]:
    """The URL of a fresh database with all tables; it and what was made beside it are dropped."""
    name = f"ops_{next(_numbers)}"
    cluster.execute(f"CREATE DATABASE {name} TEMPLATE ops_template")
    yield cluster.at(name)
    for one in cluster.databases():
        if one == name or one.startswith(f"{name}_"):
            cluster.execute(f'DROP DATABASE "{one}" WITH (FORCE)')


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    """The URL of a fresh database with all tables."""
    with fresh_database(cluster) as url:
        yield url


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """An engine on that database."""
    made = make_engine(database)
    yield made
    made.dispose()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """An empty state directory."""
    made = tmp_path / "state"
    made.mkdir()
    return made
