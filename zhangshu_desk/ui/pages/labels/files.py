"""Choosing files that come in and go out; one place that tests replace."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

_OURS = QFileDialog.Option.DontUseNativeDialog  # wears the house's look and is Chinese and readable aloud everywhere


def ask_open(parent: QWidget, title: str, folder: Path, kinds: str) -> Path | None:
    """Ask for a file, beginning in `folder`; None when none was chosen.

    Args:
        kinds: as Qt has it, `电子表格 (*.xlsx *.csv)`.
    """
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(folder), kinds, options=_OURS)
    return Path(chosen) if chosen else None


def ask_save(parent: QWidget, title: str, proposed: Path, words: str) -> Path | None:
    """Ask where to write, proposing a file; None when none was chosen.

    Args:
        words: the kind of file in words; its suffix is that of `proposed`.
    """
    chosen, _ = QFileDialog.getSaveFileName(
        parent, title, str(proposed), f"{words} (*{proposed.suffix})", options=_OURS
    )
    return Path(chosen) if chosen else None
