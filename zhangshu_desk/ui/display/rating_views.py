"""What the rating screen shows: a welcome or thanks, the five levels, the reasons; everything large enough to touch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from zhangshu_desk.reception.rules import RATING_LEVELS
from zhangshu_desk.ui.widgets import Ground, Text

_MARGIN, _GAP = 32, 16


class ScreenTitle(Text):
    """The large line of the visitor's screen."""


class ScreenWords(Text):
    """A smaller line of the visitor's screen."""


class TouchButton(QPushButton):
    """A button for a finger; all of them look alike, so that none is suggested."""

    def __init__(self, words: str, act: Callable[[], object] | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.setAccessibleName(words)
        self.toggled.connect(lambda on: self.setText(f"✓ {words}" if on else words))
        if act is not None:
            self.clicked.connect(lambda: act())


class ReasonButton(TouchButton):
    """A lower one, for lists."""


class Said(Ground):
    """Two lines in the middle of the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.words = _centred(ScreenTitle()), _centred(ScreenWords())
        column = _column(self)
        column.addStretch(1)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addStretch(1)

    def say(self, title: str, words: str) -> None:
        """Show two lines."""
        self.title.setText(title)
        self.words.setText(words)
        self.setAccessibleName(f"{title}。{words}")


class Levels(Ground):
    """The five levels side by side; `pressed(level)` is called with the words of one."""

    def __init__(self, pressed: Callable[[str], object]) -> None:
        super().__init__()
        self.title, self.words = _centred(ScreenTitle("请您对本次服务作出评价")), _centred(ScreenWords())
        self.buttons = {level: TouchButton(level, partial(pressed, level)) for level in RATING_LEVELS}
        line = QHBoxLayout()
        line.setSpacing(_GAP)
        for button in self.buttons.values():
            line.addWidget(button, 1)
        column = _column(self)
        column.addStretch(2)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addStretch(1)
        column.addLayout(line)
        column.addStretch(2)
        column.addWidget(_centred(ScreenWords("请由来访人本人评价，每次服务评价一次；不评价也可以离开。")))

    def ask(self, label: str, services: str) -> None:
        """Ask about this visit."""
        self.words.setText(" · ".join(part for part in (label, services) if part))
        self.title.setFocus()  # no level is suggested by the focus


class Reasons(Ground):
    """Reasons for a negative level; several, or none.

    Args:
        submit, back: the buttons; touched: called on every tick of a reason.
    """

    def __init__(self, submit: Callable[[], object], back: Callable[[], object], touched: Callable[[], object]) -> None:
        super().__init__()
        self.level = ""
        self._touched = touched
        self.title = _centred(ScreenTitle())
        self.buttons: list[ReasonButton] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(_GAP)
        self.submit, self.back = ReasonButton("提交评价", submit), ReasonButton("返回重选", back)
        line = QHBoxLayout()
        line.setSpacing(_GAP)
        line.addStretch(1)
        line.addWidget(self.back)
        line.addWidget(self.submit)
        line.addStretch(1)
        column = _column(self)
        column.addStretch(1)
        column.addWidget(self.title)
        column.addWidget(_centred(ScreenWords("请选择原因，可多选，也可以不选")))
        column.addSpacing(_GAP)
        column.addLayout(self._grid)
        column.addSpacing(_GAP)
        column.addLayout(line)
        column.addStretch(1)

    def ask(self, level: str, choices: Sequence[str]) -> None:
        """Offer `choices` for `level`, none of them chosen."""
        self.level = level
        self.title.setText(level)
        for button in self.buttons:
            self._grid.removeWidget(button)
            button.deleteLater()
        self.buttons = [ReasonButton(words, self._touched) for words in choices]
        for at, button in enumerate(self.buttons):
            button.setCheckable(True)
            self._grid.addWidget(button, at // 2, at % 2)
        self.submit.setFocus()

    def chosen(self) -> tuple[str, ...]:
        """The ticked reasons."""
        return tuple(button.words for button in self.buttons if button.isChecked())


def _column(view: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(view)
    column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    column.setSpacing(_GAP)
    return column


def _centred(text: Text) -> Text:
    text.setAlignment(Qt.AlignmentFlag.AlignCenter)
    text.setWordWrap(True)
    return text
