"""All keys that work at this moment, read from what is on the screen: the list cannot forget one."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.shell.rail import RailButton
from zhangshu_desk.ui.widgets.buttons import PlainButton, key_text
from zhangshu_desk.ui.widgets.key_tabs import KeyTabs
from zhangshu_desk.ui.widgets.rows import Column
from zhangshu_desk.ui.widgets.table import Table

Key = tuple[str, str]
"""What it does, and the key as it stands on a button."""
_ALWAYS = (
    ("搜索", "Ctrl+K"),
    ("下一个 / 上一个控件", "Tab / Shift+Tab"),
    ("在一组选项中移动、选中", "方向键 / 空格"),
    ("打开表格中的一行", "Enter"),
    ("关闭对话框", "Esc"),
)


class Shortcuts(Dialog):
    """The keys of the page in front, of the window, and those that work everywhere."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, "快捷键", "", cancel="关闭", width=520)
        self.table = Table(
            "快捷键",
            [
                Column[Key]("按键", lambda one: one[1], 170, bold=True),
                Column[Key]("作用", lambda one: one[0], 280, stretch=True),
            ],
            lambda one: one,
            "当前页面没有快捷键。",
            desk.settings,
        )
        self.table.show_rows(keys_of(parent.window()))
        self.table.setMinimumHeight(420)
        self.add(self.table, stretch=1)
        self.table.setFocus()


def keys_of(window: QWidget) -> list[Key]:
    """What the visible buttons, tabs, rail and menu of `window` carry, in that order, then what always works."""
    own = [one for one in window.findChildren(PlainButton) if one.window() is window]
    buttons = [one for one in own if one.keys and one.isVisible()]
    found = [(one.text().rstrip("…"), one.keys) for one in buttons]
    tabs = [one for one in window.findChildren(KeyTabs) if one.isVisible()]
    found += [(f"到「{title}」", keys) for one in tabs for title, keys in one.named()]
    rail = [one for one in window.findChildren(RailButton) if one.isVisible()]
    found += [(f"到「{one.text()}」页", one.accessibleDescription()) for one in rail]
    menu = [one for one in window.findChildren(QAction) if not one.shortcut().isEmpty()]
    found += [(one.text().rstrip("…"), key_text(one.shortcut().toString())) for one in menu]
    return list(dict.fromkeys([*found, *_ALWAYS]))
