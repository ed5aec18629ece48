"""How long the window takes to be painted and to be typed into, against a bare PySide6 window in the same run.

The desk opens a file with 200,000 visits and 20,000 enterprises, made once under build/bench/. Times are from the start
of the process; the best of several alternating starts counts, since anything else on the machine only adds to it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.fill import fill

ROOT = Path(__file__).resolve().parents[2]
YEARS = ROOT / "build" / "bench" / "years"
STARTS = 9
PAINTED_GOAL, READY_GOAL = 1.5, 3.5


def start(*arguments: str) -> tuple[float, ...]:
    """(painted, ready to type, store open) in ms after the start of one process."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    kind, *rest = arguments
    command = [sys.executable, "-m", "tests.bench.start_child", kind, repr(time.time()), *rest]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120)
    return tuple(float(one) for one in done.stdout.split())


def years() -> Path:
    """The desk that has worked for years; what is in the way of it is half-made and goes."""
    if not (YEARS / "made").exists():
        shutil.rmtree(YEARS, ignore_errors=True)
        YEARS.mkdir(parents=True)
        print("making 200,000 visits of 20,000 enterprises, once", flush=True)
        fill(YEARS / "desk")
        (YEARS / "made").touch()
    return YEARS / "desk"


def main() -> int:
    """Measure and print; 1 when a goal is missed."""
    folder = str(years())
    start("bare"), start("desk", folder)  # compiles what was never compiled, warms the disk
    bare, desk = [], []
    for _ in range(STARTS):
        bare.append(start("bare"))
        desk.append(start("desk", folder))
    base = min(times[0] for times in bare)
    painted, ready, opened = (min(times[at] for times in desk) for at in range(3))
    print(f"bare window {base:.0f} ms; desk painted {painted:.0f} ms, ready to type {ready:.0f} ms, best of {STARTS}")
    print(f"store open {opened:.0f} ms ({opened / base:.2f}); Enter pressed before is kept and carried out then")
    print(f"start_painted ratio={painted / base:.2f} goal=<={PAINTED_GOAL}")
    print(f"start_ready ratio={ready / base:.2f} goal=<={READY_GOAL}")
    return 0 if painted / base <= PAINTED_GOAL and ready / base <= READY_GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
