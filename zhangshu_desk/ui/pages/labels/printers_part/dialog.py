"""Adding a printer of labels or changing one: how it is reached, its dots, where its paper lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules.printers import (
    DARKNESSES,
    DPIS,
    LABELS,
    MOST_GAP,
    MOST_OFFSET,
    RAW_PORT,
    SCALES,
    SPEEDS,
    PrinterSettings,
    Way,
    cleaned,
    problems,
)
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.widgets import ComboField, DecimalField, Field, LinkButton, Muted, TextField, Tick, row

UM = 1_000
"""Thousandths of a millimetre in one."""
PERCENT = 10
"""Thousandths in a hundredth."""
_HINTS = {
    Way.TSPL_TCP: "TSC、佳博、汉印、得力等，接在网络上。地址见打印机的自检页。",
    Way.ZPL_TCP: "斑马（Zebra）等，接在网络上。地址见打印机的自检页。",
    Way.TSPL_QUEUE: "TSC、佳博、汉印、得力等，用 USB 接在本机，系统中已装为打印机（原样传送）。",
    Way.ZPL_QUEUE: "斑马（Zebra）等，用 USB 接在本机，系统中已装为打印机（原样传送）。",
    Way.SYSTEM: "激光或喷墨打印机，在整张标签纸上打印；也可以是带驱动的标签机。",
    Way.PDF: "不打印，存成 PDF 文件，交别处印制。",
}
_AS_IT_IS = "按打印机设置"
_NO_GAP = -0.5
"""Shown as words: whatever the roll of a template says."""


class PrinterDialog(Dialog):
    """Everything that is wrong is shown at its field once saving was tried, and while it is put right.

    Args:
        settings: of the printer to change; None adds one.
        save: keeps the settings and returns the printer's id; may raise `DeskError`; called on the database thread.
        saved: called with the id.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        settings: PrinterSettings | None,
        save: Callable[[PrinterSettings], str],
        saved: Callable[[str], object],
    ) -> None:
        title = f"修改打印机 · {settings.name}" if settings else "新增打印机"
        super().__init__(parent, title, "保存", width=620)
        self._desk, self._save, self._saved = desk, save, saved
        self._tried = False
        now = settings or PrinterSettings("", Way.TSPL_TCP)
        ways = [(way, way.label) for way in Way]
        self.name = TextField(LABELS["name"], now.name, "例如：贴标间 佳博 3120")
        self.way = ComboField[Way](LABELS["way"], ways, now.way)
        self.dpi = ComboField[int](LABELS["dpi"], [(dpi, f"{dpi} dpi") for dpi in DPIS], now.dpi)
        self.address = TextField(LABELS["address"], now.address, f"192.168.1.50:{RAW_PORT}")
        self.queue = ComboField[str](LABELS["queue"], _queues([now.queue], now.queue), now.queue)
        self.again = LinkButton("重新查找", "", self._look)
        self.hint = Muted()
        self.hint.setWordWrap(True)
        self.gap = _gap(LABELS["gap"], now.gap)
        self.darkness = ComboField[int | None](LABELS["darkness"], _steps(DARKNESSES), now.darkness)
        self.speed = ComboField[int | None](LABELS["speed"], _steps(SPEEDS), now.speed)
        self.turned = Tick("标签倒着出来（旋转 180°）", now.turned)
        self.offset_x = _offset(LABELS["offset_x"], now.offset_x)
        self.offset_y = _offset(LABELS["offset_y"], now.offset_y)
        self.scale_x = _scale(LABELS["scale_x"], now.scale_x)
        self.scale_y = _scale(LABELS["scale_y"], now.scale_y)
        self.fields: dict[str, Field[Any]] = {
            name: field for name in LABELS if isinstance(field := getattr(self, name), Field)
        }
        self._kept = now
        self._build()
        self._way_chosen()
        self._look()
        self.name.setFocus()

    def settings(self) -> PrinterSettings:
        """What the form says now."""
        return replace(
            self._kept,
            name=self.name.text(),
            way=self.way.key() or Way.PDF,
            dpi=self.dpi.key() or DPIS[0],
            address=self.address.text(),
            queue=self.queue.key() or "",
            offset_x=round(self.offset_x.value() * UM),
            offset_y=round(self.offset_y.value() * UM),
            scale_x=round(self.scale_x.value() * PERCENT),
            scale_y=round(self.scale_y.value() * PERCENT),
            darkness=self.darkness.key(),
            speed=self.speed.key(),
            gap=round(self.gap.value() * UM) if self.gap.value() >= 0 else None,
            turned=self.turned.isChecked(),
        )

    def act(self) -> None:
        self._tried = True
        self._check()
        wrong = next((field for field in self.fields.values() if field.problem.text()), None)
        if wrong is not None:
            wrong.setFocus()
            return
        settings = self.settings()
        self._desk.work.do(self, lambda: self._save(settings), self._done)

    def _build(self) -> None:
        self.dpi.setFixedWidth(120)
        self.add(self.name, row(self.way, self.dpi, spacing=12), self.hint)
        queue = row(self.queue, self.again)
        queue.setStretch(0, 1)
        queue.setAlignment(self.again, Qt.AlignmentFlag.AlignBottom)
        self.add(self.address, queue)
        self.add(row(self.gap, self.darkness, self.speed, spacing=12), self.turned)
        self.add(row(self.offset_x, self.offset_y, self.scale_x, self.scale_y, spacing=12))
        self.add(Muted("偏移：往右、往下为正。打印校准页用尺量，程序会算出偏移和比例。"))
        self.body.addStretch(1)
        self.way.chosen.connect(lambda _way: self._way_chosen())
        self.name.edited.connect(lambda _text: self._check())
        self.address.edited.connect(lambda _text: self._check())
        self.queue.chosen.connect(lambda _name: self._check())

    def _way_chosen(self) -> None:
        way = self.way.key() or Way.PDF
        thermal = way.language is not None
        self.hint.setText(_HINTS.get(way, ""))
        self.address.setVisible(way.is_tcp)
        for of_queue in (self.queue, self.again):
            of_queue.setVisible(way.has_queue)
        for of_roll in (self.gap, self.darkness, self.speed, self.turned):
            of_roll.setVisible(thermal)
        for of_sheet in (self.scale_x, self.scale_y):
            of_sheet.setVisible(not thermal)
        self._check()

    def _check(self) -> None:
        if self._tried:
            wrong = {one.field: one.words for one in problems(cleaned(self.settings()))}
            for name, field in self.fields.items():
                field.complain(f"{wrong[name]}。" if name in wrong else "")

    def _look(self) -> None:
        self._desk.printing.find_printers(self, self._offer)

    def _offer(self, found: list[str]) -> None:
        chosen = self.queue.key() or ""
        self.queue.set_choices(_queues([*found, self._kept.queue], chosen), chosen)

    def _done(self, printer_id: str) -> None:
        self.accept()
        self._saved(printer_id)

    def refuse(self, error: DeskError) -> None:
        """Show a refusal in the dialog, at the fields it names too."""
        super().refuse(error)
        self._tried = True
        self._check()


def _queues(names: list[str], chosen: str) -> list[tuple[str, str]]:
    known = [name for name in dict.fromkeys([*names, chosen]) if name]
    return [("", "请选择"), *((name, name) for name in known)]


def _steps(steps: range) -> list[tuple[int | None, str]]:
    return [(None, _AS_IT_IS), *((step, str(step)) for step in steps)]


def _gap(label: str, um: int | None) -> DecimalField:
    made = DecimalField(label, 0, _NO_GAP, MOST_GAP / UM, "毫米", decimals=1, step=0.5)
    made.editor.setSpecialValueText("按模板的标签卷")
    made.set_value(_NO_GAP if um is None else um / UM)
    return made


def _offset(label: str, um: int) -> DecimalField:
    most = MOST_OFFSET / UM
    return DecimalField(label, um / UM, -most, most, "毫米", decimals=2, step=0.1)


def _scale(label: str, thousandths: int) -> DecimalField:
    low, high = (one / PERCENT for one in SCALES)
    return DecimalField(label, thousandths / PERCENT, low, high, "%", decimals=1, step=0.1)
