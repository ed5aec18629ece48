"""A desk in a process of its own that numbers batches and prints them, until it is killed.

Run as a program it has everything loaded, fonts too, and for each line of its input makes one desk that does.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from tests.labels import sample, shop
from tests.labels.shop import CLERK, Shop
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.labels import pages, running, templates
from zhangshu_desk.labels.printers import tcp
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.running import Order

DOMAIN = "label.example.cn"
SHEET, ROLL = "traced-a4-3x8", "traced-60x40"


@dataclass(frozen=True)
class Errand:
    """Where a desk works; `printers`: template by id of the printer."""

    folder: str
    shop: Shop
    printers: dict[str, str]
    now: int

    def to_line(self) -> str:
        """As a line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_line(cls, line: str) -> Errand:
        """Of a line."""
        read = json.loads(line)
        return cls(**{**read, "shop": Shop(**read["shop"])})


def print_until_killed(errand: Errand) -> None:
    """Print what is open, then one new batch after the other."""
    tcp.ANSWER_S = 0.1  # half of the printers do not answer
    now, dice = errand.now, random.Random(errand.now)
    store, clock = open_store(paths.of(Path(errand.folder)), now), FixedClock(now)
    _tell("ready")
    for job in running.open_jobs(store):
        _print(store, job.job.id, clock)
    for number in count():
        form = errand.shop.traced_form(quantity=dice.randrange(8, 45) * 1_000, batch_no=f"{now}-{number}")
        batch = shop.numbered(store, form, clock.forward(3))
        _tell("numbered")
        last = sum(b - a + 1 for a, b in shop.numbers(store, batch)) - 1
        printer = dice.choice(sorted(errand.printers))
        template = templates.load(store.paths.labels, errand.printers[printer])
        job_id = running.begin(store, CLERK, Order(batch, template, printer, 0, last), DOMAIN, clock.forward(3))
        _print(store, job_id, clock)


def _print(store: Store, job_id: str, clock: FixedClock) -> None:
    _tell("printing")
    ending = running.go(store, CLERK, job_id, clock, DOMAIN)
    _tell(ending.state.name)
    if ending.state is not JobState.DONE:
        signal.pause()  # a person is needed


def _tell(word: str) -> None:
    os.write(sys.stdout.fileno(), f"{word}\n".encode())


def main() -> None:
    """Make a desk for each line; tell its number before, and how it died afterwards."""
    app = QGuiApplication(["pressman"])
    for _ in pages.rasters(sample.run(sample.template(ROLL), 1)):
        pass
    _tell("warm")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            print_until_killed(Errand.from_line(line))
            os._exit(1)
        _tell(f"desk {child}")
        _, status = os.waitpid(child, 0)
        _tell(f"dead {status}")
    app.quit()


if __name__ == "__main__":
    main()
