"""Templates: the list, the label as it comes out, what is wrong with it, and changing one of the site's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests import make
from tests.labels.shop import numbered, open_shop
from tests.store_fixtures import NINE
from tests.ui.admin import dialog_of
from tests.ui.hands import in_front, type_in
from tests.ui.labels_kit import open_part, pick
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import templates
from zhangshu_desk.labels.actions.printers import keep_printer
from zhangshu_desk.labels.actions.templates import copy_template, lock_template
from zhangshu_desk.labels.keys import key_of
from zhangshu_desk.labels.painting.marks import grey_of
from zhangshu_desk.labels.reading import _codes
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.elements import KEYS, Area, Date, Qr, Text
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way
from zhangshu_desk.labels.rules.templates import Template, flaws
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.pages.labels.page_view import MARGIN
from zhangshu_desk.ui.pages.labels.templates_part import TemplatesPart, words
from zhangshu_desk.ui.pages.labels.templates_part.dialog import EditTemplate
from zhangshu_desk.ui.pages.labels.templates_part.part import CopyTemplate
from zhangshu_desk.ui.pages.labels.templates_part.proof import TARGETS, Target, paintable, prove, samples
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import ComboField, DecimalField, NoteField
from zhangshu_desk.ui.work import Work

ROLL = "traced-60x40"


@pytest.fixture
def part(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, store: Store, tmp_path: Path, clock: FixedClock
) -> TemplatesPart:
    return open_part(qtbot, monkeypatch, store, tmp_path, clock, TemplatesPart)


@pytest.fixture
def own(store: Store) -> Template:
    shipped = templates.load(store.paths.labels, ROLL)
    return copy_template(store, make.SUPERVISOR, shipped, "更衣柜标签", NINE)


@pytest.fixture
def editor(own: Template, part: TemplatesPart) -> EditTemplate:
    part.receive(own.id)
    QTest.keyClick(part, Qt.Key.Key_F4)
    return dialog_of(part, EditTemplate)


def read(image: QImage | None) -> list[str]:
    """What the codes on a picture say."""
    assert image is not None
    return [str(one.text) for one in _codes(grey_of(image), patient=True)]


# -- the list ------------------------------------------------------------------------------------------------------


def test_shipped_own_locked_and_broken_ones_are_told_apart(
    store: Store, own: Template, part: TemplatesPart, qtbot: QtBot
) -> None:
    lock_template(store, make.SUPERVISOR, own.id, True, NINE)
    (store.paths.labels / "bad.toml").write_text('id = "bad"\ntitle = ', "utf-8")
    part.load()
    said = {one.id: part.table.rows.columns[3].text(one) for one in part.table.rows.rows}
    assert (said[ROLL], said[own.id], said["bad"]) == ("自带", "已锁定", "有误")
    part.table.choose("bad")
    assert "标签模板 bad.toml 不能用" in part.broken.text()
    assert str(store.paths.labels / "bad.toml") in part.broken.text()
    assert part.delete.isEnabled()
    assert not part.change.isEnabled()
    part.table.choose(ROLL)
    assert not part.broken.isVisible()
    assert not part.delete.isEnabled()


def test_every_shipped_template_is_painted_and_its_code_read_back(part: TemplatesPart) -> None:
    seen = list[str]()
    for one in list(part.table.rows.rows):
        part.table.choose(one.id)
        proof = part.proof.proof
        assert one.template is not None
        assert proof is not None
        assert not proof.problems
        assert "核对无误" in part.proof.problems.text()
        seen += read(proof.image)
    assert len(seen) == len(part.table.rows.rows)
    assert {codes.read(one).serial for one in seen} == {12_345_678}


def test_a_sheet_is_not_tried_on_a_label_printer(part: TemplatesPart) -> None:
    part.table.choose("traced-a4-3x8")
    assert [one.title for one, _ in part.proof.target.choices()] == ["激光打印机、PDF"]
    part.table.choose(ROLL)
    assert len(part.proof.target.choices()) == 3


def test_a_mark_that_nobody_has_is_a_place_and_not_a_drawing(part: TemplatesPart) -> None:
    part.table.choose("gi-product-60x40")
    assert [name for _, name in part.proof.page.sheet.held] == ["专用标志"]
    place = part.proof.page.sheet.held[0][0]
    proof = part.proof.proof
    assert proof is not None
    assert proof.image is not None
    dots = proof.image.width() / 60
    inside = proof.image.copy(*(round(one * dots) for one in (place.x(), place.y(), place.width(), place.height())))
    assert grey_of(inside).min() == 255


def test_the_program_s_own_are_copied_and_then_changed(store: Store, part: TemplatesPart, qtbot: QtBot) -> None:
    part.table.choose(ROLL)
    QTest.keyClick(part.table, Qt.Key.Key_Return)
    dialog = dialog_of(part, CopyTemplate)
    dialog.title.editor.selectAll()
    type_in(dialog.title.editor, "更衣柜")
    in_front(qtbot, dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert "已复制为「更衣柜」" in part.page.notices.text.text()
    chosen = part.table.current()
    assert chosen is not None
    assert (chosen.title, chosen.own, chosen.changeable) == ("更衣柜", True, True)
    part.window().activateWindow()
    in_front(qtbot, part.window())
    QTest.keyClick(part, Qt.Key.Key_F6)
    assert templates.load(store.paths.labels, chosen.id).locked
    assert part.lock.text() == "解锁"
    assert not part.delete.isEnabled()
    QTest.keyClick(part, Qt.Key.Key_F6)
    QTest.keyClick(part, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    dialog_of(part, Ask).primary.click()
    assert not [one for one in templates.listed(store.paths.labels) if one.own]


# -- what is wrong -------------------------------------------------------------------------------------------------


def test_a_code_too_small_for_the_printer_is_told_with_the_size_that_would_do(store: Store) -> None:
    template = templates.load(store.paths.labels, ROLL)
    small = tuple(
        replace(one, area=Area(one.area.x, one.area.y, 9, 9)) if isinstance(one, Qr) else one
        for one in template.elements
    )
    proof = prove(replace(template, elements=small), samples(template)[0], TARGETS[0])
    assert proof.image is None
    assert "至少要" in proof.problems[0].text


def test_a_text_too_long_and_a_glyph_that_no_font_has_are_told(store: Store) -> None:
    template = templates.load(store.paths.labels, ROLL)
    sample = samples(template)[0]
    for name, found in (("很长的产品名称" * 20, "放不下"), ("\U000f0000", "U+F0000")):
        bad = replace(sample, data={**sample.data, "product_name": name})
        assert found in prove(template, bad, TARGETS[0]).problems[0].text


def test_printers_and_batches_can_be_tried(part: TemplatesPart, tmp_path: Path) -> None:
    store = part.desk.store
    shop = open_shop(store, tmp_path)
    numbered(store, shop.traced_form(batch_no="G-2611-07"))
    numbered(store, shop.form())
    keep_printer(store, make.SUPERVISOR, PrinterSettings("佳博", Way.TSPL_TCP, 300, address="127.0.0.1"), NINE)
    part.receive(ROLL)
    assert part.proof.target.choices()[0] == (Target("佳博", 300, True), "佳博")
    assert [words for _, words in part.proof.sample.choices()][2:] == ["G-2611-07 钢制更衣柜"]
    pick(part.proof.sample, "G-2611-07")
    proof = part.proof.proof
    assert proof is not None
    assert proof.image is not None
    assert proof.image.width() == round(60 / 25.4 * 300)
    scanned = codes.read(read(proof.image)[0])
    assert codes.is_genuine(key_of(store.paths), scanned)
    part.table.choose("gi-product-60x40")
    pick(part.proof.sample, "WZY2611")
    assert part.proof.proof is not None
    assert part.proof.proof.has_mark
    assert not part.proof.page.sheet.held


def test_the_window_does_not_wait_for_the_picture(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, store: Store, tmp_path: Path, clock: FixedClock
) -> None:
    work = Work()
    part = open_part(qtbot, monkeypatch, store, tmp_path, clock, TemplatesPart, work)
    qtbot.waitUntil(lambda: part.proof.proof is not None)
    for one in part.table.rows.rows:
        part.table.choose(one.id)
    last = part.table.rows.rows[-1].template
    assert last is not None
    qtbot.waitUntil(lambda: part.proof.page.sheet.size_mm == (last.width, last.height))
    work.close()


# -- changing ------------------------------------------------------------------------------------------------------


def field(editor: EditTemplate, name: str) -> DecimalField:
    found = editor.form.fields[name]
    assert isinstance(found, DecimalField)
    return found


def combo(editor: EditTemplate, name: str) -> ComboField[str]:
    found = editor.form.fields[name]
    assert isinstance(found, ComboField)
    return found


def note(editor: EditTemplate) -> NoteField:
    found = editor.form.fields["text"]
    assert isinstance(found, NoteField)
    return found


def number_of(editor: EditTemplate, kind: type) -> int:
    return next(at for at, one in enumerate(editor.template.elements) if isinstance(one, kind))


def test_a_change_is_seen_at_once_and_kept(
    store: Store, own: Template, editor: EditTemplate, part: TemplatesPart, qtbot: QtBot
) -> None:
    before = editor.proof.page.image()
    at = number_of(editor, Text)
    editor.choose(at)
    note(editor).editor.selectAll()
    type_in(note(editor).editor, "名称：")
    pick(combo(editor, "insert"), "{产品名称}")
    field(editor, "size").set_value(9)
    field(editor, "least").set_value(6)
    qtbot.waitUntil(lambda: editor.proof.page.image() != before)
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    kept = templates.load(store.paths.labels, own.id).elements[at]
    assert isinstance(kept, Text)
    assert (kept.text, kept.style.size) == ("名称：{product_name}", 9)
    assert "已保存" in part.page.notices.text.text()


def test_problems_are_named_while_one_types(store: Store, own: Template, editor: EditTemplate) -> None:
    at = number_of(editor, Qr)
    editor.choose(at)
    field(editor, "x").set_value(58)
    assert "超出标签" in field(editor, "x").problem.text()
    assert f"第 {at + 1} 个元素（二维码）的「左」超出标签" in editor.proof.problems.text()
    assert editor.proof.problems.property("tone") == Tone.BAD.value
    row = editor.table.current()
    assert row is not None
    assert row.wrong
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "没有保存" in editor.notices.text.text()
    assert templates.load(store.paths.labels, own.id) == own
    field(editor, "x").set_value(own.elements[at].area.x)
    assert "核对无误" in editor.proof.problems.text()


@pytest.mark.qt_log_ignore("grabbing the keyboard", "raise()", extend=True)
def test_elements_are_added_doubled_and_removed_by_keyboard(own: Template, editor: EditTemplate, qtbot: QtBot) -> None:
    QTest.keyClick(editor, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    menu = editor.findChild(QMenu)
    assert menu is not None
    qtbot.waitUntil(menu.isVisible)
    assert [one.text() for one in menu.actions()] == list(words.KINDS.values())
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert isinstance(editor.template.elements[-1], Date)
    assert combo(editor, "key").hasFocus() or combo(editor, "key").editor.hasFocus()
    editor.table.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert len(editor.template.elements) == len(own.elements) + 2
    for _ in range(2):
        QTest.keyClick(editor, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert editor.template.elements == own.elements


def test_a_click_on_the_label_chooses_what_is_there(editor: EditTemplate) -> None:
    at = number_of(editor, Qr)
    area = editor.template.elements[at].area
    middle = QPointF(area.x + area.width / 2, area.y + area.height / 2) * editor.proof.page.sheet.scale
    QTest.mouseClick(
        editor.proof.page.sheet, Qt.MouseButton.LeftButton, pos=(middle + QPointF(MARGIN, MARGIN)).toPoint()
    )
    row = editor.table.current()
    assert row is not None
    assert row.number == at
    assert editor.proof.page.sheet.frames[0].x() == area.x


def test_a_template_of_the_other_family_needs_its_mark_and_pieces(editor: EditTemplate) -> None:
    pick(editor.family, "地理标志")
    assert editor.routes.isVisible()
    said = editor.proof.problems.text()
    assert "专用标志" in said
    assert "保护方式" in said
    pick(editor.family, "追溯")
    assert not editor.routes.isVisible()
    assert editor.template.routes == ()


def test_what_was_changed_is_not_lost_without_asking(own: Template, editor: EditTemplate, store: Store) -> None:
    type_in(editor.title.editor, "新")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    asking = dialog_of(editor, Ask)
    QTest.keyClick(asking, Qt.Key.Key_Escape)
    assert editor.isVisible()
    assert editor.title.text().endswith("新")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    dialog_of(editor, Ask).primary.click()
    assert not editor.isVisible()
    assert templates.load(store.paths.labels, own.id) == own


# -- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_data_is_called_by_its_name_and_found_again(key: str) -> None:
    assert words.in_words(f"前 {{{key}}} 后") == f"前 {{{KEYS[key]}}} 后"
    assert words.in_keys(words.in_words(f"{{{key}}}")) == f"{{{key}}}"


def test_what_is_no_name_stays_for_the_check_to_name() -> None:
    assert words.in_keys("{不知道} {{花括号}} {规格") == "{不知道} {{花括号}} {规格"


def test_every_flaw_of_every_field_has_a_name_in_the_form(store: Store) -> None:
    template = templates.load(store.paths.labels, ROLL)
    broken = replace(template, id="", title="", elements=())
    for flaw in flaws(broken):
        assert words.flaw_words(broken, flaw).endswith("。")
    assert not paintable(broken, flaws(broken))
