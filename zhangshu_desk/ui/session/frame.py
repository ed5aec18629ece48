"""The frame of a full-window state: one card in the middle of the ground, with the product's name above it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QFont, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QScrollArea, QVBoxLayout, QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.icons import pixmap
from zhangshu_desk.ui.notices import NoticeBar
from zhangshu_desk.ui.theme import colour, font, theme
from zhangshu_desk.ui.widgets.card import Card, Ground, put
from zhangshu_desk.ui.widgets.progress import ProgressLine
from zhangshu_desk.ui.widgets.text import Muted, Text
from zhangshu_desk.ui.work import Progress

PRODUCT = "一站式服务工作站"


class Title(Text):
    """The large line of a full-window state."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text, wrap=True)
        self.setFont(font(22, QFont.Weight.DemiBold))


class SessionPage(Ground):
    """A full-window state. A subclass adds its fields with `add`; refusals and progress are shown in the card.

    Args:
        name: accessible name of the state.
        width: of the card, px.
    """

    def __init__(self, name: str, width: int = 440) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.notices = NoticeBar()
        self.progress = ProgressLine()
        self.title = Title()
        self.lead = Text(wrap=True)
        self.card = Card()
        self.card.setAccessibleName(name)
        self.card.setFixedWidth(width)
        self.card.body.setContentsMargins(28, 24, 28, 24)
        self.card.body.setSpacing(12)
        self.card.add(self.title, self.lead, self.notices, self.progress)
        self.lead.hide()
        self.foot = Muted()
        self.foot.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._lay(width)

    def add(self, *parts: QWidget | QLayout) -> None:
        """Append widgets or layouts to the card."""
        put(self.card.body, *parts)

    def say(self, title: str, lead: str = "") -> None:
        """Set the large line and what stands below it."""
        self.title.setText(title)
        self.lead.setText(lead)
        self.lead.setVisible(bool(lead))

    def refuse(self, error: DeskError) -> None:
        """Show a refusal in the card; nothing typed is lost."""
        self.notices.refused(error)

    def follow(self, progress: Progress) -> None:
        """Show a long job in the card."""
        self.progress.follow(progress)

    def unfollow(self, progress: Progress) -> None:
        """The job ended."""
        self.progress.unfollow(progress)

    def begin(self) -> None:
        """The state came to the front: put the focus where typing is expected."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.begin()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.begin()

    def _lay(self, width: int) -> None:
        self.brand = Brand()
        self.brand.setFixedWidth(width)
        middle = QVBoxLayout()
        middle.setSpacing(16)
        middle.addStretch(2)
        put(middle, self.brand, self.card, self.foot)
        middle.addStretch(3)
        inner = QWidget()
        inner.setProperty("bare", True)
        across = QHBoxLayout(inner)
        across.setContentsMargins(24, 24, 24, 24)
        across.addStretch(1)
        across.addLayout(middle)
        across.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)


class Brand(QWidget):
    """The product's sign and name; below it the station's own name once it is known."""

    def __init__(self) -> None:
        super().__init__()
        self._sign = QLabel()
        self._sign.setFixedSize(40, 40)
        self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name = Text(PRODUCT)
        self._name.setFont(font(16, QFont.Weight.DemiBold))
        self.station = Muted("前台")
        words = QVBoxLayout()
        words.setSpacing(0)
        put(words, self._name, self.station)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(self._sign)
        line.addLayout(words, 1)
        self._tint()
        theme().changed.connect(self._tint)

    def name_station(self, name: str) -> None:
        """Show the station's name, or the word for this program when it is empty."""
        self.station.setText(name or "前台")

    def _tint(self) -> None:
        self._sign.setPixmap(pixmap("desk", colour("accent"), 32))
