"""The tour: drives the real window through a day's main job, without a display, and leaves pictures of it.

Each look (light and dark, 100 % and 200 %) is a process of its own, because Qt takes the scale once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import parse_moment

MOMENT = "2026-11-23T10:20"
"""The Monday morning the pictures are taken, so that they look the same each time."""
PASSWORD = "Xiangmu-2026-demo"  # of the invented station, which is thrown away afterwards
LOOKS = (("light", 1), ("light", 2), ("dark", 1), ("dark", 2))


def run(folder: Path) -> int:
    """Take all pictures into `folder/<scheme>-<percent>/`; returns 0, or 1 when a look could not be taken."""
    from zhangshu_desk.demo import fill

    with tempfile.TemporaryDirectory(prefix="zhangshu-tour-") as scratch:
        demo = Path(scratch) / "demo"
        print("正在准备演示数据…", flush=True)
        fill(paths.of(demo), parse_moment(MOMENT), PASSWORD)
        statuses = [_take(folder.absolute(), demo, scheme, scale) for scheme, scale in LOOKS]
    return 1 if any(statuses) else 0


def _take(folder: Path, demo: Path, scheme: str, scale: int) -> int:
    name = f"{scheme}-{scale * 100}"
    target, own = folder / name, demo.with_name(name)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copytree(demo, own)
    print(f"正在拍摄 {target}", flush=True)
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale)}
    command = [sys.executable, "-m", "zhangshu_desk.tour.walk", str(own), str(target), scheme]
    return subprocess.run(command, env=environment, check=False).returncode
