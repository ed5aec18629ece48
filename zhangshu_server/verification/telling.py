"""Telling the desks of a label's look-ups: a row of `label_scans` in the site's scope, written by the centre alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.ids import id_of, new_id
from zhangshu_desk.labels.rules.scans import TOLD_EVERY_MS, Told, alert_of, is_due
from zhangshu_server import authoring, database, feed, records
from zhangshu_server.database import Connection
from zhangshu_server.feed import CentreEntry
from zhangshu_server.merging import PENDING, Record
from zhangshu_server.records import Key
from zhangshu_server.verification import counting, looking

TABLE = "label_scans"
AT_ONCE = 500
"""Labels in one transaction."""
_COPIED = ("batch_id", "count", "places", "first_at", "last_at", "alert")
Number = tuple[str, int]
"""(station, serial number)"""


def row_id(station: str, serial: int) -> str:
    """The id of the row about a label."""
    return id_of(TABLE, station, str(serial))


def tell(engine: Engine, numbers: Sequence[Number], now: int) -> int:
    """Write what was counted of these labels; how many rows that took. One that says nothing new takes none."""
    if not numbers:
        return 0
    return database.retrying(lambda: _tell(engine, numbers, now))


def tidy(engine: Engine, now: int) -> int:
    """Tell what was not told when it was counted, look again at numbers that nobody had reported, and forget who was
    there on earlier days; how many rows were written. Called every minute by one process."""
    late = database.retrying(lambda: _look_after(engine, now))
    return tell(engine, [(one.station_id, one.serial) for one in late], now)


def _look_after(engine: Engine, now: int) -> list[Any]:
    with database.push_transaction(engine) as connection:
        counting.forget(connection, day_of(now).isoformat())
        _look_again(connection)
        return database.rows(connection, _LATE, [now - TOLD_EVERY_MS, AT_ONCE])


def _look_again(connection: Connection) -> None:
    """Numbers that were looked up before they were reported, and whose stations have done so since."""
    for one in database.rows(connection, _UNREPORTED, [AT_ONCE]):
        standing, batch_id = looking.standing_of(connection, one.site_id, one.serial)
        if batch_id:
            alert = alert_of(standing, one.places, one.busiest)
            database.run(connection, _REPORTED, [batch_id, alert.value, one.station_id, one.serial])


def _tell(engine: Engine, numbers: Sequence[Number], now: int) -> int:
    with database.push_transaction(engine) as connection:
        stations, serials = [one for one, _ in numbers], [one for _, one in numbers]
        counted = [
            one
            for one in database.rows(connection, _COUNTED, [stations, serials])
            if is_due(Told(one.told_count, one.told_alert, one.told_at), one.count, one.alert, now)
        ]
        stored = records.read_locked(connection, [(TABLE, row_id(one.station_id, one.serial)) for one in counted])
        tx = new_id(now)
        changed: dict[Key, Record] = {}
        entries: list[CentreEntry] = []
        for one in counted:
            key = (TABLE, row_id(one.station_id, one.serial))
            there = stored[key].record if key in stored else Record(*key, f"site:{one.site_id}")
            if sets := _differing(there, one):
                kind = "update" if there.whole else "insert"
                seq = PENDING + len(entries)
                changed[key], entry = authoring.write(there, kind, sets, seq, now, len(entries), tx)
                entries.append(entry)
            database.run(connection, _TOLD, [one.count, one.alert, now, one.station_id, one.serial])
        if entries:
            numbered = feed.number(connection, entries)
            records.write(connection, stored, changed, numbered.start)
            feed.append(connection, numbered.feed)
            feed.log(connection, numbered.operations)
            feed.announce(connection, numbered.head, "", {record.scope for record in changed.values()})
    return len(entries)


def _differing(there: Record, counted: Any) -> dict[str, Any]:
    wanted = {"serial": counted.serial, **{name: getattr(counted, name) for name in _COPIED}}
    return {name: value for name, value in wanted.items() if not there.whole or there.fields.get(name) != value}


_COUNTED = """
    SELECT c.*, s.site_id FROM unnest(%s::text[], %s::bigint[]) AS k(station_id, serial)
    JOIN scans c USING (station_id, serial) JOIN stations s ON s.id = c.station_id
    ORDER BY c.station_id, c.serial FOR UPDATE OF c
"""
_LATE = """
    SELECT station_id, serial FROM scans
    WHERE (count > told_count OR alert <> told_alert OR batch_id = '')
        AND (told_at IS NULL OR alert <> told_alert OR count > told_count AND told_at <= %s)
    ORDER BY told_at NULLS FIRST, station_id, serial LIMIT %s
"""
_UNREPORTED = """
    SELECT c.station_id, c.serial, c.places, c.busiest, s.site_id FROM scans c JOIN stations s ON s.id = c.station_id
    WHERE c.batch_id = '' ORDER BY c.last_at DESC, c.serial LIMIT %s
"""
_REPORTED = "UPDATE scans SET batch_id = %s, alert = %s WHERE station_id = %s AND serial = %s"
_TOLD = "UPDATE scans SET told_count = %s, told_alert = %s, told_at = %s WHERE station_id = %s AND serial = %s"
