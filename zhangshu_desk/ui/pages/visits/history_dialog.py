"""Everything about one visit: what was asked for and given, its four times explained, and what happened when."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from zhangshu_desk.core.clock import MINUTE, SECOND, hm, stamp
from zhangshu_desk.reception import queries
from zhangshu_desk.reception.queries import EventRow, VisitCard
from zhangshu_desk.reception.rules import rules_from
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.dialogs.unmask import Masked, Unmask
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.widgets import Column, LinkButton, Muted, Table, Text, row

_PERSONAL = {"visitor": "姓名", "phone": "手机"}
_TIMES = (
    ("等候", "取号到呼叫", "waited_ms"),
    ("途中", "呼叫到已到", "way_ms"),
    ("办理", "已到到办结", "served_ms"),
    ("挂起", "不计入办理", "parked_ms"),
)


class HistoryDialog(Dialog):
    """Shows the visit `visit_id`."""

    def __init__(self, parent: QWidget, desk: Desk, visit_id: str) -> None:
        super().__init__(parent, "来访详情", "", cancel="关闭", width=760)
        self._desk = desk
        self._card: VisitCard | None = None
        self.links: dict[str, LinkButton] = {}
        self.facts = Text(wrap=True)
        self.about = Muted()
        self.about.setWordWrap(True)
        self.figures: dict[str, Text] = {}
        self.table = Table(
            "来访经过",
            [
                Column("时间", lambda one: hm(one.at), 64),
                Column("事情", _title, 120, bold=True),
                Column("之后", lambda one: one.to_state, 80),
                Column("窗口", lambda one: one.counter, 96),
                Column("经办", lambda one: one.actor, 96),
                Column("说明", lambda one: one.note, 160, stretch=True),
            ],
            key=lambda one: one.id,
            empty="这里会显示每一步发生的时间。",
        )
        self.add(self.facts, self.about, self._links(), self._times())
        self.add(self.table, stretch=1)
        self.resize(820, 560)
        store, now, rules = desk.store, desk.clock.now(), rules_from(desk.settings.values)
        desk.work.do(self, lambda: queries.visit(store, visit_id, now, rules), self._show)
        self.table.setFocus()

    def _links(self) -> QHBoxLayout:
        """Personal data in full: a click, a reason, an entry in the audit log."""
        line = row()
        for field, name in _PERSONAL.items():
            link = LinkButton(f"查看{name}…", "", partial(self._unmask, field))
            link.hide()
            self.links[field] = link
            line.addWidget(link)
        line.addStretch(1)
        return line

    def _unmask(self, field: str) -> None:
        if self._card is not None:
            what = Masked("visits", self._card.id, field, _PERSONAL[field], getattr(self._card, field))
            Unmask(self, self._desk, what).open()

    def _times(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        for at, (title, meaning, name) in enumerate(_TIMES):
            figure = Text()
            figure.setAccessibleName(title)
            self.figures[name] = figure
            grid.addWidget(Muted(f"{title}（{meaning}）"), 0, at)
            grid.addWidget(figure, 1, at)
            grid.setColumnStretch(at, 1)
        return grid

    def _show(self, card: VisitCard) -> None:
        self._card = card
        for field, link in self.links.items():
            link.setVisible(bool(getattr(card, field)))
        self.setWindowTitle(f"来访详情 {card.label}".strip())
        who = card.enterprise_name or card.visitor
        done = f"，实际办理 {card.given_text}" if card.given_text else ""
        twice = " · 两台机器都叫过，见下面的经过" if card.twice else ""
        self.facts.setText(f"{card.label or '无号'} · {card.state}{twice} · {who}\n{card.services_text}{done}")
        self.about.setText(_about(card))
        for name, figure in self.figures.items():
            figure.setText(length_words(getattr(card.times, name)))
        self.table.show_rows(card.events)


def _about(card: VisitCard) -> str:
    person = " ".join(part for part in (card.visitor, card.phone) if part)
    priority = card.priority
    if card.appointment_at is not None:
        priority = f"预约 {hm(card.appointment_at)}"
    parts = (
        f"取号 {stamp(card.arrived_at)}",
        f"来访人 {person}" if person else "",
        f"优先 {priority}" if priority else "",
        f"由{card.station}发号" if card.station else "",
        f"窗口 {card.counter}" if card.counter else "",
        f"备注 {card.remark}" if card.remark else "",
        "来访人已评价" if card.rated else "",
    )
    return " · ".join(part for part in parts if part)


def _title(one: EventRow) -> str:
    return f"{one.title}（已撤销）" if one.undone else one.title


def length_words(ms: int) -> str:
    """A duration as one says it: `3 分 20 秒`, `1 小时 5 分`."""
    seconds = ms // SECOND
    if seconds < 60:
        return f"{seconds} 秒"
    minutes, rest = ms // MINUTE, seconds % 60
    if minutes < 60:
        return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分"
    return f"{minutes // 60} 小时 {minutes % 60} 分"
