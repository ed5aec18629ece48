"""What the page 标签 shows: batches and scans by site, and look-ups that are unusual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text

from zhangshu_desk.labels.rules import codes
from zhangshu_server.supervision import wording

PAGE = 25


@dataclass(frozen=True)
class SiteLine:
    """Labels of one site: batches with numbers, numbers issued; how many labels were looked up and how often."""

    name: str
    batches: int
    labels: int
    seen: int
    scans: int
    alerts: int


@dataclass(frozen=True)
class AlertLine:
    """A label whose look-ups are unusual; `batch` is empty where its number was not reported."""

    site: str
    station: str
    serial: str
    product: str
    enterprise: str
    batch: str
    alert: str
    count: int
    places: int
    last: str


@dataclass(frozen=True)
class BatchLine:
    """A batch and its look-ups."""

    site: str
    product: str
    enterprise: str
    batch: str
    made_on: str
    state: str
    labels: int
    seen: int
    scans: int
    alerts: int


@dataclass(frozen=True)
class Labels:
    """The page; `number` of it, and whether there are more batches."""

    sites: tuple[SiteLine, ...]
    alerts: tuple[AlertLine, ...]
    batches: tuple[BatchLine, ...]
    keys: int
    number: int
    more: bool

    @property
    def unusual(self) -> int:
        """How many labels are looked up unusually."""
        return sum(one.alerts for one in self.sites)


def labels(engine: Engine, number: int) -> Labels:
    """Everything about labels, with a page of the batches, the newest first."""
    with engine.connect() as connection:
        batches = _rows(connection, _BATCHES, most=PAGE + 1, skipped=(number - 1) * PAGE)
        return Labels(
            tuple(SiteLine(*one) for one in _rows(connection, _SITES)),
            tuple(_alert(one) for one in _rows(connection, _ALERTS, most=PAGE)),
            tuple(BatchLine(*one) for one in batches[:PAGE]),
            _rows(connection, "SELECT count(*) FROM label_keys")[0][0],
            number,
            len(batches) > PAGE,
        )


def unusual(connection: Connection) -> int:
    """How many labels are looked up unusually."""
    found: int = _rows(connection, "SELECT count(*) FROM scans WHERE alert <> ''")[0][0]
    return found


def _alert(row: Any) -> AlertLine:
    return AlertLine(
        row.site,
        row.station,
        codes.serial_text(row.serial),
        row.product,
        row.enterprise,
        row.batch,
        row.alert,
        row.count,
        row.places,
        wording.absolute(row.last_at),
    )


def _rows(connection: Connection, sql: str, **values: int) -> Sequence[Any]:
    return connection.execute(text(sql), values).all()


_NUMBERS = """
    SELECT fields->>'batch_id' AS batch_id, sum((fields->>'last')::bigint - (fields->>'first')::bigint + 1) AS labels
    FROM records WHERE tbl = 'label_ranges' AND whole GROUP BY 1
"""
_LOOKED_UP = """
    SELECT batch_id, count(*) AS seen, sum(count) AS scans, count(*) FILTER (WHERE alert <> '') AS alerts
    FROM scans WHERE batch_id <> '' GROUP BY batch_id
"""
_SITES = f"""
    WITH numbers AS ({_NUMBERS}),
    made AS (
        SELECT substr(b.scope, 6) AS site, count(*) AS batches, sum(n.labels) AS labels
        FROM records b JOIN numbers n ON n.batch_id = b.id WHERE b.tbl = 'label_batches' AND b.whole GROUP BY b.scope
    ),
    looked_up AS (
        SELECT t.site_id AS site, count(*) AS seen, sum(c.count) AS scans,
            count(*) FILTER (WHERE c.alert <> '') AS alerts
        FROM scans c JOIN stations t ON t.id = c.station_id GROUP BY t.site_id
    )
    SELECT s.name, coalesce(m.batches, 0), coalesce(m.labels, 0)::bigint, coalesce(l.seen, 0),
        coalesce(l.scans, 0)::bigint, coalesce(l.alerts, 0)
    FROM sites s LEFT JOIN made m ON m.site = s.id LEFT JOIN looked_up l ON l.site = s.id
    WHERE m.site IS NOT NULL OR l.site IS NOT NULL ORDER BY s.name
"""  # noqa: S608 - constants
_ALERTS = """
    SELECT s.name AS site, t.name AS station, c.serial, coalesce(b.fields->>'product_name', '') AS product,
        coalesce(b.fields->>'enterprise_name', '') AS enterprise, coalesce(b.fields->>'batch_no', '') AS batch,
        c.alert, c.count, c.places, c.last_at
    FROM scans c JOIN stations t ON t.id = c.station_id JOIN sites s ON s.id = t.site_id
    LEFT JOIN records b ON b.tbl = 'label_batches' AND b.id = c.batch_id
    WHERE c.alert <> '' ORDER BY c.last_at DESC, c.serial LIMIT :most
"""
_BATCHES = f"""
    WITH shown AS (
        SELECT id, scope, fields FROM records WHERE tbl = 'label_batches' AND whole
        ORDER BY (fields->>'created_at')::bigint DESC, id DESC LIMIT :most OFFSET :skipped
    ),
    numbers AS ({_NUMBERS}), looked_up AS ({_LOOKED_UP})
    SELECT coalesce(s.name, ''), b.fields->>'product_name', b.fields->>'enterprise_name', b.fields->>'batch_no',
        b.fields->>'made_on', b.fields->>'state', coalesce(n.labels, 0)::bigint, coalesce(l.seen, 0),
        coalesce(l.scans, 0)::bigint, coalesce(l.alerts, 0)
    FROM shown b LEFT JOIN sites s ON b.scope = 'site:' || s.id LEFT JOIN numbers n ON n.batch_id = b.id
    LEFT JOIN looked_up l ON l.batch_id = b.id
    ORDER BY (b.fields->>'created_at')::bigint DESC, b.id DESC
"""  # noqa: S608 - constants
