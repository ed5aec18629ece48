"""Twenty stations at one centre at the same moment: how long each request takes, and that none is answered with a 5xx.

The stations are real desks on real files in four processes, so that they do not wait for each other's interpreter; all
have changes to send and receive what the others sent. The best round counts, since other load only adds to it.
`python -m tests.bench.bench_sync_many` prints what the requests took, and the goals in the last lines.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench import centre, stations
from tests.bench.peers.records import records

STATIONS, PROCESSES = 20, 4
RECORDS_EACH, ACTS_EACH = 50, 20
ROUNDS = 5
WORKERS = 1
"""Processes of the centre that answer, as it is set up by default."""
GOAL_MS = 1_000
ROOT = Path(__file__).resolve().parents[2]


def make(folder: Path, deployment: centre.Deployment) -> dict[int, dict[str, str]]:
    """The stations, each with records of its own that all others have; returns what their vaults hold."""
    desks, left = {}, records(STATIONS * RECORDS_EACH)
    for number in range(1, STATIONS + 1):
        desk = desks[number] = stations.make(folder / f"station{number}", number)
        stations.add(desk, [next(left) for _ in range(RECORDS_EACH)])
        deployment.enrol(desk)
    for _ in range(2):  # everybody sends, then everybody has what the last one sent
        for desk in desks.values():
            desk.link.run_cycle()
    for desk in desks.values():
        desk.close()
    return {number: desk.vault.secrets for number, desk in desks.items()}


class Child:
    """A process with some of the stations; `many_child.py` says what it understands."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.answer()

    def tell(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def answer(self) -> list[tuple[str, int, float]]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a process with stations ended (exit status {self._process.wait()})")
        return [(path, status, ms) for path, status, ms in json.loads(line)]


@contextmanager
def child(folder: Path, secrets: dict[int, dict[str, str]]) -> Iterator[Child]:
    """Start a process with these stations; it ends with the block."""
    command = [sys.executable, "-m", "tests.bench.many_child", str(folder), json.dumps(secrets), str(ACTS_EACH)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        yield Child(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(60)


def measure(folder: Path) -> tuple[list[list[tuple[str, int, float]]], list[float]]:
    """(requests, ms until the last station was done) of each round."""
    with centre.running(folder / "centre", WORKERS) as deployment, ExitStack() as stack:
        secrets = make(folder, deployment)
        shares = [{n: secrets[n] for n in range(first, STATIONS + 1, PROCESSES)} for first in range(1, PROCESSES + 1)]
        children = [stack.enter_context(child(folder, share)) for share in shares]
        rounds, wholes = [], []
        for _ in range(ROUNDS):
            for word in ("settle", "edit"):
                for one in children:  # in turns: this is not what is measured
                    one.tell(word)
                    one.answer()
            started = time.perf_counter()
            for one in children:
                one.tell("go")
            rounds.append([request for one in children for request in one.answer()])
            wholes.append((time.perf_counter() - started) * 1_000)
    return rounds, wholes


def main() -> int:
    """Measure and print; 1 when a goal is missed."""
    with tempfile.TemporaryDirectory() as name:
        rounds, wholes = measure(Path(name))
    syncs = [[ms for path, _, ms in requests if path == "/v1/sync"] for requests in rounds]
    failed = [status for requests in rounds for _, status, _ in requests if status >= 500]
    asked = sum(map(len, rounds))
    print(
        f"{STATIONS} stations with {ACTS_EACH} acts each, {ROUNDS} rounds: {asked} requests, {len(failed)} with a 5xx"
    )
    for times in syncs:
        print(f"  median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms, {len(times)} requests")
    print(f"all twenty equal after {statistics.median(wholes):.0f} ms (median of the rounds)")
    value = min(centre.percentile(times, 0.95) for times in syncs)  # of one round: other load only adds to it
    print(f"sync_twenty_failed value={len(failed)} goal=<=0")
    print(f"sync_twenty_p95 value={value:.0f}ms goal=<={GOAL_MS}ms")
    return int(bool(failed) or value > GOAL_MS)


if __name__ == "__main__":
    sys.exit(main())
