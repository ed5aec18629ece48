"""How far a print job is: which places of its batch are still to go, are at the printer, or need a person's word.

Every place of a job is in one of four: still to go, in the part that is at the printer, handed over without anybody
knowing whether it is on paper, or good. Nothing is handed over that may be on paper, until a person has said that it
is not, or that it is to be printed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules.spans import Span

Row = tuple[Span, ...]
"""Places in the order of printing, which after a repetition is not that of their numbers."""


@dataclass(frozen=True)
class Part:
    """Labels that are handed over together.

    Attributes:
        title: what the printer's queue calls it, unlike any other part.
        ticket: by which it can be followed; empty = not known, or there is no such thing.
    """

    places: Row
    title: str
    ticket: str = ""


@dataclass(frozen=True)
class RunState:
    """A job between two steps.

    Attributes:
        todo: places still to be handed over. unsure: those handed over of which nobody knows whether they are on paper.
        part: what is being handed over or was; parts: how many there have been.
        reached: last place that was ever handed over, -1 = none.
    """

    todo: Row
    unsure: Row = ()
    part: Part | None = None
    parts: int = 0
    reached: int = -1

    @property
    def waiting(self) -> Row:
        """Everything that was handed over and is not known to be good, in its order."""
        return joined(self.unsure, self.part.places) if self.part else self.unsure

    @property
    def over(self) -> bool:
        """Whether everything is good."""
        return not (self.todo or self.waiting)


# -- rows of places ----------------------------------------------------------------------------------------------------


def count(row: Iterable[Span]) -> int:
    """How many places there are."""
    return sum(last - first + 1 for first, last in row)


def each(row: Iterable[Span]) -> Iterator[int]:
    """One place after the other."""
    for first, last in row:
        yield from range(first, last + 1)


def joined(*rows: Row) -> Row:
    """One row after the other."""
    found: list[Span] = []
    for first, last in (span for row in rows for span in row):
        if found and found[-1][1] + 1 == first:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return tuple(found)


def split(row: Row, number: int) -> tuple[Row, Row]:
    """The first so many places, and the rest."""
    head: list[Span] = []
    for at, (first, last) in enumerate(row):
        if number <= last - first:
            if number > 0:
                head.append((first, first + number - 1))
            return tuple(head), ((first + max(number, 0), last), *row[at + 1 :])
        head.append((first, last))
        number -= last - first + 1
    return tuple(head), ()


def position(row: Row, place: int) -> int | None:
    """How many places come before this one; None when it is not there."""
    before = 0
    for first, last in row:
        if first <= place <= last:
            return before + place - first
        before += last - first + 1
    return None


# -- steps -------------------------------------------------------------------------------------------------------------


def begun(first: int, last: int) -> RunState:
    """A job that has everything before it."""
    return RunState(((first, last),))


def taken(state: RunState, number: int, title: str) -> RunState:
    """The next so many labels are about to be handed over."""
    assert state.part is None
    head, rest = split(state.todo, number)
    return replace(state, todo=rest, part=Part(head, title), parts=state.parts + 1)


def ticketed(state: RunState, ticket: str) -> RunState:
    """The part was handed over and can be followed."""
    assert state.part is not None
    return replace(state, part=replace(state.part, ticket=ticket))


def good(state: RunState) -> RunState:
    """The part is on paper."""
    assert state.part is not None
    return replace(state, part=None, reached=touched_until(state))


def sent(state: RunState) -> RunState:
    """The part was handed over, and more will not be known."""
    return replace(state, part=None, unsure=state.waiting, reached=touched_until(state))


def not_sent(state: RunState) -> RunState:
    """Nothing of the part left this machine."""
    assert state.part is not None
    return replace(state, part=None, todo=joined(state.part.places, state.todo))


def confirmed(state: RunState, last_good: int | None) -> tuple[RunState, Row]:
    """A person has looked at the paper.

    Args:
        last_good: place of the last good label of those that wait for a word, in the order of printing; None = none.

    Returns:
        How it goes on, and the places that will be printed again although they may be on paper.

    Raises:
        DeskError: `label.not_waiting`.
    """
    row = state.waiting
    at = -1 if last_good is None else position(row, last_good)
    if at is None or not row:
        raise DeskError("label.not_waiting")
    again = split(row, at + 1)[1]
    after = replace(state, todo=joined(again, state.todo), unsure=(), part=None, reached=touched_until(state))
    return after, again


def repeated(state: RunState, first: int, last: int) -> RunState:
    """Places that are good are to be printed once more, before all others.

    Raises:
        DeskError: `label.not_printed`: one of them is not on paper yet, or nobody knows.
    """
    missing = joined(state.waiting, state.todo)
    if any(start <= last and first <= end for start, end in missing):
        raise DeskError("label.not_printed")
    return replace(state, todo=joined(((first, last),), state.todo))


def unknown(state: RunState, last: int) -> RunState:
    """Nothing that is kept says anything about paper any more: all of it waits for a person's word."""
    return replace(state, todo=(), unsure=joined(state.waiting, state.todo), part=None, reached=last)


def without(state: RunState, dead: Iterable[int]) -> RunState:
    """Some places are not printed any more, because their numbers are void by now."""
    away = set(dead)
    kept = joined(*(((place, place),) for place in each(state.todo) if place not in away))
    return replace(state, todo=kept) if away else state


def touched_until(state: RunState) -> int:
    """Last place that may be on paper, -1 = none."""
    part = state.part.places if state.part is not None else ()
    return max([state.reached, *(last for _, last in part)])


def good_until(state: RunState, first: int, last: int) -> int:
    """The place up to which everything of a job is good; `first - 1` = nothing is."""
    missing = [start for start, _ in joined(state.waiting, state.todo)]
    return min(missing, default=last + 1) - 1
