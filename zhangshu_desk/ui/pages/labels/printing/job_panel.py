"""A print job that was begun: how far it is, what the printer says, and the person's word about the paper."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import running
from zhangshu_desk.labels.queries.printers import PrinterRow
from zhangshu_desk.labels.rules import codes, spans
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.rules.runs import count
from zhangshu_desk.labels.running import OpenJob
from zhangshu_desk.ui.pages.labels import trouble_words
from zhangshu_desk.ui.pages.labels.printing.numbers import number_in
from zhangshu_desk.ui.pages.labels.printing.run import what_to_do
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Chips, ComboField, DangerButton, Heading, Muted, Text, TextField, Tick
from zhangshu_desk.ui.widgets.card import put

REASONS = ("卡纸", "缺纸后重来", "碳带用完", "打印模糊", "位置打偏", "断电")


class Said(Enum):
    """What a person says of labels that were handed over."""

    ALL = "全部完好"
    SOME = "到某一张为止完好"
    NONE = "一张也没有打好"


@dataclass(frozen=True)
class Word:
    """A person's word.

    Attributes:
        last_good: number of the last good label, None = none. reason: why others are printed again.
        sheet_kept: the sheet is in the printer again.
    """

    last_good: int | None
    reason: str
    sheet_kept: bool


class JobPanel(QWidget):
    """`changed` whenever the person said otherwise; `stop` is the button that stops the printer."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.job: OpenJob | None = None
        self._waiting: tuple[spans.Span, ...] = ()
        self.title = Heading()
        self.why = Text(wrap=True)
        self.figures = Muted()
        self.figures.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("打印进度")
        self.rate = Muted()
        self.trouble = Text("", Tone.WARN, wrap=True)
        self.stop = DangerButton("停止打印", "F9")
        self.question = Text(wrap=True)
        self.said = Chips[Said]("纸上的标签", [(one, one.value) for one in Said], several=False)
        self.last = TextField("最后一张完好的标签", hint="照纸上的编号填写，或扫它的码")
        self.heard = Muted()
        self.reasons = Chips[str]("重打的原因", [(one, one) for one in REASONS], several=False)
        self.reason = TextField("重打的原因", hint="选择上面的原因，或在这里填写")
        self.sheet_kept = Tick("中断的那张纸放回打印机接着用")
        self.printer = ComboField[PrinterRow]("用哪台打印机继续")
        self._build()

    # -- while it runs -------------------------------------------------------------------------------------------------

    def show_running(self, progress: running.Progress | None, stopping: bool) -> None:
        """It is being printed now."""
        self._arrange(running=True)
        self.title.setText("正在停止…" if stopping else "正在打印")
        self.stop.setEnabled(not stopping)
        if progress is None:
            self.rate.setText("正在准备…")
            self.bar.setRange(0, 0)
            self.trouble.hide()
            return
        self.bar.setRange(0, max(progress.total, 1))
        self.bar.setValue(progress.done)
        self.rate.setText(_figures(progress))
        self.trouble.setText(f"{trouble_words.in_words(progress.troubles)}处理好以后自动接着打。")
        self.trouble.setVisible(bool(progress.troubles))

    # -- when it waits for a person ------------------------------------------------------------------------------------

    def show_job(self, job: OpenJob, printers: list[PrinterRow], on_sheets: bool) -> None:
        """It waits for a word, or to go on."""
        self.job, self._waiting = job, () if job.can_be_asked else job.waiting
        waiting, asked = count(self._waiting), count(job.waiting) if job.can_be_asked else 0
        self._arrange(running=False)
        sent = job.job.state is JobState.SENT
        self.title.setText("已发送，请核对" if sent else "打印中断" if job.todo or job.waiting else "打印")
        self.why.setText("打印机没有报告是否打好。" if sent else what_to_do(job.job.result or "程序中断过"))
        self.why.set_tone(Tone.PLAIN if sent else Tone.WARN)
        parts = [f"共 {job.labels} 张", f"确认打好 {job.good} 张"]
        parts += [f"已交给打印机 {asked} 张（继续时先问打印机）"] * bool(asked)
        parts += [f"待核对 {waiting} 张"] * bool(waiting) + [f"还没有打 {job.todo} 张"] * bool(job.todo)
        self.figures.setText("，".join(parts) + "。")
        self.question.setVisible(bool(waiting))
        self.question.setText(f"请看纸上的标签 {spans.text(self._waiting)}：哪些完好？" if waiting else "")
        self.said.setVisible(bool(waiting))
        self.said.choose([])
        self.last.set_text("")
        self.reason.set_text("")
        self.reasons.choose([])
        self.sheet_kept.setChecked(False)
        self._on_sheets = on_sheets
        self.printer.set_choices([(one, one.settings.name) for one in printers])
        mine = next((one for one in printers if one.id == job.printer_id), None)
        if mine is not None:
            self.printer.set_key(mine)
        self._show_questions()

    def word(self) -> Word | None:
        """What the person says; None while something is missing, which is then shown."""
        said = next(iter(self.said.chosen()), None)
        if said is None:
            self.question.set_tone(Tone.BAD)
            self.said.setFocus()
            return None
        if said is Said.ALL:
            return Word(self._waiting[-1][1], "", False)
        last = self._last_good() if said is Said.SOME else None
        if said is Said.SOME and last is None:
            self.last.setFocus()
            return None
        if last != self._waiting[-1][1] and not self.reason.text():
            self.reason.complain("请填写重打的原因。")
            self.reason.setFocus()
            return None
        return Word(last, self.reason.text(), self.sheet_kept.isChecked())

    def goes_on(self) -> bool:
        """Whether something would still be printed after this word."""
        if self.job is None:
            return False
        said = next(iter(self.said.chosen()), None)
        return bool(self.job.todo) or said in (Said.SOME, Said.NONE)

    def needs_word(self) -> bool:
        """Whether labels wait for a person's word."""
        return bool(self._waiting)

    def begin(self) -> None:
        """Put the focus where the person begins."""
        if self.needs_word():
            self.said.setFocus()
        else:
            self.printer.setFocus()

    # -- when it is over -----------------------------------------------------------------------------------------------

    def show_over(self, title: str, words: str) -> None:
        """Nothing is left to do."""
        self._arrange(running=False)
        self.job, self._waiting = None, ()
        self.title.setText(title)
        self.why.setText(words)
        self.why.set_tone(Tone.GOOD)
        self.figures.setText("")
        self.question.hide()
        self.said.hide()
        self.printer.hide()
        self._show_questions()

    # -- building ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._on_sheets = False
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 10, 0)
        lines.setSpacing(10)
        put(lines, self.title, self.why, self.figures, self.bar, self.rate, self.trouble, self.stop)
        put(lines, self.question, self.said, self.last, self.heard, self.reasons, self.reason, self.sheet_kept)
        put(lines, self.printer)
        lines.addStretch(1)
        self.said.changed.connect(self._show_questions)
        self.last.edited.connect(lambda _text: self._hear())
        self.last.submitted.connect(self._hear)
        self.reasons.changed.connect(lambda: self.reason.set_text("".join(self.reasons.chosen())))

    def _arrange(self, *, running: bool) -> None:
        of_run: tuple[QWidget, ...] = (self.bar, self.rate, self.stop)
        of_word: tuple[QWidget, ...] = (self.why, self.figures, self.question, self.said, self.printer)
        later: tuple[QWidget, ...] = (self.trouble, self.last, self.heard, self.reasons, self.reason, self.sheet_kept)
        for parts, visible in ((of_run, running), (of_word, not running), (later, False)):
            for part in parts:
                part.setVisible(visible)

    def _show_questions(self) -> None:
        said = next(iter(self.said.chosen()), None) if self._waiting else None
        some, again = said is Said.SOME, said in (Said.SOME, Said.NONE)
        self.last.setVisible(some)
        self.heard.setVisible(some)
        self.reasons.setVisible(again)
        self.reason.setVisible(again)
        self.sheet_kept.setVisible(again and self._on_sheets)
        self.printer.setVisible(self.job is not None and self.goes_on())
        if said is not None:
            self.question.set_tone(Tone.PLAIN)
        if some:
            self.last.setFocus()
        self._hear()
        self.changed.emit()

    def _last_good(self) -> int | None:
        """The number in the field; what is wrong with it is shown."""
        try:
            serial = number_in(self.last.text())
        except DeskError as error:
            self.last.complain(str(error))
            return None
        if not any(first <= serial <= last for first, last in self._waiting):
            self.last.complain(f"{codes.serial_text(serial)} 不在待核对的标签中。请照纸上最后一张完好的标签填写。")
            return None
        return serial

    def _hear(self) -> None:
        """Say which label the number means."""
        self.heard.setText("")
        if not self.last.text() or not self._waiting or self.last.isHidden():
            return
        try:
            serial = number_in(self.last.text())
        except DeskError:
            return
        row = [number for first, last in self._waiting for number in range(first, last + 1)]
        if serial in row:
            at, after = row.index(serial) + 1, len(row) - row.index(serial) - 1
            self.heard.setText(f"待核对的第 {at} 张，其后的 {after} 张重打。" if after else "是最后一张，不用重打。")


def _figures(progress: running.Progress) -> str:
    """`打印中，120 / 500 张，每分钟 85 张，还需约 5 分钟`."""
    parts = [progress.phase.value, f"{progress.done:,} / {progress.total:,} 张"]
    if progress.a_minute is not None:
        parts.append(f"每分钟 {progress.a_minute:,.0f} 张")
    if progress.left_s is not None and progress.done < progress.total:
        parts.append(f"还需{_span(progress.left_s)}")
    return "，".join(parts)


def _span(seconds: float) -> str:
    return f"约 {int(seconds) + 1} 秒" if seconds < 59 else f"约 {-(-int(seconds) // 60)} 分钟"
