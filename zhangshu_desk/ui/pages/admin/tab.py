"""What every tab of the administration page has: its page, a place for cards, settings kept as soon as they change."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.widgets import Card

SIDE_WIDTH = 360


class Tab(QWidget):
    """One tab. `load` asks for what it shows; refusals appear in the page's notice bar by themselves."""

    title: ClassVar[str]

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.desk = page, page.desk
        self.setAccessibleName(self.title)
        self.body = QHBoxLayout(self)
        self.body.setContentsMargins(0, 16, 0, 0)
        self.body.setSpacing(16)

    def load(self) -> None:
        """Ask for what the tab shows, then show it."""

    def begin(self) -> None:
        """The tab came to the front: put the focus where one begins."""

    def keep(self, said: str, **changes: Any) -> bool:
        """Keep settings of this machine at once.

        Args:
            said: what the notice bar says when it went well; empty = nothing.

        Returns:
            Whether the disk took them.
        """
        try:
            self.desk.settings.change(**changes)
        except OSError as error:
            self.page.notices.failed(f"设置没有保存（{error.strerror}）。请检查磁盘和数据目录的权限。")
            return False
        self.desk.bus.announce({"settings"})
        if said:
            self.page.notices.info(said)
        return True


def side(*cards: Card) -> QScrollArea:
    """Cards one under the other in a column of fixed width; it scrolls when the window is low."""
    return _scrolled(cards, SIDE_WIDTH)


def halves(*cards: Card) -> QScrollArea:
    """Cards one under the other in a column that takes its share of the width."""
    return _scrolled(cards, 0)


def _scrolled(cards: tuple[Card, ...], width: int) -> QScrollArea:
    inner = QWidget()
    inner.setProperty("bare", True)
    lines = QVBoxLayout(inner)
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setSpacing(16)
    for card in cards:
        lines.addWidget(card)
    lines.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    if width:
        area.setFixedWidth(width)
    return area
