"""How far a running job is, for whoever watches it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from zhangshu_desk.labels.printers.outputs import Trouble

_YOUNG_S = 1.0
"""Before this a rate would be a guess."""


class Phase(Enum):
    """What is going on."""

    PAINTING = "正在绘制、核验"
    PRINTING = "打印中"
    WAITING = "等待打印机"


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes:
        done, total: labels handed over, of all that this run was to print.
        troubles: why the printer waits for somebody.
        a_minute: labels per minute of this run, left_s: seconds until it is through; None = cannot be said yet.
    """

    phase: Phase
    done: int
    total: int
    troubles: frozenset[Trouble] = frozenset()
    a_minute: float | None = None
    left_s: float | None = None

    def __str__(self) -> str:
        words = [self.phase.value, *sorted(one.value for one in self.troubles)]
        return f"{'，'.join(words)}：{self.done} / {self.total} 张"


Report = Callable[[Progress], None]


def ignore(_progress: Progress) -> None:
    """Nobody watches."""


@dataclass
class Watch:
    """Tells a report how far the run is, with its rate; by one thread at a time."""

    total: int
    report: Report = ignore
    done: int = 0
    _begun: float = field(default_factory=time.monotonic)

    def tell(self, phase: Phase, troubles: frozenset[Trouble] = frozenset(), *, painted: int | None = None) -> None:
        """Tell where it stands; `painted` counts instead of `done` where everything is painted before it goes out."""
        done = self.done if painted is None else painted
        seconds = time.monotonic() - self._begun
        rate = done / seconds if done and seconds >= _YOUNG_S else None
        left = (self.total - done) / rate if rate else None
        self.report(Progress(phase, done, self.total, troubles, rate and rate * 60, left))
