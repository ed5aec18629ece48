"""What people did at the centre: a log in which each entry holds the hash of the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from zhangshu_desk.core.operations import canonical
from zhangshu_server.tables import centre_acts

COMMAND_LINE = "command-line"
"""Login under which acts of the `zhangshu-server` command are kept."""
_LOCK = 7_201  # pg_advisory_xact_lock: entries are written one after the other

ACTS = frozenset(
    {
        "admin.add",
        "admin.password",
        "admin.log_in",
        "admin.log_in_failed",
        "admin.locked",
        "admin.log_out",
        "station.code",
        "station.revoke",
        "station.reinstate",
        "notice.seen",
        "backup.make",
        "backup.restore",
        "exchange.take",
        "services.load",
        "services.reset",
    }
)
"""Everything one can do here; in words in `resources/i18n/centre.toml`."""


@dataclass(frozen=True)
class Entry:
    """One entry of the log; `at` in ms UTC."""

    id: int
    at: int
    login: str
    act: str
    facts: Mapping[str, object]


def record(connection: Connection, login: str, act: str, facts: Mapping[str, object], now: int) -> None:
    """Write one entry, in the caller's transaction.

    Args:
        act: one of `ACTS`.
        facts: what it was about; no personal data, no secrets.
        now: ms UTC.
    """
    if act not in ACTS:
        raise ValueError(f"unknown act {act}")
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = select(centre_acts.c.h).order_by(centre_acts.c.id.desc()).limit(1)
    prev_h = connection.execute(last).scalar() or ""
    body = dict(facts)
    h = _hash(prev_h, now, login, act, body)
    connection.execute(centre_acts.insert().values(at=now, login=login, act=act, facts=body, prev_h=prev_h, h=h))


def recent(connection: Connection, limit: int) -> list[Entry]:
    """The latest entries, newest first."""
    rows = connection.execute(select(centre_acts).order_by(centre_acts.c.id.desc()).limit(limit))
    return [Entry(row.id, row.at, row.login, row.act, row.facts) for row in rows]


def count(connection: Connection) -> int:
    """How many entries there are."""
    return connection.execute(select(func.count()).select_from(centre_acts)).scalar_one()


def broken(connection: Connection) -> list[int]:
    """The ids of entries that were changed, or do not follow the one before them."""
    found, prev_h = [], ""
    in_order = select(centre_acts).order_by(centre_acts.c.id).execution_options(yield_per=1_000)
    for row in connection.execute(in_order):
        if row.prev_h != prev_h or row.h != _hash(row.prev_h, row.at, row.login, row.act, row.facts):
            found.append(row.id)
        prev_h = row.h
    return found


def _hash(prev_h: str, at: int, login: str, act: str, facts: Mapping[str, object]) -> str:
    return hashlib.sha256((prev_h + canonical([at, login, act, dict(facts)])).encode()).hexdigest()
