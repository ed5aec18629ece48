"""The real centre on a PostgreSQL of its own, with what a test wants to know of it and do to it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from tests.sync.park import FINGERPRINT, Park
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.operations import feed_hash, row_digest
from zhangshu_desk.sync import wire
from zhangshu_server import stations
from zhangshu_server.app import create_app
from zhangshu_server.limits import Rate
from zhangshu_server.tables import metadata

_NO_LIMIT = Rate(1e6, 1_000_000)


class CentreRig:
    """One centre: its database, its state folder, its application, and the park around it."""

    def __init__(self, engine: Engine, folder: Path, now: int) -> None:
        self.engine, self.clock = engine, FixedClock(now)
        self.state_dir = folder / "centre"
        self.state_dir.mkdir(exist_ok=True)
        self.park = Park(self._app, self._code, folder)

    def _app(self) -> Any:
        return create_app(self.engine, self.state_dir, self.clock, station_rate=_NO_LIMIT, enrol_rate=_NO_LIMIT)

    def _code(self, site: str, name: str) -> str:
        return stations.make_code(self.engine, site, name, self.clock.now(), FINGERPRINT)

    def close(self) -> None:
        """Close stations, loop and connections."""
        self.park.close()
        self.engine.dispose()

    # -- what is done to it -------------------------------------------------------------------------------------------

    def begin_anew(self, now: int, name: str) -> None:
        """As it was when `save(name)` was called, with the state folder of that time: for the next example."""
        self.clock.moment = now
        self.restore(name, everything=True)
        shutil.rmtree(self.state_dir)
        shutil.copytree(self._kept(name), self.state_dir)

    def save(self, name: str = "saved") -> str:
        """A backup of the database; the state folder is kept beside it, for `begin_anew` only."""
        with self.engine.begin() as db:
            db.execute(text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
            db.execute(text(f"CREATE SCHEMA {name}"))
            for table in metadata.sorted_tables:
                db.execute(text(f"CREATE TABLE {name}.{table.name} AS TABLE public.{table.name}"))
        shutil.rmtree(self._kept(name), ignore_errors=True)
        shutil.copytree(self.state_dir, self._kept(name))
        return name

    def restore(self, name: str = "saved", *, everything: bool = False) -> None:
        """Put the backup in place; nobody tells the stations. Who was enrolled since is enrolled all the same."""
        kept = () if everything else ("stations", "sites", "enrol_codes")
        names = [table.name for table in metadata.sorted_tables if table.name not in kept]
        with self.engine.begin() as db:
            db.execute(text(f"TRUNCATE {', '.join(names)}"))
            for one in names:
                db.execute(text(f"INSERT INTO public.{one} SELECT * FROM {name}.{one}"))  # noqa: S608 - names of ours

    def _kept(self, name: str) -> Path:
        return self.state_dir.with_name(f"centre-{name}")

    def revoke(self, station: str, now: int) -> None:
        """Stop serving a station."""
        stations.revoke(self.engine, station, "试验", now)

    def reinstate(self, station: str) -> None:
        """Serve it again."""
        stations.reinstate(self.engine, station)

    # -- what a test wants to know ------------------------------------------------------------------------------------

    def _all(self, sql: str, **values: Any) -> list[Any]:
        with self.engine.connect() as db:
            return list(db.execute(text(sql), values))

    def head(self) -> int:
        """Its greatest feed number."""
        return int(self._all("SELECT seq FROM feed_head")[0][0])

    def known_ops(self) -> int:
        """How many operations it has."""
        return int(self._all("SELECT count(*) FROM oplog")[0][0])

    def statuses(self) -> dict[str, int]:
        """op_id → how often it was judged (not counting repeats that were known)."""
        sql = "SELECT op_id, count(*) FROM oplog WHERE status <> 'duplicate' AND station_id <> 'centre' GROUP BY op_id"
        return dict(map(tuple, self._all(sql)))

    def rejected(self) -> list[Any]:
        """Operations that it refused."""
        return self._all("SELECT tbl, row_id, code, actor FROM oplog WHERE status = 'rejected'")

    def rows(self, tbl: str) -> dict[str, dict[str, Any]]:
        """The whole rows of a table."""
        return dict(map(tuple, self._all("SELECT id, fields FROM records WHERE tbl = :t AND whole", t=tbl)))

    def sum_of(self, tbl: str) -> tuple[int, int]:
        """Count and digest sum of a table, computed from its rows."""
        rows = self.rows(tbl)
        return len(rows), sum(row_digest(tbl, row_id, fields) for row_id, fields in rows.items()) % (1 << 64)

    def writers_up_to(self, seq: int) -> set[str]:
        """The operations that wrote fields last, as far as their feed numbers are not above `seq`."""
        sql = "SELECT stamp->>4 FROM records, jsonb_each(clk) AS c(g, stamp) WHERE (stamp->>0)::bigint <= :s"
        return {op_id for (op_id,) in self._all(sql, s=seq)}

    def final_writers(self) -> set[str]:
        """The operations whose values stand."""
        return self.writers_up_to(1 << 62)

    def has_place(self, seq: int, h: str) -> bool:
        """Whether a place of the feed that a station has read is one of ours."""
        if seq == 0:
            return True
        return bool(self._all("SELECT 1 FROM feed WHERE seq = :s AND h = :h", s=seq, h=h))

    def check_chains(self) -> None:
        """Feed numbers without a gap, a running hash that follows from the operations, digests that are true."""
        h, due = "", 1
        for seq, feed_h, station, inc, op_h in self._all(
            "SELECT f.seq, f.h, o.station_id, o.inc, o.h FROM feed f JOIN oplog o"
            " ON o.op_id = f.op_id AND o.status <> 'duplicate' ORDER BY f.seq"
        ):
            assert seq == due, ("a gap in the feed", due, seq)
            h, due = feed_hash(h, station, inc, op_h), due + 1
            assert h == feed_h, ("the feed's hash is wrong", seq)
        assert self._all("SELECT seq, h FROM feed_head") == [(due - 1, h)]
        kept = {tbl: (int(c), int(t) % (1 << 64)) for tbl, c, t in self._all(
            "SELECT tbl, sum(count), sum(total) FROM digests GROUP BY tbl")}  # fmt: skip
        for tbl in wire.PULLED:
            assert kept.get(tbl, (0, 0)) == self.sum_of(tbl), tbl


def forget(folder: Path) -> None:
    """Remove what a run left."""
    shutil.rmtree(folder, ignore_errors=True)
