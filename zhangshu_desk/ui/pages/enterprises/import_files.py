"""Choosing the files that come in and go out: by file dialog or by dropping one; one place that tests replace."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QFileDialog, QWidget

READABLE = (".xlsx", ".xls", ".csv", ".ods")
_OURS = QFileDialog.Option.DontUseNativeDialog  # wears the house's look and is Chinese and readable aloud everywhere


def ask_open(parent: QWidget, folder: Path) -> Path | None:
    """Ask for the file to import, beginning in `folder`; None when the clerk chose none."""
    kinds = f"电子表格 ({' '.join('*' + one for one in READABLE)})"
    chosen, _ = QFileDialog.getOpenFileName(parent, "选择企业名录", str(folder), kinds, options=_OURS)
    return Path(chosen) if chosen else None


def ask_save(parent: QWidget, proposed: Path, words: str) -> Path | None:
    """Ask where to write, proposing a file; None when the clerk chose none.

    Args:
        words: the kind of file in words, e.g. `Excel 工作簿`; its suffix is that of `proposed`.
    """
    kinds = f"{words} (*{proposed.suffix})"
    chosen, _ = QFileDialog.getSaveFileName(parent, "导出企业名录", str(proposed), kinds, options=_OURS)
    return Path(chosen) if chosen else None


def dropped(data: QMimeData) -> Path | None:
    """The one spreadsheet that is dragged, None when it is something else or several files."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() in READABLE else None
