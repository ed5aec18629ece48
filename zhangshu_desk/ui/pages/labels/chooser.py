"""A field that means one of a list that is at hand: offered at once, narrowed as one types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from zhangshu_desk.ui.pages.labels.rights_part.words import means
from zhangshu_desk.ui.widgets import Suggest, Suggestion
from zhangshu_desk.ui.work import Work

_OFFERS = 8


@dataclass(frozen=True)
class Choice:
    """One of the list; `note` stands below its title and is searched too."""

    key: str
    title: str
    note: str = ""
    group: str = ""


class Chooser(Suggest):
    """`found(str)` carries the key that was taken, `dropped()` says that none is meant any more.

    Args:
        unknown: what is said of a text that is none of the list.
    """

    found = Signal(str)
    dropped = Signal()

    def __init__(self, label: str, work: Work, hint: str, unknown: str) -> None:
        super().__init__(label, work, self._offers, hint, least=0)
        self._choices: tuple[Choice, ...] = ()
        self._unknown = unknown
        self.taken: Choice | None = None
        self.picked.connect(lambda key: self.take(str(key)))
        self.submitted.connect(lambda _text: self.check())
        self.edited.connect(lambda _text: self._drop())
        self.editor.installEventFilter(self)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these, at once where one is here already; what was taken is forgotten."""
        self._choices, self.taken = tuple(choices), None
        self.set_text("")
        QTimer.singleShot(0, self, self._offer)

    def take(self, key: str) -> None:
        """Mean this one; nothing happens when it is not in the list."""
        chosen = next((one for one in self._choices if one.key == key), None)
        if chosen is not None:
            self.set_text(chosen.title)
            self.editor.setCursorPosition(0)
            self.taken = chosen
            self.found.emit(key)

    def check(self) -> bool:
        """Whether one is meant; complains if not."""
        if self.taken is None:
            self.complain(self._unknown)
        return self.taken is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Offer the list on coming here and on Down."""
        if event.type() == QEvent.Type.FocusIn and self.taken is None:
            QTimer.singleShot(0, self, self._offer)
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            closed = not self.finder.popup.isVisible()
            if event.key() == Qt.Key.Key_Down and closed:
                self.finder.ask_again()
                return True
        return False

    def _offer(self) -> None:
        if self.editor.hasFocus() and self.taken is None and not self.text():
            self.finder.ask_again()

    def _offers(self, text: str) -> Sequence[Suggestion]:
        """Worker thread."""
        fitting = [one for one in self._choices if means(text, one.title, one.note)]
        return [Suggestion(one.key, one.title, one.note, one.group) for one in fitting[:_OFFERS]]

    def _drop(self) -> None:
        if self.taken is not None:
            self.taken = None
            self.dropped.emit()
