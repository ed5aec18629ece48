"""Notices: what a person of the centre should look at, kept once each, and told to the station as well."""

from __future__ import annotations

from typing import Any

from zhangshu_server import database
from zhangshu_server.database import Connection, document


def keep(connection: Connection, station: str, code: str, facts: dict[str, Any], now: int) -> bool:
    """Keep a notice unless the same is there already; whether it is new.

    Args:
        facts: ids and numbers that make it this notice and no other.
    """
    return bool(database.run(connection, _KEEP, {"s": station, "at": now, "code": code, "facts": document(facts)}))


_KEEP = """
    INSERT INTO notices (station_id, at, code, facts)
    SELECT %(s)s, %(at)s, %(code)s, %(facts)s::jsonb
    WHERE NOT EXISTS (SELECT FROM notices WHERE station_id = %(s)s AND code = %(code)s AND facts = %(facts)s::jsonb)
"""
