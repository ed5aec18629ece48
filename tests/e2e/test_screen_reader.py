"""The real program on a real display, used through what it tells a screen reader."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import SystemClock
from zhangshu_desk.db.store import open_store
from zhangshu_desk.db.tables.reception import Visit

READER = Path(__file__).with_name("reader.py")


@pytest.mark.xvfb
def test_a_station_is_set_up_and_gives_its_first_number(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    desk = subprocess.Popen([sys.executable, "-m", "zhangshu_desk", "--data-dir", str(folder)])
    try:
        reader = ["/usr/bin/python3", str(READER), "Zs-desk-2026!"]
        heard = subprocess.run(reader, capture_output=True, text=True, check=False, timeout=120)
        assert (heard.returncode, heard.stdout.strip()) == (0, "B001"), heard.stderr
        assert desk.poll() is None, "the desk must still be running"
    finally:
        desk.kill()
        desk.wait()

    store = open_store(paths.of(folder), SystemClock().now())
    with store.read() as session:
        visits = [(visit.label, visit.services, visit.state) for visit in session.scalars(select(Visit))]
    store.close()
    assert visits == [("B001", ["JL"], "等候")]
