"""Something that shows all of itself where there is room, and scrolls where there is not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget


class Shrinking(QScrollArea):
    """`inside` is as high as it needs to be at this width, but gives way down to `least` pixels.

    Args:
        name: accessible name.
    """

    def __init__(self, name: str, inside: QWidget, least: int) -> None:
        super().__init__()
        self._least = least
        inside.setProperty("bare", True)
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setWidget(inside)
        inside.installEventFilter(self)

    def sizeHint(self) -> QSize:
        return QSize(self.widget().sizeHint().width(), self._needed())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.widget().minimumSizeHint().width(), min(self._needed(), self._least))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _needed(self) -> int:
        inside = self.widget()
        layout = inside.layout()
        if layout is not None and layout.hasHeightForWidth():
            return layout.totalHeightForWidth(max(self.width(), 1))
        return inside.sizeHint().height()
