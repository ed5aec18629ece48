"""Hands a paper to a system printer and says honestly what became of it.

On Linux through `lp`, because CUPS then gives a job number that can be followed: Qt's own printing reports
success even when the printer refused the job. Elsewhere through Qt.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtGui import QPainter

from zhangshu_desk.core.cups import State, state_of
from zhangshu_desk.ui.printing.paper import Kind, Layout, Paper, page_layout, write_pdf

_PATIENCE_S = 20
_FOLLOW_S = 1.5
_LOOK_EVERY_S = 0.1


class Fate(StrEnum):
    """What became of a paper."""

    PRINTED = "printed"
    SENT = "sent"
    SAVED = "saved"
    NONE = "none"


@dataclass(frozen=True)
class Outcome:
    """What became of a paper, `detail` in words for the notice bar; `path` of the file when it was saved."""

    kind: Fate
    detail: str
    path: Path | None = None


def printers() -> list[str]:
    """Names of the system's printers. May take seconds on a bad network: not on the GUI thread."""
    if shutil.which("lpstat"):
        return _run(["lpstat", "-e"])[1].split()
    from PySide6.QtPrintSupport import QPrinterInfo

    return QPrinterInfo.availablePrinterNames()


def send(paper: Paper, printer: str) -> Outcome:
    """Print `paper` on the system printer of this name; never raises for what printers do."""
    try:
        if shutil.which("lp"):
            return _send_by_lp(paper, printer)
        return send_by_qt(paper, printer)
    except (OSError, subprocess.SubprocessError) as error:
        return Outcome(Fate.NONE, f"打印机「{printer}」没有响应（{type(error).__name__}），没有打印。")


def _send_by_lp(paper: Paper, printer: str) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "paper.pdf"
        write_pdf(paper, file)
        size = Layout(paper).size_mm
        media = "A4" if paper.kind is Kind.A4 else f"Custom.{size.width():.0f}x{size.height():.0f}mm"
        options = ["-o", f"media={media}", "-o", "print-scaling=none"]
        code, words = _run(["lp", "-d", printer, "-t", paper.title, *options, str(file)])
    job = re.search(r"request id is \S+-(\d+) ", words)
    if code != 0 or job is None:
        return Outcome(Fate.NONE, f"打印机「{printer}」不存在或不可用，没有打印。")
    return _followed(printer, int(job.group(1)))


def _followed(printer: str, job: int) -> Outcome:
    """Look for a moment whether the job comes to an end."""
    until = time.monotonic() + _FOLLOW_S
    while time.monotonic() < until:
        state = state_of(job, printer)
        if state is State.COMPLETED:
            return Outcome(Fate.PRINTED, f"已在「{printer}」打印。")
        if state in (State.CANCELED, State.ABORTED):
            return Outcome(Fate.NONE, f"打印机「{printer}」退回了任务，没有打印。")
        time.sleep(_LOOK_EVERY_S)
    return _sent(printer)


def _sent(printer: str) -> Outcome:
    return Outcome(Fate.SENT, f"已发送到「{printer}」，尚未确认打印完成。")


def send_by_qt(paper: Paper, printer: str) -> Outcome:
    """Print through Qt (Windows, or a Linux without `lp`); Qt cannot say more than that the job was sent."""
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    info = QPrinterInfo.printerInfo(printer)
    if info.isNull():
        return Outcome(Fate.NONE, f"打印机「{printer}」不存在，没有打印。")
    layout = Layout(paper)
    device = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    device.setDocName(paper.title)
    device.setFullPage(True)
    device.setPageLayout(page_layout(layout.size_mm))
    painter = QPainter()
    if not painter.begin(device):
        return Outcome(Fate.NONE, f"打印机「{printer}」不可用，没有打印。")
    for page in range(layout.pages):
        if page:
            device.newPage()
        layout.draw(painter, page, device.resolution() / 25.4)
    painter.end()
    return _sent(printer)


def _run(command: list[str]) -> tuple[int, str]:
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_S, env=environment, check=False)
    return done.returncode, done.stdout
