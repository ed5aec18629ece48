"""Taking something out of use for a reason: the dialog, the act, what is said afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.page import Desk

Said = Callable[[str], None]


def void(
    owner: QWidget,
    desk: Desk,
    title: str,
    text: str,
    primary: str,
    choices: Sequence[str],
    act: Callable[[str, int], object],
    said: Said,
    *,
    danger: bool = True,
) -> ReasonDialog:
    """The dialog, not yet open.

    Args:
        title: also what is said afterwards, as done.
        act: called with the reason and the moment, on the database thread.
    """

    def go(dialog: ReasonDialog, why: str) -> None:
        now = desk.clock.now()

        def done(_result: object) -> None:
            dialog.accept()
            said(f"已{title}。")

        desk.work.do(dialog, lambda: act(why, now), done)

    return ReasonDialog(owner.window(), title, text, primary, choices, go, danger=danger)
