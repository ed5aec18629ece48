"""标签: who sees which part, and how one gets from part to part by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui import morning
from tests.ui.counter import CTRL, press
from tests.ui.hands import in_front
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.ui.dialogs.shortcuts import keys_of
from zhangshu_desk.ui.pages.labels import LabelsPage
from zhangshu_desk.ui.pages.labels.lookup_part import LookupPart

LABELLER = Actor("u-label", "贴标01", Role.LABEL)


def open_page(qtbot: QtBot, store: Store, folder: Path, clock: FixedClock, actor: Actor = LABELLER) -> LabelsPage:
    page = LabelsPage(morning.desk(store, folder, clock, actor))
    qtbot.addWidget(page)
    page.resize(1274, 674)
    in_front(qtbot, page)
    page.on_shown()
    return page


@pytest.mark.parametrize(
    ("actor", "titles"),
    [
        (make.CLERK, ["权利", "查码"]),
        (LABELLER, ["批次", "权利", "台账", "查码"]),
        (make.SUPERVISOR, ["批次", "权利", "台账", "查码"]),
    ],
)
def test_the_parts_follow_the_role(
    qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock, actor: Actor, titles: list[str]
) -> None:
    page = open_page(qtbot, store, tmp_path, clock, actor)

    shown = [part.title for part in page.parts]
    assert [title for title in shown if title in titles] == titles
    assert shown == titles or actor is not make.CLERK


def test_a_part_is_reached_by_its_key_and_by_its_title(
    qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock
) -> None:
    page = open_page(qtbot, store, tmp_path, clock)

    press(Qt.Key.Key_6, CTRL)
    lookup = page.part_of(LookupPart)
    assert page.part() is lookup
    assert lookup.asked.editor.hasFocus()
    page.receive("权利")
    assert page.part().title == "权利"
    assert ("到「查码」", "Ctrl+6") in keys_of(page)


def test_no_two_parts_have_the_same_key(qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock) -> None:
    page = open_page(qtbot, store, tmp_path, clock)

    assert len({part.key for part in page.parts}) == len(page.parts)
