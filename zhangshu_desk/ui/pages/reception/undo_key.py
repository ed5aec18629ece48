"""Ctrl+Z takes back what was done last: the typing, or the act if nothing was typed since."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from zhangshu_desk.ui.pages.reception.acts import Acts


class UndoKey(QObject):
    """A line edit claims Ctrl+Z for itself even with nothing to undo; here it may only when it was typed in last."""

    def __init__(self, page: QWidget, acts: Acts) -> None:
        super().__init__(page)
        self._acts = acts
        for edit in page.findChildren(QLineEdit):
            edit.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo = event.matches(QKeySequence.StandardKey.Undo)
            if undo and isinstance(watched, QLineEdit) and not self._is_typing(watched):
                event.ignore()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and _is_text(event):
            self._acts.typed_since = True
        return False

    def _is_typing(self, edit: QLineEdit) -> bool:
        return edit.isUndoAvailable() and (self._acts.typed_since or not self._acts.is_undoable())


def _is_text(event: QKeyEvent) -> bool:
    return bool(event.text()) and event.text().isprintable()
