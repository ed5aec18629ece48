"""Kills a desk while it prints, as often as wanted, and is the clerk who looks at the paper afterwards.

`python -m tests.labels.running.killing --kills 2000` goes on longer than the tests do.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import make
from tests.labels import shop
from tests.labels.printers.label_printer import LabelPrinter
from tests.labels.running.press import read_paper, read_pdf
from tests.labels.running.pressman import DOMAIN, ROLL, SHEET, Errand
from tests.labels.shop import CLERK, Shop
from tests.print_server import QUEUE, PrintServer, print_server, until
from tests.store_fixtures import NINE
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.labels import running, templates
from zhangshu_desk.labels.actions.printers import keep_printer
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way
from zhangshu_desk.labels.rules.spans import numbers as each_number
from zhangshu_desk.labels.running import OpenJob, Order

ROOT = Path(__file__).resolve().parents[3]
LONGEST_LIFE_S = 0.12
QUEUED = "USB 标签机"


@dataclass
class Room:
    """The printers, and what came out of them.

    Attributes:
        asked: how often the clerk was asked about what waited; heard: what the desks told.
    """

    folder: Path
    shop: Shop
    answering: LabelPrinter
    silent: LabelPrinter
    server: PrintServer
    pressman: subprocess.Popen[str]
    printers: dict[str, str]
    asked: Counter[str] = field(default_factory=Counter)
    heard: Counter[str] = field(default_factory=Counter)
    now: int = NINE + 1_000_000
    _read: dict[int, tuple[list[int], int]] = field(default_factory=dict)

    def open(self) -> Store:
        """The desk's database."""
        self.now += 10_000
        return open_store(paths.of(self.folder), self.now)

    def live(self, dice: random.Random) -> None:
        """One life of a desk, which ends in the middle of something."""
        self.now += 10_000
        assert self.pressman.stdin is not None
        self.pressman.stdin.write(Errand(str(self.folder), self.shop, self.printers, self.now).to_line() + "\n")
        self.pressman.stdin.flush()
        desk = int(self._hear()[1])
        wanted = dice.choice(("ready", "numbered", "printing", "printing"))
        while (word := self._hear()[0]) not in (wanted, "DONE", "SENT", "STOPPED"):
            assert word != "dead", "it ended by itself"
            self.heard[word] += 1
        self.heard[word] += 1
        time.sleep(dice.uniform(0, LONGEST_LIFE_S))
        os.kill(desk, signal.SIGKILL)
        if dice.random() < 0.5:  # the power is gone, for the printers too
            self.answering.lose_power()
            self.silent.lose_power()
        while (words := self._hear())[0] != "dead":
            self.heard[words[0]] += 1
        assert int(words[1]) == signal.SIGKILL, "it ended by itself"

    def look(self) -> None:
        """The clerk's part: whatever waits for a word, he reads from the paper how far it is good."""
        store = self.open()
        for job in running.open_jobs(store):
            if job.waiting:
                if job.job.printer == QUEUED:
                    until(self._queue_is_empty)
                running.inquire(store, CLERK, job.job.id, self.now)
        for job in running.open_jobs(store):
            if job.waiting:
                self._give_word(store, job)
        store.close()

    def finish(self) -> None:
        """Print everything that is left."""
        store = self.open()
        for _ in range(100):
            jobs = running.open_jobs(store)
            if not jobs:
                break
            for job in jobs:
                if not job.waiting:
                    running.go(store, CLERK, job.job.id, FixedClock(self.now), DOMAIN)
            store.close()
            self.look()
            store = self.open()
        assert running.open_jobs(store) == ()
        batch = shop.numbered(store, self.shop.traced_form(quantity=1_000, batch_no="last"), self.now)
        printer = next(one for one, kind in self.printers.items() if kind == SHEET)
        template = templates.load(store.paths.labels, SHEET)
        last = running.begin(store, CLERK, Order(batch, template, printer, 0, 0), DOMAIN, self.now)
        running.go(store, CLERK, last, FixedClock(self.now), DOMAIN)
        store.close()

    def on_paper(self) -> list[int]:
        """All numbers that came out of anything."""
        papers = paths.of(self.folder).papers
        files = sorted(papers.glob("*.pdf")) if papers.exists() else []
        return [*(one for file in files for page in read_pdf(file) for one in page), *self.labels()]

    def labels(self) -> list[int]:
        """The numbers of those that label printers printed."""
        papers = (self.answering.paper, self.silent.paper, self.server.sink.jobs)
        return [one for paper in papers for one in self._numbers(paper)]

    def _numbers(self, paper: list[bytes]) -> list[int]:
        """The numbers on labels; each is read once."""
        read, seen = self._read.get(id(paper), ([], 0))
        self._read[id(paper)] = read, len(paper)
        read += read_paper(paper[seen:])
        return read

    def _give_word(self, store: Store, job: OpenJob) -> None:
        until(lambda: self.answering.at_rest and self.silent.at_rest)
        row = list(each_number(job.waiting))
        there = set(self.labels())
        good = [one for one in row if one in there]
        assert good == row[: len(good)], "what is on paper is not the beginning of what waits"
        last = good[-1] if good else None
        state = running.confirm(store, CLERK, job.job.id, last, self.now, reason="断电")
        self.asked[f"{job.job.state.name} {'all' if len(good) == len(row) else 'some' if good else 'none'}"] += 1
        assert (state is JobState.DONE) == (len(good) == len(row) and not job.todo)

    def _queue_is_empty(self) -> bool:
        """Also of what a dead desk's `lp` has not yet handed over."""
        lp = subprocess.run(["pgrep", "-x", "lp"], capture_output=True, check=False).stdout.strip()
        return not lp and not self.server.command("lpstat", "-o", QUEUE).strip()

    def _hear(self) -> list[str]:
        assert self.pressman.stdout is not None
        line = self.pressman.stdout.readline()
        assert line, "the printing process is gone"
        return line.split()


@contextmanager
def room(folder: Path) -> Iterator[Room]:
    """A station with all it needs, and its printers. `CUPS_SERVER` is to be set to `server.address`."""
    store = open_store(paths.of(folder / "desk"), NINE)
    make.set_up(store, NINE)
    opened = shop.open_shop(store, folder)
    answering, silent = LabelPrinter(), LabelPrinter()
    answering.label_s, silent.label_s, silent.answers = 0.003, 0.003, False
    with print_server() as server:
        kinds = {
            ROLL: [
                PrinterSettings("回答的标签机", Way.TSPL_TCP, address=answering.address),
                PrinterSettings("不回答的标签机", Way.TSPL_TCP, address=silent.address),
                PrinterSettings(QUEUED, Way.TSPL_QUEUE, queue=QUEUE),
            ],
            SHEET: [PrinterSettings("存为 PDF", Way.PDF, dpi=600)],
        }
        printers = {keep_printer(store, CLERK, one, NINE): kind for kind, all_of in kinds.items() for one in all_of}
        store.close()
        pressman = _pressman(server)
        try:
            yield Room(folder / "desk", opened, answering, silent, server, pressman, printers)
        finally:
            pressman.kill()
            pressman.communicate()
            answering.close()
            silent.close()


def _pressman(server: PrintServer) -> subprocess.Popen[str]:
    environment = os.environ | {"CUPS_SERVER": server.address, "QT_QPA_PLATFORM": "offscreen"}
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "tests.labels.running.pressman"]
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "warm\n"
    return process


def kill_often(made: Room, kills: int, seed: int) -> None:
    """Kill so many desks, look at the paper after each, print what is left; then every number is on paper once.

    Raises:
        AssertionError: it is not.
    """
    dice = random.Random(seed)
    for _ in range(kills):
        made.live(dice)
        made.look()
    made.finish()
    paper = Counter(made.on_paper())
    store = made.open()
    with store.read() as session:
        from sqlalchemy import text

        issued = [range(a, b + 1) for a, b in session.execute(text("SELECT first, last FROM label_ranges"))]
        rows = session.execute(text("SELECT batch_id, state FROM print_jobs")).all()
        of_jobs = {one for (one,) in session.execute(text("SELECT batch_id FROM print_jobs"))}
        left = session.execute(text("SELECT count(*) FROM label_runs")).scalar()
    numbers = [one for some in issued for one in some]
    assert len(numbers) == len(set(numbers)), "a number was given twice"
    due = {one for batch in of_jobs for a, b in shop.numbers(store, batch) for one in range(a, b + 1)}
    store.close()
    assert all(state == JobState.DONE for _, state in rows)
    assert left == 0
    assert {one for one, times in paper.items() if times > 1} == set(), "a number is on paper twice"
    assert set(paper) == due, "a number is missing, or was never given"


def main() -> None:
    """Say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=20261126)
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    app = QGuiApplication(["killing"])
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, room(Path(folder)) as made:
        os.environ["CUPS_SERVER"] = made.server.address
        kill_often(made, given.kills, given.seed)
        print(f"{given.kills} kills in {time.monotonic() - begun:.0f} s, {len(made.on_paper())} labels on paper")
        print("desks:", dict(made.heard), "clerk:", dict(made.asked))
    app.quit()


if __name__ == "__main__":
    main()
