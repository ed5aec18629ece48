"""Runs inside a mount namespace of its own on a small tmpfs and reports what the store did, as JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from tests import make
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import parse_moment
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db import backup, copies
from zhangshu_desk.db.store import Store, open_store

NOW = parse_moment("2026-11-23T09:00")


def fill(store: Store, limit: int = 20_000) -> tuple[int, str]:
    """Add enterprises until the store refuses; (how many were said to be there, code of the refusal)."""
    for count in range(limit):
        try:
            make.enterprise(store, NOW + count, name=f"樟树{count}有限公司", notes="满" * 200)
        except DeskError as error:
            return count, error.code
    return limit, "never refused"


def full(folder: Path) -> dict[str, object]:
    """Fill the disk, read, make room, go on."""
    ballast = folder / "ballast"
    ballast.write_bytes(b"x" * 400_000)
    store = open_store(paths.of(folder / "desk"), NOW)
    make.set_up(store, NOW)
    done, code = fill(store)
    report: dict[str, object] = {"done": done, "code": code, "health": store.full.code if store.full else ""}
    report["readable"] = count(store)
    ballast.unlink()
    make.enterprise(store, NOW, name="腾出空间以后")
    report["after"] = count(store)
    report["healthy"] = store.full is None
    store.close()
    again = open_store(paths.of(folder / "desk"), NOW)
    report["reopened"] = count(again)
    with again.read() as session:
        report["integrity"] = session.execute(text("PRAGMA integrity_check")).scalar()
        report["gapless"] = session.execute(text("SELECT max(n) = count(*) FROM outbox")).scalar()
    again.close()
    return report


def backups(folder: Path) -> dict[str, object]:
    """Back up and restore with too little room: told beforehand, and when it runs out on the way."""
    where = paths.of(folder / "desk")
    store = open_store(where, NOW)
    make.set_up(store, NOW)
    made = backup.make(store, NOW)
    fill(store, 4)
    (folder / "ballast").write_bytes(b"x" * (shutil.disk_usage(folder).free - 300_000))
    report: dict[str, object] = {"before": _refused(lambda: backup.make(store, NOW + 1_000))}
    copies.check_space = lambda *_: None  # as if somebody else had taken the room meanwhile
    report["on_the_way"] = _refused(lambda: backup.make(store, NOW + 2_000))
    report["left"] = sorted(path.name for path in where.backups.iterdir())
    enterprises = count(store)
    store.close()
    (folder / "more").write_bytes(b"x" * max(0, shutil.disk_usage(folder).free - 60_000))
    report["restoring"] = _refused(lambda: backup.restore(where, made, NOW))
    for ballast in ("ballast", "more"):
        (folder / ballast).unlink()
    again = open_store(where, NOW)
    report["kept"] = count(again) == enterprises
    report["room_again"] = backup.make(again, NOW + 3_000).name
    again.close()
    return report


def _refused(act: Callable[[], object]) -> str:
    try:
        act()
    except DeskError as error:
        return error.code
    return "not refused"


def read_only(folder: Path) -> dict[str, object]:
    """Make a desk, make its disk read-only, and try to open it."""
    where = paths.of(folder / "desk")
    store = open_store(where, NOW)
    make.set_up(store, NOW)
    store.close()
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    try:
        open_store(where, NOW)
    except DeskError as error:
        return {"code": error.code, "text": str(error), "there": where.database.exists()}
    return {"code": "opened"}


def count(store: Store) -> int:
    """Enterprises in the store."""
    with store.read() as session:
        return int(session.execute(text("SELECT count(*) FROM enterprises")).scalar_one())


if __name__ == "__main__":
    print(json.dumps({"full": full, "read_only": read_only, "backups": backups}[sys.argv[1]](Path(sys.argv[2]))))
