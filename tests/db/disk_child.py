"""Runs inside a mount namespace of its own on a small tmpfs and reports what the store did, as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from tests import make
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import parse_moment
from zhangshu_desk.core.errors import DeskError
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
    print(json.dumps({"full": full, "read_only": read_only}[sys.argv[1]](Path(sys.argv[2]))))
