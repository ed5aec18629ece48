"""What is to be printed: template, printer, labels, and where on the sheet they begin."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.labels.queries.printers import PrinterRow
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.geometries import Sheet
from zhangshu_desk.labels.rules.spans import Span
from zhangshu_desk.labels.rules.templates import Template
from zhangshu_desk.labels.running import Order
from zhangshu_desk.labels.sheets import StartedSheet
from zhangshu_desk.ui.pages.labels.printing.plan import Plan, Situation, plan_of, printers_for
from zhangshu_desk.ui.pages.labels.printing.sheet_map import Legend, SheetMap
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import ComboField, LinkButton, Muted, NumberField, Text, column, row
from zhangshu_desk.ui.widgets.card import put

_NEW_SHEET = ""


class SetupPanel(QScrollArea):
    """`changed` whenever the person chose otherwise; `plan` and `order` say what would be printed.

    Signals: `asks_sheets(Template)`: which sheets of this template's paper were begun; `gone(str)`: a sheet is not
    there any more; `asks_condition(PrinterRow)`: how a printer is now.
    """

    changed = Signal()
    asks_sheets = Signal(object)
    gone = Signal(str)
    asks_condition = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._situation: Situation | None = None
        self._sheets: tuple[StartedSheet, ...] = ()
        self._skipped: set[int] = set()
        self._plan: Plan | None = None
        self._filling = False
        self.template = ComboField[Template]("模板")
        self.printer = ComboField[PrinterRow]("打印机")
        self.condition = Text(wrap=True)
        self.condition.setAccessibleName("打印机的状态")
        self.ask = LinkButton("查询打印机状态", "F6", self._ask_condition)
        self.span = ComboField[Span]("还没有打印的标签")
        self.first = NumberField("从第几张", 1, 1, 1, "张")
        self.last = NumberField("到第几张", 1, 1, 1, "张")
        self.numbers = Muted()
        self.sheet = ComboField[str]("第一张标签纸")
        self.away = LinkButton("这张纸不在了", "", self._sheet_away)
        self.start = NumberField("从第几个位置开始", 1, 1, 1)
        self.map = SheetMap("标签纸上的位置")
        self.legend = Legend()
        self.hint = Muted("点一下可跳过坏的位置；键盘用方向键和空格。")
        self.hint.setWordWrap(True)
        self._build()
        self._connect()

    # -- what is offered -----------------------------------------------------------------------------------------------

    def show_situation(self, situation: Situation) -> None:
        """Offer what there is; what was chosen before stays chosen where it still can be."""
        self._situation, self._filling = situation, True
        self.template.set_choices([(one, one.title) for one in situation.templates])
        self.span.set_choices([(one, self._in_words(one)) for one in situation.free])
        self.span.setVisible(len(situation.free) > 1)
        self._span_chosen()
        self._template_chosen()
        self._filling = False
        self._tell()

    def show_sheets(self, sheets: tuple[StartedSheet, ...]) -> None:
        """Offer the sheets that were begun, the oldest first, before a new one."""
        geometry = self._geometry()
        if geometry is None:
            return
        self._sheets = sheets
        left = {one.id: geometry.places - len(one.used) for one in sheets}
        begun = [(one.id, f"{day_of(one.begun_at):%m-%d} 起用，余 {left[one.id]} 个") for one in sheets]
        self.sheet.set_choices([*begun, (_NEW_SHEET, "新的一张")], begun[0][0] if begun else _NEW_SHEET)
        self._sheet_chosen()

    def show_condition(self, words: str, tone: Tone) -> None:
        """How the chosen printer is now."""
        self.condition.setText(words)
        self.condition.set_tone(tone)

    # -- what is chosen ------------------------------------------------------------------------------------------------

    def plan(self) -> Plan | None:
        """What would be printed now; None when something is missing for it."""
        return self._plan

    def _planned(self) -> Plan | None:
        situation, template, printer = self._situation, self.template.key(), self.printer.key()
        places = self._places()
        if situation is None or template is None or printer is None or not places:
            return None
        return plan_of(template, printer.settings, situation.content, places, self._used() | self._skips())

    def order(self, printer_id: str | None = None) -> Order | None:
        """The same as an order; `printer_id`: of another printer than the chosen one."""
        situation, template, printer = self._situation, self.template.key(), self.printer.key()
        places = self._places()
        if situation is None or template is None or not places or (printer is None and printer_id is None):
            return None
        chosen = printer_id or (printer.id if printer is not None else "")
        sheet = self.sheet.key() or None if self._geometry() is not None else None
        return Order(situation.card.id, template, chosen, places[0], places[-1], sheet, frozenset(self._skips()))

    def _places(self) -> range:
        span = self.span.key()
        return range(self.first.value() - 1, self.last.value()) if span is not None else range(0)

    def _geometry(self) -> Sheet | None:
        template = self.template.key()
        return template.geometry if template is not None and isinstance(template.geometry, Sheet) else None

    def _used(self) -> frozenset[int]:
        chosen = next((one for one in self._sheets if one.id == self.sheet.key()), None)
        return chosen.used if chosen is not None and self._geometry() is not None else frozenset()

    def _skips(self) -> frozenset[int]:
        """Positions of the first sheet that stay empty: before the start, and those that were clicked."""
        if self._geometry() is None:
            return frozenset()
        return frozenset({*range(self.start.value() - 1), *self._skipped} - self._used())

    # -- building ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        inner = QWidget()
        inner.setProperty("bare", True)
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(0, 0, 10, 0)
        lines.setSpacing(8)
        asks = row(self.condition, self.ask)
        asks.setStretch(0, 1)
        choices = column(self.sheet, self.start, self.legend, self.hint, self.away)
        choices.setAlignment(self.away, Qt.AlignmentFlag.AlignLeft)
        choices.addStretch(1)
        sheets = row(self.map, choices, spacing=12)
        sheets.setStretch(1, 1)
        sheets.setAlignment(self.map, Qt.AlignmentFlag.AlignTop)
        with_what = row(self.template, self.printer, spacing=12)
        with_what.setStretch(0, 1)
        with_what.setStretch(1, 1)
        put(lines, with_what, asks, self.span)
        put(lines, row(self.first, self.last, spacing=12), self.numbers, sheets)
        lines.addStretch(1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _connect(self) -> None:
        self.template.chosen.connect(lambda _one: self._template_chosen())
        self.printer.chosen.connect(lambda _one: self._printer_chosen())
        self.span.chosen.connect(lambda _one: self._span_chosen())
        self.first.changed.connect(lambda _number: self._ends_changed())
        self.last.changed.connect(lambda _number: self._ends_changed())
        self.sheet.chosen.connect(lambda _one: self._sheet_chosen())
        self.start.changed.connect(lambda _number: self._tell())
        self.map.toggled.connect(self._toggled)

    # -- when something is chosen --------------------------------------------------------------------------------------

    def _template_chosen(self) -> None:
        situation, template = self._situation, self.template.key()
        if situation is None or template is None:
            return
        usable = printers_for(template, situation.printers)
        self.printer.set_choices([(one, one.settings.name) for one in usable])
        geometry = self._geometry()
        for part in (self.sheet, self.start, self.map, self.legend, self.hint):
            part.setVisible(geometry is not None)
        self.away.hide()
        if geometry is not None:
            self.map.show_sheet(geometry)
            self.start.editor.setMaximum(geometry.places)
            if template == situation.templates[0]:
                self.show_sheets(situation.sheets)
            else:
                self.asks_sheets.emit(template)
        self._printer_chosen()

    def _printer_chosen(self) -> None:
        printer = self.printer.key()
        self.ask.setEnabled(printer is not None)
        if printer is None:
            self.show_condition("没有能用这种纸的打印机。请先在「打印机」中新增。", Tone.WARN)
        else:
            self._ask_condition()
        self._tell()

    def _ask_condition(self) -> None:
        printer = self.printer.key()
        if printer is not None:
            self.show_condition("正在查询打印机…", Tone.MUTED)
            self.asks_condition.emit(printer)

    def _span_chosen(self) -> None:
        span = self.span.key()
        if span is not None:
            for field in (self.first, self.last):
                field.editor.blockSignals(True)
                field.editor.setRange(span[0] + 1, span[1] + 1)
                field.editor.blockSignals(False)
            self.first.set_value(span[0] + 1)
            self.last.set_value(span[1] + 1)
        for field in (self.first, self.last):
            field.setEnabled(span is not None)
        self._ends_changed()

    def _ends_changed(self) -> None:
        if self.first.value() > self.last.value():
            self.last.set_value(self.first.value())
        self._tell()

    def _sheet_chosen(self) -> None:
        self._skipped.clear()
        self.away.setVisible(bool(self.sheet.key()))
        used = self._used()
        free = next((one for one in range(self.start.editor.maximum()) if one not in used), 0)
        self.start.editor.blockSignals(True)
        self.start.set_value(free + 1)
        self.start.editor.blockSignals(False)
        self._tell()

    def _sheet_away(self) -> None:
        chosen = self.sheet.key()
        if chosen:
            self.gone.emit(chosen)

    def _toggled(self, position: int) -> None:
        if position in self._used():
            return
        if position < self.start.value() - 1:
            self.start.set_value(position + 1)
        else:
            self._skipped ^= {position}
            self._tell()

    def _tell(self) -> None:
        if self._filling:
            return
        self._plan = plan = self._planned()
        places = self._places()
        papers = f"，{len(plan.pages)} 张纸" if plan is not None and self._geometry() is not None else ""
        self.numbers.setText(f"{self._in_words((places[0], places[-1]))}{papers}" if places else "")
        if self._geometry() is not None:
            first = [position for position, _ in plan.pages[0]] if plan is not None and plan.pages else []
            self.map.show_places(self._used(), self._skips(), first)
        self.changed.emit()

    def _in_words(self, span: Span) -> str:
        """`第 1～40 张，编号 00000001–00000040`."""
        situation = self._situation
        if situation is None:
            return ""
        ends = [codes.serial_text(situation.content.serial(one)) for one in span]
        return f"第 {span[0] + 1}～{span[1] + 1} 张，编号 {ends[0]}–{ends[1]}"
