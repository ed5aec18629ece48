"""打印机: the printers of this machine that labels go to, and how each is now."""

from __future__ import annotations

from typing import ClassVar

from zhangshu_desk.labels.actions.printers import forget_printer, keep_printer
from zhangshu_desk.labels.queries.printers import PrinterRow, printers
from zhangshu_desk.labels.rules.printers import PrinterSettings
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.labels import trouble_words
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.pages.labels.printers_part.papers import papers_of
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Column, DangerButton, Muted, PlainButton, PrimaryButton, Table, Text, row

_SIDE_WIDTH = 380
_EMPTY = "这里会列出打标签用的打印机。\n按 Ctrl+N 新增一台：网络标签机、USB 标签机、激光打印机，或存为 PDF。"
_ASKING = "正在查询…"
Condition = tuple[str, Tone]


class PrintersPart(Part):
    """List at the left, the chosen one at the right. How a printer is, is asked once, and again on demand."""

    title: ClassVar[str] = "打印机"
    key: ClassVar[str] = "Ctrl+5"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._conditions: dict[str, Condition] = {}
        self._asked: dict[str, PrinterSettings] = {}
        self._wanted = ""
        self.table = Table("打印机", self._columns(), lambda one: one.id, _EMPTY, self.desk.settings)
        self.list = Card("打印机")
        self.one = Card("所选打印机")
        self.facts = Text(wrap=True)
        self.state = Text(wrap=True)
        self.state.setAccessibleName("现在的状态")
        self.change = PlainButton("修改…", "F4", self._change)
        self.ask = PlainButton("查询状态", "F6", self._ask_again)
        self.trial = PlainButton("试打…", "F7", self._try)
        self.calibrate = PlainButton("校准…", "F8", self._calibrate)
        self.delete = DangerButton("删除…", "Ctrl+Delete", self._ask_delete)
        self._build()
        self.table.chosen.connect(self._show_chosen)
        self.table.opened.connect(lambda _row: self._change())
        self._show_chosen()

    def load(self) -> None:
        desk = self.desk
        desk.work.do(self, lambda: printers(desk.store), self._show)

    def begin(self) -> None:
        self.table.setFocus()

    def receive(self, payload: object) -> None:
        """`payload` is the id of a printer."""
        self._wanted = str(payload)
        self.load()

    def _build(self) -> None:
        self.list.add(self.table, stretch=1)
        buttons = row()
        buttons.addStretch(1)
        buttons.addWidget(PrimaryButton("新增打印机", "Ctrl+N", self._add))
        self.list.add(buttons)
        hint = Muted("标签机用多大的纸由模板决定；打偏时先「校准」。")
        hint.setWordWrap(True)
        self.one.setFixedWidth(_SIDE_WIDTH)
        self.one.add(self.facts, self.state)
        self.one.add(self.ask, self.trial, self.calibrate, self.change, self.delete, hint)
        self.one.fill()
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.one)

    def _show(self, found: tuple[PrinterRow, ...]) -> None:
        self.table.show_rows(found)
        self.table.choose(self._wanted)
        self._wanted = ""
        if self.table.current() is None and found:
            self.table.choose(found[0].id)
        for one in found:
            if self._asked.get(one.id) != one.settings:
                self._ask(one)
        self._show_chosen()

    def _show_chosen(self) -> None:
        chosen = self.table.current()
        for button in (self.change, self.ask, self.trial, self.calibrate, self.delete):
            button.setEnabled(chosen is not None)
        self.one.set_title(chosen.settings.name if chosen is not None else "所选打印机")
        self.facts.setText(facts(chosen.settings) if chosen is not None else "在左边选一台打印机。")
        words, tone = self._condition(chosen) if chosen is not None else ("", Tone.PLAIN)
        self.state.setText(words)
        self.state.set_tone(tone)

    def condition_of(self, one: PrinterRow) -> str:
        """How a printer was when it was asked, in words; empty before it has answered."""
        return self._conditions.get(one.id, ("", Tone.MUTED))[0]

    # -- how they are --------------------------------------------------------------------------------------------------

    def _condition(self, one: PrinterRow) -> Condition:
        return self._conditions.get(one.id, (_ASKING, Tone.MUTED))

    def _ask(self, one: PrinterRow) -> None:
        """Ask a printer how it is, beside everything else: one that is off takes seconds to say nothing."""
        from zhangshu_desk.labels.printers.trying import condition

        self._asked[one.id] = one.settings
        self._conditions.pop(one.id, None)
        settings, folder, paper = one.settings, self.desk.store.paths.papers, papers_of(one.settings)[0]
        self.desk.work.do_apart(
            self,
            lambda: condition(settings, paper, folder),
            lambda troubles: self._answered(one, trouble_words.of_condition(troubles)),
            lambda error: self._answered(one, (str(error), Tone.BAD)),
        )

    def _ask_again(self) -> None:
        chosen = self.table.current()
        if chosen is not None:
            self._ask(chosen)
            self._show_chosen()

    def _answered(self, one: PrinterRow, found: Condition) -> None:
        if self._asked.get(one.id) == one.settings:
            self._conditions[one.id] = found
            self.table.viewport().update()
            self._show_chosen()

    # -- what is done with them ----------------------------------------------------------------------------------------

    def _add(self) -> None:
        self._edit(None)

    def _change(self) -> None:
        self._edit(self.table.current())

    def _edit(self, one: PrinterRow | None) -> None:
        from zhangshu_desk.ui.pages.labels.printers_part.dialog import PrinterDialog

        desk, printer_id = self.desk, one.id if one is not None else None

        def save(settings: PrinterSettings) -> str:
            return keep_printer(desk.store, desk.session.actor, settings, desk.clock.now(), printer_id)

        PrinterDialog(self.window(), desk, one.settings if one is not None else None, save, self._saved).open()

    def _saved(self, printer_id: str) -> None:
        self.page.notices.info("打印机已保存。第一次用请先「试打」，看看文字和二维码。")
        self.receive(printer_id)

    def _try(self) -> None:
        from zhangshu_desk.ui.pages.labels.printers_part.trial import TrialDialog

        chosen = self.table.current()
        if chosen is not None:
            TrialDialog(self.window(), self.desk, chosen.settings, self._tried).open()

    def _tried(self, said: str, may_be_on_paper: bool) -> None:
        (self.page.notices.info if may_be_on_paper else self.page.notices.failed)(said)

    def _calibrate(self) -> None:
        from zhangshu_desk.ui.pages.labels.printers_part.calibration import CalibrationDialog

        chosen = self.table.current()
        if chosen is None:
            return
        desk = self.desk

        def save(settings: PrinterSettings) -> str:
            return keep_printer(desk.store, desk.session.actor, settings, desk.clock.now(), chosen.id)

        CalibrationDialog(self.window(), desk, chosen.settings, save, self._calibrated).open()

    def _calibrated(self) -> None:
        self.page.notices.info("校准已保存。可以再打一张校准页核对。")
        self.load()

    def _ask_delete(self) -> None:
        chosen = self.table.current()
        if chosen is not None:
            name = chosen.settings.name
            text = f"「{name}」将从本机的标签打印机中删去，系统里的打印机不受影响。以前的打印记录不变。"
            Ask(self.window(), "删除打印机", text, "删除", lambda: self._delete(chosen), danger=True).open()

    def _delete(self, one: PrinterRow) -> None:
        desk, now = self.desk, self.desk.clock.now()
        said = f"打印机「{one.settings.name}」已删除。"
        desk.work.do(
            self,
            lambda: forget_printer(desk.store, desk.session.actor, one.id, now),
            lambda _: self._done(said),
        )

    def _done(self, said: str) -> None:
        self.page.notices.info(said)
        self.load()

    def _columns(self) -> list[Column[PrinterRow]]:
        def state(one: PrinterRow) -> str:
            return self._condition(one)[0]

        return [
            Column("名称", lambda one: one.settings.name, 190, bold=True, wrap=True),
            Column("连接方式", lambda one: one.settings.way.label, 168, wrap=True),
            Column("分辨率", lambda one: f"{one.settings.dpi} dpi", 80),
            Column("现在", state, 220, stretch=True, wrap=True, tone=lambda one: self._condition(one)[1], tip=state),
        ]


def facts(settings: PrinterSettings) -> str:
    """What is known of a printer, line by line."""
    way = settings.way
    lines = [f"{way.label}，{settings.dpi} dpi"]
    if way.is_tcp:
        lines.append(f"地址 {settings.address}")
    if way.has_queue:
        lines.append(f"系统中的名称 {settings.queue}")
    lines.append(f"偏移：横 {_mm(settings.offset_x)}，纵 {_mm(settings.offset_y)}")
    if way.language is None:
        lines.append(f"比例：横 {settings.scale_x / 10:g}%，纵 {settings.scale_y / 10:g}%")
    else:
        lines.append(f"浓度 {_step(settings.darkness)}，速度 {_step(settings.speed)}")
    return "\n".join(lines)


def _mm(um: int) -> str:
    return f"{um / 1_000:+g} 毫米" if um else "0"


def _step(step: int | None) -> str:
    return "按打印机" if step is None else str(step)
