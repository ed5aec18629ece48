"""台账: where every label went; by user and product the two balances of a period, and what is behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from zhangshu_desk.accounts.queries import station
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.labels import papers, queries
from zhangshu_desk.labels.queries import LedgerBatch, LedgerRow, MoveRow
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.ledger import Balance, total
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.labels.ledger_part.balance_view import BalanceView
from zhangshu_desk.ui.pages.labels.ledger_part.export_dialog import ExportDialog
from zhangshu_desk.ui.pages.labels.ledger_part.period_bar import PeriodBar
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.printing import Fate, Kind, Outcome, Paper
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Column, PlainButton, Table, Text, bind, row
from zhangshu_desk.ui.widgets.key_tabs import plain_tabs

_EMPTY = "这个期间没有标签。\n编号、发放、使用登记后，这里按企业和产品汇总。"
_NO_BATCH = "这个期间没有批次有收发。"
_NO_LINE = "这个期间没有领用、退回和使用登记。"
_ALL = "*"
"""Key of the line that sums up all others."""


@dataclass(frozen=True)
class Behind:
    """What is behind one line of the ledger."""

    batches: tuple[LedgerBatch, ...]
    lines: tuple[MoveRow, ...]


class LedgerPart(Part):
    """List at the left, the chosen line at the right."""

    title: ClassVar[str] = "台账"
    key: ClassVar[str] = "Ctrl+3"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._rows: tuple[LedgerRow, ...] = ()
        self.bar = PeriodBar(day_of(self.desk.clock.now()))
        self.table = Table("台账", _columns(), lambda one: one.right_id, _EMPTY, self.desk.settings)
        self.export = PlainButton("导出 Excel…", "Ctrl+E", self._export)
        self.print = PlainButton("打印报告…", "Ctrl+P", self._print)
        self.list = Card("台账")
        self.one = Card("台账")
        self.one.wrap_title()
        self.balance = BalanceView()
        self.idle = Text("", Tone.WARN, wrap=True)
        self.batches = Table("台账批次", _batch_columns(), lambda one: one.batch_id, _NO_BATCH, self.desk.settings)
        self.lines = Table("台账明细", _line_columns(), lambda one: one.id, _NO_LINE, self.desk.settings)
        self.tabs = plain_tabs("台账的各部分")
        self._build()
        self.bar.changed.connect(self.load)
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(lambda _row: self.batches.setFocus())
        self.batches.opened.connect(lambda one: self.page.receive(("批次", one.batch_id)))
        bind(self, "Ctrl+F", self.bar.year.setFocus)

    def load(self) -> None:
        period = self.bar.period()
        if period is None:
            return
        store, now, family = self.desk.store, self.desk.clock.now(), self.bar.family.key() or ""
        self.desk.work.do(
            self,
            lambda: queries.ledger(store, *period, now, family=family),
            lambda rows: self._show(period, rows),
        )

    def begin(self) -> None:
        self.table.setFocus()

    def _build(self) -> None:
        buttons = row(self.export, self.print)
        buttons.addStretch(1)
        head = row(self.bar)
        head.addStretch(1)
        self.list.add(head)
        self.list.add(self.table, stretch=1)
        self.list.add(buttons)
        self.tabs.addTab(self.batches, "批次")
        self.tabs.addTab(self.lines, "收发明细")
        for part in (self.balance, self.idle, self.tabs):
            part.hide()  # until a line is chosen
        self.one.add(self.balance, self.idle)
        self.one.add(self.tabs, stretch=1)
        self.one.body.addStretch()
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.one, 1)
        for button in (self.export, self.print):
            button.setVisible(self.may("label.export"))

    def _show(self, period: tuple[date, date], rows: tuple[LedgerRow, ...]) -> None:
        if period != self.bar.period():
            return  # another period was chosen meanwhile
        self._rows = rows
        self.list.set_title(f"台账 {len(rows):,} 户")
        warned = sum(one.idle is not None for one in rows)
        off = sum(not one.balance.is_even for one in rows)
        hints = [f"{off} 户不平"] * bool(off) + [f"{warned} 户要提醒"] * bool(warned)
        self.list.hint.setText(" · ".join(hints) or ("全部平衡" if rows else ""))
        self.table.show_rows([*rows, _sum_of(rows)] if len(rows) > 1 else rows)
        if self.table.current() is None and rows:
            self.table.choose(rows[0].right_id)
        self._chosen()

    def _chosen(self) -> None:
        chosen, period = self.table.current(), self.bar.period()
        self.tabs.setVisible(chosen is not None and chosen.right_id != _ALL)
        self.balance.setVisible(chosen is not None)
        if chosen is None or period is None:
            self.one.set_title("台账")
            self.one.hint.setText("")
            self.idle.hide()
            return
        self.one.set_title(chosen.enterprise_name)
        self.one.hint.setText(chosen.product_name)
        self.balance.show_balance(chosen.balance)
        self.idle.setText(chosen.idle.said() if chosen.idle is not None else "")
        self.idle.set_tone(Tone.BAD if chosen.idle is not None and chosen.idle.over else Tone.WARN)
        self.idle.setVisible(chosen.idle is not None)
        if chosen.right_id != _ALL:
            store, right_id = self.desk.store, chosen.right_id

            def look() -> Behind:
                return Behind(queries.ledger_batches(store, right_id, *period), queries.lines(store, right_id, *period))

            self.desk.work.do(self, look, lambda behind: self._show_behind(right_id, behind))

    def _show_behind(self, right_id: str, behind: Behind) -> None:
        chosen = self.table.current()
        if chosen is None or chosen.right_id != right_id:
            return  # another line was chosen meanwhile
        self.batches.show_rows(behind.batches)
        self.lines.show_rows(behind.lines[::-1])
        self.tabs.setTabText(0, f"批次 {len(behind.batches)}")
        self.tabs.setTabText(1, f"收发明细 {len(behind.lines)}")

    def _export(self) -> None:
        period = self.bar.period()
        if period is not None:
            family = self.bar.family.key() or ""
            ExportDialog(self.window(), self.desk, *period, family, self.page.notices.info).open()

    def _print(self) -> None:
        period, rows, store, now = self.bar.period(), self._rows, self.desk.store, self.desk.clock.now()
        if period is None:
            return

        def made() -> Paper:
            known = station(store)
            return Paper(_title(*period), papers.report_html(known.name, *period, rows, now), Kind.A4)

        self.desk.work.do(self, made, lambda paper: self.desk.printing.preview(self, paper, self._printed))

    def _printed(self, outcome: Outcome) -> None:
        if outcome.kind is Fate.NONE:
            self.page.notices.failed(outcome.detail)
        else:
            self.page.notices.info(outcome.detail)


def _title(since: date, until: date) -> str:
    title = papers.report_title(since, until)
    return title if str(since.year) in title else f"{title} {since}～{until}"


def _sum_of(rows: tuple[LedgerRow, ...]) -> LedgerRow:
    batches = sum(one.batches for one in rows)
    return LedgerRow(_ALL, "", "", "合计", "", "", "", batches, total(one.balance for one in rows), None)


def verdict(one: Balance) -> tuple[str, Tone]:
    """Whether a balance comes out even, in one word."""
    return ("平衡", Tone.GOOD) if one.is_even else ("不平", Tone.BAD)


def _columns() -> list[Column[LedgerRow]]:
    return [
        Column("企业 · 产品", _who, 168, stretch=True, wrap=True),
        Column("印制", lambda one: f"{one.balance.printed:,}", 64, right=True),
        Column("领用", lambda one: f"{one.balance.handed_out:,}", 64, right=True),
        Column("已用", lambda one: f"{one.balance.used:,}", 64, right=True),
        Column("手存", lambda one: f"{one.balance.held:,}", 64, right=True),
        Column("核对", lambda one: verdict(one.balance)[0], 56, tone=lambda one: verdict(one.balance)[1]),
        Column("提醒", _reminder, 74, wrap=True, tone=lambda _: Tone.WARN),
    ]


def _who(one: LedgerRow) -> str:
    return f"{one.enterprise_name}\n{one.product_name}" if one.product_name else one.enterprise_name


def _reminder(one: LedgerRow) -> str:
    if one.idle is None:
        return ""
    return "两年未用" if one.idle.over else "将满两年"


def _batch_columns() -> list[Column[LedgerBatch]]:
    return [
        Column("批号", lambda one: f"{one.batch_no}\n{one.spec}", 100, stretch=True, wrap=True),
        Column("印制", lambda one: f"{one.balance.printed:,}", 62, right=True),
        Column("领用", lambda one: f"{one.balance.handed_out:,}", 62, right=True),
        Column("作废", lambda one: f"{one.balance.voided + one.balance.spoiled:,}", 58, right=True),
        Column("已用", lambda one: f"{one.balance.used:,}", 62, right=True),
        Column("在本站", lambda one: f"{one.balance.closing:,}", 62, right=True),
        Column("手存", lambda one: f"{one.balance.held:,}", 62, right=True),
        Column("核对", lambda one: one.balance.said(), 66, wrap=True, tone=lambda one: verdict(one.balance)[1]),
    ]


def _line_columns() -> list[Column[MoveRow]]:
    return [
        Column("日期", lambda one: one.day.isoformat(), 92),
        Column("事情", lambda one: one.move.value, 76, bold=True),
        Column("张", lambda one: f"{one.count:,}", 60, right=True),
        Column("编号", lambda one: spans.text([one.span]) if one.span else "—", 132, wrap=True),
        Column("领取人 / 原因", lambda one: one.receiver or one.reason or "—", 90, stretch=True, wrap=True),
        Column("经办", lambda one: one.actor_name, 76, wrap=True),
    ]
