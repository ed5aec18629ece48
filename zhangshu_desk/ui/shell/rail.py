"""The rail: one large button per page with icon, title and key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QVBoxLayout

from zhangshu_desk.ui.icons import pixmap
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.theme import SMALL, colour, font
from zhangshu_desk.ui.widgets.buttons import bind

_WIDTH, _HEIGHT, _ICON, _MARK = 92, 76, 22, 3
_MOST_SHOWN = 99


class RailButton(QAbstractButton):
    """One page on the rail; the chosen one is lighter and carries a bright edge."""

    def __init__(self, title: str, keys: str, picture: str) -> None:
        super().__init__()
        self._keys, self._picture, self._count = keys, picture, 0
        self.setText(title)
        self.setCheckable(True)
        self.setAccessibleName(title)
        self.setAccessibleDescription(keys)
        self.setToolTip(f"{title}（{keys}）")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_count(self, count: int) -> None:
        """Show how many things wait on the page; 0 shows nothing."""
        if count != self._count:
            self._count = count
            self.setAccessibleName(f"{self.text()}，{count} 项" if count else self.text())
            self.update()

    def sizeHint(self) -> QSize:
        words = QFontMetrics(font(14, QFont.Weight.DemiBold)).horizontalAdvance(self.text())
        return QSize(max(_WIDTH, words + 20), _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area, chosen = self.rect(), self.isChecked()
        if chosen or self.underMouse():
            painter.fillRect(area, colour("rail_chosen" if chosen else "rail_hover"))
        if chosen:
            painter.fillRect(QRect(0, 0, _MARK, area.height()), colour("rail_mark"))
        if self.hasFocus():
            painter.setPen(QPen(colour("rail_mark"), 2))
            painter.drawRect(area.adjusted(5, 3, -4, -3))
        ink = colour("rail_ink" if chosen else "rail_muted")
        picture = pixmap(self._picture, ink, _ICON, self.devicePixelRatioF())
        painter.drawPixmap((area.width() - _ICON) // 2, 9, picture)
        painter.setPen(colour("rail_ink"))
        painter.setFont(font(14, QFont.Weight.DemiBold if chosen else QFont.Weight.Normal))
        painter.drawText(QRect(0, 33, area.width(), 20), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.setPen(colour("rail_muted"))
        painter.setFont(font(SMALL))
        painter.drawText(QRect(0, 53, area.width(), 16), Qt.AlignmentFlag.AlignCenter, self._keys)
        if self._count:
            self._paint_count(painter)
        painter.end()

    def _paint_count(self, painter: QPainter) -> None:
        words = str(self._count) if self._count <= _MOST_SHOWN else f"{_MOST_SHOWN}+"
        painter.setFont(font(SMALL, QFont.Weight.Bold))
        width = max(18, painter.fontMetrics().horizontalAdvance(words) + 10)
        pill = QRect((self.width() + _ICON) // 2 - 3, 5, width, 18)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("rail_mark"))
        painter.drawRoundedRect(pill, 9, 9)
        painter.setPen(colour("rail"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)


class Rail(QFrame):
    """The buttons of `pages`, top to bottom. `chosen(int)` follows a click or a key."""

    chosen = Signal(int)

    def __init__(self, pages: Sequence[type[Page]]) -> None:
        super().__init__()
        self.setAccessibleName("页面")
        self.group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 12)
        column.setSpacing(2)
        for at, page in enumerate(pages):
            button = RailButton(page.title, page.key, page.icon)
            self.group.addButton(button, at)
            column.addWidget(button)
            bind(self, page.key, button.click)
        column.addStretch(1)
        self.group.idClicked.connect(self.chosen)

    def set_count(self, at: int, count: int) -> None:
        """Show on the button of page `at` how many things wait there."""
        button = self.group.button(at)
        if isinstance(button, RailButton):
            button.set_count(count)

    def choose(self, at: int) -> None:
        """Mark page `at` as the one in front."""
        self.group.button(at).setChecked(True)
