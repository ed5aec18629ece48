"""Who this centre is, and which epoch of its database: a new one begins when the database was restored."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from zhangshu_desk.core.failpoints import reach
from zhangshu_desk.core.files import write_atomic
from zhangshu_desk.core.ids import new_id
from zhangshu_server import database, notices
from zhangshu_server.database import Connection

FILE = "epoch"
_LOCK = 0x65706F63
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Identity:
    """This centre (`server_id`, for ever) and the epoch of its database."""

    server_id: str
    epoch: str


def agree(engine: Engine, state_dir: Path, now: int) -> Identity:
    """Compare the epoch in the database with the file outside of it; a difference means that one was restored.

    Then a new epoch is written to both and a notice is kept. A centre without a file and without a feed is new.
    """
    state_dir.mkdir(parents=True, exist_ok=True)
    path = state_dir / FILE
    with database.push_transaction(engine) as connection:
        database.run(connection, "SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        facts = {one.key: one.value for one in database.rows(connection, "SELECT key, value FROM facts")}
        here = facts["epoch"]
        there = path.read_text(encoding="ascii", errors="replace").strip() if path.exists() else ""
        if there != here:
            fresh = not there and not database.row(connection, "SELECT seq FROM feed_head WHERE id = 1").seq
            if not fresh:
                here = _begin(connection, here, there, now)
            write_atomic(path, here.encode(), private=True)
            reach("server.epoch.after_file")
        return Identity(facts["server_id"], here)


def _begin(connection: Connection, here: str, there: str, now: int) -> str:
    epoch = new_id(now)
    database.run(connection, "UPDATE facts SET value = %s WHERE key = 'epoch'", [epoch])
    notices.keep(connection, "", "server_restored", {"database": here, "file": there, "epoch": epoch}, now)
    _log.info("a new epoch begins: database and state folder are not of the same moment")
    return epoch
