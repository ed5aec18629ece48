"""Figures that open the visits behind them: one by one, as the day's equation, and as a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from zhangshu_desk.reception.queries import DaySheet, Figure
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Elided, FlowLayout, LinkButton, Muted, Text

Open = Callable[[Figure], object]
LEFT = ("issued", "carried_in")
RIGHT = ("served", "missed", "left", "cancelled", "carried_over", "open")
TIMES = (
    "wait_average",
    "wait_longest",
    "serve_average",
    "serve_longest",
    "quick",
    "rated",
    "rated_good",
    "rated_bad",
)
SHORT = {"carried_in": "结转来", "served": "办结", "cancelled": "取消", "carried_over": "结转", "open": "未了"}


class FigureLink(LinkButton):
    """One number; a click or Enter opens the visits behind it."""

    def __init__(self, figure: Figure, open_it: Open) -> None:
        super().__init__(str(figure.value), "", lambda: open_it(figure))
        self.figure = figure
        self.setAccessibleName(f"{figure.title} {figure.value} {figure.unit}，打开明细")
        self.setToolTip("打开这些来访" if figure.visits else "没有这样的来访")


class SmallFigureLink(LinkButton):
    """The same in a list, with its unit."""

    def __init__(self, figure: Figure, open_it: Open) -> None:
        super().__init__(f"{figure.value} {figure.unit}", "", lambda: open_it(figure))
        self.figure = figure
        self.setAccessibleName(f"{figure.title} {figure.value} {figure.unit}，打开明细")


class Equation(QWidget):
    """取号 = 办结 + 过号 + 弃号 + 取消 + 结转, in words and numbers."""

    def __init__(self, open_it: Open) -> None:
        super().__init__()
        self._open = open_it
        self.links: list[FigureLink] = []
        self._shown: tuple[Figure, ...] = ()
        self._flow = FlowLayout(6)
        self.setLayout(self._flow)
        self.setAccessibleName("平衡关系")

    def show_sheet(self, sheet: DaySheet) -> None:
        """Show the equation of a day; what is naught on the left or still open on the right is left out."""
        left = tuple(sheet.figure(key) for key in LEFT if key == "issued" or sheet.figure(key).value)
        right = tuple(sheet.figure(key) for key in RIGHT if key != "open" or sheet.figure(key).value)
        if (*left, *right) == self._shown:
            return  # the focus stays where it is
        self._shown = (*left, *right)
        _empty(self._flow)
        self.links = []
        equal = "=" if sheet.balanced else "≠"
        self._add_sum(left)
        self._flow.addWidget(_sign(equal))
        self._add_sum(right)
        self.setAccessibleDescription(f"{_words(left)} {equal} {_words(right)}")

    def _add_sum(self, figures: Sequence[Figure]) -> None:
        for at, figure in enumerate(figures):
            if at:
                self._flow.addWidget(_sign("+"))
            link = FigureLink(figure, self._open)
            self.links.append(link)
            self._flow.addWidget(_term(link))


class FigureList(QWidget):
    """Titles with their numbers, in `columns` columns."""

    def __init__(self, name: str, open_it: Open, columns: int = 1, empty: str = "") -> None:
        super().__init__()
        self._open, self._columns, self._empty = open_it, columns, empty
        self.links: list[SmallFigureLink] = []
        self._shown: tuple[Figure, ...] | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(0)
        self.setAccessibleName(name)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show them in their order, column by column within a line."""
        if tuple(figures) == self._shown:
            return
        self._shown = tuple(figures)
        _empty(self._grid)
        self.links = [SmallFigureLink(figure, self._open) for figure in figures]
        if not figures and self._empty:
            self._grid.addWidget(Muted(self._empty), 0, 0)
        for at, link in enumerate(self.links):
            line, column = divmod(at, self._columns)
            self._grid.addWidget(Elided(link.figure.title), line, 2 * column)
            self._grid.addWidget(link, line, 2 * column + 1, Qt.AlignmentFlag.AlignRight)
        self._grid.setRowStretch(len(figures) // self._columns + 1, 1)


def _words(figures: Sequence[Figure]) -> str:
    return " + ".join(f"{SHORT.get(one.key, one.title)} {one.value}" for one in figures)


def _term(link: FigureLink) -> QWidget:
    term = QWidget()
    column = QVBoxLayout(term)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(link, 0, Qt.AlignmentFlag.AlignHCenter)
    title = Muted(SHORT.get(link.figure.key, link.figure.title))
    title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    column.addWidget(title)
    term.setMinimumWidth(72)
    return term


def _sign(sign: str) -> Text:
    made = Text(sign, Tone.BAD if sign == "≠" else Tone.MUTED)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made.setMinimumHeight(40)
    if sign == "≠":
        made.setAccessibleName("不相等")
    return made


def _empty(layout: FlowLayout | QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
