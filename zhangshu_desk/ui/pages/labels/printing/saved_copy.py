"""A copy of a saved PDF at a place of the person's choice."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from zhangshu_desk.core.errors import DeskError

_OURS = QFileDialog.Option.DontUseNativeDialog  # wears the house's look and is Chinese and readable aloud everywhere


def ask_where(parent: QWidget, file: Path) -> Path | None:
    """Ask where the copy is to go; None when the clerk chose nothing."""
    proposed = str(Path.home() / file.name)
    chosen, _ = QFileDialog.getSaveFileName(parent, "另存一份", proposed, "PDF (*.pdf)", options=_OURS)
    if not chosen:
        return None
    target = Path(chosen)
    return target if target.suffix.lower() == ".pdf" else target.with_name(f"{target.name}.pdf")


def copy(file: Path, target: Path) -> str:
    """Copy the file, whole or not at all; what to say of it.

    Raises:
        DeskError: `label.pdf_not_written`.
    """
    half = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(file, half)
        half.replace(target)
    except OSError as error:
        raise DeskError("label.pdf_not_written", file=target, detail=error.strerror or "") from error
    return f"已另存为 {target}。"
