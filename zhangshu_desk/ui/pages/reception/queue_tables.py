"""The tables of the queue card: what each column says, and where colour has its sign."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QTableView

from zhangshu_desk.reception.queries import QueueRow, VisitRow
from zhangshu_desk.reception.rules import APPOINTMENT
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Column, Table
from zhangshu_desk.ui.widgets.table import Widths

_TONES = {"ok": Tone.PLAIN, "warn": Tone.WARN, "bad": Tone.BAD}
_SIGNS = {"ok": "", "warn": " ▲", "bad": " ▲▲"}
TWICE = "两台机器都叫过"
_SAID = {"ok": "", "warn": "等候较久", "bad": "等候过久"}


def waiting_table(widths: Widths) -> Table[QueueRow]:
    """Who waits, in the order of calling."""
    columns = [
        Column[QueueRow]("票号", lambda one: one.label, 68, bold=True, wrap=True, tip=_estimate),
        Column[QueueRow]("企业", lambda one: one.name, 116, stretch=True, wrap=True, tone=_other),
        Column[QueueRow]("事项", _services, 112, wrap=True, tone=_other),
        Column[QueueRow]("等候", _waited, 84, tone=lambda one: _TONES[one.tone], tip=lambda one: _SAID[one.tone]),
        Column[QueueRow]("状态", _state, 76, wrap=True, tip=_state_tip),
    ]
    empty = "这里会显示等候的人。\n按 Ctrl+N 登记第一位。"
    return Table("等候", columns, lambda one: one.id, empty, widths)


def parked_table(widths: Widths) -> Table[QueueRow]:
    """Who was let go aside, and why."""
    columns = [
        Column[QueueRow]("票号", lambda one: one.label, 68, bold=True, wrap=True),
        Column[QueueRow]("企业", lambda one: one.name, 116, stretch=True, wrap=True),
        Column[QueueRow]("挂起", lambda one: f"{one.waited_minutes} 分", 70),
        Column[QueueRow]("原因", _parked_why, 110, wrap=True),
        Column[QueueRow]("窗口 · 经办", _parked_by, 110, wrap=True),
    ]
    empty = "这里会显示暂时离开窗口的人。\n办理中按 F6 挂起，回来后在这里按 Enter 继续。"
    return Table("挂起", columns, lambda one: one.id, empty, widths)


def missed_table(widths: Widths) -> Table[QueueRow]:
    """Who was called and did not come."""
    columns = [
        Column[QueueRow]("票号", lambda one: one.label, 68, bold=True, wrap=True),
        Column[QueueRow]("企业", lambda one: one.name, 116, stretch=True, wrap=True),
        Column[QueueRow]("事项", lambda one: one.services_text, 112, wrap=True),
        Column[QueueRow]("过号", lambda one: f"{one.waited_minutes} 分前", 80),
        Column[QueueRow]("叫号", lambda one: TWICE if one.twice else f"{one.calls} 次", 76, wrap=True),
    ]
    empty = "这里会显示过号的人。\n叫号几次未到时自动列入，来了可以重新排队或直接呼叫。"
    return Table("过号", columns, lambda one: one.id, empty, widths)


def ended_table(widths: Widths) -> Table[VisitRow]:
    """What ended today."""
    columns = [
        Column[VisitRow]("票号", lambda one: one.label or "即时", 68, bold=True),
        Column[VisitRow]("企业", lambda one: one.name, 116, stretch=True, wrap=True),
        Column[VisitRow]("事项", lambda one: one.services_text, 112, wrap=True),
        Column[VisitRow]("办理", lambda one: f"{one.served_minutes} 分", 60),
        Column[VisitRow]("结果", _outcome, 120, wrap=True),
    ]
    empty = "这里会显示今天办结、弃号和取消的来访。\n按 F2 呼叫第一位。"
    return Table("今日已办", columns, lambda one: one.id, empty, widths)


def bind_row_key(table: QTableView, keys: str, act: Callable[[], object]) -> None:
    """Call `act` when `keys` are pressed while the focus is in the table itself."""
    shortcut = QShortcut(QKeySequence(keys), table)
    shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
    shortcut.activated.connect(act)


def _waited(one: QueueRow) -> str:
    return f"{one.waited_minutes} 分{_SIGNS[one.tone]}"


def _services(one: QueueRow) -> str:
    return f"预约 {one.appointment} · {one.services_text}" if one.appointment else one.services_text


def _state(one: QueueRow) -> str:
    if one.twice:
        return TWICE  # that it waits, the list says; what else there is, the tip
    if _is_first(one):
        return "优先等候" if one.state_text == one.state else f"{one.state_text} · 优先"
    return one.state_text


def _is_first(one: QueueRow) -> bool:
    return bool(one.priority) and one.priority != APPOINTMENT


def _state_tip(one: QueueRow) -> str:
    parts = [
        "下一位" if one.is_next else "",
        f"优先：{one.priority}" if one.priority else "",
        f"{one.held_until} 起可再叫" if one.held_until else "",
        f"只由{one.target_counter}办理" if one.target_counter else "",
        f"说明：{one.note}" if one.note else "",
        f"由{one.station}发号" if one.station else "",
        f"{TWICE}：{one.state_text}" if one.twice else "",
        "" if one.reachable else "中心暂不可达，现在只由发号的机器呼叫",
        "本窗口不办理此事项" if one.reachable and not one.mine else "",
    ]
    return "\n".join(part for part in parts if part)


def _estimate(one: QueueRow) -> str:
    if one.people_before is None:
        return ""
    wait = f"，约 {one.minutes} 分钟后" if one.minutes is not None else ""
    return f"前面 {one.people_before} 人{wait}"


def _other(one: QueueRow) -> Tone:
    """Rows that this counter is not offered step back; their status tip says why."""
    return Tone.PLAIN if one.mine else Tone.MUTED


def _outcome(one: VisitRow) -> str:
    return f"{one.state} {one.at}{f' · {TWICE}' if one.twice else ''}"


def _parked_why(one: QueueRow) -> str:
    return " · ".join(part for part in (one.note, TWICE if one.twice else "") if part)


def _parked_by(one: QueueRow) -> str:
    return " · ".join(part for part in (one.parked_at, one.parked_by) if part)
