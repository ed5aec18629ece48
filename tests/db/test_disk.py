"""A full disk and a read-only one: real file systems, mounted in a namespace of the test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def on_small_disk(folder: Path, what: str) -> dict[str, Any]:
    """Run `disk_child.py` on a tmpfs of 3 MB that only the child sees."""
    folder.mkdir()
    script = 'mount -t tmpfs -o size=3m none "$1" && exec "$2" -m tests.db.disk_child "$3" "$1"'
    done = subprocess.run(
        ["unshare", "-Urm", "sh", "-c", script, "sh", str(folder), sys.executable, what],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_full_disk_loses_nothing_and_the_desk_goes_on_when_there_is_room(tmp_path: Path) -> None:
    report = on_small_disk(tmp_path / "small", "full")

    assert report["code"] == report["health"] == "store.disk_full"
    assert report["done"] > 10
    assert report["readable"] == report["done"]
    assert report["after"] == report["reopened"] == report["done"] + 1
    assert report["healthy"]
    assert report["integrity"] == "ok"
    assert report["gapless"] == 1


def test_a_read_only_disk_is_named(tmp_path: Path) -> None:
    report = on_small_disk(tmp_path / "small", "read_only")

    assert report["code"] == "store.read_only"
    assert "small/desk" in report["text"]
    assert report["there"]


def test_a_backup_or_restore_without_room_leaves_everything_as_it_was(tmp_path: Path) -> None:
    report = on_small_disk(tmp_path / "small", "backups")

    assert report == {
        "before": "backup.no_space",
        "on_the_way": "store.disk_full",
        "left": ["desk-20261123-090000.db"],
        "restoring": "store.disk_full",
        "kept": True,
        "room_again": "desk-20261123-090003.db",
    }
