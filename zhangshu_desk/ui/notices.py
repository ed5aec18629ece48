"""The notice bar of a page: the one place where a page says what went well, was refused or failed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.icons import pixmap
from zhangshu_desk.ui.theme import colour, theme
from zhangshu_desk.ui.widgets.buttons import IconButton, LinkButton
from zhangshu_desk.ui.widgets.text import Text, restyle

INFO_SECONDS = 12
_LOOK = {"info": ("done", "accent"), "refused": ("refused", "warn"), "failed": ("failed", "bad")}
_SPOKEN = {"info": "提示", "refused": "未办理", "failed": "出错"}


class NoticeBar(QFrame):
    """One line above a page's cards; hidden while there is nothing to say. A new notice replaces the old."""

    def __init__(self) -> None:
        super().__init__()
        self.kind = "info"
        self._picture = QLabel()
        self.text = Text(wrap=True)
        self._action = LinkButton("")
        self._act: Callable[[], object] | None = None
        self._action.clicked.connect(self._acted)
        close = IconButton("close", "关闭提示", self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 4, 2)
        row.setSpacing(10)
        row.addWidget(self._picture)
        row.addWidget(self.text, 1)
        row.addWidget(self._action)
        row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        theme().changed.connect(self._tint)
        self.hide()

    def info(self, text: str, action: str = "", act: Callable[[], object] | None = None, seconds: int = 0) -> None:
        """Say that something was done; goes by itself.

        Args:
            action, act: words and call of a link behind the text, e.g. `撤销`.
            seconds: how long it stays; 12 by default.
        """
        self._show("info", text, action, act)
        self._timer.start((seconds or INFO_SECONDS) * 1000)

    def refused(self, error: DeskError | str) -> None:
        """Say that the desk did not do it and why; stays until closed or replaced."""
        self._show("refused", str(error), "", None)

    def failed(self, text: str) -> None:
        """Say that something outside failed (printer, file); stays until closed or replaced."""
        self._show("failed", text, "", None)

    def clear(self) -> None:
        """Take the notice away."""
        self._timer.stop()
        self._act = None
        self.hide()

    def _show(self, kind: str, text: str, action: str, act: Callable[[], object] | None) -> None:
        self._timer.stop()
        self.kind = kind
        self.setProperty("kind", kind)
        restyle(self)
        self._tint()
        self.text.setText(text)
        self.setAccessibleName(f"{_SPOKEN[kind]}：{text}")
        self._act = act
        self._action.set_text(action)
        self._action.setVisible(bool(action))
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def _acted(self) -> None:
        act = self._act
        self.clear()
        if act is not None:
            act()

    def _tint(self) -> None:
        picture, token = _LOOK[self.kind]
        self._picture.setPixmap(pixmap(picture, colour(token), 20))
