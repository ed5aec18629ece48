"""Finding out what the centre knows of a label's code.

Whose it is only the keys tell: every key is tried on every code, and nothing else is looked at before one fits. So a
number that somebody guesses gets the same answer as late whether there is such a label or not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.batches import Fate
from zhangshu_desk.labels.rules.codes import Scanned
from zhangshu_desk.labels.rules.ledger import Move
from zhangshu_desk.labels.rules.scans import Standing
from zhangshu_server import database, label_keys
from zhangshu_server.database import Connection
from zhangshu_server.tables import LABEL_NUMBERS

_KIND = "LABEL"
_LONGEST = 300
_TOKEN = re.compile(r"[A-Za-z2-7]{24}")
_ADDRESS = "https://label.invalid"  # where the code was looked up proves nothing
NOBODY = Scanned(1, bytes(codes.SERIAL_BYTES + codes.PROOF_BYTES))
"""What no key proves; looked up instead of what is no code at all."""


@dataclass(frozen=True)
class Label:
    """A label whose code one of our keys proves.

    Attributes:
        station, site: whose key it is.
        trusted: whether the station may still be believed about numbers that it did not report.
        batch_id, batch: the batch that its number was reported for (fields of `label_batches`), empty when none was.
        replaced_by: the number that took its place; replaces: the one whose place it took.
        handed_out: when it was handed over to the enterprise (ISO date), empty when that was not written down.
        held_back: others of its batch were handed over by their numbers, and it was not among them.
    """

    station: str
    site: str
    serial: int
    trusted: bool
    standing: Standing
    batch_id: str = ""
    batch: Mapping[str, Any] | None = None
    replaced_by: int | None = None
    replaces: int | None = None
    handed_out: str = ""
    held_back: bool = False


def read_plain(token: str) -> Scanned:
    """The code in the path `/t/<token>`; `NOBODY` when it is none."""
    return _read(f"{_ADDRESS}/t/{token}") if _TOKEN.fullmatch(token) else NOBODY


def read_digital_link(path: str, query: str) -> Scanned:
    """The code in a path `/01/…` as it was sent, percent-encoded; `NOBODY` when it is none."""
    return _read(f"{_ADDRESS}{path}?{query}") if path.isascii() and query.isascii() else NOBODY


def _read(uri: str) -> Scanned:
    if len(uri) > _LONGEST:
        return NOBODY
    try:
        return codes.read(uri)
    except DeskError:
        return NOBODY


def look_up(connection: Connection, scanned: Scanned) -> Label | None:
    """What is known of a label; None when no key of ours proves it."""
    proving = [one for one in label_keys.every(connection) if codes.is_genuine(one.key, scanned)]
    if not proving:
        return None
    batches = _batches(connection, {one.site for one in proving}, scanned.serial)
    if not batches:
        return _unreported(connection, proving[0], scanned.serial)
    batch, of_site = batches[0], {one.site: one for one in reversed(proving)}
    key = of_site[batch.site]
    if len(batches) > 1:
        return Label(key.station, key.site, scanned.serial, True, Standing.TWICE)
    return _reported(connection, key, scanned.serial, batch)


def standing_of(connection: Connection, site: str, serial: int) -> tuple[Standing, str]:
    """(how a number of a site stands now, id of its batch); for one whose code was proved before."""
    batches = _batches(connection, {site}, serial)
    if not batches:
        return Standing.UNREPORTED, ""
    if len(batches) > 1:
        return Standing.TWICE, batches[0].id
    return _fate(_exceptions(connection, batches[0].id, serial), serial)[0], batches[0].id


def site_name(connection: Connection, site: str) -> str:
    """What people call a site."""
    found = database.row(connection, "SELECT name FROM sites WHERE id = %s", [site])
    return str(found.name) if found is not None else ""


def _unreported(connection: Connection, key: label_keys.Certified, serial: int) -> Label:
    """A number that is on its way to us, unless its station is revoked or the number was lent to another one."""
    lent = database.row(connection, _LENT, [_KIND, serial, serial])
    trusted = not key.revoked and (lent is None or lent.station_id == key.station)
    return Label(key.station, key.site, serial, trusted, Standing.UNREPORTED)


def _reported(connection: Connection, key: label_keys.Certified, serial: int, batch: Any) -> Label:
    found = _exceptions(connection, batch.id, serial)
    standing, replaced_by = _fate(found, serial)
    replaces = next((one.first for one in found if one.replaced_by == serial), None)
    day, held_back = _handed_out(database.rows(connection, _MOVES, [batch.id, _OUT]), serial)
    return Label(
        key.station, key.site, serial, True, standing, batch.id, batch.fields, replaced_by, replaces, day, held_back
    )


def _handed_out(moves: Sequence[Any], serial: int) -> tuple[str, bool]:
    """(day on which a number was handed over, whether it was held back while others went out)"""
    day, by_number = "", bool(moves)
    for one in moves:
        if one.first is None or one.last is None:
            by_number &= one.move != Move.HANDED_OUT  # a count only: it may have been among them
        elif one.first <= serial <= one.last:
            day = one.day if one.move == Move.HANDED_OUT else ""
    return day, by_number and not day


def _fate(exceptions: Sequence[Any], serial: int) -> tuple[Standing, int | None]:
    """(how a number stands, the number that took its place)"""
    mine = [one for one in exceptions if one.first <= serial <= one.last]
    replaced_by = next((one.replaced_by for one in mine if one.replaced_by is not None), None)
    if replaced_by is not None:
        return Standing.REPLACED, replaced_by
    if not mine:
        return Standing.USUAL, None
    return (Standing.RETURNED if mine[-1].fate == Fate.RETURNED else Standing.VOID), None


def _batches(connection: Connection, sites: set[str], serial: int) -> list[Any]:
    """The batches that these sites reported a number for: id, site, fields."""
    return database.rows(connection, _BATCHES, [serial, [f"site:{site}" for site in sorted(sites)]])


def _exceptions(connection: Connection, batch_id: str, serial: int) -> list[Any]:
    """What happened to a number, or to the one whose place it took; oldest first."""
    return database.rows(connection, _EXCEPTIONS, [batch_id, serial, serial, serial])


_BATCHES = f"""
    SELECT DISTINCT b.id, substr(b.scope, 6) AS site, b.fields
    FROM records r JOIN records b ON b.tbl = 'label_batches' AND b.id = r.fields->>'batch_id' AND b.scope = r.scope
    WHERE r.tbl = 'label_ranges' AND {LABEL_NUMBERS.replace("fields", "r.fields")} @> %s::numeric
        AND r.whole AND b.whole AND r.scope = ANY(%s) AND r.fields->>'kind' = '{_KIND}'
    ORDER BY b.id
"""  # noqa: S608 - constants
_EXCEPTIONS = """
    SELECT (fields->>'first')::bigint AS first, (fields->>'last')::bigint AS last, fields->>'fate' AS fate,
        (fields->>'replaced_by')::bigint AS replaced_by
    FROM records
    WHERE tbl = 'label_exceptions' AND whole AND fields->>'batch_id' = %s AND (
        (fields->>'first')::bigint <= %s AND (fields->>'last')::bigint >= %s OR (fields->>'replaced_by')::bigint = %s
    )
    ORDER BY (fields->>'at')::bigint, id
"""
_OUT = [Move.HANDED_OUT.value, Move.PUT_BACK.value]
_MOVES = """
    SELECT fields->>'move' AS move, (fields->>'first')::bigint AS first, (fields->>'last')::bigint AS last,
        fields->>'day' AS day
    FROM records WHERE tbl = 'label_moves' AND whole AND fields->>'batch_id' = %s AND fields->>'move' = ANY(%s)
    ORDER BY (fields->>'at')::bigint, id
"""
_LENT = "SELECT station_id FROM blocks WHERE kind = %s AND first <= %s AND last >= %s"
