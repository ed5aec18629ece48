"""待上报与退回: every act that the centre does not have yet or sent back, why, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.acts import ACTS, allowed
from zhangshu_desk.core.clock import stamp
from zhangshu_desk.core.link import CheckReport, LinkState, WaitingAct
from zhangshu_desk.core.words import table_word
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.sync import acts
from zhangshu_desk.ui.sync.words import (
    honest,
    moment_words,
    offset_words,
    reason_words,
    report_words,
    status_words,
)
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Column, Muted, PlainButton, PrimaryButton, Status, Table, Text, row

MOST = 500
_EMPTY = "没有待上报或被退回的内容。\n办理业务后，每一步都会列在这里，直到中心收到。"


@dataclass(frozen=True)
class Line:
    """A waiting act with the title of the record it is about."""

    act: WaitingAct
    record: str

    @property
    def refused(self) -> bool:
        """Whether the centre sent it back."""
        return self.act.state == "rejected"

    @property
    def title(self) -> str:
        """What was done."""
        known = ACTS.get(self.act.act)
        return known.title if known is not None else table_word(self.act.tbl)

    @property
    def state(self) -> str:
        """Where it stands."""
        return "被退回" if self.refused else "待上报"

    def text(self) -> str:
        """Everything about it, for passing on."""
        lines = [
            f"时间：{stamp(self.act.at)}",
            f"操作：{self.title}（{self.act.act}）",
            f"经办：{self.act.actor}",
            f"记录：{self.record}（{self.act.tbl} {self.act.row_id}）",
            f"变更：{self.act.ops} 条，事务 {self.act.tx}",
            f"状态：{self.state}",
        ]
        if self.refused:
            lines += [f"原因：{reason_words(self.act.code)}（{self.act.code}）", f"详情：{self.act.detail or '无'}"]
        return "\n".join(lines)


class WaitingDialog(Dialog):
    """What a press on the status line opens."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, "待上报与退回", "", cancel="关闭", width=1000)
        self._desk = desk
        self.state = Status()
        self.facts = Muted()
        self.facts.setWordWrap(True)
        self.table = Table("待上报与退回", self._columns(), lambda one: one.act.tx, _EMPTY, desk.settings)
        self.table.setMinimumHeight(280)
        self.reason = Text(wrap=True)
        self.reason.setMinimumHeight(44)
        self.reason.setAccessibleName("说明")
        self.retry = PlainButton("重新上报", "Ctrl+R", self._retry)
        self.copy = PlainButton("复制文字", "Ctrl+C", self._copy)
        self.check = PlainButton("数据核对", "Ctrl+Shift+V", self._check)
        self.export = PlainButton("导出交换文件…", "Ctrl+E", self._export)
        self.read = PlainButton("读入回执…", "Ctrl+I", self._read)
        self.sync = PrimaryButton("立即同步", "F5", self._sync)
        self._build()
        desk.bus.changed.connect(self._heard)
        self._load()

    def _build(self) -> None:
        mine = row(self.retry, self.copy)
        mine.addStretch(1)
        for button in (self.export, self.read, self.check, self.sync):
            mine.addWidget(button)
        self.add(self.state, self.facts)
        self.add(self.table, stretch=1)
        self.add(self.reason, mine)
        role = self._desk.session.actor.role
        self.export.setVisible(allowed("sync.export", role))
        self.read.setVisible(allowed("sync.import", role))
        self.table.chosen.connect(self._show_reason)
        self.resize(1080, 620)
        self.table.setFocus()

    # -- what is shown --------------------------------------------------------------------------------------------

    def _heard(self, tables: frozenset[str]) -> None:
        if tables & {"sync", "audit"}:
            self._load()

    def _load(self) -> None:
        desk = self._desk

        def ask() -> tuple[list[Line], int, int]:
            from zhangshu_desk.accounts import housekeeping
            from zhangshu_desk.conflicts import queries

            found = desk.link.waiting_acts(MOST)
            titles = queries.titles(desk.store, {(one.tbl, one.row_id) for one in found})
            lines = [Line(one, titles[one.tbl, one.row_id]) for one in found]
            return lines, desk.store.waiting(), housekeeping.recorded(desk.store)

        desk.work.do_slow(self, ask, lambda found: self._show(*found))

    def _show(self, lines: list[Line], waiting: int, recorded: int) -> None:
        status, now = honest(self._desk.link.status(), waiting), self._desk.clock.now()
        self.state.set(*status_words(status, now, recorded))
        parts = [f"中心 {status.address}" if status.address else "", f"站点 {status.site}" if status.site else ""]
        if status.last_contact_at is not None:
            parts += [f"上次联系 {moment_words(status.last_contact_at, now)}", f"本机时钟{offset_words(status)[0]}"]
        if len(lines) == MOST:
            parts.append(f"只列出前 {MOST} 项")
        self.facts.setText(" · ".join(part for part in parts if part) or "记录都存在本机；入网后会自动上报。")
        self.table.show_rows(lines)
        if lines and self.table.current() is None:
            self.table.choose(lines[0].act.tx)
        can_send = status.state not in (LinkState.ALONE, LinkState.LOCKED)
        for button in (self.sync, self.check, self.export, self.read):
            button.setEnabled(can_send)
        self._show_reason()

    def _show_reason(self) -> None:
        line = self.table.current()
        self.copy.setEnabled(line is not None)
        self.retry.setEnabled(line is not None and line.refused)
        self.copy.set_text("复制文字")
        if line is None:
            self.reason.setText("")
        elif line.refused:
            self.reason.setText(f"被退回：{reason_words(line.act.code)}")
        else:
            self.reason.setText("已存在本机，连上中心后自动上报，不用另外操作。")
        self.reason.set_tone(Tone.BAD if line is not None and line.refused else Tone.MUTED)

    def _columns(self) -> list[Column[Line]]:
        def tone(line: Line) -> Tone:
            return Tone.BAD if line.refused else Tone.WARN

        return [
            Column("时间", lambda one: moment_words(one.act.at, self._desk.clock.now()), 104),
            Column("操作", lambda one: one.title, 150, bold=True),
            Column("经办", lambda one: one.act.actor, 96),
            Column("记录", lambda one: one.record, 260, stretch=True, wrap=True),
            Column("变更", lambda one: f"{one.act.ops} 条", 76, right=True),
            Column("状态", lambda one: one.state, 84, tone=tone),
            Column("原因", lambda one: reason_words(one.act.code) if one.refused else "", 220, wrap=True),
        ]

    # -- what can be done -----------------------------------------------------------------------------------------

    def _sync(self) -> None:
        self._desk.link.sync_now()

    def _retry(self) -> None:
        line = self.table.current()
        if line is not None and line.refused:
            self._desk.work.do_slow(
                self,
                lambda: self._desk.link.retry(line.act.tx),
                lambda _: self.notices.info(f"已请中心重新看「{line.title}」。"),
            )

    def _copy(self) -> None:
        line = self.table.current()
        if line is not None:
            QGuiApplication.clipboard().setText(line.text())
            self.copy.set_text("已复制")

    def _check(self) -> None:
        self.check.setEnabled(False)
        acts.check(self, self._desk, self._checked, lambda: self.check.setEnabled(True))

    def _checked(self, report: CheckReport) -> None:
        text, tone = report_words(report)
        if tone is Tone.BAD:
            self.notices.refused(text)
        else:
            self.notices.info(text, seconds=60)

    def _export(self) -> None:
        acts.export_exchange(self, self._desk, lambda text: self.notices.info(text, seconds=60), self._load)

    def _read(self) -> None:
        acts.import_answer(self, self._desk, lambda text: self.notices.info(text, seconds=60), self._load)
