"""A field that means one of a list: offered at once, also when the list comes later than the focus."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.hands import in_front, type_in
from zhangshu_desk.ui.pages.labels.chooser import Choice, Chooser
from zhangshu_desk.ui.widgets import Card, TextField
from zhangshu_desk.ui.work import Work

CHOICES = (
    Choice("a", "樟树吴茱萸", "地理标志产品", "地理标志"),
    Choice("b", "清江枳壳", "证明商标", "地理标志"),
    Choice("c", "钢制更衣柜", "樟树市瑞岑校具有限公司", "追溯产品"),
)


@pytest.fixture
def work() -> Iterator[Work]:
    made = Work()
    yield made
    made.close()


@pytest.fixture
def chooser(qtbot: QtBot, work: Work) -> Iterator[Chooser]:
    """In front of other fields, with the focus, and nothing to choose from yet."""
    card, made = Card("批次"), Chooser("产品", work, "", "没有这个产品。")
    card.add(made, TextField("企业"))
    qtbot.addWidget(card)
    card.resize(400, 500)
    in_front(qtbot, card)
    made.setFocus()
    qtbot.waitUntil(lambda: made.editor.hasFocus() and not work.busy())
    yield made  # the card lives as long as this
    qtbot.waitUntil(lambda: not work.busy())


def titles(chooser: Chooser) -> list[str]:
    """What is offered now."""
    return [one.title for one in chooser.finder.popup.offers.rows] if chooser.finder.popup.isVisible() else []


def test_a_list_that_comes_later_is_offered_at_once(chooser: Chooser, qtbot: QtBot) -> None:
    assert titles(chooser) == []
    chooser.set_choices(CHOICES)

    qtbot.waitUntil(lambda: titles(chooser) == ["樟树吴茱萸", "清江枳壳", "钢制更衣柜"])


def test_one_is_found_by_initials_and_by_its_note(chooser: Chooser, qtbot: QtBot) -> None:
    chooser.set_choices(CHOICES)
    taken: list[str] = []
    chooser.found.connect(taken.append)
    type_in(chooser.editor, "rcxj")
    qtbot.waitUntil(lambda: titles(chooser) == ["钢制更衣柜"])
    QTest.keyClick(chooser.editor, Qt.Key.Key_Return)

    assert taken == ["c"]
    assert chooser.text() == "钢制更衣柜"
    assert chooser.check()


def test_what_is_none_of_the_list_is_said_and_typing_drops_what_was_taken(chooser: Chooser, qtbot: QtBot) -> None:
    chooser.set_choices(CHOICES)
    dropped: list[bool] = []
    chooser.dropped.connect(lambda: dropped.append(True))
    chooser.take("a")
    type_in(chooser.editor, "x")

    assert dropped == [True]
    assert not chooser.check()
    assert chooser.problem.text() == "没有这个产品。"


def test_the_list_comes_back_with_down(chooser: Chooser, qtbot: QtBot) -> None:
    chooser.set_choices(CHOICES)
    qtbot.waitUntil(lambda: len(titles(chooser)) == 3)
    QTest.keyClick(chooser.editor, Qt.Key.Key_Escape)
    assert titles(chooser) == []
    QTest.keyClick(chooser.editor, Qt.Key.Key_Down)

    qtbot.waitUntil(lambda: len(titles(chooser)) == 3)
