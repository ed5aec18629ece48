"""The labels' page on a station that has labels to give out, and what one does in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui import morning
from tests.ui.hands import in_front
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.ui.pages.labels import LabelsPage
from zhangshu_desk.ui.pages.labels.part import Part

P = TypeVar("P", bound=Part)
D = TypeVar("D", bound=QDialog)
Open = Callable[..., LabelsPage]


def open_page(
    qtbot: QtBot, store: Store, folder: Path, clock: FixedClock, actor: Actor = make.LABEL_CLERK
) -> LabelsPage:
    """The page in front of `actor`, as large as in a window of 1366 × 768. Whoever asks keeps it."""
    page = LabelsPage(morning.desk(store, folder, clock, actor))
    qtbot.addWidget(page)
    page.resize(1274, 636)
    in_front(qtbot, page)
    page.on_shown()
    return page


def part_of(page: LabelsPage, kind: type[P]) -> P:
    """The part of this kind, brought to the front."""
    page.receive(kind.title)
    part = page.part()
    assert isinstance(part, kind)
    return part


def dialog_of(page: QWidget, kind: type[D], qtbot: QtBot) -> D:
    """The open dialog of this kind over `page`, in front."""
    found = [one for one in page.window().findChildren(kind) if one.isVisible()]
    assert len(found) == 1, f"{len(found)} open dialogs of this kind"
    qtbot.waitUntil(lambda: QApplication.activeWindow() is found[0])
    return found[0]


def back(page: QWidget, qtbot: QtBot) -> None:
    """Bring the window to the front again: the offscreen display does not do it by itself when a dialog closes."""
    window = page.window()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
