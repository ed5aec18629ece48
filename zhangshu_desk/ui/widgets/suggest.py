"""A field that finds while one types: suggestions from the store, stale answers dropped, hands on the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from zhangshu_desk.ui.widgets.fields import Field
from zhangshu_desk.ui.widgets.popup import PopupList, Suggestion
from zhangshu_desk.ui.work import Work

Fetch = Callable[[str], Sequence[Suggestion]]
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Finder(QObject):
    """Gives any line edit suggestions. One question is asked at a time; of those typed meanwhile only the last.

    Signals: `picked(key)` of the suggestion taken; `submitted(str)` Enter without one (a scan, a free text).

    Args:
        fetch: answers what was typed, on the database thread.
        least: characters from which to ask.
    """

    picked = Signal(object)
    submitted = Signal(str)

    def __init__(self, edit: QLineEdit, work: Work, fetch: Fetch, name: str, least: int = 1) -> None:
        super().__init__(edit)
        self._edit, self._work, self._fetch, self._least = edit, work, fetch, least
        self.popup = PopupList(edit, name)
        self._asking = False
        self._wanted: str | None = None
        self._enter_waits = False
        self._typed_since = False
        edit.textEdited.connect(self._typed)
        edit.installEventFilter(self)
        self.popup.picked.connect(self._picked)

    def ask_again(self) -> None:
        """Ask for what stands in the field, e.g. when it gets the focus back."""
        self._typed(self._edit.text())

    def close(self) -> None:
        """What stands in the field is settled: hide the list, leave Enter to the page or dialog until one types."""
        self._typed_since = False
        self._dismiss()

    def _dismiss(self) -> None:
        self._wanted = None
        self._enter_waits = False
        self.popup.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._is_ours(event):
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(event)
        elif event.type() in (QEvent.Type.FocusOut, QEvent.Type.Move, QEvent.Type.Resize) and self.popup.isVisible():
            self.popup.hide()
        return False

    def _is_ours(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if self.popup.isVisible():
            return key in _STEPS or key in _ENTER or key == Qt.Key.Key_Escape
        return key in _ENTER and self._typed_since and bool(self._edit.text().strip())

    def _pressed(self, event: QKeyEvent) -> bool:
        if not self._is_ours(event):
            return False
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.popup.step(_STEPS[key])
        elif key == Qt.Key.Key_Escape:
            self._dismiss()
        else:
            self._entered()
        return True

    def _entered(self) -> None:
        if self._asking or self._wanted is not None:
            self._enter_waits = True  # a scanner types faster than the store answers
        elif self.popup.isVisible():
            self.popup.pick()
        else:
            self.submitted.emit(self._edit.text().strip())

    def _picked(self, key: object) -> None:
        self.close()
        self.picked.emit(key)

    def _typed(self, text: str) -> None:
        text = text.strip()
        self._enter_waits = False
        self._typed_since = True
        if len(text) < self._least:
            self._dismiss()
            return
        self._wanted = text
        if not self._asking:
            self._ask()

    def _ask(self) -> None:
        text = self._wanted or ""
        self._wanted, self._asking = None, True
        fetch = self._fetch
        self._work.do(self._edit, lambda: fetch(text), lambda rows: self._answered(text, rows), ended=self._ended)

    def _ended(self) -> None:
        self._asking = False

    def _answered(self, text: str, rows: Sequence[Suggestion]) -> None:
        if self._wanted is not None:
            self._ask()
        elif text == self._edit.text().strip() and (self._edit.hasFocus() or self._enter_waits):
            self.popup.offer(rows, text)
            if self._enter_waits:
                self._enter_waits = False
                self._entered()


class Suggest(Field[QLineEdit]):
    """A labelled field with suggestions; see `Finder` for its signals.

    `edited(str)` follows typing; after `picked` the page sets the text it wants to stand there.
    """

    picked = Signal(object)
    submitted = Signal(str)
    edited = Signal(str)

    def __init__(self, label: str, work: Work, fetch: Fetch, hint: str = "", *, least: int = 1) -> None:
        super().__init__(label, QLineEdit())
        self.editor.setPlaceholderText(hint)
        self.editor.setMaxLength(200)
        self.finder = Finder(self.editor, work, fetch, f"{label}的候选", least)
        self.finder.picked.connect(self.picked)
        self.finder.submitted.connect(self.submitted)
        self.editor.textEdited.connect(self._typed)

    def text(self) -> str:
        """What is typed, without blanks at the ends."""
        return self.editor.text().strip()

    def set_text(self, text: str) -> None:
        """Replace the text without asking for suggestions."""
        self.finder.close()
        self.editor.setText(text)
        self.complain("")

    def _typed(self, text: str) -> None:
        if self.problem.text():
            self.complain("")
        self.edited.emit(text)
