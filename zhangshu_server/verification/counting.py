"""Counting scans of a label: how many, when, from how many networks on a day; nothing about who it was."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from zhangshu_desk.core.clock import HOUR
from zhangshu_desk.labels.rules.scans import SAME_SCAN_MS, Alert, Told, alert_of, is_due
from zhangshu_server import database
from zhangshu_server.database import Connection
from zhangshu_server.verification.looking import Label
from zhangshu_server.verification.visitors import Visit

MOST_OF_A_PLACE = 100
"""Phones of one network that count for one label on one day: somebody who loads it all day long fills no table."""


@dataclass(frozen=True)
class Counted:
    """A label's scans so far; moments in ms UTC. `due`: the desks are to be told now."""

    count: int
    first_at: int | None
    alert: Alert
    due: bool = False


NEVER = Counted(0, None, Alert.NONE)


def so_far(connection: Connection, label: Label) -> Counted:
    """What was counted, for somebody who is not."""
    found = database.row(connection, _FIND, [label.station, label.serial])
    return NEVER if found is None else Counted(found.count, found.first_at, Alert(found.alert))


def count(engine: Engine, label: Label, visit: Visit, now: int) -> Counted:
    """Count a scan, unless the same phone looked a few minutes ago."""
    with database.push_transaction(engine) as connection:
        database.run(connection, "SET LOCAL synchronous_commit TO off")  # a count is not worth waiting for the disk
        database.run(connection, _BEGIN, [label.station, label.serial, now, now, now // HOUR])
        found = database.row(connection, _FIND + " FOR UPDATE", [label.station, label.serial])
        if not _is_new(connection, label, visit, now):
            return Counted(found.count, found.first_at, Alert(found.alert))
        places = max(found.places, database.row(connection, _PLACES, [visit.day, label.station, label.serial]).places)
        hour = now // HOUR
        in_hour = found.in_hour + 1 if found.hour == hour else 1
        busiest = max(found.busiest, in_hour)
        alert = alert_of(label.standing, places, busiest)
        number = found.count + 1
        database.run(
            connection,
            _COUNT,
            {
                "station": label.station,
                "serial": label.serial,
                "count": number,
                "now": max(now, found.last_at),
                "places": places,
                "hour": hour,
                "in_hour": in_hour,
                "busiest": busiest,
                "batch": label.batch_id,
                "alert": alert.value,
            },
        )
    due = is_due(Told(found.told_count, found.told_alert, found.told_at), number, alert.value, now)
    return Counted(number, found.first_at, alert, due)


def _is_new(connection: Connection, label: Label, visit: Visit, now: int) -> bool:
    """Note the visit; whether it is a scan of its own. The label's row is locked, so it is one at a time."""
    key = [visit.day, label.station, label.serial, visit.place, visit.phone]
    before = database.row(connection, _VISIT, key)
    if before is None:
        if database.row(connection, _OF_PLACE, key[:4]).count >= MOST_OF_A_PLACE:
            return False
        database.run(connection, _FIRST_VISIT, [*key, now])
        return True
    database.run(connection, _NEXT_VISIT, [now, *key])
    return bool(now - before.at > SAME_SCAN_MS)


def forget(connection: Connection, today: str) -> int:
    """Forget who was there on days that are over; how many lines that were."""
    return database.run(connection, "DELETE FROM scan_visits WHERE day < %s", [today])


_FIND = "SELECT * FROM scans WHERE station_id = %s AND serial = %s"
_BEGIN = """
    INSERT INTO scans (station_id, serial, count, first_at, last_at, places, hour, in_hour, busiest)
    VALUES (%s, %s, 0, %s, %s, 0, %s, 0, 0) ON CONFLICT (station_id, serial) DO NOTHING
"""
_COUNT = """
    UPDATE scans SET count = %(count)s, last_at = %(now)s, places = %(places)s, hour = %(hour)s, in_hour = %(in_hour)s,
        busiest = %(busiest)s, batch_id = %(batch)s, alert = %(alert)s
    WHERE station_id = %(station)s AND serial = %(serial)s
"""
_PLACES = "SELECT count(DISTINCT place) AS places FROM scan_visits WHERE day = %s AND station_id = %s AND serial = %s"
_KEY = "day = %s AND station_id = %s AND serial = %s AND place = %s"
_VISIT = f"SELECT at FROM scan_visits WHERE {_KEY} AND phone = %s"  # noqa: S608 - constants
_OF_PLACE = f"SELECT count(*) AS count FROM scan_visits WHERE {_KEY}"  # noqa: S608 - constants
_FIRST_VISIT = "INSERT INTO scan_visits (day, station_id, serial, place, phone, at) VALUES (%s, %s, %s, %s, %s, %s)"
_NEXT_VISIT = f"UPDATE scan_visits SET at = %s WHERE {_KEY} AND phone = %s"  # noqa: S608 - constants
