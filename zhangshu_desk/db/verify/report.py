"""What a verification found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from zhangshu_desk.core.errors import sentence

MOST_PER_CODE = 50
"""So many problems of one kind are told; a file that was rewritten whole must not fill the memory with them."""
_STEP = 2_000
_T = TypeVar("_T")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Problem:
    """Something that is not as it should be: `code` of a sentence in `errors.toml`, and its facts."""

    code: str
    facts: dict[str, object]

    def __str__(self) -> str:
        return sentence(self.code, self.facts)


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes:
        problems: at most `MOST_PER_CODE` of each code, in the order they were met; empty = all is well.
        counts: how many problems of each code there are, also those not told.
        checked: how many `audit` entries, `operations`, `transactions`, `rows`, `search` entries were read; `lives`:
            incarnations, one more than the times it was restored or moved to another machine.
    """

    problems: tuple[Problem, ...]
    counts: dict[str, int]
    checked: dict[str, int]


class Notes:
    """The report while it is being made."""

    def __init__(self, progress: Progress | None) -> None:
        self.total = 0
        self._progress = progress
        self._done = 0
        self._problems: list[Problem] = []
        self._counts: Counter[str] = Counter()
        self._checked: Counter[str] = Counter()

    def problem(self, code: str, **facts: object) -> None:
        """Note a problem."""
        self._counts[code] += 1
        if self._counts[code] <= MOST_PER_CODE:
            self._problems.append(Problem(code, facts))

    def checked(self, what: str, number: int = 1) -> None:
        """Count things that were checked."""
        self._checked[what] += number

    def steps(self, things: Iterable[_T]) -> Iterator[_T]:
        """The things, with progress told every few thousand of them."""
        for thing in things:
            yield thing
            self._done += 1
            if self._progress is not None and self._done % _STEP == 0:
                self._progress(self._done, self.total)

    def report(self) -> Report:
        """What was noted so far."""
        return Report(tuple(self._problems), dict(self._counts), dict(self._checked))
