"""The two balances of the ledger as sums one can check by eye; they come out even, or it says by how much not."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from zhangshu_desk.labels.rules.ledger import Balance
from zhangshu_desk.ui.theme import Tone, font
from zhangshu_desk.ui.widgets import Muted, Text

_SIZE = 18
_BETWEEN = 10
_CENTRE = Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True)
class Sum:
    """One balance: what came, what went and is there."""

    title: str
    left: tuple[tuple[str, int], ...]
    right: tuple[tuple[str, int], ...]

    @property
    def even(self) -> bool:
        """Whether both sides are the same."""
        return sum(number for _, number in self.left) == sum(number for _, number in self.right)

    def said(self) -> str:
        """`期初 0 + 印制 200 = 领用 120 + 作废 0 + 期末 80`."""
        sides = (" + ".join(f"{name} {number:,}" for name, number in side) for side in (self.left, self.right))
        return f"{'=' if self.even else '≠'}".join(f" {side} " for side in sides).strip()


def sums(one: Balance) -> tuple[Sum, Sum]:
    """The station's side and the user's."""
    station = Sum(
        "本站",
        (("期初", one.opening), ("印制", one.printed)),
        (("领用", one.handed_out), ("作废", one.voided), ("期末", one.closing)),
    )
    user = Sum(
        "企业",
        (("期初手存", one.held_before), ("领用", one.handed_out)),
        (("已用", one.used), ("退回", one.returned), ("作废", one.spoiled), ("手存", one.held)),
    )
    return station, user


class BalanceView(QWidget):
    """Two lines of numbers over their names, and what is to be said about them."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("平衡关系")
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(10)
        self.grid.setVerticalSpacing(0)
        self.said = Text(wrap=True)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        lines.addLayout(self.grid)
        lines.addWidget(self.said)
        self.shown: tuple[Sum, ...] = ()

    def show_balance(self, one: Balance) -> None:
        """Show the ledger of a period."""
        found = sums(one)
        self.said.setText("两边都平衡。" if one.is_even else f"不平：{one.said()}。请核对。")
        self.said.set_tone(Tone.GOOD if one.is_even else Tone.BAD)
        if found == self.shown:
            return
        self.shown = found
        while (item := self.grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for at, each in enumerate(found):
            self._put(3 * at, each)
            self.grid.setRowMinimumHeight(3 * at + 2, _BETWEEN if at + 1 < len(found) else 0)
        self.grid.setColumnStretch(2 * max(len(each.left) + len(each.right) for each in found) + 1, 1)
        self.setAccessibleDescription("；".join(f"{each.title}：{each.said()}" for each in found))

    def _put(self, line: int, each: Sum) -> None:
        title = Text(each.title)
        title.setMinimumWidth(40)
        self.grid.addWidget(title, line, 0)
        column = 1
        for at, (name, number) in enumerate((*each.left, *each.right)):
            if at:
                sign = "+" if at != len(each.left) else "=" if each.even else "≠"
                self.grid.addWidget(_sign(sign), line, column)
                column += 1
            self.grid.addWidget(_number(name, number), line, column, _CENTRE)
            self.grid.addWidget(Muted(name), line + 1, column, _CENTRE)
            column += 1


def _number(name: str, number: int) -> QLabel:
    made = Text(f"{number:,}", Tone.BAD if number < 0 else Tone.PLAIN)
    made.setFont(font(_SIZE, QFont.Weight.DemiBold))
    made.setAccessibleName(f"{name} {number}")
    return made


def _sign(sign: str) -> QLabel:
    made = Text(sign, Tone.BAD if sign == "≠" else Tone.MUTED)
    if sign == "≠":
        made.setAccessibleName("不相等")
    return made
