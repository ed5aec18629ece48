"""Printing for pages: slips and sheets through system printers or into PDFs; it never stops the counter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.clock import Clock, file_stamp
from zhangshu_desk.core.files import file_name
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.printing.paper import Kind, Paper, slip, write_pdf
from zhangshu_desk.ui.printing.send import Fate, Outcome, printers, send
from zhangshu_desk.ui.work import Work

__all__ = ["Fate", "Kind", "Outcome", "Paper", "Printing", "slip"]


class Printing:
    """Prints off the GUI thread as the settings of this machine say.

    Args:
        folder: where PDF files go, made when needed.
    """

    def __init__(self, work: Work, settings: Settings, clock: Clock, folder: Path) -> None:
        self._work, self._settings, self._clock, self._folder = work, settings, clock, folder

    def slip_kind(self) -> Kind:
        """The roll in use on this machine."""
        return slip(self._settings.values.slip_width_mm)

    def print(self, owner: QObject, paper: Paper, then: Callable[[Outcome], None] | None = None) -> None:
        """Print `paper` on the printer for its kind, or save it where the setting is `"pdf"`.

        Args:
            owner: the page asking.
            then: told on the GUI thread what became of it; no printer is an outcome, not an error.
        """
        values = self._settings.values
        printer = values.slip_printer if paper.kind.is_roll else values.sheet_printer
        now = self._clock.now()
        self._work.do_slow(owner, lambda: self._printed(paper, printer, now), then)

    def save(self, owner: QObject, paper: Paper, then: Callable[[Outcome], None] | None = None) -> None:
        """Save `paper` as a PDF in the papers folder."""
        now = self._clock.now()
        self._work.do_slow(owner, lambda: self._saved(paper, now), then)

    def preview(self, parent: QWidget, paper: Paper, then: Callable[[Outcome], None] | None = None) -> None:
        """Show the pages of `paper` with 打印 and 存为 PDF; `then` hears the outcome of either."""
        from zhangshu_desk.ui.printing.preview import Preview

        print_it, save_it = (
            (lambda: self.print(parent, paper, then)),
            (lambda: self.save(parent, paper, then)),
        )
        Preview(parent.window(), paper, print_it, save_it).open()

    def find_printers(self, owner: QObject, then: Callable[[list[str]], None]) -> None:
        """Ask the system for its printers' names."""
        self._work.do_slow(owner, printers, then)

    def _printed(self, paper: Paper, printer: str, now: int) -> Outcome:
        if printer == "pdf":
            return self._saved(paper, now)
        if not printer:
            return Outcome(Fate.NONE, "没有设置打印机，未打印。")
        return send(paper, printer)

    def _saved(self, paper: Paper, now: int) -> Outcome:
        file = self._folder / f"{file_stamp(now)} {file_name(paper.title)}.pdf"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_pdf(paper, file)
        except OSError:
            return Outcome(Fate.NONE, f"文件夹 {self._folder} 不能写入，没有保存。")
        return Outcome(Fate.SAVED, f"已保存为 {file.name}。", file)
