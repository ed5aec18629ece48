"""Cards: white boxes with a title on the grey ground, and the page grid they stand in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from zhangshu_desk.ui.widgets.text import Elided, Heading, Muted


class Ground(QFrame):
    """The grey ground of a full-window state."""


class Card(QFrame):
    """A titled box. Put widgets into `body` with `add`.

    Args:
        title: heading; empty for none.
        hint: small text at the right of the title (a key, a figure).
    """

    def __init__(self, title: str = "", hint: str = "") -> None:
        super().__init__()
        self.title = Heading(title)
        self.hint = Muted(hint)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addWidget(self.title)
        self.head.addStretch(1)
        self.head.addWidget(self.hint, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(18, 16, 18, 16)
        self.body.setSpacing(8)
        self.body.addLayout(self.head)  # an empty one takes no room
        self.title.setVisible(bool(title))
        self.hint.setVisible(bool(title or hint))
        self.setAccessibleName(title)

    def set_title(self, title: str) -> None:
        """Change the heading, e.g. `等候 6 人`."""
        self.title.setText(title)
        self.title.show()
        self.hint.show()
        self.setAccessibleName(title)

    def wrap_title(self) -> None:
        """Let a long heading, the name of an enterprise, take several lines instead of widening the page."""
        self.title.setWordWrap(True)
        self.head.setStretch(0, 1)
        self.head.setStretch(1, 0)

    def add(self, *parts: QWidget | QLayout, stretch: int = 0) -> None:
        """Append widgets or layouts, top to bottom."""
        put(self.body, *parts, stretch=stretch)

    def fill(self) -> None:
        """Push what is added next to the bottom."""
        self.body.addStretch(1)


def put(layout: QBoxLayout, *parts: QWidget | QLayout, stretch: int = 0) -> None:
    """Append widgets or layouts to a box layout."""
    for part in parts:
        if isinstance(part, QLayout):
            layout.addLayout(part, stretch)
        else:
            layout.addWidget(part, stretch)


def row(*parts: QWidget | QLayout, spacing: int = 8) -> QHBoxLayout:
    """The parts side by side."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    put(made, *parts)
    return made


def column(*parts: QWidget | QLayout, spacing: int = 8) -> QVBoxLayout:
    """The parts one under the other."""
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    put(made, *parts)
    return made


def fact(label: str, value: str) -> QHBoxLayout:
    """A muted label and its value on one line."""
    name = Muted(label)
    name.setMinimumWidth(96)
    return row(name, Elided(value))
