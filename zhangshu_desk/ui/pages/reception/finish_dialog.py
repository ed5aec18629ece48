"""办结: the services really given, with their quantity; one Enter when they are the ones asked for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QSpinBox, QVBoxLayout, QWidget

from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.reception.queries import Current
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.reception.services_field import ServicesField
from zhangshu_desk.ui.widgets import Elided, Muted, row

_MOST = 999


class FinishDialog(Dialog):
    """Hands the quantities to `end`, which runs the act.

    Args:
        current: the visit; its services stand with quantity one.
        end: called with this dialog and the quantity by service id; zero = not given.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        current: Current,
        end: Callable[[FinishDialog, dict[str, int]], object],
    ) -> None:
        super().__init__(parent, f"办结 {current.label}".strip(), "办结", width=520)
        self._desk, self._end = desk, end
        self.counts: dict[str, QSpinBox] = {}
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self.more = ServicesField(desk, "另外还办理了")
        self.add(Muted("实际办理的事项和件数；没有办理的改为 0。"), self._lines, self.more)
        self.body.addStretch(1)
        self.more.changed.connect(self._chosen)
        for service in current.services:
            self._add_line(service)
        self.primary.setFocus()

    def given(self) -> dict[str, int]:
        """Quantity by service id."""
        return {service: count.value() for service, count in self.counts.items()}

    def act(self) -> None:
        self._end(self, self.given())

    def _chosen(self) -> None:
        for service in self.more.chosen():
            if service in self.counts:
                self.counts[service].setValue(self.counts[service].value() + 1)
            else:
                self._add_line(service)
            self.counts[service].setFocus()
            self.counts[service].selectAll()
        self.more.clear()

    def _add_line(self, service: str) -> None:
        words = catalogue_of(self._desk.store).text([service])
        count = QSpinBox()
        count.setRange(0, _MOST)
        count.setValue(1)
        count.setSuffix(" 件")
        count.setFixedWidth(110)
        count.setAccessibleName(f"{words}的件数")
        self.counts[service] = count
        name = Elided(words)
        self._lines.addLayout(row(name, count))
        for part in (name, count):
            part.show()  # can take the focus at once
        QWidget.setTabOrder(count, self.more)
