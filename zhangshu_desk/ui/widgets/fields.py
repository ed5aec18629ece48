"""Fields with their label above and their problem below."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Generic, TypeVar

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from zhangshu_desk.ui.theme import FIELD, Tone
from zhangshu_desk.ui.widgets.text import FieldLabel, Problem, restyle

K = TypeVar("K")
W = TypeVar("W", bound=QWidget)
_GAP = 6


class Field(QWidget, Generic[W]):
    """Label, `editor`, and a problem line that appears when there is something wrong."""

    def __init__(self, label: str, editor: W) -> None:
        super().__init__()
        self.editor = editor
        self.label = FieldLabel(label)
        self.label.setBuddy(editor)
        self.label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.problem = Problem()
        editor.setAccessibleName(label)
        if not isinstance(editor, QPlainTextEdit):
            editor.setFixedHeight(FIELD)
        self.setFocusProxy(editor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.label)
        if label:
            column.addSpacing(_GAP)
        self.label.setVisible(bool(label))
        column.addWidget(editor)
        column.addWidget(self.problem)
        self.problem.setContentsMargins(0, _GAP, 0, 0)
        # Beside a taller neighbour fields stay on one line. Aligning the layout would do that too, but give a problem
        # of several lines the height of one.
        column.addWidget(QWidget())

    def complain(self, text: str) -> None:
        """Show what is wrong, or nothing when `text` is empty."""
        self.problem.set_tone(Tone.PLAIN)
        self.problem.say(text)
        self.editor.setProperty("problem", bool(text))
        self.editor.setAccessibleDescription(text)
        restyle(self.editor)

    def warn(self, text: str) -> None:
        """Show what is doubtful but may stay as it is; gone with the next `complain`."""
        self.complain("")
        self.problem.set_tone(Tone.WARN)
        self.problem.say(text)
        self.editor.setAccessibleDescription(text)


class TextField(Field[QLineEdit]):
    """One line of text. `edited(str)` follows the person's typing only."""

    edited = Signal(str)
    submitted = Signal()

    def __init__(self, label: str, text: str = "", hint: str = "", *, secret: bool = False, longest: int = 200) -> None:
        super().__init__(label, QLineEdit(text))
        self.editor.setPlaceholderText(hint)
        self.editor.setMaxLength(longest)
        if secret:
            self.editor.setEchoMode(QLineEdit.EchoMode.Password)
        self.editor.textEdited.connect(self._typed)
        self.editor.returnPressed.connect(self.submitted)

    def text(self) -> str:
        """What is typed, without blanks at the ends."""
        return self.editor.text().strip()

    def set_text(self, text: str) -> None:
        """Replace the text and forget its problem."""
        self.editor.setText(text)
        self.complain("")

    def _typed(self, text: str) -> None:
        if self.problem.text():
            self.complain("")
        self.edited.emit(text)


class NoteField(Field[QPlainTextEdit]):
    """Several lines of text; Tab leaves the field."""

    def __init__(self, label: str, text: str = "", hint: str = "", lines: int = 3) -> None:
        super().__init__(label, QPlainTextEdit(text))
        self.editor.setPlaceholderText(hint)
        self.editor.setTabChangesFocus(True)
        self.editor.setFixedHeight(self.editor.fontMetrics().lineSpacing() * lines + 28)

    def text(self) -> str:
        """What is typed, without blanks at the ends."""
        return self.editor.toPlainText().strip()

    def set_text(self, text: str) -> None:
        """Replace the text and forget its problem."""
        self.editor.setPlainText(text)
        self.complain("")


class ComboField(Field[QComboBox], Generic[K]):
    """One of a few choices. `chosen(object)` carries the key the person picked.

    Args:
        choices: `(key, words)` in the order shown.
    """

    chosen = Signal(object)

    def __init__(self, label: str, choices: Iterable[tuple[K, str]] = (), key: K | None = None) -> None:
        super().__init__(label, QComboBox())
        self._keys: list[K] = []
        self.editor.activated.connect(lambda at: self.chosen.emit(self._keys[at]))
        self.set_choices(choices, key)

    def set_choices(self, choices: Iterable[tuple[K, str]], key: K | None = None) -> None:
        """Replace the choices, keeping the present one where it still exists, else choosing `key`."""
        wanted = self.key() if key is None else key
        pairs = list(choices)
        self._keys = [one for one, _ in pairs]
        self.editor.clear()
        self.editor.addItems([words for _, words in pairs])
        self.set_key(wanted)

    def choices(self) -> list[tuple[K, str]]:
        """What there is to choose from."""
        return [(key, self.editor.itemText(at)) for at, key in enumerate(self._keys)]

    def key(self) -> K | None:
        """The chosen key, None when there is nothing to choose."""
        at = self.editor.currentIndex()
        return self._keys[at] if 0 <= at < len(self._keys) else None

    def set_key(self, key: K | None) -> None:
        """Choose `key`; the first choice when it is not among them."""
        self.editor.setCurrentIndex(self._keys.index(key) if key in self._keys else 0)


class DateField(Field[QDateEdit]):
    """A calendar day, `2026-11-23`. `changed(date)` follows every change."""

    changed = Signal(object)

    def __init__(self, label: str, day: date) -> None:
        super().__init__(label, QDateEdit(QDate(day.year, day.month, day.day)))
        self.editor.setDisplayFormat("yyyy-MM-dd")
        self.editor.setCalendarPopup(True)
        self.editor.dateChanged.connect(lambda: self.changed.emit(self.day()))

    def day(self) -> date:
        """The chosen day."""
        shown = self.editor.date()
        return date(shown.year(), shown.month(), shown.day())

    def set_day(self, day: date) -> None:
        """Show `day`."""
        self.editor.setDate(QDate(day.year, day.month, day.day))


class NumberField(Field[QSpinBox]):
    """A whole number between two bounds, with its unit behind it. `changed(int)` follows every change."""

    changed = Signal(int)

    def __init__(self, label: str, value: int, least: int = 0, most: int = 9999, unit: str = "") -> None:
        super().__init__(label, QSpinBox())
        self.editor.setRange(least, most)
        self.editor.setSuffix(f" {unit}" if unit else "")
        self.editor.setValue(value)
        self.editor.valueChanged.connect(self.changed)

    def value(self) -> int:
        """The number."""
        return self.editor.value()

    def set_value(self, value: int) -> None:
        """Show `value`, or the bound next to it."""
        self.editor.setValue(value)


class DecimalField(Field[QDoubleSpinBox]):
    """A number with decimals between two bounds, with its unit behind it. `changed(float)` follows every change.

    Args:
        decimals: digits behind the point. step: what the arrow keys add.
    """

    changed = Signal(float)

    def __init__(
        self,
        label: str,
        value: float,
        least: float = 0,
        most: float = 9999,
        unit: str = "",
        *,
        decimals: int = 1,
        step: float = 1,
    ) -> None:
        super().__init__(label, QDoubleSpinBox())
        self.editor.setDecimals(decimals)
        self.editor.setRange(least, most)
        self.editor.setSingleStep(step)
        self.editor.setSuffix(f" {unit}" if unit else "")
        self.editor.setValue(value)
        self.editor.valueChanged.connect(self.changed)

    def value(self) -> float:
        """The number."""
        return round(self.editor.value(), self.editor.decimals())

    def set_value(self, value: float) -> None:
        """Show `value`, or the bound next to it."""
        self.editor.setValue(value)


class Tick(QCheckBox):
    """A yes or no."""

    def __init__(self, text: str, on: bool = False) -> None:
        super().__init__(text)
        self.setChecked(on)
        self.setAccessibleName(text)
