"""200 times `kill -9` in the middle of registering and calling: nothing shown is lost, nothing doubled, all clean."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROUNDS = 20


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_a_killed_desk_loses_nothing(tmp_path: Path, seed: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kill_child", str(tmp_path / "desk"), str(ROUNDS), str(seed)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["rounds"] == ROUNDS
    assert found["empty"] <= ROUNDS // 2, "most kills must fall into the work"
