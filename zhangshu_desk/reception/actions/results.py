"""What the acts of the reception desk hand back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhangshu_desk.reception.rules import Act, State


@dataclass(frozen=True)
class Ticket:
    """A number that was given out.

    Attributes:
        at: ms UTC.
        people_before, minutes: waiting visits before it and probable wait; None = nobody can say.
        planned: the estimate supposes a counter that is not open yet.
    """

    visit_id: str
    label: str
    day: date
    number: int
    at: int
    people_before: int
    minutes: int | None
    planned: bool


@dataclass(frozen=True)
class Called:
    """A visit that was called.

    Attributes:
        label: as shown today; spoken_label: without the date, for the voice.
        name: enterprise, or the person masked.
        note: what the counter before left for this one.
        calls: how often it was called since it came.
    """

    visit_id: str
    label: str
    spoken_label: str
    name: str
    services_text: str
    counter_name: str
    note: str
    calls: int


@dataclass(frozen=True)
class Moved:
    """A visit that was moved: its label as shown today and its state now."""

    visit_id: str
    label: str
    state: State


@dataclass(frozen=True)
class Undone:
    """What was taken back, and the state the visit is in again."""

    act: Act
    title: str
    visit_id: str
    label: str
    state: State


@dataclass(frozen=True)
class Closed:
    """A day that was closed.

    Attributes:
        carried: labels carried over to `carried_to`, None = nobody was.
        left: labels that were ended with the day.
    """

    day: date
    carried: tuple[str, ...]
    carried_to: date | None
    left: tuple[str, ...]
