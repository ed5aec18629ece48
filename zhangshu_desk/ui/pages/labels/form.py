"""A dialog with fields whose refusal stands by the fields it is about, all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.widgets import Field

T = TypeVar("T")


class Form(Dialog):
    """A subclass fills `fields` by the names that problems carry, and ends `act` with `send`.

    Args:
        many_lines, width: as of `Dialog`.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        title: str,
        primary: str,
        *,
        many_lines: bool = False,
        width: int = 560,
        danger: bool = False,
    ) -> None:
        super().__init__(parent, title, primary, many_lines=many_lines, width=width, danger=danger)
        self._desk = desk
        self._sending = False
        self.fields: dict[str, Field[Any]] = {}

    def send(self, job: Callable[[], T], then: Callable[[T], object]) -> None:
        """Run `job` on the database thread once; when the desk agreed the dialog closes, then `then(result)`."""
        if self._sending:
            return
        self._sending = True
        self.notices.clear()

        def done(result: T) -> None:
            self.accept()
            then(result)

        self._desk.work.do(self, job, done, self.refuse, self._ended)

    def refuse(self, error: DeskError) -> None:
        """Show the problems by their fields, and what belongs to none above."""
        found = error.facts.get("found")
        if error.code == "label.invalid" and isinstance(found, tuple):
            self.show_problems(found)
        else:
            super().refuse(error)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show these problems and no others; the first field with a hard one gets the focus."""
        rest = show_by_field(self.fields, problems)
        if rest:
            self.notices.refused("".join(one.text for one in rest))
        wrong = {one.field for one in problems if one.hard}
        first = next((field for name, field in self.fields.items() if name in wrong and field.isEnabled()), None)
        if first is not None:
            first.setFocus()

    def _ended(self) -> None:
        self._sending = False


def show_by_field(fields: Mapping[str, Field[Any]], problems: Sequence[Problem]) -> list[Problem]:
    """Let each field say its problems, hard ones before doubts; returns the hard ones that no visible field can say."""
    for name, field in fields.items():
        hard = [one.text for one in problems if one.field == name and one.hard]
        soft = [one.text for one in problems if one.field == name and not one.hard]
        if hard or not soft:
            field.complain("".join(hard))
        else:
            field.warn("".join(soft))
    shown = {name for name, field in fields.items() if not field.isHidden()}
    return [one for one in problems if one.hard and one.field not in shown]
