"""Suggestions while one types, and which characters they mark."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.hands import in_front, type_in
from zhangshu_desk.ui.widgets import PlainButton, Suggest, Suggestion
from zhangshu_desk.ui.widgets.marks import marks
from zhangshu_desk.ui.work import Work

FIRMS = {
    "e1": "江西锦湖保险设备集团有限公司",
    "e2": "樟树市锦湖办公家具有限公司",
    "e3": "临江永兴钢制家具厂",
}


class Source:
    """Answers what is asked, holding an answer back while its gate is shut."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, text: str) -> Sequence[Suggestion]:
        self.asked.append(text)
        assert self.gate.wait(30)
        return [
            Suggestion(key, name, "首次来访" if key == "e2" else "", "企业")
            for key, name in FIRMS.items()
            if text in name
        ]


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def work(source: Source, qtbot: QtBot) -> Iterator[Work]:
    made = Work()
    yield made
    source.gate.set()
    made.close()


@pytest.fixture
def field(qtbot: QtBot, work: Work, source: Source) -> Iterator[Suggest]:
    window = QWidget()
    window.resize(500, 600)
    made = Suggest("企业", work, source)
    column = QVBoxLayout(window)
    column.addWidget(made)
    column.addStretch(1)
    column.addWidget(PlainButton("确定", "Return"))
    qtbot.addWidget(window)
    in_front(qtbot, window)
    made.setFocus()
    yield made
    window.close()


def titles(field: Suggest) -> list[str]:
    return [row.title for row in field.finder.popup.offers.rows]


def shown(field: Suggest, qtbot: QtBot, text: str) -> None:
    """Type `text` and wait for the list."""
    type_in(field.editor, text)
    qtbot.waitUntil(field.finder.popup.isVisible)


def test_suggestions_come_while_one_types(field: Suggest, qtbot: QtBot) -> None:
    shown(field, qtbot, "锦湖")
    assert titles(field) == [FIRMS["e1"], FIRMS["e2"]]
    popup = field.finder.popup
    assert popup.mapTo(field.window(), QPoint(0, 0)).y() > field.editor.mapTo(field.window(), QPoint(0, 0)).y()
    assert popup.height() >= 52 + 38
    assert field.editor.hasFocus()


def test_keys_choose_without_leaving_the_field(field: Suggest, qtbot: QtBot) -> None:
    picked, submitted = list[object](), list[str]()
    field.picked.connect(picked.append)
    field.submitted.connect(submitted.append)
    shown(field, qtbot, "锦湖")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(field.editor, key)
    assert picked == ["e2"]
    assert not submitted
    assert not field.finder.popup.isVisible()


def test_escape_closes_only_the_list(field: Suggest, qtbot: QtBot) -> None:
    shown(field, qtbot, "锦湖")
    QTest.keyClick(field.editor, Qt.Key.Key_Escape)
    assert not field.finder.popup.isVisible()
    assert field.text() == "锦湖"


def test_a_click_picks(field: Suggest, qtbot: QtBot) -> None:
    picked = list[object]()
    field.picked.connect(picked.append)
    shown(field, qtbot, "临江")
    popup = field.finder.popup
    QTest.mouseClick(popup.viewport(), Qt.MouseButton.LeftButton, pos=popup.visualRect(popup.offers.index(0)).center())
    assert picked == ["e3"]


def test_stale_answers_are_dropped_and_only_the_last_text_is_asked(
    field: Suggest, source: Source, qtbot: QtBot
) -> None:
    source.gate.clear()
    type_in(field.editor, "锦")
    qtbot.waitUntil(lambda: source.asked == ["锦"])
    type_in(field.editor, "湖办公")
    source.gate.set()
    qtbot.waitUntil(field.finder.popup.isVisible)
    assert source.asked == ["锦", "锦湖办公"]
    assert titles(field) == [FIRMS["e2"]]


def test_a_scanner_that_is_faster_than_the_store_gets_its_answer(field: Suggest, source: Source, qtbot: QtBot) -> None:
    picked, submitted = list[object](), list[str]()
    field.picked.connect(picked.append)
    field.submitted.connect(submitted.append)
    source.gate.clear()
    type_in(field.editor, "永兴")
    QTest.keyClick(field.editor, Qt.Key.Key_Return)
    source.gate.set()
    qtbot.waitUntil(lambda: picked == ["e3"])
    field.set_text("")
    source.gate.clear()
    type_in(field.editor, "https://x.cn/91360982")
    QTest.keyClick(field.editor, Qt.Key.Key_Return)
    source.gate.set()
    qtbot.waitUntil(lambda: submitted == ["https://x.cn/91360982"])


def test_enter_on_an_empty_field_belongs_to_the_page(field: Suggest, qtbot: QtBot) -> None:
    button = field.window().findChild(PlainButton)
    assert button is not None
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(field.editor, Qt.Key.Key_Return)


def test_enter_belongs_to_the_dialog_once_a_suggestion_was_taken(field: Suggest, qtbot: QtBot) -> None:
    submitted = list[str]()
    field.submitted.connect(submitted.append)
    field.picked.connect(lambda key: field.set_text(FIRMS[key]))
    shown(field, qtbot, "永兴")
    QTest.keyClick(field.editor, Qt.Key.Key_Return)
    assert field.text() == FIRMS["e3"]
    button = field.window().findChild(PlainButton)
    assert button is not None
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(field.editor, Qt.Key.Key_Return)
    assert not submitted


def test_free_text_is_submitted_after_the_list_was_put_away(field: Suggest, qtbot: QtBot) -> None:
    submitted = list[str]()
    field.submitted.connect(submitted.append)
    shown(field, qtbot, "永兴")
    QTest.keyClick(field.editor, Qt.Key.Key_Escape)
    QTest.keyClick(field.editor, Qt.Key.Key_Return)
    assert submitted == ["永兴"]


def test_what_an_input_method_composes_is_not_asked_before_it_is_typed(
    field: Suggest, source: Source, qtbot: QtBot
) -> None:
    composing = QInputMethodEvent("jin", [])
    QApplication.sendEvent(field.editor, composing)
    assert not source.asked
    committed = QInputMethodEvent()
    committed.setCommitString("锦湖")
    QApplication.sendEvent(field.editor, committed)
    qtbot.waitUntil(field.finder.popup.isVisible)
    assert source.asked == ["锦湖"]


def test_leaving_the_field_closes_the_list(field: Suggest, qtbot: QtBot) -> None:
    shown(field, qtbot, "锦湖")
    QTest.keyClick(field.editor, Qt.Key.Key_Tab)
    assert not field.finder.popup.isVisible()


def test_nothing_to_offer_shows_nothing(field: Suggest, source: Source, qtbot: QtBot) -> None:
    shown(field, qtbot, "锦湖")
    type_in(field.editor, "没有")
    qtbot.waitUntil(lambda: not field.finder.popup.isVisible())
    field.set_text("锦湖")
    assert not field.finder.popup.isVisible()


@pytest.mark.parametrize(
    ("title", "query", "marked"),
    [
        ("江西锦湖保险设备集团有限公司", "锦湖", ["锦湖"]),
        ("江西锦湖保险设备集团有限公司", "jhbx", ["锦湖保险"]),
        ("江西锦湖保险设备集团有限公司", "jinhubao", ["锦湖保"]),
        ("江西锦湖保险设备集团有限公司", "jinh", ["锦湖"]),
        ("江西锦湖保险设备集团有限公司", "公司 锦湖", ["锦湖", "公司"]),
        ("单雄信五金店", "sxx", ["单雄信"]),
        ("单雄信五金店", "dxx", ["单雄信"]),
        ("A010", "a01", ["A01"]),
        ("樟树A厂", "zsac", ["樟树A厂"]),
        ("樟树市", "xyz", []),
        ("樟树市", "", []),
    ],
)
def test_the_matched_part_is_marked(title: str, query: str, marked: list[str]) -> None:
    assert [title[start:end] for start, end in marks(title, query)] == marked
