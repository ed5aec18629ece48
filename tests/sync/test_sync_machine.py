"""The machine of faults on the real code, a short run; `make soak` runs it for as long as one likes."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.machine import SyncMachine
from zhangshu_server import database

EXAMPLES = int(os.environ.get("SYNC_EXAMPLES", "40"))
STEPS = int(os.environ.get("SYNC_STEPS", "30"))


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_different_whatever_happens(
    make_database: Callable[[], str], tmp_path: Path
) -> None:
    run(SyncMachine, EXAMPLES, make_database, tmp_path)


def run(kind: type[SyncMachine], examples: int, make_database: Callable[[], str], tmp_path: Path) -> None:
    """So many examples of a machine, on a centre of its own."""
    from tests.sync.centre import CentreRig
    from tests.sync.machine import START

    numbers = itertools.count()

    def folder() -> Path:
        made = tmp_path / f"run{next(numbers)}"
        made.mkdir()
        return made

    rig = CentreRig(database.make_engine(make_database()), tmp_path, START)
    machine = type("Machine", (kind,), {"rig": rig, "folder": staticmethod(folder)})
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                derandomize="SYNC_EXAMPLES" not in os.environ,
                suppress_health_check=list(HealthCheck),
                phases=(Phase.generate, Phase.shrink) if "SYNC_SHRINK" in os.environ else (Phase.generate,),
                print_blob=False,
            ),
        )
    finally:
        rig.close()
