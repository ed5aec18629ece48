"""How long the search takes over a million records, for each kind of fragment: its 99th percentile.

`python -m tests.bench.bench_search` prints a line for each kind; the last line is the slowest of them.
"""

from __future__ import annotations

import statistics

from sqlalchemy.orm import Session

from tests.bench import million
from tests.bench.fragments import FRAGMENTS, measure, queries

GOAL_MS = 16


def main() -> None:
    """Measure every kind of fragment and print how it went."""
    records = list(million.documents(20_000))
    engine = million.engine()
    slowest = 0.0
    with Session(engine) as session:
        for fragment in FRAGMENTS:
            asked = queries(fragment, records)
            times = measure(session, asked)
            p99 = statistics.quantiles(times, n=100)[98]
            slowest = max(slowest, p99)
            print(
                f"{fragment.name:26} median {statistics.median(times):6.2f} ms  p99 {p99:6.2f} ms"
                f"  slowest {max(times):6.2f} ms: {asked[times.index(max(times))]}",
                flush=True,
            )
    engine.dispose()
    print(f"search_p99 value={slowest:.1f}ms goal=<={GOAL_MS}ms")


if __name__ == "__main__":
    main()
