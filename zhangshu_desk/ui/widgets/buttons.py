"""Buttons that carry their key: `取号并打印  Ctrl+Enter` shows it and obeys it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from zhangshu_desk.ui.icons import icon
from zhangshu_desk.ui.theme import colour, font, theme

_GAP = 12
_SHOWN = {"Return": "Enter", "Escape": "Esc", "Delete": "Del", "PgDown": "PgDn"}


def key_text(keys: str) -> str:
    """A key as it stands on a button: `Ctrl+Return` → `Ctrl+Enter`."""
    for raw, shown in _SHOWN.items():
        keys = keys.replace(raw, shown)
    return keys


def sequences(keys: str) -> list[QKeySequence]:
    """The key sequences meant by `keys`; Return also means Enter of the number block."""
    both = [keys, keys.replace("Return", "Enter")] if "Return" in keys else [keys]
    return [QKeySequence(one) for one in both]


def bind(owner: QWidget, keys: str, act: Callable[[], object]) -> QShortcut:
    """Call `act` when `keys` are pressed while `owner` is visible in the active window."""
    shortcut = QShortcut(owner)
    shortcut.setKeys(sequences(keys))
    shortcut.activated.connect(act)
    return shortcut


class PlainButton(QPushButton):
    """An ordinary act.

    Args:
        text: what it does.
        keys: its key in portable text (`F2`, `Ctrl+Return`), or empty.
        act: called on click.
    """

    key_token = "muted"

    def __init__(self, text: str, keys: str = "", act: Callable[[], object] | None = None) -> None:
        super().__init__(text)
        self.keys = key_text(keys)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        if keys:
            self.setAccessibleDescription(self.keys)
            bind(self, keys, self.click)
        if act is not None:
            self.clicked.connect(lambda: act())

    def set_text(self, text: str) -> None:
        """Change the words; the key stays."""
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_enter(event):
            event.accept()  # Enter presses the button one stands on, whatever else it means in a dialog
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_enter(event):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        hint = super().sizeHint()
        return hint + QSize(self._keys_width() + (_GAP if self.keys else 0), 0)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.keys:
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""  # type: ignore[attr-defined]  # the stubs leave out QStyleOptionButton's public fields
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        self._paint_texts(painter)
        painter.end()

    def _paint_texts(self, painter: QPainter) -> None:
        words = self.fontMetrics().horizontalAdvance(self.text())
        left = (self.width() - words - _GAP - self._keys_width()) // 2
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(self.palette().buttonText().color())
        painter.drawText(QRect(left, 0, words + 1, self.height()), flags, self.text())
        if self.isEnabled():
            painter.setPen(colour(self.key_token))
        painter.setFont(font(13))
        keys_at = QRect(left + words + _GAP, 0, self._keys_width() + 2, self.height())
        painter.drawText(keys_at, flags, self.keys)

    def _keys_width(self) -> int:
        return QFontMetrics(font(13)).horizontalAdvance(self.keys) if self.keys else 0


def _is_enter(event: QKeyEvent) -> bool:
    plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PrimaryButton(PlainButton):
    """The one main act of a card."""

    key_token = "on_primary_muted"


class DangerButton(PlainButton):
    """An act that takes something out of use."""


class LinkButton(PlainButton):
    """A small act inside a text or a notice."""


class IconButton(QPushButton):
    """A square button with only an icon.

    Args:
        picture: name of the icon.
        name: what it does; tooltip and accessible name.
    """

    def __init__(self, picture: str, name: str, act: Callable[[], object] | None = None) -> None:
        super().__init__()
        self._picture = picture
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self._tint()
        theme().changed.connect(self._tint)
        if act is not None:
            self.clicked.connect(lambda: act())

    def _tint(self) -> None:
        self.setIcon(icon(self._picture, colour("muted"), 18))
        self.setIconSize(QSize(18, 18))
