"""What is wrong with something typed or planned: everything at once, each with its field and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhangshu_desk.core.errors import DeskError


@dataclass(frozen=True)
class Problem:
    """One thing wrong.

    Attributes:
        field: name of the field, or of what the problem is about (`right`, `mark`, `quota` …).
        text: a sentence that says what is wrong and what to do.
        hard: it cannot be done so; otherwise it is a warning.
    """

    field: str
    text: str
    hard: bool = True


def warnings(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that stop nothing."""
    return tuple(one for one in problems if not one.hard)


def refusal(*problems: Problem) -> DeskError:
    """The refusal that names all of them; its fact `found` has the problems themselves."""
    return DeskError("label.invalid", problems="".join(one.text for one in problems), found=problems)


def refuse(problems: Iterable[Problem]) -> None:
    """Refuse what has hard problems, naming all of them.

    Raises:
        DeskError: `label.invalid`.
    """
    found = [one for one in problems if one.hard]
    if found:
        raise refusal(*found)
