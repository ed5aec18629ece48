"""Who may call a visit: one station gets it for half a minute, the others are told who has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zhangshu_desk.core.clock import SECOND
from zhangshu_server import database
from zhangshu_server.database import Connection
from zhangshu_server.merging import Claim
from zhangshu_server.stations import Station

LIFE = 30 * SECOND
_CALLABLE = frozenset({"等候", "挂起", "过号"})
"""States of a visit that nobody is attending to (`reception.rules.states`)."""


def claim(connection: Connection, station: Station, visit: str, actor: str, counter: str, now: int) -> dict[str, Any]:
    """`{granted, by, counter}`; asking again for what one has is granted again."""
    found = database.row(connection, _VISIT, [visit, list(station.pulled_scopes)])
    if found is None:
        return _taken("", "")
    held = database.row(connection, "SELECT * FROM claims WHERE visit_id = %s", [visit])
    if held is not None and held.station_id != station.id and held.expires_at > now:
        return _taken(held.actor_name, held.counter_name)
    if found.state not in _CALLABLE:
        return _taken(*_attending(connection, found))
    database.run(connection, "DELETE FROM claims WHERE expires_at <= %s AND visit_id <> %s", [now - LIFE, visit])
    database.run(connection, _CLAIM, [visit, station.id, actor, counter, now, now + LIFE])
    return {"granted": True, "by": "", "counter": ""}


def of_others(connection: Connection, visits: Sequence[str], station: str, now: int) -> dict[str, Claim]:
    """Good claims of other stations than this one on these visits."""
    if not visits:
        return {}
    found = database.rows(connection, _CLAIMS, [list(visits), station, now])
    return {one.visit_id: Claim(one.station_id, one.actor_name, one.at) for one in found}


def release(connection: Connection, visits: Sequence[str], station: str) -> None:
    """Give up a station's own claims: what it claimed was done."""
    if visits:
        database.run(
            connection, "DELETE FROM claims WHERE visit_id = ANY(%s) AND station_id = %s", [list(visits), station]
        )


def _taken(by: str, counter: str) -> dict[str, Any]:
    return {"granted": False, "by": by, "counter": counter}


def _attending(connection: Connection, visit: Any) -> tuple[str, str]:
    """(name of the clerk, name of the counter) of a visit that somebody attends to or attended to."""
    found = database.rows(
        connection,
        "SELECT tbl, fields->>'name' AS name FROM records"
        " WHERE (tbl = 'users' AND id = %s) OR (tbl = 'counters' AND id = %s)",
        [visit.clerk, visit.counter],
    )
    shown = {one.tbl: one.name or "" for one in found}
    return shown.get("users", ""), shown.get("counters", "")


_VISIT = """
    SELECT fields->>'state' AS state, fields->>'clerk_id' AS clerk, fields->>'counter_id' AS counter FROM records
    WHERE tbl = 'visits' AND id = %s AND scope = ANY(%s) AND whole FOR UPDATE
"""
_CLAIM = """
    INSERT INTO claims (visit_id, station_id, actor_name, counter_name, at, expires_at) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (visit_id) DO UPDATE SET station_id = excluded.station_id, actor_name = excluded.actor_name,
        counter_name = excluded.counter_name, at = excluded.at, expires_at = excluded.expires_at
"""
_CLAIMS = """
    SELECT visit_id, station_id, actor_name, at FROM claims
    WHERE visit_id = ANY(%s) AND station_id <> %s AND expires_at > %s
"""
