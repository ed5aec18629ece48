"""Chips: several short choices at once, by mouse or by arrows and space."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from zhangshu_desk.ui.theme import BODY, HIT, colour, font
from zhangshu_desk.ui.widgets.flow import FlowLayout

K = TypeVar("K", bound=Hashable)
_PAD = 15
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class Chip(QAbstractButton):
    """One choice; chosen ones are tinted, bold, and framed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.set_words(text)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def set_words(self, words: str) -> None:
        """Change the words."""
        self.setText(words)
        self.setAccessibleName(words)
        self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if plain and event.key() in _ENTER:
                event.accept()  # Enter chooses here; a dialog's own Enter waits
                return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(font(BODY, QFont.Weight.DemiBold)).horizontalAdvance(self.text())
        return QSize(words + 2 * _PAD, HIT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEPS or event.key() in _ENTER:
            event.ignore()  # the group moves and chooses; a lone button would hand the focus to any neighbour
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, focus = self.isChecked(), self.hasFocus()
        frame = 2.0 if focus else 1.0
        box = QRectF(self.rect()).adjusted(frame / 2, frame / 2 + 1, -frame / 2, -frame / 2 - 1)
        painter.setPen(QPen(colour("accent" if on or focus else "line"), frame))
        painter.setBrush(colour("tint" if on else "hover" if self.underMouse() else "card"))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(colour("accent" if on else "ink" if self.isEnabled() else "faint"))
        painter.setFont(font(BODY, QFont.Weight.DemiBold if on else QFont.Weight.Normal))
        painter.drawText(QRect(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class Chips(QWidget, Generic[K]):
    """A flow of chips. Tab reaches the group once; arrows move inside it, space or Enter chooses.

    Args:
        choices: `(key, words)` in the order shown.
        several: whether more than one may be chosen.
        name: accessible name of the group.
    """

    changed = Signal()

    def __init__(self, name: str, choices: Iterable[tuple[K, str]] = (), *, several: bool = True) -> None:
        super().__init__()
        self._several = several
        self._chips: dict[K, Chip] = {}
        self._flow = FlowLayout()
        self.setLayout(self._flow)
        self.setAccessibleName(name)
        self.set_choices(choices)

    def set_choices(self, choices: Iterable[tuple[K, str]]) -> None:
        """Show these chips; those that were there stay the same, chosen and in the tab order."""
        before, self._chips = self._chips, {}
        for chip in before.values():
            self._flow.removeWidget(chip)
        last: Chip | None = None
        for key, words in choices:
            chip = self._chips[key] = before.pop(key) if key in before else self._made(key, words)
            chip.set_words(words)
            self._flow.addWidget(chip)
            if last is not None:
                QWidget.setTabOrder(last, chip)
            last = chip
        for chip in before.values():
            chip.hide()
            chip.deleteLater()
        self._make_tab_stop(next(iter(self._chips.values()), None))

    def chosen(self) -> list[K]:
        """The keys of the chosen chips, in the order shown."""
        return [key for key, chip in self._chips.items() if chip.isChecked()]

    def choose(self, keys: Iterable[K]) -> None:
        """Choose exactly these; unknown keys are left out."""
        wanted = set(keys)
        for key, chip in self._chips.items():
            chip.setChecked(key in wanted)
            _tell_state(chip)

    def chip(self, key: K) -> Chip:
        """The chip of `key`; for tests and for enabling."""
        return self._chips[key]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chips = [chip for chip in self._chips.values() if chip.isEnabled()]
        at = next((i for i, chip in enumerate(chips) if chip.hasFocus()), None)
        step = _STEPS.get(Qt.Key(event.key()))
        if at is None or not chips:
            super().keyPressEvent(event)
        elif step is not None:
            self._make_tab_stop(chips[(at + step) % len(chips)])
            chips[(at + step) % len(chips)].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in _ENTER and not event.modifiers():
            chips[at].click()
        else:
            super().keyPressEvent(event)

    def _made(self, key: K, words: str) -> Chip:
        chip = Chip(words)
        chip.clicked.connect(lambda: self._clicked(key))
        return chip

    def _clicked(self, key: K) -> None:
        if not self._several:
            self.choose([key])
        self._make_tab_stop(self._chips[key])
        _tell_state(self._chips[key])
        self.changed.emit()

    def _make_tab_stop(self, stop: Chip | None) -> None:
        for chip in self._chips.values():
            chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chip is stop else Qt.FocusPolicy.ClickFocus)
        if stop is not None:
            self.setFocusProxy(stop)


def _tell_state(chip: Chip) -> None:
    chip.setAccessibleDescription("已选" if chip.isChecked() else "")
