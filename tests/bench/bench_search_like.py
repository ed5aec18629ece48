"""How many times faster the search is than `LIKE '%…%'` over plain columns, in one run.

`LIKE` is asked for the same answer: best first, then newest. It must look at every row for that, whatever it finds.
`python -m tests.bench.bench_search_like` prints a line for each kind of fragment; the last line is the least ratio.
"""

from __future__ import annotations

import statistics

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.bench import million
from tests.bench.fragments import FRAGMENTS, LIMIT, ROUNDS, measure, queries, timed

QUERIES = 4
"""Of each kind; `LIKE` takes its time."""
GOAL = 10


def like(session: Session, column: str, query: str) -> float:
    """Milliseconds that `LIKE` takes for a query, the best of the rounds."""
    words = query.lower().split()
    where = " AND ".join(f"{column} LIKE :word{number}" for number in range(len(words)))
    sql = text(
        f"SELECT id, kind, name FROM plain WHERE {where}"  # noqa: S608 - columns are named in fragments.py
        f" ORDER BY {column} = :exact DESC, {column} LIKE :begins DESC, id DESC LIMIT {LIMIT}"
    )
    values = {f"word{number}": f"%{word}%" for number, word in enumerate(words)}
    values |= {"exact": query, "begins": f"{query}%"}
    return min(timed(lambda: session.execute(sql, values).all()) for _ in range(ROUNDS))


def main() -> None:
    """Measure every kind of fragment both ways and print how it went."""
    records = list(million.documents(20_000))
    engine = million.engine()
    least = float("inf")
    with Session(engine) as session:
        for fragment in FRAGMENTS:
            asked = queries(fragment, records)[:QUERIES]
            plain = statistics.mean(like(session, fragment.column, query) for query in asked)
            ours = statistics.mean(measure(session, asked))
            least = min(least, plain / ours)
            print(f"{fragment.name:26} LIKE {plain:6.0f} ms  index {ours:6.2f} ms  {plain / ours:6.0f} x", flush=True)
    engine.dispose()
    print(f"search_vs_like ratio={least:.0f} goal=>={GOAL}")


if __name__ == "__main__":
    main()
