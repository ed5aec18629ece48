"""查码: scan, paste or type what stands on a label; its whole life is shown, also without a network."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QStackedWidget, QWidget

from zhangshu_desk.core.clock import stamp
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import queries
from zhangshu_desk.labels.queries import BatchCard, Event, Life, ScanRow
from zhangshu_desk.labels.queries.life import LabelState
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.batches import WITH_NUMBERS, BatchState
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.labels.batches_part.number_dialogs import ReprintDialog, VoidDialog
from zhangshu_desk.ui.pages.labels.lookup_part import words
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.theme import Tone, font
from zhangshu_desk.ui.widgets import (
    Card,
    Column,
    DangerButton,
    Heading,
    Muted,
    PlainButton,
    Table,
    Text,
    TextField,
    column,
    row,
)
from zhangshu_desk.ui.widgets.facts import Fact, Facts

_HOW = "用扫码枪扫标签上的二维码，或粘贴链接、输入编号后按 Enter。断网也能查；消费者的查询次数由中心统计。"
_NO_SCAN = "没有异常的查询。\n同一标签短时间内多地、多次被查，或作废后仍被查，中心会报到这里。"
_NO_EVENT = "没有这枚标签的记录。"
_LIVE = frozenset({LabelState.UNPRINTED, LabelState.IN_STOCK, LabelState.WITH_USER})
_HEAD_SIZE = 20


class LookupPart(Part):
    """One field, and below it what is known of the label. `receive` takes a code or a number."""

    title: ClassVar[str] = "查码"
    key: ClassVar[str] = "Ctrl+6"
    roles = None

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._text = ""
        self.life: Life | None = None
        self.batch: BatchCard | None = None
        self.asked = TextField("标签的码或编号", hint="扫描标签、粘贴链接，或输入编号，按 Enter", longest=400)
        self.head = Text(wrap=True)
        self.head.setFont(font(_HEAD_SIZE, QFont.Weight.DemiBold))
        self.proof = Text(wrap=True)
        self.facts = Facts()
        self.events = Table("标签经历", _columns(), lambda one: (one.at, one.what), _NO_EVENT, self.desk.settings)
        self.open = PlainButton("打开批次", "Ctrl+O", self._open)
        self.reprint = PlainButton("补打这张…", "Ctrl+R", self._reprint)
        self.void = DangerButton("作废这张…", "Ctrl+D", self._void)
        self.unusual = Table("异常查询", _scan_columns(), _scan_key, _NO_SCAN, self.desk.settings)
        self._pile = QStackedWidget()
        self._build()
        self.asked.submitted.connect(self.look_up)
        self.unusual.opened.connect(lambda one: self.receive(codes.serial_text(one.serial)))

    def load(self) -> None:
        store = self.desk.store
        self.desk.work.do(self, lambda: queries.unusual_scans(store), self.unusual.show_rows)
        if self._text:
            self._ask(self._text)

    def begin(self) -> None:
        self.asked.setFocus()
        self.asked.editor.selectAll()

    def receive(self, payload: object) -> None:
        self.asked.set_text(str(payload))
        self.look_up()

    def look_up(self) -> None:
        """Look up what stands in the field; it is selected, so that the next scan takes its place."""
        self._text = self.asked.text()
        self.asked.complain("")
        self.page.notices.clear()
        if self._text:
            self._ask(self._text)
        else:
            self._clear()
        self.begin()

    def _build(self) -> None:
        how = Muted(_HOW)
        how.setWordWrap(True)
        card = Card("查一枚标签")
        whole, nothing = QWidget(), QWidget()
        empty = column(how, Heading("异常查询"), self.unusual, spacing=12)
        empty.setStretch(2, 1)
        nothing.setLayout(empty)
        buttons = row(self.open, self.reprint, self.void)
        buttons.addStretch(1)
        lines = column(self.head, self.proof, self.facts, buttons, self.events, spacing=10)
        lines.setStretch(4, 1)
        whole.setLayout(lines)
        for part in (nothing, whole):
            self._pile.addWidget(part)
        card.add(self.asked)
        card.add(self._pile, stretch=1)
        self.body.addWidget(card)

    def _ask(self, text: str) -> None:
        store = self.desk.store

        def look() -> tuple[Life, BatchCard | None]:
            found = queries.life(store, text)
            return found, queries.card(store, found.batch_id) if found.batch_id else None

        self.desk.work.do(self, look, lambda found: self._show(text, *found), self._refused)

    def _refused(self, error: DeskError) -> None:
        self._clear()
        self.asked.complain(str(error))

    def _clear(self) -> None:
        self.life = self.batch = None
        self._pile.setCurrentIndex(0)

    def _show(self, text: str, life: Life, batch: BatchCard | None) -> None:
        if text != self._text:
            return  # another one was scanned meanwhile
        self.life, self.batch = life, batch
        self._pile.setCurrentIndex(1)
        for label, (said, tone) in ((self.head, words.headline(life)), (self.proof, words.proof_words(life))):
            label.setText(said)
            label.set_tone(tone)
        self.facts.show_facts(_facts(life) if life.batch_id else [])
        self.events.show_rows(life.events[::-1])
        self._allow(life, batch)

    def _allow(self, life: Life, batch: BatchCard | None) -> None:
        alive = batch is not None and life.state in _LIVE
        printed = life.state is not LabelState.UNPRINTED
        numbered = batch is not None and batch.state is BatchState.NUMBERED and batch.own
        with_numbers = batch is not None and batch.state in WITH_NUMBERS
        self.open.setVisible(batch is not None and self.may("label.batch_make"))
        self.reprint.setVisible(alive and printed and numbered and self.may("label.reprint"))
        self.void.setVisible(alive and with_numbers and self.may("label.void"))

    def _open(self) -> None:
        if self.life is not None:
            self.page.receive(("批次", self.life.batch_id))

    def _reprint(self) -> None:
        if self.batch is not None and self.life is not None:
            here = ((self.life.serial, self.life.serial),)
            ReprintDialog(self.window(), self.desk, self.batch, self.page.notices.info, here).open()

    def _void(self) -> None:
        if self.batch is not None and self.life is not None:
            here = ((self.life.serial, self.life.serial),)
            VoidDialog(self.window(), self.desk, self.batch, self.page.notices.info, here).open()


def _facts(life: Life) -> list[Fact]:
    said, tone = words.scan_words(life.scans)
    facts = [
        Fact("产品", life.product_name),
        Fact("企业", life.enterprise_name),
        Fact("规格", life.spec),
        Fact("批号", life.batch_no),
    ]
    if life.replaced_by is not None:
        facts.append(Fact("换为", codes.serial_text(life.replaced_by), Tone.WARN))
    if life.replaces is not None:
        facts.append(Fact("替换", codes.serial_text(life.replaces)))
    return [*facts, Fact("消费者查询", said, tone, wide=True)]


def _columns() -> list[Column[Event]]:
    return [
        Column("时间", lambda one: stamp(one.at), 150),
        Column("事情", lambda one: one.what, 110, bold=True),
        Column("说明", lambda one: one.detail or "—", 240, stretch=True, wrap=True),
        Column("经办", lambda one: one.who, 110),
    ]


def _scan_columns() -> list[Column[ScanRow]]:
    return [
        Column("编号", lambda one: codes.serial_text(one.serial), 140, bold=True),
        Column("异常", lambda one: one.alert.value, 190, tone=lambda _: Tone.WARN),
        Column("次数", lambda one: f"{one.count:,}", 70, right=True),
        Column("地点数", lambda one: f"{one.places:,}", 76, right=True),
        Column("最近", lambda one: stamp(one.last_at), 150),
        Column("产品 · 企业", lambda one: f"{one.product_name}\n{one.enterprise_name}", 200, stretch=True, wrap=True),
        Column("批号", lambda one: one.batch_no, 130),
    ]


def _scan_key(one: ScanRow) -> tuple[str, int]:
    return one.batch_id, one.serial
