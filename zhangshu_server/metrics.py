"""Whether this centre is well, for machines: `/healthz` and `/metrics` (Prometheus text).

Each worker keeps its counts in a file of the state directory, so that whichever worker is asked tells the sum.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from zhangshu_desk.core.clock import DAY, HOUR, MINUTE, Clock
from zhangshu_desk.core.files import write_atomic
from zhangshu_server.migrate import revision_of
from zhangshu_server.migrations import HEAD
from zhangshu_server.tables import backups, feed_head, records, stations

_STEPS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0)
_COUNTED = {
    "ops": ("zhangshu_push_operations_total", "Operations received from stations"),
    "conflicts": ("zhangshu_push_conflicts_total", "Transactions that met another change"),
    "rejected": ("zhangshu_push_rejected_total", "Transactions refused"),
    "rows": ("zhangshu_pull_rows_total", "Rows handed to stations"),
}
_AGES = (("5m", 5 * MINUTE), ("1h", HOUR), ("1d", DAY), ("7d", 7 * DAY))
_SECONDS_APART = 1.0


@dataclass(frozen=True)
class _Line:
    name: str
    labels: Mapping[str, str]
    value: float


class Counters:
    """What this worker counted, and what the others did.

    Args:
        folder: one file per process; `clear` empties it before the workers start.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{os.getpid()}.json"
        self._lock = threading.Lock()
        self._values: dict[str, float] = defaultdict(float)
        self._timer: threading.Timer | None = None

    def request(self, route: str, method: str, status: int, seconds: float, counts: Mapping[str, int]) -> None:
        """Count one answered request."""
        labels = {"route": route, "method": method, "status": str(status)}
        with self._lock:
            self._values[_key("zhangshu_requests_total", labels)] += 1
            for step in _STEPS:
                if seconds <= step:
                    self._values[_key("zhangshu_request_seconds_bucket", {"route": route, "le": f"{step:g}"})] += 1
            self._values[_key("zhangshu_request_seconds_bucket", {"route": route, "le": "+Inf"})] += 1
            self._values[_key("zhangshu_request_seconds_sum", {"route": route})] += seconds
            self._values[_key("zhangshu_request_seconds_count", {"route": route})] += 1
            for kind, number in counts.items():
                if kind in _COUNTED:
                    self._values[_key(_COUNTED[kind][0], {})] += number
            if self._timer is None:
                self._timer = threading.Timer(_SECONDS_APART, self.keep)
                self._timer.daemon = True
                self._timer.start()

    def keep(self) -> None:
        """Write this worker's counts to its file."""
        with self._lock:
            timer, self._timer = self._timer, None
            content = json.dumps(self._values).encode()
        if timer is not None:
            timer.cancel()
        with contextlib.suppress(OSError):  # metrics are not worth a failure
            write_atomic(self._file, content, durable=False)

    def all(self) -> dict[str, float]:
        """The counts of all workers together."""
        with self._lock:
            total = defaultdict(float, self._values)
        with contextlib.suppress(OSError):
            for path in self._file.parent.glob("*.json"):
                if path != self._file:
                    for key, value in _read(path).items():
                        total[key] += value
        return dict(total)


def folder_of(state_dir: Path) -> Path:
    """Where the workers keep their counts."""
    return state_dir / "run" / "metrics"


def clear(folder: Path) -> None:
    """Forget the counts of a former run."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        path.unlink(missing_ok=True)


def router(engine: Engine, counters: Counters, clock: Clock) -> APIRouter:
    """`GET /healthz` and `GET /metrics`."""
    made = APIRouter(include_in_schema=False)

    @made.get("/healthz")
    def healthz() -> Response:
        try:
            found = revision_of(engine)
        except SQLAlchemyError:
            return JSONResponse({"status": "failing", "database": False}, 503)
        facts = {"database": True, "structure": found, "expected": HEAD}
        if found != HEAD:
            return JSONResponse({"status": "failing", **facts}, 503)
        return JSONResponse({"status": "ok", **facts})

    @made.get("/metrics")
    def metrics() -> Response:
        try:
            gauges = _gauges(engine, clock.now())
        except SQLAlchemyError:
            gauges = [_Line("zhangshu_database_up", {}, 0)]
        return PlainTextResponse(_exposition(counters.all(), gauges), media_type="text/plain; version=0.0.4")

    return made


# -- what the database knows ------------------------------------------------------------------------------------------


def _gauges(engine: Engine, now: int) -> list[_Line]:
    with engine.connect() as connection:
        head = connection.execute(select(feed_head.c.seq)).scalar() or 0
        seen = connection.execute(select(stations.c.last_seen_at, stations.c.waiting, stations.c.revoked_at)).all()
        last = connection.execute(select(func.max(backups.c.at)).where(backups.c.verified)).scalar()
        is_open = (records.c.tbl == "conflicts") & (records.c.fields["state"].astext == "open")
        conflicts = connection.execute(select(func.count()).select_from(records).where(is_open)).scalar() or 0
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar() or 0
    active = [row for row in seen if row.revoked_at is None]
    ages = [None if row.last_seen_at is None else now - row.last_seen_at for row in active]
    lines = [
        _Line("zhangshu_database_up", {}, 1),
        _Line("zhangshu_database_bytes", {}, size),
        _Line("zhangshu_feed_head", {}, head),
        _Line("zhangshu_conflicts_open", {}, conflicts),
        _Line("zhangshu_waiting_operations", {}, sum(row.waiting for row in active)),
        _Line("zhangshu_stations_revoked", {}, len(seen) - len(active)),
        _Line("zhangshu_process_resident_bytes", {}, _resident()),
    ]
    lines += [_Line("zhangshu_stations", {"contact": name}, ages.count(age)) for name, age in (("never", None),)]
    below = 0
    for name, limit in _AGES:
        within = sum(age is not None and age <= limit for age in ages)
        lines.append(_Line("zhangshu_stations", {"contact": name}, within - below))
        below = within
    lines.append(_Line("zhangshu_stations", {"contact": "older"}, sum(age is not None for age in ages) - below))
    if last is not None:
        lines.append(_Line("zhangshu_last_backup_age_seconds", {}, (now - last) / 1_000))
    return lines


def _resident() -> int:
    """Memory this process holds, bytes."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1_024


# -- the text ---------------------------------------------------------------------------------------------------------

_ABOUT = {
    "zhangshu_requests_total": ("counter", "Requests by route, method and status"),
    "zhangshu_request_seconds": ("histogram", "Time to answer by route"),
    **{name: ("counter", about) for name, about in _COUNTED.values()},
    "zhangshu_database_up": ("gauge", "Whether the database answers"),
    "zhangshu_database_bytes": ("gauge", "Size of the database"),
    "zhangshu_feed_head": ("gauge", "Number of the latest change"),
    "zhangshu_conflicts_open": ("gauge", "Conflicts nobody has decided"),
    "zhangshu_waiting_operations": ("gauge", "Operations the stations still held at their last contact"),
    "zhangshu_stations": ("gauge", "Stations by age of their last contact"),
    "zhangshu_stations_revoked": ("gauge", "Stations that are revoked"),
    "zhangshu_last_backup_age_seconds": ("gauge", "Age of the last verified backup"),
    "zhangshu_process_resident_bytes": ("gauge", "Memory of the worker that answered"),
}


def _key(name: str, labels: Mapping[str, str]) -> str:
    inside = ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items())
    return f"{name}{{{inside}}}" if inside else name


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _exposition(counted: Mapping[str, float], gauges: Iterable[_Line]) -> str:
    values = {**counted}
    for name, _ in _COUNTED.values():
        values.setdefault(name, 0)
    values |= {_key(line.name, line.labels): line.value for line in gauges}
    out = []
    for family, (kind, about) in _ABOUT.items():
        members = [key for key in values if _family(key) == family]
        if members:
            out += [f"# HELP {family} {about}", f"# TYPE {family} {kind}"]
            out += [f"{key} {values[key]:.17g}" for key in sorted(members)]
    return "\n".join(out) + "\n"


def _family(key: str) -> str:
    name = key.partition("{")[0]
    for end in ("_bucket", "_sum", "_count"):
        if name.startswith("zhangshu_request_seconds"):
            name = name.removesuffix(end)
    return name


def _read(path: Path) -> dict[str, float]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(key): float(value) for key, value in found.items()} if isinstance(found, dict) else {}
