"""The enrolled stations: who they are, what proves it, one-time codes, revoking; and how each one stands."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from zhangshu_desk.core.clock import DAY, MINUTE
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.ids import new_id
from zhangshu_server import database
from zhangshu_server.database import Connection
from zhangshu_server.refusals import Refusal

CODE_LIFE = 15 * MINUTE
SECRET_LIFE = 90 * DAY
_CODE_BYTES = 16
_CODE_LENGTH = 26  # 128 bits in base32
_MISREAD = str.maketrans("018", "OIB")  # digits that base32 does not have


@dataclass(frozen=True)
class Station:
    """An enrolled station, proved by its secret.

    Attributes:
        inc: its incarnation at last contact.
        secret_since: when its present secret was made, ms UTC.
        proved_by_next: it came with the new secret that it was given last.
    """

    id: str
    site: str
    name: str
    letter: str
    inc: str
    secret_since: int
    proved_by_next: bool

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes whose rows it may write."""
        return frozenset({"global", f"site:{self.site}", f"station:{self.id}"})

    @property
    def pulled_scopes(self) -> tuple[str, ...]:
        """The scopes whose rows it receives."""
        return ("global", f"site:{self.site}")


# -- proving who one is -----------------------------------------------------------------------------------------------


def hash_of(secret: str) -> bytes:
    """What is kept of a secret or code."""
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True)
class Sealed:
    """Proof by an exchange file: it opened with `key`, the sha256 of a secret of `station`."""

    station: str
    key: bytes


def credentials(header: str | None) -> tuple[str, str]:
    """(station id, secret) of an `Authorization` header.

    Raises:
        Refusal: 401.
    """
    scheme, _, value = (header or "").partition(" ")
    station, dot, secret = value.strip().partition(".")
    if scheme.lower() != "bearer" or not dot or not station or "\0" in value or not value.isascii():
        raise Refusal(401, "unknown_station")
    return station, secret


def authenticate(connection: Connection, header: str | Sealed | None, *, lock: bool = False) -> Station:
    """The station that a request comes from.

    Args:
        lock: hold the station's row until the transaction ends, so that its requests follow one another.

    Raises:
        Refusal: 401 `unknown_station` or `bad_secret`, 403 `revoked`.
    """
    if isinstance(header, Sealed):
        station_id, given = header.station, header.key
    else:
        station_id, secret = credentials(header)
        given = hash_of(secret)
    found = database.row(connection, _STATION_LOCKED if lock else _STATION, [station_id])
    if found is None:
        raise Refusal(401, "unknown_station")
    by_present = hmac.compare_digest(given, bytes(found.secret_hash))
    by_next = hmac.compare_digest(given, bytes(found.next_secret_hash or b"\0" * 32))
    if not (by_present or by_next):
        raise Refusal(401, "bad_secret")
    if found.revoked_at is not None:
        raise Refusal(403, "revoked", at=found.revoked_at, reason=found.revoked_reason)
    return Station(
        station_id, found.site_id, found.name, found.letter, found.inc, found.secret_since, by_next and not by_present
    )


_STATION = (
    "SELECT site_id, name, letter, inc, secret_hash, next_secret_hash, secret_since, revoked_at, revoked_reason"
    " FROM stations WHERE id = %s"
)
_STATION_LOCKED = _STATION + " FOR UPDATE"


def renew_secret(connection: Connection, station: Station, wanted: bool, now: int) -> str | None:
    """Take note of which secret is in use, and make a new one when it is due and the station can take it.

    The old one stays good until the new one is used, so that a lost answer locks nobody out.
    """
    since = station.secret_since
    if station.proved_by_next:
        since = now
        database.run(
            connection,
            "UPDATE stations SET secret_hash = next_secret_hash, next_secret_hash = NULL, secret_since = %s"
            " WHERE id = %s",
            [now, station.id],
        )
    if not wanted or now - since < SECRET_LIFE:
        return None
    secret = new_secret()
    database.run(connection, "UPDATE stations SET next_secret_hash = %s WHERE id = %s", [hash_of(secret), station.id])
    return secret


def new_secret() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


# -- one-time codes ---------------------------------------------------------------------------------------------------


def make_code(engine: Engine, site_name: str, station_name: str, now: int, ca_fingerprint: str) -> str:
    """A code with which one station can join a site within a quarter of an hour; an unknown site is made.

    Args:
        ca_fingerprint: SHA-256 of the CA certificate, with or without colons; its first eight digits end the code, so
            that the desk notices a wrong centre.

    Raises:
        DeskError: `centre.site_name` or `centre.station_name` when a name is empty or too long.
    """
    site_name, station_name = site_name.strip(), station_name.strip()
    if not 0 < len(site_name) <= 100:
        raise DeskError("centre.site_name")
    if not 0 < len(station_name) <= 100:
        raise DeskError("centre.station_name")
    raw = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode().rstrip("=")
    groups = [raw[i : i + 4] for i in range(0, len(raw), 4)]
    groups.append(ca_fingerprint.replace(":", "").upper()[:8])
    with database.push_transaction(engine) as connection:
        database.run(
            connection,
            "INSERT INTO sites (id, name, created_at) VALUES (%s, %s, %s) ON CONFLICT (name) DO NOTHING",
            [new_id(now), site_name, now],
        )
        database.run(
            connection,
            "INSERT INTO enrol_codes (code_hash, site_id, station_name, made_at, expires_at)"
            " SELECT %s, id, %s, %s, %s FROM sites WHERE name = %s",
            [hash_of(raw), station_name, now, now + CODE_LIFE, site_name],
        )
    return "-".join(group for group in groups if group)


def code_hash(text: str) -> bytes:
    """What is kept of a code as somebody typed it: blanks, dashes, small letters and the fingerprint do not matter."""
    plain = "".join(text.split()).replace("-", "").upper()[:_CODE_LENGTH]
    return hash_of(plain.translate(_MISREAD))


# -- supervision ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """A station as the supervision page shows it; moments in ms UTC.

    Attributes:
        waiting: operations it still held at last contact; oldest_at: when the first of them was made.
        clock_offset: ms its clock is ahead of ours.
        behind: feed numbers it had not read at last contact.
        rejected: operations of it that were refused; open_conflicts: of its site, not decided yet.
        notices: notices about it that nobody has marked as seen.
    """

    id: str
    site_id: str
    site_name: str
    name: str
    letter: str
    enrolled_at: int
    revoked_at: int | None
    revoked_reason: str
    last_seen_at: int | None
    client: str
    schema: int
    waiting: int
    oldest_at: int | None
    clock_offset: int
    behind: int
    rejected: int
    open_conflicts: int
    notices: int


def listing(engine: Engine) -> tuple[Listed, ...]:
    """Every station, by site and name."""
    with database.pull_transaction(engine) as connection:
        return tuple(Listed(*found) for found in database.rows(connection, _LISTING))


_LISTING = """
    SELECT s.id, s.site_id, coalesce(t.name, '') AS site, s.name, s.letter, s.enrolled_at, s.revoked_at,
        s.revoked_reason, s.last_seen_at, s.client, s.schema, s.waiting, s.oldest_waiting_at, s.clock_offset,
        greatest(h.seq - s.feed_seq, 0) AS behind,
        (SELECT count(*) FROM oplog o WHERE o.station_id = s.id AND o.status = 'rejected') AS rejected,
        (SELECT count(*) FROM records r
            WHERE r.tbl = 'conflicts' AND r.fields->>'state' = 'open' AND r.scope IN ('global', 'site:' || s.site_id)
        ) AS conflicts,
        (SELECT count(*) FROM notices n WHERE n.station_id = s.id AND n.seen_at IS NULL) AS notices
    FROM stations s CROSS JOIN feed_head h LEFT JOIN sites t ON t.id = s.site_id
    ORDER BY t.name, s.letter, s.name, s.id
"""


def revoke(engine: Engine, station_id: str, reason: str, now: int) -> None:
    """From the next request on nothing is accepted from the station and nothing given to it.

    Raises:
        DeskError: `centre.station_unknown`.
    """
    _change(engine, "UPDATE stations SET revoked_at = %s, revoked_reason = %s WHERE id = %s", [now, reason, station_id])


def reinstate(engine: Engine, station_id: str) -> None:
    """Take a revoking back; the station goes on with the secret it has.

    Raises:
        DeskError: `centre.station_unknown`.
    """
    _change(engine, "UPDATE stations SET revoked_at = NULL, revoked_reason = '' WHERE id = %s", [station_id])


def _change(engine: Engine, sql: str, values: list[Any]) -> None:
    with database.push_transaction(engine) as connection:
        if not database.run(connection, sql, values):
            raise DeskError("centre.station_unknown")
