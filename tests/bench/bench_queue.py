"""How long a refresh of the queue takes with 500 people waiting and 200,000 visits in the file.

`python -m tests.bench.bench_queue` prints what else the desk refreshes with it, and the goal in the last line.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests import make
from tests.bench import years
from zhangshu_desk.reception import queries

WAITING = 500
ROUNDS = 5
LOOKS = 30
GOAL_MS = 16


def best_ms(look: Callable[[], object]) -> float:
    """The median of one look, ms, in the best of several rounds."""
    return min(statistics.median(_ms(look) for _ in range(LOOKS)) for _ in range(ROUNDS))


def _ms(look: Callable[[], object]) -> float:
    start = time.perf_counter()
    look()
    return (time.perf_counter() - start) * 1_000


def main() -> int:
    """Measure and print; 1 when the goal is missed."""
    counter = make.counter_id(1)
    with tempfile.TemporaryDirectory() as folder:
        store = years.desk(Path(folder) / "desk", waiting=WAITING)
        assert len(queries.queue(store, years.NOW, counter).waiting) == WAITING
        looks: dict[str, Callable[[], object]] = {
            "current": lambda: queries.current(store, counter, years.NOW),
            "counters_now": lambda: queries.counters_now(store, years.NOW),
            "display": lambda: queries.display(store, years.NOW),
            "day_sheet": lambda: queries.day_sheet(store, years.TODAY, years.NOW),
            "open_days": lambda: queries.open_days(store, years.TODAY),
        }
        for name, look in looks.items():
            print(f"{name}: {best_ms(look):.1f} ms")
        value = best_ms(lambda: queries.queue(store, years.NOW, counter))
        store.close()
    print(f"queue_refresh value={value:.1f}ms goal=<={GOAL_MS}ms")
    return int(value > GOAL_MS)


if __name__ == "__main__":
    sys.exit(main())
