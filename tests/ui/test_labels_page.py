"""标签: who sees which part, and how one gets from part to part by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui.counter import CTRL, press
from tests.ui.labelling import open_page
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.ui.dialogs.shortcuts import keys_of
from zhangshu_desk.ui.pages import pages
from zhangshu_desk.ui.pages.labels import LabelsPage
from zhangshu_desk.ui.pages.labels.lookup_part import LookupPart


@pytest.mark.parametrize(
    ("actor", "titles"),
    [
        (make.CLERK, ["权利", "查码"]),
        (make.LABEL_CLERK, ["批次", "权利", "台账", "模板", "打印机", "查码"]),
        (make.SUPERVISOR, ["批次", "权利", "台账", "模板", "打印机", "查码"]),
    ],
)
def test_the_parts_follow_the_role(
    qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock, actor: Actor, titles: list[str]
) -> None:
    page = open_page(qtbot, store, tmp_path, clock, actor)

    assert [kind.title for kind in page.kinds] == titles
    assert [title for title, _keys in page.tabs.named()] == titles
    assert page.part().title == titles[0]


def test_a_part_is_reached_by_its_key_and_by_its_title(
    qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock
) -> None:
    page = open_page(qtbot, store, tmp_path, clock)

    press(Qt.Key.Key_6, CTRL)
    lookup = page.part()
    assert isinstance(lookup, LookupPart)
    assert lookup.asked.editor.hasFocus()  # at once, although it was built only now
    page.receive("权利")
    assert page.part().title == "权利"
    assert ("到「查码」", "Ctrl+6") in keys_of(page)


def test_no_two_parts_have_the_same_key(qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock) -> None:
    page = open_page(qtbot, store, tmp_path, clock)

    assert len({kind.key for kind in page.kinds}) == len(page.kinds)


def test_the_key_of_the_page_is_its_own() -> None:
    assert LabelsPage in pages()
    assert [page.key for page in pages()].count(LabelsPage.key) == 1
