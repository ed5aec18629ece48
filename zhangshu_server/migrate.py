"""Bringing the centre's database up to the structure this program knows; several workers may start at once."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text

from zhangshu_desk.core.errors import DeskError
from zhangshu_server.migrations import HEAD

_LOCK = 0x7A68616E  # advisory lock: one migration at a time


def revision_of(engine: Engine) -> str:
    """The structure of the database, empty when it has none yet."""
    with engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str:
    if not connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL")):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def bring_up_to_date(engine: Engine) -> None:
    """Migrate if due, all in one transaction.

    Raises:
        DeskError: `centre.newer` when a newer program wrote the database (nothing is touched).
    """
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = _revision(connection)
        if found > HEAD:
            raise DeskError("centre.newer", found=found, known=HEAD)
        if found != HEAD:
            _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "zhangshu_server:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
