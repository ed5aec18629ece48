"""Tabs that carry their keys: `批次 Ctrl+1` shows it and obeys it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabBar, QTabWidget, QWidget

from zhangshu_desk.ui.widgets.buttons import bind, key_text
from zhangshu_desk.ui.widgets.text import Muted


class KeyTabs(QTabWidget):
    """A row of tabs. `jumped` follows a key, not a click or an arrow: who pressed it wants to go on inside.

    Args:
        name: accessible name.
    """

    jumped = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._keys: list[str] = []
        _name(self, name)
        self.setDocumentMode(True)

    def add(self, inside: QWidget, title: str, keys: str) -> None:
        """Append a tab; `keys` in portable text (`Ctrl+1`)."""
        at = self.addTab(inside, title)
        self._keys.append(key_text(keys))
        self.setTabToolTip(at, f"{title}（{self._keys[at]}）")
        self.tabBar().setTabButton(at, QTabBar.ButtonPosition.RightSide, Muted(self._keys[at]))
        bind(self, keys, lambda: self._jump(inside))

    def named(self) -> list[tuple[str, str]]:
        """What each tab is called, and its key as it stands on it."""
        return [(self.tabText(at), keys) for at, keys in enumerate(self._keys)]

    def _jump(self, inside: QWidget) -> None:
        self.setCurrentWidget(inside)
        self.jumped.emit()


def plain_tabs(name: str) -> QTabWidget:
    """Tabs without keys, for the parts of a card; both the whole and its bar have this name."""
    made = QTabWidget()
    _name(made, name)
    return made


def _name(tabs: QTabWidget, name: str) -> None:
    tabs.setAccessibleName(name)
    tabs.tabBar().setAccessibleName(name)
