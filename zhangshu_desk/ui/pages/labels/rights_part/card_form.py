"""What the dialogs of 权利 share: a card is filled in, its doubts are said while one types, its problems on saving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from zhangshu_desk.labels.rules.cards import C, card_problems, cleaned
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.form import Form, show_by_field
from zhangshu_desk.ui.widgets import ComboField, Field, NoteField, Suggest, TextField, Tick
from zhangshu_desk.ui.widgets.typed_day import TypedDay

_PAUSE_MS = 250
_DAYS = frozenset({"valid_from", "valid_until"})
"""Compared with each other, so nothing is said of either while one cannot be read."""


class CardForm(Form, Generic[C]):
    """A subclass makes its fields, says with `filled` what stands in them, and with `keep` what becomes of it.

    Args:
        known_id, seen: of the card that is changed; empty and None for a new one.
        saved: called with the id once the desk has it.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        what: str,
        known_id: str,
        seen: C | None,
        saved: Callable[[str], object],
        *,
        width: int = 640,
    ) -> None:
        title = f"修改{what}" if known_id else f"新增{what}"
        super().__init__(parent, desk, title, "保存", many_lines=True, width=width)
        self.known_id, self._saved = known_id, saved
        self.seen: C | None = seen
        self._refused: set[str] = set()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.show_doubts)

    def filled(self) -> C:
        """What stands in the fields, however wrong."""
        raise NotImplementedError

    def keep(self, card: C, now: int) -> str:
        """Add or change on the database thread; the card's id."""
        raise NotImplementedError

    def spelling(self) -> list[Problem]:
        """What cannot even be read, by its field."""
        days = ((name, field) for name, field in self.fields.items() if isinstance(field, TypedDay))
        return [Problem(name, field.trouble()) for name, field in days if field.trouble()]

    def problems(self) -> list[Problem]:
        """Everything wrong or doubtful now."""
        unread = self.spelling()
        dumb = {one.field for one in unread} | (_DAYS if unread else frozenset())
        return unread + [one for one in card_problems(cleaned(self.filled())) if one.field not in dumb]

    def act(self) -> None:
        found = self.problems()
        self._refused = {one.field for one in found if one.hard}
        self.show_problems(found)
        if not self._refused:
            card, now = self.filled(), self._desk.clock.now()
            self.send(lambda: self.keep(card, now), self._saved)

    def watch(self, *others: Tick) -> None:
        """Begin to look at what is typed; called once all fields are there."""
        for field in self.fields.values():
            signal = _changes(field)
            if signal is not None:
                signal.connect(lambda *_: self._pause.start())
        for tick in others:
            tick.toggled.connect(lambda *_: self._pause.start())
        self.show_doubts()

    def show_doubts(self) -> None:
        """Say what is doubtful, and of what was refused before what is still wrong."""
        found = self.problems()
        show_by_field(self.fields, [one for one in found if not one.hard or one.field in self._refused])


def _changes(field: Field[Any]) -> Any:
    if isinstance(field, TextField | Suggest):
        return field.edited
    if isinstance(field, ComboField):
        return field.chosen
    return field.editor.textChanged if isinstance(field, NoteField) else None
