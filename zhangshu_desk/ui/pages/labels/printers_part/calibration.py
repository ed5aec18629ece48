"""Calibrating a printer: print the page, type what the ruler says, see the new offset and scale, keep them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.clock import file_stamp
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.printers.outputs import Word
from zhangshu_desk.labels.rules.calibration import LABELS, Measured, calibrated, crosses
from zhangshu_desk.labels.rules.geometries import Geometry, Medium
from zhangshu_desk.labels.rules.printers import PrinterSettings
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels import trouble_words
from zhangshu_desk.ui.pages.labels.printers_part.papers import papers_for
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import ComboField, DecimalField, Muted, PlainButton, Text, row

UM = 1_000
_MOST = 420
_FIRST = "第一步：放好纸，打印校准页。激光打印机请选「实际大小」，不要缩放。"
_THEN = "第二步：用毫米尺量，尽量量到 0.1 毫米，把量得的数填在下面。"
_SAME = "与现在的设置相同，不用改。"


class CalibrationDialog(Dialog):
    """Offset and scale are shown before they are kept.

    Args:
        save: keeps the settings; may raise `DeskError`; called on the database thread.
        saved: called when they were kept.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        settings: PrinterSettings,
        save: Callable[[PrinterSettings], object],
        saved: Callable[[], object],
    ) -> None:
        super().__init__(parent, f"校准 · {settings.name}", "保存", width=640)
        self._desk, self._settings = desk, settings
        self._save, self._saved = save, saved
        self.found: PrinterSettings | None = None
        self.paper = ComboField[Geometry]("纸张")
        self.print = PlainButton("打印校准页", "Ctrl+P", self._print)
        self.fields = {name: DecimalField(LABELS[name], 0, 0, _MOST, "毫米", step=0.1) for name in LABELS}
        self.outcome = Text(wrap=True)
        self._build()
        folder = desk.store.paths.labels
        desk.work.do_apart(self, lambda: papers_for(settings, folder), self._offer)
        self.print.setFocus()

    def act(self) -> None:
        result = self.found
        if result is not None:
            self._desk.work.do(self, lambda: self._save(result), lambda _kept: self._done())

    def _build(self) -> None:
        first, then = Text(_FIRST, wrap=True), Text(_THEN, wrap=True)
        paper = row(self.paper, self.print, spacing=12)
        paper.setStretch(0, 1)
        paper.setAlignment(self.print, Qt.AlignmentFlag.AlignBottom)
        self.add(first, paper, then)
        left, top, across, down = self.fields.values()
        self.add(row(left, top, spacing=12), row(across, down, spacing=12))
        self.add(Muted("量得的数与应有的数相同就是准的；不必量的可以不改。"), self.outcome)
        self.body.addStretch(1)
        self.paper.chosen.connect(lambda _paper: self._paper_chosen())
        for field in self.fields.values():
            field.changed.connect(lambda _value: self._compute())

    def _offer(self, papers: Sequence[Geometry]) -> None:
        self.paper.set_choices([(one, one.title) for one in papers])
        self._paper_chosen()

    def _paper_chosen(self) -> None:
        """Expect on this paper what would be right."""
        paper = self.paper.key()
        if paper is None:
            return
        wanted = crosses(*paper.page)
        for name, field in self.fields.items():
            field.set_value(getattr(wanted, name) / UM)
            field.label.setText(f"{LABELS[name]}（应为 {getattr(wanted, name) / UM:g}）")
            field.setVisible(name in ("left", "top") or paper.medium is Medium.SHEET)
        self._compute()

    def _compute(self) -> None:
        paper = self.paper.key()
        if paper is None:
            return
        um = {name: round(field.value() * UM) for name, field in self.fields.items()}
        whole = paper.medium is Medium.SHEET
        measured = Measured(**um) if whole else Measured(um["left"], um["top"])
        for field in self.fields.values():
            field.complain("")
        try:
            found = calibrated(self._settings, crosses(*paper.page), measured)
        except DeskError as error:
            self.found = None
            self._say(str(error), Tone.WARN)
            for name, title in LABELS.items():
                if title == error.facts.get("field"):
                    self.fields[name].complain("请再量一次。")
        else:
            self.found = found if found != self._settings else None
            self._say(_words(self._settings, found, whole) if self.found else _SAME, Tone.GOOD)
        self.primary.setEnabled(self.found is not None)

    def _say(self, words: str, tone: Tone) -> None:
        self.outcome.set_tone(tone)
        self.outcome.setText(words)

    def _print(self) -> None:
        paper = self.paper.key()
        if paper is None:
            return
        from zhangshu_desk.labels.printers.trying import print_calibration

        settings, folder = self._settings, self._desk.store.paths.papers
        title = f"校准页 {file_stamp(self._desk.clock.now())}"
        self.print.setEnabled(False)
        self._desk.work.do_apart(
            self,
            lambda: print_calibration(settings, paper, title, folder),
            self._printed,
            ended=lambda: self.print.setEnabled(True),
        )

    def _printed(self, word: Word) -> None:
        said, may_be_on_paper = trouble_words.of_trial(word, "校准页")
        (self.notices.info if may_be_on_paper else self.notices.failed)(said)

    def _done(self) -> None:
        self.accept()
        self._saved()


def _words(before: PrinterSettings, after: PrinterSettings, whole: bool) -> str:
    """What will change: `保存后偏移：横 0 → +1.20 毫米，…`."""
    moved = [f"{_mm(getattr(before, one))} → {_mm(getattr(after, one))} 毫米" for one in ("offset_x", "offset_y")]
    words = f"保存后偏移：横 {moved[0]}，纵 {moved[1]}。"
    if whole:
        scaled = [f"{getattr(before, one) / 10:g}% → {getattr(after, one) / 10:g}%" for one in ("scale_x", "scale_y")]
        words += f"\n比例：横 {scaled[0]}，纵 {scaled[1]}。"
    return words


def _mm(um: int) -> str:
    return f"{um / UM:+.2f}" if um else "0"
