"""The card of a batch: what it is, where its labels are, what can be done next, and everything that was done."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from zhangshu_desk.core.clock import day_of, stamp
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import queries, templates
from zhangshu_desk.labels.queries import BatchCard, ExceptionRow, JobRow, MoveRow, ScanRow
from zhangshu_desk.labels.rules import codes, spans
from zhangshu_desk.labels.rules.batches import BatchState, Fate, packs_of
from zhangshu_desk.labels.rules.spans import Span
from zhangshu_desk.ui.dialogs.unmask import Masked, Unmask
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.batches_part import words
from zhangshu_desk.ui.pages.labels.batches_part.acts import BatchActs
from zhangshu_desk.ui.pages.labels.batches_part.figures import Figure, Figures
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Column, FlowLayout, Muted, PlainButton, Table, Text, column, row
from zhangshu_desk.ui.widgets.facts import Fact, Facts
from zhangshu_desk.ui.widgets.key_tabs import plain_tabs

_NO_NUMBER = "还没有编号。\n批准后按「编号」一次取号。"
_NO_MOVE = "还没有发放。\n打印并核对完好后登记发放。"
_NO_JOB = "还没有打印。"
_NO_SCAN = "没有异常的查询。\n消费者扫码由中心统计，有异常时列在这里。"


@dataclass(frozen=True)
class View:
    """A batch with what else its card shows."""

    card: BatchCard
    template: str
    scans: tuple[ScanRow, ...]


def look(store: Store, batch_id: str) -> View | None:
    """Read the view. Meant for the database thread."""
    card = queries.card(store, batch_id)
    if card is None:
        return None
    listed = {one.id: one.title for one in templates.listed(store.paths.labels)}
    scans = tuple(one for one in queries.unusual_scans(store, limit=1_000) if one.batch_id == batch_id)
    return View(card, listed.get(card.form.template_id, card.form.template_id), scans)


@dataclass(frozen=True)
class NumberRow:
    """Numbers of a batch: a range as it was given out, or what happened to some of them."""

    at: int | None
    span: Span
    fate: str
    detail: str = ""
    who: str = ""
    is_void: bool = False


class CardView(Card):
    """`acts` are what can be done with the batch that is shown."""

    def __init__(self, desk: Desk, acts: BatchActs) -> None:
        super().__init__("批次")
        self.wrap_title()
        self._desk, self.acts = desk, acts
        self.view: View | None = None
        self.state = Text(wrap=True)
        self.facts = Facts()
        self.counts = Figures("标签去向")
        self.numbers = Table("批次编号", _number_columns(), lambda one: (one.span, one.fate), _NO_NUMBER, desk.settings)
        self.moves = Table("批次去向", _move_columns(), lambda one: one.id, _NO_MOVE, desk.settings)
        self.jobs = Table("批次打印", _job_columns(), lambda one: one.id, _NO_JOB, desk.settings)
        self.scans = Table("批次扫码", _scan_columns(), lambda one: one.serial, _NO_SCAN, desk.settings)
        self.tabs = plain_tabs("批次的各部分")
        self.empty = Muted("在左边选一个批次，这里显示它的全部内容。")
        self._pile = QStackedWidget()
        self._whole = QWidget()
        self._build()
        self.show_nothing()

    def show_nothing(self) -> None:
        """No batch is chosen."""
        self.view = None
        self.set_title("批次")
        self.hint.setText("")
        self._pile.setCurrentWidget(self.empty)

    def show_view(self, view: View) -> None:
        """Show a batch."""
        self.view = view
        card = view.card
        mine = card.operator_id == self._desk.session.actor.user_id
        self._pile.setCurrentWidget(self._whole)
        self.set_title(f"批次 {card.form.batch_no}")
        self.hint.setText(card.state.value if card.own else f"{card.state.value} · 外站批次")
        said, tone = words.next_words(card, mine)
        self.state.setText(said)
        self.state.set_tone(tone)
        self.facts.show_facts(_facts(view))
        self.counts.show_figures(_figures(card))
        self.counts.setVisible(bool(card.ranges))
        self.numbers.show_rows(_number_rows(card))
        self.moves.show_rows(card.moves[::-1])
        self._allow_seeing()
        self.jobs.show_rows(card.jobs[::-1])
        self.scans.show_rows(view.scans)
        for at, (title, count) in enumerate(
            (
                ("编号", len(card.exceptions)),
                ("去向", len(card.moves)),
                ("打印", len(card.jobs)),
                ("异常扫码", len(view.scans)),
            )
        ):
            self.tabs.setTabText(at, f"{title} {count}" if count else title)
        self.acts.show_for(card)

    def _build(self) -> None:
        tabs: tuple[tuple[QWidget, str], ...] = (
            (self.numbers, "编号"),
            (self._moves_tab(), "去向"),
            (self.jobs, "打印"),
            (self.scans, "异常扫码"),
        )
        for inside_tab, title in tabs:
            self.tabs.addTab(inside_tab, title)
        buttons = QWidget()
        flow = FlowLayout()
        buttons.setLayout(flow)
        for button in self.acts.buttons():
            flow.addWidget(button)
        inside = QVBoxLayout(self._whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(10)
        for part in (self.state, self.facts, self.counts, buttons):
            inside.addWidget(part)
        inside.addWidget(self.tabs, 1)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._pile.addWidget(self.empty)
        self._pile.addWidget(self._whole)
        self.add(self._pile, stretch=1)
        self.setFocusProxy(self.numbers)

    def _moves_tab(self) -> QWidget:
        self.see = PlainButton("查看领取人", "", self._see_receiver)
        buttons = row(self.see)
        buttons.addStretch(1)
        lines = column(self.moves, buttons)
        lines.setStretch(0, 1)
        tab = QWidget()
        tab.setLayout(lines)
        self.moves.chosen.connect(self._allow_seeing)
        self.see.hide()
        return tab

    def _allow_seeing(self) -> None:
        chosen = self.moves.current()
        self.see.setVisible(chosen is not None and bool(chosen.receiver))

    def _see_receiver(self) -> None:
        chosen = self.moves.current()
        if chosen is not None and chosen.receiver:
            what = Masked("label_moves", chosen.id, "receiver", "领取人", chosen.receiver)
            Unmask(self.window(), self._desk, what).open()


def _facts(view: View) -> list[Fact]:
    card = view.card
    form, facts = card.form, card.facts
    packs = packs_of(form.quantity, facts.pack)
    less = f"，只做 {form.labels:,}" if form.labels is not None else ""
    made = f"{form.made_on}，至 {form.expires_on}" if form.expires_on else form.made_on.isoformat()
    inspected = f"{form.inspection_no}，至 {form.inspection_until}" if form.inspection_until else form.inspection_no
    return [
        Fact("产品", f"{facts.product_name} {facts.model} {facts.spec}".replace("  ", " ")),
        Fact("企业", facts.enterprise_name),
        Fact("数量", f"{words.amount(form.quantity, facts.unit)} = {packs:,} 个包装"),
        Fact("标签", f"{card.labels:,}（备用 {form.spare:,}{less}）"),
        Fact("生产", made),
        Fact("检验报告", inspected),
        Fact("模板", view.template),
        Fact("经办", _people(card)),
    ]


def _people(card: BatchCard) -> str:
    """Who made it, and who approved it or gave it back."""
    made = f"{card.operator_name} {day_of(card.created_at)} 编制"
    if card.checked_at is None:
        return made
    word = "退回" if card.state is BatchState.DRAFT else "批准"
    return f"{made}，{card.checker_name} {day_of(card.checked_at)} {word}"


def _figures(card: BatchCard) -> list[Figure]:
    counts = card.counts
    return [
        Figure("编号", counts.issued),
        Figure("未打印", counts.waiting),
        Figure("待核对", counts.doubtful, Tone.WARN if counts.doubtful else Tone.PLAIN),
        Figure("可发放", counts.ready),
        Figure("在企业", counts.with_user),
        Figure("作废", counts.void),
    ]


def _number_rows(card: BatchCard) -> list[NumberRow]:
    given = [NumberRow(None, span, "编号") for span in card.ranges]
    return [*given, *(_exception(one) for one in reversed(card.exceptions))]


def _exception(one: ExceptionRow) -> NumberRow:
    instead = f"换为 {codes.serial_text(one.replaced_by)}；" if one.replaced_by is not None else ""
    is_void = one.fate in (Fate.VOID, Fate.REPLACED)
    return NumberRow(one.at, one.span, one.fate.value, f"{instead}{one.reason}", one.actor_name, is_void)


def _number_columns() -> list[Column[NumberRow]]:
    return [
        Column("编号", lambda one: spans.text([one.span]), 132, bold=True, wrap=True),
        Column("张", lambda one: f"{spans.size([one.span]):,}", 56, right=True),
        Column("情况", lambda one: one.fate, 66, tone=lambda one: Tone.PLAIN if one.at is None else Tone.WARN),
        Column("说明", lambda one: one.detail or "—", 100, stretch=True, wrap=True),
        Column("何时何人", lambda one: f"{stamp(one.at)} {one.who}" if one.at is not None else "", 138, wrap=True),
    ]


def _move_columns() -> list[Column[MoveRow]]:
    return [
        Column("日期", lambda one: one.day.isoformat(), 92),
        Column("事情", lambda one: one.move.value, 76, bold=True),
        Column("张", lambda one: f"{one.count:,}", 60, right=True),
        Column("编号", lambda one: spans.text([one.span]) if one.span else "—", 150, wrap=True),
        Column("领取人 / 原因", lambda one: one.receiver or one.reason or "—", 90, stretch=True, wrap=True),
        Column("经办", lambda one: one.actor_name, 76, wrap=True),
    ]


def _job_columns() -> list[Column[JobRow]]:
    return [
        Column("开始", lambda one: stamp(one.started_at), 138),
        Column("打印机", lambda one: one.printer, 96, wrap=True),
        Column("第几张", lambda one: f"{one.first + 1:,}–{one.last + 1:,}", 88),
        Column("状态", lambda one: one.state.value, 70, tone=lambda one: Tone.WARN if one.is_open else Tone.PLAIN),
        Column("结果", _result, 100, stretch=True, wrap=True),
        Column("经办", lambda one: one.actor_name, 76, wrap=True),
    ]


def _result(one: JobRow) -> str:
    again = f"，重打 {len(one.repeats)} 次" if one.repeats else ""
    return f"打好 {one.good_until - one.first + 1:,} 张{again}{'；' + one.result if one.result else ''}"


def _scan_columns() -> list[Column[ScanRow]]:
    return [
        Column("编号", lambda one: codes.serial_text(one.serial), 110, bold=True),
        Column("异常", lambda one: one.alert.value, 130, stretch=True, wrap=True, tone=lambda _: Tone.WARN),
        Column("次数", lambda one: f"{one.count:,}", 60, right=True),
        Column("地点数", lambda one: f"{one.places:,}", 64, right=True),
        Column("最近", lambda one: stamp(one.last_at), 140),
    ]
