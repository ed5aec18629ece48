"""Trying the demo data and changing one's mind: the desk is as new, and what was half-made is kept aside."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.store_fixtures import NINE
from zhangshu_desk.app import Start
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.tour.guide import Guide, started, turn_until
from zhangshu_desk.ui.session.opening import OpeningPage


def test_a_cancelled_demo_leaves_nothing(qapp: QApplication, where: Paths, tmp_path: Path) -> None:
    start = Start(where, FixedClock(NINE))
    guide = Guide(started(start), tmp_path)
    gate = guide.program.seats[0].gate
    turn_until(lambda: gate.wizard is not None and gate.wizard.isVisible() and guide.program.store)
    guide.settle()
    assert gate.wizard is not None
    gate.wizard.demo.click()

    page = guide.program.seats[0].window.stack.currentWidget()
    assert isinstance(page, OpeningPage)
    turn_until(lambda: page.progress.isVisible())
    page.progress.cancel.click()
    turn_until(lambda: page.back.isVisible())
    guide.program._look.timeout.emit()  # whoever stays a while on this page sees no error
    guide.settle()
    assert not where.database.exists()
    page.back.click()
    turn_until(lambda: gate.wizard is not None and gate.wizard.isVisible())
    guide.settle()

    assert len(list(where.damaged.iterdir())) == 1
    start.close()
