"""A station on a small disk of its own, in a mount namespace (`unshare -Urm`): pulls more than fits, then has room.

`python -m tests.sync.crash.disk_child JSON` says where everything is. Reads words from standard input (the methods of
`Small`) and answers each with a line of JSON.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.sync.crash.children import FileVault, reach, work
from zhangshu_desk.core import paths
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.clock import MINUTE, FixedClock
from zhangshu_desk.core.errors import DeskError, sentence
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import open_store
from zhangshu_desk.db.verify import verify
from zhangshu_desk.sync import applying, books, room, wire
from zhangshu_desk.sync.link import DeskLink

ROOM_LEFT = 1 << 20
KEPT_FREE = 2 << 20
"""The check of the program, for a disk so small."""
ROWS_ON_A_PAGE = 200
_COUNTS = {
    "firms": "SELECT count(*) FROM enterprises",
    "bulk": "SELECT count(*) FROM enterprises WHERE name LIKE '批量%'",
    "staged": "SELECT count(*) FROM staged_rows",
    "waiting": "SELECT count(*) FROM outbox WHERE state = 'pending'",
    "operations": "SELECT count(*) FROM outbox",
    "gapless": "SELECT count(*) = max(n) FROM outbox",
    "base": "SELECT value FROM meta WHERE key = 'feed_base'",
}


class Small:
    """The station."""

    def __init__(self, folder: Path, port: int, secret: str, clerk: Actor, now: int) -> None:
        self._where, self._port, self._clerk = paths.of(folder / "desk"), port, clerk
        self._clock = FixedClock(now)
        self._ballast = folder / "ballast"
        self._store = open_store(self._where, now)
        self._vault = FileVault(folder)
        self._vault.keep(self._store.meta("station_id"), secret, "")
        self._link = self._make_link()

    def _make_link(self) -> DeskLink:
        return DeskLink(
            self._store,
            self._vault,
            self._clock,
            lambda _address, _ca, station, secret: reach(self._port, station, secret),
        )

    def fill(self) -> dict[str, Any]:
        """Leave only a little room."""
        with self._ballast.open("wb") as file:
            file.write(b"x" * (shutil.disk_usage(self._where.data).free - ROOM_LEFT))
        return self.stand()

    def unasked(self) -> dict[str, Any]:
        """From here on nobody looks for room beforehand, as if somebody took it after the look."""
        room.KEPT_FREE = room.COPIED_ROW = room.STAGED_ROW = 0
        return self.stand()

    def anew(self) -> dict[str, Any]:
        """Everything is to be read anew."""
        with self._store.merge() as merge:
            books.begin_snapshot(merge.db)
        return self.stand()

    def start(self) -> dict[str, Any]:
        """Synchronise by itself from here on."""
        self._link.start()
        return self.stand()

    def work(self) -> dict[str, Any]:
        """Something is done at the counter."""
        work(self._store, self._clerk, self._clock.forward(MINUTE))
        return self.stand()

    def pull(self) -> dict[str, Any]:
        """A cycle, as F5 makes it."""
        code = ""
        try:
            self._link.run_cycle()
        except DeskError as error:
            code = error.code
        return {"code": code, **self.stand()}

    def room(self) -> dict[str, Any]:
        """Somebody tidied up."""
        self._ballast.unlink()
        return self.stand()

    def check(self) -> dict[str, Any]:
        """Open everything anew and look closely."""
        self._link.close()
        self._store.close()
        self._store = open_store(self._where, self._clock.now())
        self._link = self._make_link()
        with self._store.read() as session:
            db = bare(session)
            sums = {tbl: list(applying.table_sum(db, tbl)) for tbl in wire.PULLED}
            sound = db.execute("PRAGMA integrity_check").fetchone()[0]
        problems = [str(one) for one in verify(self._store).problems]
        return {"integrity": sound, "problems": problems, "sums": sums, **self.stand()}

    def stand(self) -> dict[str, Any]:
        """How it stands, in numbers and in words."""
        status = self._link.status()
        with self._store.read() as session:
            counts = {name: bare(session).execute(sql).fetchone()[0] for name, sql in _COUNTS.items()}
        said = sentence(status.trouble, dict(status.trouble_facts)) if status.trouble else ""
        told = {"state": status.state.value, "trouble": status.trouble, "said": said}
        return {**counts, **told, "full": self._store.full is not None}

    def close(self) -> None:
        """The end."""
        self._link.close()
        self._store.close()


def main() -> None:
    """See the module."""
    said: dict[str, Any] = json.loads(sys.argv[1])
    folder = Path(said["folder"])
    wire.MAX_PAGE_ROWS = ROWS_ON_A_PAGE
    room.KEPT_FREE = KEPT_FREE
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={said['size']}m", "none", str(folder)], check=True)
    shutil.copytree(said["desk"], folder / "desk")
    small = Small(
        folder, said["port"], said["secret"], Actor(said["clerk"], "窗口人员", Role.CLERK, said["counter"]), said["now"]
    )
    words: dict[str, Callable[[], dict[str, Any]]] = {
        name: getattr(small, name)
        for name in ("fill", "unasked", "work", "anew", "start", "pull", "room", "check", "stand")
    }
    for line in sys.stdin:
        print(json.dumps(words[line.strip()]()), flush=True)
    small.close()


if __name__ == "__main__":
    main()
