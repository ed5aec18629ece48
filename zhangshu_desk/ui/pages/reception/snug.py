"""A box as tall as what it holds while there is room, and scrolled when there is not: it never widens the window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

_LEAST = 48


class Snug(QScrollArea):
    """Holds `parts` one under the other; call `refit` after their texts changed."""

    def __init__(self, *parts: QWidget) -> None:
        super().__init__()
        inner = QWidget()
        inner.setProperty("bare", True)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)
        self._column = column
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def refit(self) -> None:
        """Take the height of what is held now."""
        self._column.invalidate()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        width = max(self.viewport().width(), 1)
        height = (
            self._column.heightForWidth(width) if self._column.hasHeightForWidth() else self._column.sizeHint().height()
        )
        return QSize(width, max(height, _LEAST))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, _LEAST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()
