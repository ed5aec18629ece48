"""The story of a visit, which several machines may have written without knowing of each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

UNDONE = "event"
"""Under this name the `before` of an undo holds the id of the event it takes back: a `seq` may be there twice."""


class Happened(Protocol):
    """What the story has to know of an event."""

    @property
    def id(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> int: ...
    @property
    def counter_id(self) -> str | None: ...
    @property
    def undoes(self) -> int | None: ...
    @property
    def before(self) -> Mapping[str, Any]: ...


E = TypeVar("E", bound=Happened)


def in_story_order(events: Iterable[E]) -> list[E]:
    """The events in their order: whoever wrote one knew all with a lower `seq`; of the same, the clocks decide."""
    return sorted(events, key=lambda one: (one.seq, one.at, one.id))


def undone_ids(events: Sequence[Happened]) -> frozenset[str]:
    """The ids of the events that were taken back.

    An undo of an older program names only a `seq`; then it means the event of its own counter, the last before it.
    """
    undos = [one for one in events if one.undoes is not None]
    return frozenset(found for undo in undos if (found := undo.before.get(UNDONE) or _guess(undo, events)))


def standing(events: Sequence[E]) -> list[E]:
    """The events that still stand, neither an undo nor undone, in their order."""
    gone = undone_ids(events)
    return [one for one in in_story_order(events) if one.undoes is None and one.id not in gone]


def _guess(undo: Happened, events: Sequence[Happened]) -> str:
    same = [one for one in events if one.seq == undo.undoes and one.undoes is None]
    here = [one for one in same if one.counter_id == undo.counter_id] or same
    before = [one for one in here if (one.at, one.id) < (undo.at, undo.id)] or here
    return max(before, key=lambda one: (one.at, one.id)).id if before else ""
