"""Fields, chips, flow."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLayout, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.hands import in_front
from zhangshu_desk.ui.theme import HIT
from zhangshu_desk.ui.widgets import (
    Card,
    Chips,
    ComboField,
    DateField,
    DecimalField,
    Field,
    FlowLayout,
    NoteField,
    NumberField,
    PlainButton,
    TextField,
    Tick,
    fact,
    row,
)

SERVICES = [(1, "年报"), (2, "商标"), (3, "专利")]


@pytest.fixture
def card(qtbot: QtBot) -> Card:
    made = Card("登记", "Ctrl+N")
    qtbot.addWidget(made)
    in_front(qtbot, made)
    return made


def put(card: Card, *parts: QWidget | QLayout) -> None:
    """Add parts to the visible card and let them be shown."""
    card.add(*parts)
    QApplication.processEvents()


def test_a_problem_stands_under_its_field_until_the_person_types(card: Card, qtbot: QtBot) -> None:
    field, edited = TextField("手机", hint="11 位"), list[str]()
    put(card, field)
    field.edited.connect(edited.append)
    field.complain("手机号码是 11 位数字。")
    assert field.problem.isVisible()
    assert field.editor.accessibleDescription() == "手机号码是 11 位数字。"
    QTest.keyClicks(field.editor, " 138 ")
    assert not field.problem.isVisible()
    assert field.editor.accessibleDescription() == ""
    assert field.text() == "138"
    assert edited[-1] == " 138 "


def test_a_field_has_a_name_and_gets_the_focus_through_its_label(card: Card) -> None:
    fields: list[Field[Any]] = [
        TextField("甲"),
        NoteField("乙"),
        ComboField("丙", SERVICES),
        DateField("丁", date(2026, 11, 23)),
        NumberField("戊", 5),
        DecimalField("己", 1.5),
    ]
    put(card, *fields)
    for field in fields:
        assert field.editor.accessibleName() == field.label.text()
        assert field.label.buddy() is field.editor
        assert field.editor.height() >= HIT
        field.setFocus()
        assert field.editor.hasFocus()


def test_enter_in_a_text_field_is_told(card: Card, qtbot: QtBot) -> None:
    field = TextField("口令", secret=True)
    put(card, field)
    assert field.editor.echoMode() == QLineEdit.EchoMode.Password
    with qtbot.waitSignal(field.submitted):
        QTest.keyClick(field.editor, Qt.Key.Key_Return)
    field.set_text("x" * 300)
    assert len(field.text()) == 200


def test_a_choice_is_kept_while_it_exists(card: Card, qtbot: QtBot) -> None:
    combo, chosen = ComboField("事项", SERVICES, key=2), list[object]()
    put(card, combo)
    combo.chosen.connect(chosen.append)
    assert combo.key() == 2
    combo.set_choices([(3, "专利"), (2, "商标")])
    assert combo.key() == 2
    combo.set_choices([(3, "专利"), (1, "年报")])
    assert combo.key() == 3
    assert not chosen
    QTest.keyClick(combo.editor, Qt.Key.Key_Down)
    assert (combo.key(), chosen) == (1, [1])
    combo.set_choices([])
    assert combo.key() is None


def test_a_day_is_a_date(card: Card) -> None:
    field, changes = DateField("日期", date(2026, 11, 23)), list[object]()
    field.changed.connect(changes.append)
    put(card, field)
    assert field.editor.text() == "2026-11-23"
    field.set_day(date(2027, 1, 1))
    assert field.day() == date(2027, 1, 1)
    assert changes == [date(2027, 1, 1)]


def test_a_number_stays_within_its_bounds(card: Card) -> None:
    field, changes = NumberField("间隔", 5, least=1, most=60, unit="分钟"), list[int]()
    field.changed.connect(changes.append)
    put(card, field)
    field.editor.setValue(99)
    assert (field.value(), changes) == (60, [60])
    assert field.editor.text() == "60 分钟"


def test_a_decimal_number_is_exact_and_stays_within_its_bounds(card: Card) -> None:
    field, changes = DecimalField("左", 12.35, least=0, most=200, unit="毫米", decimals=2, step=0.5), list[float]()
    field.changed.connect(changes.append)
    put(card, field)
    assert (field.value(), field.editor.text()) == (12.35, "12.35 毫米")
    QTest.keyClick(field.editor, Qt.Key.Key_Up)
    assert (field.value(), changes) == (12.85, [12.85])
    field.set_value(999)
    assert field.value() == 200


def test_notes_leave_by_tab(card: Card, qtbot: QtBot) -> None:
    note, tick = NoteField("备注", "一"), Tick("主要联系人")
    put(card, note, tick)
    note.setFocus()
    QTest.keyClick(note.editor, Qt.Key.Key_Tab)
    assert tick.hasFocus()
    assert note.text() == "一"
    note.set_text("二\n三")
    assert note.text() == "二\n三"


def test_fields_in_a_row_stand_on_one_line(card: Card) -> None:
    one, other = TextField("信用代码"), TextField("名称")
    put(card, row(one, other))
    card.fill()
    one.complain("有问题，说明很长，\n占两行。")
    card.resize(500, 400)
    QApplication.processEvents()
    assert (
        one.editor.mapTo(card, one.editor.rect().topLeft()).y()
        == other.editor.mapTo(card, other.editor.rect().topLeft()).y()
    )


def test_a_card_is_a_titled_group(card: Card) -> None:
    card.set_title("等候 6 人")
    put(card, fact("信用代码", "9136"))
    assert card.accessibleName() == card.title.text() == "等候 6 人"
    assert card.hint.text() == "Ctrl+N"


def test_chips_are_chosen_by_mouse(card: Card, qtbot: QtBot) -> None:
    chips = Chips("事项", SERVICES)
    put(card, chips)
    with qtbot.waitSignal(chips.changed):
        QTest.mouseClick(chips.chip(3), Qt.MouseButton.LeftButton)
    QTest.mouseClick(chips.chip(1), Qt.MouseButton.LeftButton)
    assert chips.chosen() == [1, 3]
    assert chips.chip(1).accessibleDescription() == "已选"
    QTest.mouseClick(chips.chip(3), Qt.MouseButton.LeftButton)
    assert chips.chosen() == [1]
    assert chips.chip(1).height() >= HIT


def test_chips_are_one_tab_stop_with_arrows_inside(card: Card, qtbot: QtBot) -> None:
    before, chips, after = TextField("前"), Chips("事项", SERVICES), PlainButton("后")
    put(card, before, chips, after)
    before.setFocus()
    QTest.keyClick(before.editor, Qt.Key.Key_Tab)
    assert chips.chip(1).hasFocus()
    QTest.keyClick(chips.chip(1), Qt.Key.Key_Right)
    assert chips.chip(2).hasFocus()
    QTest.keyClick(chips.chip(2), Qt.Key.Key_Space)
    assert chips.chosen() == [2]
    QTest.keyClick(chips.chip(2), Qt.Key.Key_Tab)
    assert after.hasFocus()
    QTest.keyClick(after, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert chips.chip(2).hasFocus()
    QTest.keyClick(chips.chip(2), Qt.Key.Key_Left)
    QTest.keyClick(chips.chip(1), Qt.Key.Key_Left)
    assert chips.chip(3).hasFocus()


def test_of_single_chips_only_one_is_chosen(card: Card, qtbot: QtBot) -> None:
    chips = Chips("优先", SERVICES, several=False)
    put(card, chips)
    QTest.mouseClick(chips.chip(1), Qt.MouseButton.LeftButton)
    QTest.mouseClick(chips.chip(2), Qt.MouseButton.LeftButton)
    assert chips.chosen() == [2]


def test_new_chips_keep_what_was_chosen(card: Card) -> None:
    chips = Chips("事项", SERVICES)
    put(card, chips)
    chips.choose([2, 3, 9])
    chips.set_choices([(3, "专利"), (4, "咨询")])
    assert chips.chosen() == [3]


def test_flow_wraps_like_words(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column, flow = QVBoxLayout(window), FlowLayout(8)
    column.addLayout(flow)
    parts = [QWidget() for _ in range(3)]
    for part in parts:
        part.setFixedSize(100, 30)
        flow.addWidget(part)
    flow.setGeometry(QRect(0, 0, 220, 100))
    assert [(part.x(), part.y()) for part in parts] == [(0, 0), (108, 0), (0, 38)]
    assert (flow.heightForWidth(400), flow.heightForWidth(220), flow.heightForWidth(100)) == (30, 68, 106)
    assert flow.itemAt(3) is None
    assert flow.takeAt(3) is None
