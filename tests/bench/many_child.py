"""Some stations in a process of their own; started by bench_sync_many.py.

`python -m tests.bench.many_child FOLDER SECRETS ACTS`. Reads words, answers each with a line of JSON:
`edit` makes `ACTS` acts at every station; `settle` lets each synchronise, one after the other; `go` lets all do it
at once and answers with (path, status, ms) of every request.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

from tests.bench import stations
from tests.bench.centre import Meter
from zhangshu_desk.db.bare import bare


class Share:
    """The stations of this process."""

    def __init__(self, folder: Path, secrets: dict[str, dict[str, str]], acts: int) -> None:
        self._acts, self._rounds = acts, 0
        self._meter = Meter()
        self._desks = [
            stations.reopen(folder / f"station{number}", int(number), own, self._meter.connect)
            for number, own in secrets.items()
        ]
        self._ids = [self._own(desk) for desk in self._desks]

    def _own(self, desk: stations.Desk) -> list[str]:
        """Enterprises that this station entered itself, so that no two stations change the same one."""
        sql = "SELECT row_id FROM outbox WHERE tbl = 'enterprises' AND kind = 'insert' ORDER BY seq LIMIT ?"
        with desk.store.read() as session:
            return [row_id for (row_id,) in bare(session).execute(sql, (self._acts,))]

    def edit(self) -> None:
        """Some acts at every station."""
        self._rounds += 1
        for desk, ids in zip(self._desks, self._ids, strict=True):
            stations.change_one_by_one(desk, ids, f"第{self._rounds}轮回访")

    def settle(self) -> None:
        """One after the other until they have everything."""
        for desk in self._desks:
            desk.link.run_cycle()

    def go(self) -> list[tuple[str, int, float]]:
        """All at once; what their requests took."""
        mark = len(self._meter.asked)
        threads = [threading.Thread(target=desk.link.run_cycle) for desk in self._desks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        waiting = [stations.counted(desk, "SELECT count(*) FROM outbox WHERE state <> 'acked'") for desk in self._desks]
        if any(waiting):
            raise SystemExit(f"operations were not taken: {waiting}")
        return [(path, status, ms) for path, status, ms, _, _ in self._meter.asked[mark:]]

    def close(self) -> None:
        """Close all."""
        for desk in self._desks:
            desk.close()


def main() -> int:
    """Serve words until the input ends."""
    os.nice(10)  # desks are machines of their own: what they do with an answer must not keep the centre from others
    share = Share(Path(sys.argv[1]), json.loads(sys.argv[2]), int(sys.argv[3]))
    print("[]", flush=True)
    for line in sys.stdin:
        answer = {"edit": share.edit, "settle": share.settle, "go": share.go}[line.strip()]()
        print(json.dumps(answer or []), flush=True)
    share.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
