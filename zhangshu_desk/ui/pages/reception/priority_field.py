"""Priority with its reason, and the time of an appointment."""

from __future__ import annotations

from PySide6.QtCore import QTime
from PySide6.QtWidgets import QHBoxLayout, QTimeEdit, QWidget

from zhangshu_desk.core.clock import day_of, local, moment_of
from zhangshu_desk.reception.rules import APPOINTMENT, PRIORITIES
from zhangshu_desk.ui.widgets import ComboField, Field


class PriorityField(QWidget):
    """无, or one of the reasons for priority; 预约 asks for its time of today beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.reason = ComboField("优先", _choices(""), "")
        self.time = Field("预约时间", QTimeEdit())
        self.time.editor.setDisplayFormat("HH:mm")
        self.time.editor.setMinimumTime(QTime(7, 0))
        self.time.editor.setMaximumTime(QTime(20, 0))
        self.time.hide()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(self.reason, 1)
        line.addWidget(self.time)
        self.setFocusProxy(self.reason)
        self.reason.editor.currentIndexChanged.connect(self._asked)

    def priority(self) -> str:
        """The reason, empty for none."""
        return self.reason.key() or ""

    def appointment_at(self, now: int) -> int | None:
        """The appointment's moment, ms UTC, on the day of `now`; None without an appointment."""
        if self.priority() != APPOINTMENT:
            return None
        at = self.time.editor.time()
        return moment_of(day_of(now), at.hour(), at.minute())

    def choose(self, priority: str, appointment_at: int | None, now: int) -> None:
        """Show this priority, whatever it is; without an appointment the time offered is the next half hour."""
        at = local(appointment_at if appointment_at is not None else now)
        minute = at.minute if appointment_at is not None else 30 * (at.minute // 30)
        self.time.editor.setTime(QTime(at.hour, minute))
        self.reason.set_choices(_choices(priority), priority)

    def _asked(self) -> None:
        self.time.setVisible(self.priority() == APPOINTMENT)


def _choices(present: str) -> list[tuple[str, str]]:
    """None, the known reasons, and the present one when it is another."""
    known = ("", *PRIORITIES)
    return [(one, one or "无") for one in (*known, *((present,) if present not in known else ()))]
