"""Which entries of the audit log are shown: days, person, act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from zhangshu_desk.accounts.queries import AuditFilter, UserRow
from zhangshu_desk.core.actors import COMMAND_LINE, SYSTEM
from zhangshu_desk.core.acts import ACTS
from zhangshu_desk.ui.widgets import ComboField, DateField, LinkButton

_KINDS = (
    ("user", "账户与登录"),
    ("counter", "窗口"),
    ("station", "工作站"),
    ("privacy", "个人信息"),
    ("enterprise", "企业"),
    ("contact", "联系人"),
    ("visit", "来访"),
    ("gi", "地理标志与用标"),
    ("label", "标签"),
    ("conflict", "待核对"),
    ("sync", "中心与同步"),
    ("day", "日结"),
    ("backup", "备份"),
    ("audit", "审计日志"),
)
_FIRST_DAYS = 6


class AuditFilterBar(QWidget):
    """`changed` follows every choice; `wanted()` is what is chosen."""

    changed = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self.first = DateField("从", today - timedelta(days=_FIRST_DAYS))
        self.last = DateField("到", today)
        self.person = ComboField[str]("人员", [("", "全部人员")])
        self.act = ComboField[str]("操作", _acts())
        self.whole = LinkButton("全部日期", "", self._all_days)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        for field, share in ((self.first, 0), (self.last, 0), (self.person, 1), (self.act, 1)):
            line.addWidget(field, share)
        line.addWidget(self.whole, 0, Qt.AlignmentFlag.AlignBottom)
        for day in (self.first, self.last):
            day.setMinimumWidth(140)
            day.changed.connect(self._day_chosen)
        self._every_day = False
        for combo in (self.person, self.act):
            combo.chosen.connect(lambda _key: self.changed.emit())

    def wanted(self) -> AuditFilter:
        """What is chosen."""
        return AuditFilter(
            first=None if self._every_day else self.first.day(),
            last=None if self._every_day else self.last.day(),
            actor_id=self.person.key() or "",
            act=self.act.key() or "",
        )

    def offer(self, users: Iterable[UserRow]) -> None:
        """The people whose entries can be asked for; also those switched off, the program and its commands."""
        people = [(user.id, user.name if user.active else f"{user.name}（已停用）") for user in users]
        others = [(one.user_id, one.name) for one in (SYSTEM, COMMAND_LINE)]
        self.person.set_choices([("", "全部人员"), *people, *others])

    def _day_chosen(self) -> None:
        self._every_day = False
        if self.first.day() > self.last.day():
            self.first.complain("晚于「到」的日期。")
        else:
            self.first.complain("")
        self.changed.emit()

    def _all_days(self) -> None:
        self._every_day = True
        self.changed.emit()


def _acts() -> list[tuple[str, str]]:
    """All acts in their kinds: `来访（全部）`, then each of them."""
    choices = [("", "全部操作")]
    for kind, words in _KINDS:
        choices.append((kind, f"{words}（全部）"))
        choices += [(code, f"　{act.title}") for code, act in ACTS.items() if code.split(".")[0] == kind]
    return choices
