"""The keys with which stations prove their label codes (docs/adr/0007): kept under their enrolment, and told to nobody.

A station that lost its key file makes another one. The old key stays: labels that were proved with it are out there.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

from zhangshu_server import database
from zhangshu_server.database import Connection
from zhangshu_server.refusals import bad_request
from zhangshu_server.shapes import LabelKey

MOST = 64
"""Keys of one station; every one is tried on every code that somebody looks up."""


@dataclass(frozen=True)
class Certified:
    """A key and whose it is; `revoked`: its station is not to be trusted any more with what it did not report."""

    station: str
    site: str
    revoked: bool
    key: bytes = field(repr=False)


def keep(connection: Connection, station: str, offered: LabelKey | None, now: int) -> bool:
    """Keep a key that the station hands over; whether it is new. More than `MOST` of one station are passed over.

    Raises:
        Refusal: 400 when the key is not the one that its id names.
    """
    if offered is None:
        return False
    key = base64.b64decode(offered.key)
    if not hmac.compare_digest(hashlib.sha256(key).hexdigest(), offered.id):
        raise bad_request("label_key.id")
    return bool(database.run(connection, _KEEP, {"station": station, "id": offered.id, "key": key, "now": now}))


def every(connection: Connection) -> list[Certified]:
    """All keys of all stations."""
    return [
        Certified(one.station_id, one.site_id, one.revoked, bytes(one.key)) for one in database.rows(connection, _ALL)
    ]


_KEEP = f"""
    INSERT INTO label_keys (station_id, id, key, since) SELECT %(station)s, %(id)s, %(key)s, %(now)s
    WHERE (SELECT count(*) FROM label_keys WHERE station_id = %(station)s) < {MOST}
    ON CONFLICT (station_id, id) DO NOTHING
"""  # noqa: S608 - constants
_ALL = """
    SELECT k.station_id, s.site_id, s.revoked_at IS NOT NULL AS revoked, k.key
    FROM label_keys k JOIN stations s ON s.id = k.station_id ORDER BY k.station_id, k.since, k.id
"""
