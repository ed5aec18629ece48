"""The bar on top: search for anything (Ctrl+K), and who works at which counter with a menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QPushButton

from zhangshu_desk.ui.icons import icon, pixmap
from zhangshu_desk.ui.theme import colour, theme
from zhangshu_desk.ui.widgets.buttons import bind, sequences
from zhangshu_desk.ui.widgets.popup import Suggestion
from zhangshu_desk.ui.widgets.suggest import Fetch, Finder
from zhangshu_desk.ui.work import Work

_HINT = "搜索企业、票号、来访人、标签 —— 汉字 / 拼音首字母 / 信用代码 / 手机 / 扫码    Ctrl+K"
_GLASS = 18


@dataclass(frozen=True)
class MenuAct:
    """One line of the menu; `keys` work everywhere in the window. A line without `act` is a separator."""

    text: str = ""
    keys: str = ""
    act: Callable[[], object] | None = None


class SearchEdit(QLineEdit):
    """The search field, with a magnifier in front of its text."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextMargins(_GLASS + 8, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        glass = pixmap("search", colour("muted"), _GLASS, self.devicePixelRatioF())
        painter.drawPixmap(12, (self.height() - _GLASS) // 2, glass)
        painter.end()


class TopBar(QFrame):
    """Search field and person. `found(key)` carries the key of the suggestion taken.

    Args:
        search: answers what was typed, on the database thread.
        menu: lines of the person's menu.
    """

    found = Signal(object)

    def __init__(self, work: Work, search: Fetch, menu: Sequence[MenuAct]) -> None:
        super().__init__()
        self.search = SearchEdit()
        self.search.setPlaceholderText(_HINT)
        self.search.setAccessibleName("搜索")
        self.search.setMaxLength(200)
        self.finder = Finder(self.search, work, lambda text: search(text) or [_nothing(text)], "搜索结果")
        self.finder.picked.connect(self._picked)
        self.who = WhoButton(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 10, 16, 10)
        row.setSpacing(16)
        row.addWidget(self.search, 1)
        row.addWidget(self.who)
        bind(self, "Ctrl+K", self._focus)

    def _focus(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
        self.finder.ask_again()

    def _picked(self, key: object) -> None:
        self.search.clear()
        if key is not None:
            self.found.emit(key)


class WhoButton(QPushButton):
    """`3 号窗口 · 张三` with a menu of what concerns the person."""

    def __init__(self, menu: Sequence[MenuAct]) -> None:
        super().__init__()
        self.setAccessibleName("窗口与操作员")
        self.setIconSize(QSize(18, 18))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        lines = QMenu(self)
        for line in menu:
            if line.act is None:
                lines.addSeparator()
            else:
                lines.addAction(self._action(line))
        self.setMenu(lines)
        theme().changed.connect(self._tint)
        self._tint()

    def say(self, counter: str, name: str) -> None:
        """Show the counter (may be empty) and the person."""
        words = " · ".join(part for part in (counter, name) if part)
        self.setText(" " + words.replace("&", "&&"))
        self.setAccessibleName(f"{words}，窗口与操作员菜单")

    def _action(self, line: MenuAct) -> QAction:
        action = QAction(line.text, self)
        act = line.act
        if act is not None:
            action.triggered.connect(lambda: act())
        if line.keys:
            action.setShortcuts(sequences(line.keys))
            self.addAction(action)
        return action

    def _tint(self) -> None:
        self.setIcon(icon("user", colour("muted"), 18))


def _nothing(text: str) -> Suggestion:
    return Suggestion(None, f"没有找到「{text}」", "试试名称中的其他字、拼音首字母或号码中的几位", marks=())
