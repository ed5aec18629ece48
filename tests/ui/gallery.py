"""Sample widgets for pictures and tests: everything of the kit on one page, and a mock of the reception page."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tests.ui import kit
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.main_window import MainWindow
from zhangshu_desk.ui.notices import NoticeBar
from zhangshu_desk.ui.page import Desk, Page
from zhangshu_desk.ui.shell.shell import Shell
from zhangshu_desk.ui.shell.top_bar import MenuAct
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import (
    Card,
    Chips,
    Column,
    ComboField,
    DangerButton,
    DateField,
    Ground,
    LinkButton,
    Muted,
    NoteField,
    NumberField,
    PlainButton,
    PrimaryButton,
    Status,
    Suggestion,
    Table,
    Text,
    TextField,
    Tick,
    TicketNumber,
    row,
)


@dataclass(frozen=True)
class Waiting:
    """One line of the mock queue."""

    number: str
    enterprise: str
    services: str
    minutes: int
    state: str


QUEUE = (
    Waiting("B004", "樟树市鼎力校具有限公司", "预约 10:30 · 检定", 2, "预约到达"),
    Waiting("A011", "宜春旭日密集架有限公司", "年报", 21, "等候"),
    Waiting("A012", "江西广正金属设备集团", "商标注册", 17, "等候"),
    Waiting("A013", "樟树市天静档案装具厂", "变更登记", 9, "等候"),
    Waiting("A009", "临江永兴钢制家具厂", "地标用标", 31, "过号 1 次"),
    Waiting("A014", "张家山博大五金店", "咨询", 1, "等候"),
)
SERVICES = tuple(
    enumerate(["计量强检预约", "年报", "商标注册", "变更登记", "地标用标", "检验检测", "标准声明", "专利", "更多…"])
)


def stretch(text: str, percent: int) -> str:
    """`text` made longer by `percent`, as another wording might be."""
    return text + "长" * (len(text) * percent // 100)


def columns(longer: int = 0) -> list[Column[Waiting]]:
    """The columns of the mock queue."""

    def tone(row: Waiting) -> Tone:
        return Tone.BAD if row.minutes >= 30 else Tone.WARN if row.minutes >= 20 else Tone.PLAIN

    return [
        Column("票号", lambda row: row.number, 72, bold=True),
        Column("企业", lambda row: stretch(row.enterprise, longer), 130, stretch=True, wrap=True),
        Column("事项", lambda row: stretch(row.services, longer), 132),
        Column("等候", lambda row: f"{row.minutes} 分", 70, right=True, tone=tone),
        Column("状态", lambda row: stretch(row.state, longer), 90),
    ]


def register_card(longer: int = 0) -> Card:
    """The left card of the mock."""
    card = Card(stretch("来访登记", longer), "Ctrl+N")
    chips = Chips("办理事项", [(key, stretch(words, longer)) for key, words in SERVICES])
    chips.choose([0, 1])
    visitor, phone = TextField(stretch("来访人", longer), "张先生"), TextField("手机", "138****5678")
    card.add(
        TextField(stretch("企业", longer), "jhbx"),
        row(visitor, phone, spacing=10),
        Muted(stretch("办理事项（可多选）", longer)),
        chips,
    )
    card.fill()
    card.add(PrimaryButton(stretch("取号并打印", longer), "Ctrl+Return"))
    return card


def queue_card(longer: int = 0) -> Card:
    """The middle card of the mock."""
    card = Card(stretch("等候 6 人", longer), "预计等候 14 分钟")
    table = Table("等候队列", columns(longer), lambda row: row.number, "这里会显示等候的人。\n按 Ctrl+N 登记第一位。")
    table.show_rows(QUEUE)
    table.choose("A011")
    card.add(table, stretch=1)
    return card


def serving_card(longer: int = 0) -> Card:
    """The right card of the mock."""
    card = Card(stretch("正在办理", longer), "已到 4 分")
    card.add(TicketNumber("A010"), Text("江西锦湖保险设备集团有限公司", wrap=True))
    card.add(Muted("计量强检预约 · 年报"))
    keys = ("办结 F8", "挂起 F6", "转窗口… F7", "再次呼叫 F3", "撤销上一步 Ctrl+Z")
    card.add(*(PlainButton(stretch(a, longer), b) for a, b in (one.split(" ") for one in keys)))
    card.fill()
    card.add(PrimaryButton(stretch("呼叫下一位", longer), "F2"))
    return card


def reception(longer: int = 0) -> QWidget:
    """The mock of the reception page, as in look-reception.png, without rail and lines."""
    ground = Ground()
    line = QHBoxLayout(ground)
    line.setContentsMargins(16, 16, 16, 16)
    line.setSpacing(16)
    line.addWidget(register_card(longer), 37)
    line.addWidget(queue_card(longer), 54)
    line.addWidget(serving_card(longer), 30)
    return ground


def gallery() -> QWidget:
    """Every widget of the kit on one page."""
    ground = Ground()
    outer = QVBoxLayout(ground)
    for bar in _notices():
        outer.addWidget(bar)
    line = QHBoxLayout()
    line.setSpacing(16)
    for card in (_fields(), _buttons(), _empty()):
        line.addWidget(card, 1)
    outer.addLayout(line, 1)
    return ground


def _notices() -> list[NoticeBar]:
    bars = [NoticeBar() for _ in range(3)]
    bars[0].info("A015 已取号，号票已打印。", "撤销", lambda: None)
    bars[1].refused(DeskError("store.busy"))
    bars[2].failed("票据打印机没有响应，号票没有打印。号码 A015 有效，可稍后补打。")
    return bars


def _fields() -> Card:
    card = Card("企业资料", "Ctrl+S")
    wrong = TextField("统一社会信用代码", "9136098200000000I9")
    wrong.complain("信用代码不能含字母 I。请核对营业执照；确需保留，请填写理由。")
    card.add(TextField("名称", hint="营业执照上的全称"), wrong)
    card.add(row(ComboField("类型", [(1, "有限责任公司"), (2, "个体工商户")]), DateField("成立日期", date(2016, 5, 3))))
    card.add(row(NumberField("过号后再呼间隔", 5, unit="分钟"), TextField("口令", "secret", secret=True)))
    card.add(NoteField("备注", hint="只记与办事有关的情况"), Tick("主要联系人", True))
    card.fill()
    return card


def _buttons() -> Card:
    card = Card("按钮与状态")
    off = PrimaryButton("取号并打印", "Ctrl+Return")
    off.setEnabled(False)
    card.add(PrimaryButton("呼叫下一位", "F2"), off, PlainButton("挂起", "F6"), DangerButton("作废", "Del"))
    card.add(LinkButton("查看 3 条待上报"), Status("已同步，09:41", Tone.GOOD), Status("3 条待上报", Tone.WARN))
    card.add(Status("票据打印机脱机", Tone.BAD), Status("未连接中心", Tone.MUTED))
    chips = Chips("优先", [(1, "老年人"), (2, "残疾人"), (3, "孕妇"), (4, "军人")], several=False)
    chips.choose([3])
    card.add(chips)
    card.fill()
    return card


def _empty() -> Card:
    card = Card("过号与弃号")
    empty = Table("过号", columns(), lambda row: row.number, "这里会显示过号的人。\n叫号 3 次未到时自动列入。")
    card.add(empty, stretch=1)
    return card


class _Mock(Page):
    """The reception mock as a page."""

    title, key, icon = "受理台", "Alt+1", "desk"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        line = QHBoxLayout()
        line.setSpacing(16)
        for card, part in ((register_card(), 37), (queue_card(), 54), (serving_card(), 30)):
            line.addWidget(card, part)
        self.body.addLayout(line, 1)


def _page(name: str, keys: str, picture: str) -> type[Page]:
    return type("Other", (_Mock,), {"title": name, "key": keys, "icon": picture})


PAGES: tuple[type[Page], ...] = (
    _Mock,
    _page("办件", "Alt+2", "case"),
    _page("计量检定", "Alt+3", "gauge"),
    _page("标签", "Alt+4", "label"),
    _page("企业", "Alt+5", "enterprise"),
    _page("统计", "Alt+6", "chart"),
    _page("管理", "Alt+7", "settings"),
)


def find(text: str) -> list[Suggestion]:
    """What the mock search answers, whatever is typed."""
    return [
        Suggestion(("企业", 1), "江西锦湖保险设备集团有限公司", "9136 0982 0000 0000 19 · 上次来访 11-12", "企业"),
        Suggestion(("企业", 2), "樟树市锦湖办公家具有限公司", "9136 0982 0000 0000 27 · 首次来访", "企业"),
        Suggestion(("受理台", 3), "A010", "今天 09:10 · 办理中", "票号"),
    ]


def window() -> QWidget:
    """The whole window with a search under way."""
    made = MainWindow()
    menu = [MenuAct("换窗口…", "", lambda: None), MenuAct("锁定", "Ctrl+L", lambda: None)]
    desk = kit.desk(Path(tempfile.mkdtemp()))
    shell = Shell(desk, PAGES, find, menu)
    shell.top.who.say("3 号窗口", "操作员 01")
    facts = ("票据打印机 就绪", "上次备份 今天 08:00", "2026-11-23 周一")
    shell.status.set("3 条待上报，最早 09:10，中心暂不可达 —— 可照常办理", Tone.WARN, facts)
    made.enter(shell)
    return made


def searching() -> QWidget:
    """The window while something is searched."""
    made = window()
    made.resize(1366, 768)
    made.show()
    shell = made.findChild(Shell)
    assert shell is not None
    shell.top.search.setFocus()
    shell.top.search.setText("jhbx")
    shell.top.finder.popup.offer(find(""), "jhbx")
    return made


WIDGETS: dict[str, Callable[[], QWidget]] = {
    "gallery": gallery,
    "reception": reception,
    "window": window,
    "searching": searching,
    "reception-longer": lambda: reception(30),
}
