"""批次 through a window: a batch from the product to its numbers, and everything that is done with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests import make
from tests.labels import shop as shops
from tests.labels.shop import CLERK, HEAD, TODAY, Shop
from tests.store_fixtures import NINE
from tests.ui.counter import CTRL, press, write
from tests.ui.hands import type_in
from tests.ui.labelling import back, dialog_of, open_page, part_of
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import actions, queries
from zhangshu_desk.labels.queries import BatchCard
from zhangshu_desk.labels.queries.rights import user
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.batches import BatchState
from zhangshu_desk.labels.rules.cards import ProductForm, SpecForm
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.dialogs.unmask import Unmask
from zhangshu_desk.ui.pages.labels.batches_part import BatchesPart
from zhangshu_desk.ui.pages.labels.batches_part.batch_dialog import BatchDialog
from zhangshu_desk.ui.pages.labels.batches_part.list_card import Which
from zhangshu_desk.ui.pages.labels.batches_part.number_dialogs import (
    DestroyDialog,
    HandOutDialog,
    ReprintDialog,
    TakeBackDialog,
    VoidDialog,
)
from zhangshu_desk.ui.pages.labels.batches_part.numbers_field import spans_of
from zhangshu_desk.ui.pages.labels.batches_part.report_dialog import ReportDialog
from zhangshu_desk.ui.theme import Tone

Open = Callable[..., BatchesPart]


@pytest.fixture
def shop(store: Store, tmp_path: Path) -> Shop:
    return shops.open_shop(store, tmp_path)


@pytest.fixture
def open_part(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Open:
    kept: list[BatchesPart] = []  # a dialog dies with the last reference to its parent

    def open_it(actor: Actor = CLERK) -> BatchesPart:
        kept.append(part_of(open_page(qtbot, store, tmp_path, clock, actor), BatchesPart))
        return kept[-1]

    return open_it


def new_batch(part: BatchesPart, shop: Shop, qtbot: QtBot) -> BatchDialog:
    """The dialog with product, enterprise and specification chosen."""
    part.new.click()
    dialog = dialog_of(part, BatchDialog, qtbot)
    dialog.form.product.take(shop.product)
    return dialog


def fill(dialog: BatchDialog, **texts: str) -> None:
    """Type into the named fields and let the dialog look at once."""
    for name, text in texts.items():
        field = dialog.fields[name]
        field.setFocus()
        write(text, field.editor)
    dialog.look()


def shown(part: BatchesPart) -> BatchCard:
    assert part.view.view is not None
    return part.view.view.card


def visible(part: BatchesPart) -> set[str]:
    """The acts that are offered."""
    return {one.text().rstrip("…") for one in part.acts.buttons() if one.isVisible()}


# -- making one ------------------------------------------------------------------------------------------------------


def test_an_empty_list_says_how_to_begin(open_part: Open) -> None:
    part = open_part()

    assert part.list.table.rows.rows == []
    assert part.list.title.text() == "批次 0"
    assert part.list.search.editor.hasFocus()
    assert part.view.view is None


def test_a_batch_is_made_by_keyboard(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    part = open_part()
    press(Qt.Key.Key_N, CTRL)
    dialog = dialog_of(part, BatchDialog, qtbot)
    qtbot.waitUntil(lambda: dialog.form.product.finder.popup.isVisible())  # the products are offered at once

    write("wzy")
    press(Qt.Key.Key_Return)
    assert dialog.form.right.text() == "江西药都樟树药材有限公司"  # the only one that may have them
    assert dialog.form.batch_no.editor.hasFocus()
    write("WZY2612")
    press(Qt.Key.Key_Tab)
    write("250")
    qtbot.waitUntil(lambda: "500 个包装，共 500 张标签" in dialog.sum.text())
    assert dialog.quota.text() == "核定数量今天余 10,000 张，做完这批还余 9,500 张。"
    fill(dialog, inspection_no="ZJ2026-118", inspection_until="2027-02-01")
    press(Qt.Key.Key_Return, CTRL)

    qtbot.waitUntil(lambda: part.list.title.text() == "批次 1")
    card = shown(part)
    assert (card.labels, card.state, card.form.batch_no) == (500, BatchState.APPROVED, "WZY2612")
    assert "500 张，可以编号" in part.page.notices.text.text()


def test_the_label_is_shown_as_it_will_be_printed(open_part: Open, shop: Shop, qtbot: QtBot) -> None:
    dialog = new_batch(open_part(), shop, qtbot)
    fill(dialog, batch_no="WZY2612", quantity="250")

    proof = dialog.preview.proof
    assert proof is not None
    assert proof.image is not None
    assert dialog.preview.page.image().size() == proof.image.size()
    assert "二维码模块 0.50 毫米" in dialog.preview.about.text()
    before = proof.image.copy()
    fill(dialog, batch_no="WZY2699")
    assert dialog.preview.page.image() != before


def test_the_quota_stops_and_says_what_is_left(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    part = open_part()
    dialog = new_batch(part, shop, qtbot)
    fill(dialog, batch_no="WZY2612", quantity="5000.5", inspection_no="ZJ", inspection_until="2027-02-01")
    assert dialog.quota.text().startswith("核定数量今天只余 10,000 张，差 1 张。")
    dialog.act()

    assert dialog.isVisible()
    assert dialog.form.quantity.problem.text() == "超过核定余量。"
    assert dialog.form.quantity.editor.hasFocus()
    assert queries.page(store).total == 0
    fill(dialog, quantity="5000")
    dialog.act()
    qtbot.waitUntil(lambda: queries.page(store).total == 1)


def test_everything_wrong_is_said_at_once_by_its_field(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    dialog = new_batch(open_part(), shop, qtbot)
    fill(dialog, made_on="2026-12-25", spare="20", quantity="0.3")
    dialog.act()

    said = {name: field.problem.text() for name, field in dialog.fields.items() if field.problem.text()}
    assert set(said) == {"batch_no", "quantity", "made_on", "inspection_no"}
    assert "不足一个包装" in said["quantity"]
    assert "还没有到" in said["made_on"]
    assert dialog.form.batch_no.editor.hasFocus()
    fill(dialog, made_on="昨天", quantity="很多")
    dialog.act()
    assert "2026-11-23" in dialog.form.made.problem.text()
    assert "最多三位小数" in dialog.form.quantity.problem.text()
    assert dialog.form.quantity.text() == "很多"


def test_a_product_or_firm_without_a_right_is_refused_in_words(open_part: Open, shop: Shop, qtbot: QtBot) -> None:
    part = open_part()
    part.new.click()
    dialog = dialog_of(part, BatchDialog, qtbot)
    write("樟树港辣椒", dialog.form.product.editor)
    dialog.act()
    assert "没有这个产品" in dialog.form.product.problem.text()

    dialog.form.product.take(shop.product)
    write("瑞岑校具", dialog.form.right.editor)
    dialog.act()
    assert "没有使用这个产品的授权" in dialog.form.right.problem.text()
    assert dialog.isVisible()


def test_an_ended_right_is_told_by_the_firm(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    known = user(store, shop.user, NINE)
    assert known is not None
    ended = replace(known.form, valid_until=TODAY - timedelta(days=1))
    actions.change_user(store, HEAD, shop.user, ended, NINE)
    dialog = new_batch(open_part(), shop, qtbot)
    fill(dialog, batch_no="WZY2612", quantity="250")

    assert "到期" in dialog.form.right.problem.text()


def test_furniture_gets_only_traced_templates(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    part = open_part()
    part.new.click()
    dialog = dialog_of(part, BatchDialog, qtbot)
    dialog.form.product.take(shop.wardrobe)
    fill(dialog, batch_no="G-1", quantity="40")

    offered = [dialog.form.template.editor.itemText(at) for at in range(dialog.form.template.editor.count())]
    assert offered
    assert not [one for one in offered if "地理标志" in one]
    assert dialog.quota.text() == ""
    assert dialog.form.inspection.label.text() == "检验报告编号（可不填）"
    dialog.act()
    assert queries.page(store).rows[0].family == "追溯"


def test_a_missing_pack_or_template_is_named(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    other = actions.add_product(store, HEAD, ProductForm("清江枳壳", "集体商标", trademark_name="枳壳"), NINE)
    part = open_part()
    part.new.click()
    dialog = dialog_of(part, BatchDialog, qtbot)
    dialog.form.product.take(other)

    assert "先在「权利」中" in dialog.form.spec.problem.text()
    assert dialog.form.right.taken is None


def test_a_character_no_font_has_stops_the_batch(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    dialog = new_batch(open_part(), shop, qtbot)
    fill(
        dialog,
        batch_no="WZY2612",
        quantity="250",
        inspection_no="ZJ",
        inspection_until="2027-02-01",
        place="樟树市\U0003f000镇",
    )
    assert "U+3F000" in dialog.preview.problems.text()
    dialog.act()

    assert "U+3F000" in dialog.form.place.problem.text()
    assert queries.page(store).total == 0


def test_a_draft_is_kept_and_gone_on_with(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    part = open_part()
    dialog = new_batch(part, shop, qtbot)
    fill(dialog, batch_no="WZY2612", quantity="250")
    QTest.keyClick(dialog, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: part.view.view is not None)
    assert shown(part).state is BatchState.DRAFT
    assert visible(part) == {"修改", "放弃"}

    part.acts.edit.click()
    again = dialog_of(part, BatchDialog, qtbot)
    assert again.form.right.text() == "江西药都樟树药材有限公司"
    assert again.form.quantity.text() == "250"
    fill(again, inspection_no="ZJ", inspection_until="2027-02-01")
    again.act()
    qtbot.waitUntil(lambda: shown(part).state is BatchState.APPROVED)


# -- approving and numbering -----------------------------------------------------------------------------------------


def test_a_large_batch_is_approved_by_another_person(
    open_part: Open, store: Store, shop: Shop, clock: FixedClock, qtbot: QtBot
) -> None:
    own = open_part()
    dialog = new_batch(own, shop, qtbot)
    fill(dialog, batch_no="WZY2613", quantity="1500", inspection_no="ZJ", inspection_until="2027-02-01")
    assert "要由另一人批准" in dialog.sum.text()
    dialog.act()
    qtbot.waitUntil(lambda: own.view.view is not None)
    assert visible(own) == {"修改", "放弃"}  # nobody approves their own
    assert "要由另一人批准" in own.view.state.text()

    head = open_part(HEAD)
    qtbot.waitUntil(lambda: head.view.view is not None)
    assert visible(head) == {"批准", "退回", "修改", "放弃"}
    head.acts.refuse.click()
    asked = dialog_of(head, ReasonDialog, qtbot)
    type_in(asked.reason.editor, "产量需核对")
    asked.act()
    qtbot.waitUntil(lambda: shown(head).state is BatchState.DRAFT)
    assert "被退回：产量需核对" in head.view.state.text()

    batch = shown(head)
    actions.change_batch(store, CLERK, batch.id, batch.form, NINE)
    qtbot.waitUntil(lambda: shown(head).state is BatchState.AWAITING)
    back(head, qtbot)
    press(Qt.Key.Key_F8)
    dialog_of(head, Ask, qtbot).primary.click()
    qtbot.waitUntil(lambda: shown(head).state is BatchState.APPROVED)
    assert "站长01" in head.view.facts.value("经办")


def test_a_batch_is_numbered_once(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    actions.make_batch(store, CLERK, shop.form(), NINE)
    part = open_part()
    assert visible(part) == {"编号", "修改", "放弃"}

    press(Qt.Key.Key_F8)
    asked = dialog_of(part, Ask, qtbot)
    asked.primary.click()
    qtbot.waitUntil(lambda: shown(part).state is BatchState.NUMBERED)
    assert part.view.counts.value("编号") == 500
    assert part.view.counts.value("未打印") == 500
    assert visible(part) == {"打印", "作废", "关闭"}
    assert "已编号 500 张" in part.page.notices.text.text()
    (row,) = part.view.numbers.rows.rows
    assert row.span[1] - row.span[0] == 499


def test_numbering_is_refused_when_a_right_changed(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    actions.make_batch(store, CLERK, shop.form(), NINE)
    actions.change_product(store, HEAD, shop.product, replace(shops.PRODUCT, standard_no="DB36/T 1"), NINE)
    part = open_part()
    part.acts.number.click()
    dialog_of(part, Ask, qtbot).primary.click()

    assert part.page.notices.kind == "refused"
    assert "资料有变化：标准号" in part.page.notices.text.text()
    assert shown(part).state is BatchState.APPROVED


def test_a_batch_is_given_up_with_a_reason(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    actions.make_batch(store, CLERK, shop.form(), NINE)
    part = open_part()
    part.acts.discard.click()
    asked = dialog_of(part, ReasonDialog, qtbot)
    type_in(asked.reason.editor, "企业取消")
    asked.act()

    qtbot.waitUntil(lambda: part.list.table.rows.rows == [])
    part.list.which.set_key(Which.DISCARDED)
    part.list.which.chosen.emit(Which.DISCARDED)
    assert part.view.state.text() == "已放弃：企业取消。"


# -- what is done with its labels ------------------------------------------------------------------------------------


@pytest.fixture
def printed(store: Store, shop: Shop) -> str:
    """A batch of 200 on paper."""
    batch = shops.numbered(store, shop.form(quantity=100_000))
    shops.printed(store, batch)
    return batch


def test_labels_are_voided_by_their_numbers(
    open_part: Open, store: Store, shop: Shop, printed: str, qtbot: QtBot
) -> None:
    first = shops.numbers(store, printed)[0][0]
    part = open_part()
    back(part, qtbot)
    press(Qt.Key.Key_D, CTRL)
    dialog = dialog_of(part, VoidDialog, qtbot)
    dialog.act()
    assert dialog.numbers.problem.text()
    assert dialog.reason.problem.text()
    type_in(dialog.numbers.editor, f"{first + 2}-{first + 4}、{first + 9}")
    assert dialog.numbers.problem.text() == "共 4 张。"
    dialog.chips.chip("打印损坏").click()
    dialog.act()

    qtbot.waitUntil(lambda: part.view.counts.value("作废") == 4)
    assert part.view.counts.value("可发放") == 196
    voided = [row for row in part.view.numbers.rows.rows if row.fate == "作废"]
    assert {row.detail for row in voided} == {"打印损坏"}
    assert shown(part).exceptions[0].actor_name == CLERK.name


def test_numbers_of_another_batch_are_refused_in_the_dialog(
    open_part: Open, shop: Shop, printed: str, qtbot: QtBot
) -> None:
    part = open_part()
    part.acts.void.click()
    dialog = dialog_of(part, VoidDialog, qtbot)
    type_in(dialog.numbers.editor, "7")
    type_in(dialog.reason.editor, "x")
    dialog.act()

    assert "不是这一批的" in dialog.notices.text.text()
    assert dialog.numbers.text() == "7"


def test_a_spoiled_label_gets_another_number(
    open_part: Open, store: Store, shop: Shop, printed: str, qtbot: QtBot
) -> None:
    first = shops.numbers(store, printed)[0][0]
    part = open_part()
    part.acts.reprint.click()
    dialog = dialog_of(part, ReprintDialog, qtbot)
    type_in(dialog.numbers.editor, str(first))
    type_in(dialog.reason.editor, "卡纸")
    dialog.act()

    qtbot.waitUntil(lambda: part.view.counts.value("未打印") == 1)
    gone = next(row for row in part.view.numbers.rows.rows if row.fate == "已补打")
    new = shops.numbers(store, printed)[1][0]
    assert gone.span == (first, first)
    assert codes.serial_text(new) in gone.detail
    assert f"{codes.serial_text(first)} 换为 {codes.serial_text(new)}" in part.page.notices.text.text()
    assert part.view.state.text() == "还有 1 张没有打印。"


def test_labels_go_out_are_reported_and_come_back(
    open_part: Open, store: Store, shop: Shop, printed: str, qtbot: QtBot
) -> None:
    first = shops.numbers(store, printed)[0][0]
    part = open_part()
    back(part, qtbot)
    press(Qt.Key.Key_F6)
    hand = dialog_of(part, HandOutDialog, qtbot)
    hand.act()
    assert hand.receiver.problem.text()
    type_in(hand.receiver.editor, "陈晓梅")
    type_in(hand.count.editor, "120")
    hand.act()
    qtbot.waitUntil(lambda: part.view.counts.value("在企业") == 120)
    assert part.view.moves.rows.index(0, 4).data() == "陈*"  # a person is masked

    back(part, qtbot)
    press(Qt.Key.Key_F7)
    report = dialog_of(part, ReportDialog, qtbot)
    type_in(report.used.editor, "90")
    type_in(report.held.editor, "28")
    report.act()
    assert "账上应剩 30 张，企业报的少 2 张" in part.page.notices.text.text()

    back(part, qtbot)
    press(Qt.Key.Key_F9)
    returned = dialog_of(part, TakeBackDialog, qtbot)
    type_in(returned.numbers.editor, f"{first + 100}-{first + 109}")
    type_in(returned.reason.editor, "企业未使用退回")
    returned.act()
    qtbot.waitUntil(lambda: part.view.counts.value("在企业") == 110)
    assert shown(part).balance.returned == 10
    assert [row.move.value for row in part.view.moves.rows.rows] == ["退回", "手存", "已用", "领用"]


def test_who_took_labels_is_seen_for_a_reason(
    open_part: Open, store: Store, shop: Shop, printed: str, qtbot: QtBot
) -> None:
    actions.hand_out(store, CLERK, printed, "陈晓梅", NINE)
    part = open_part()
    part.view.tabs.setCurrentIndex(1)
    assert not part.view.see.isVisible()
    part.view.moves.selectRow(0)
    part.view.see.click()
    asked = dialog_of(part, Unmask, qtbot)
    type_in(asked.reason.editor, "核对签收")
    asked.act()

    assert asked.masked.text() == "陈晓梅"
    asked.reject()


def test_void_labels_are_destroyed_before_our_eyes(
    open_part: Open, store: Store, shop: Shop, printed: str, qtbot: QtBot
) -> None:
    numbers = shops.nth(store, printed, 0, 2)
    actions.void_numbers(store, CLERK, printed, numbers, "打印损坏", NINE)
    part = open_part()
    part.acts.destroy.click()
    dialog = dialog_of(part, DestroyDialog, qtbot)
    type_in(dialog.numbers.editor, f"{numbers[0][0]}–{numbers[0][1]}")
    type_in(dialog.reason.editor, "当面剪毁")
    dialog.act()

    qtbot.waitUntil(lambda: any(row.fate == "已销毁" for row in part.view.numbers.rows.rows))
    known = user(store, shop.user, NINE)
    assert known is not None
    assert known.left == 10_000 - 197


def test_closing_voids_what_was_never_printed(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    batch = shops.numbered(store, shop.form())
    shops.printed(store, batch, 0, 299)
    part = open_part()
    part.acts.close.click()
    asked = dialog_of(part, Ask, qtbot)
    asked.primary.click()

    qtbot.waitUntil(lambda: part.list.table.rows.rows == [])
    part.list.which.set_key(Which.CLOSED)
    part.list.which.chosen.emit(Which.CLOSED)
    assert shown(part).state is BatchState.CLOSED
    assert part.view.counts.value("作废") == 200
    assert visible(part) == {"发放", "作废", "登记销毁"}


def test_a_batch_of_another_station_is_only_looked_at(open_part: Open, store: Store, shop: Shop) -> None:
    batch = shops.numbered(store, shop.form())
    with store.merge() as merge:
        merge.db.execute("UPDATE label_batches SET station_id = 'elsewhere' WHERE id = ?", (batch,))
        merge.touched.add("label_batches")
    part = open_part()

    assert part.list.table.rows.index(0, 4).data() == "已编号 外站"
    assert part.view.hint.text() == "已编号 · 外站批次"
    assert "打印" not in visible(part)


# -- finding ---------------------------------------------------------------------------------------------------------


def test_a_batch_is_found_by_text_state_and_the_number_of_a_label(
    open_part: Open, store: Store, shop: Shop, printed: str, qtbot: QtBot
) -> None:
    actions.make_batch(store, CLERK, shop.traced_form(), NINE)
    part = open_part()
    assert [row.batch_no for row in part.list.table.rows.rows] == ["G-2611-07", "WZY2611"]

    type_in(part.list.search.editor, "吴茱萸")
    qtbot.waitUntil(lambda: part.list.answered() == "吴茱萸")
    assert [row.batch_no for row in part.list.table.rows.rows] == ["WZY2611"]
    part.list.family.set_key("追溯")
    part.list.family.chosen.emit("追溯")
    assert part.list.table.rows.rows == []

    first = shops.numbers(store, printed)[0][0]
    write(str(first + 10), part.list.search.editor)
    QTest.keyClick(part.list.search.editor, Qt.Key.Key_Return)
    assert shown(part).id == printed


def test_a_batch_the_list_does_not_have_is_shown_all_the_same(
    open_part: Open, store: Store, shop: Shop, printed: str
) -> None:
    actions.close_batch(store, CLERK, printed, NINE)
    part = open_part()
    part.receive(printed)
    part.load()
    assert part.list.table.rows.rows == []
    assert shown(part).id == printed

    part.list.which.set_key(Which.AWAITING)
    part.list.which.chosen.emit(Which.AWAITING)
    assert part.view.view is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12", ((12, 12),)),
        ("00000012–00000020、33", ((12, 20), (33, 33))),
        ("12-14\n13～18，40", ((12, 18), (40, 40))),
        (f"{codes.link(bytes(32), 'label.example.cn', 77)}\n", ((77, 77),)),
    ],
)
def test_numbers_are_read_as_one_types_pastes_or_scans_them(text: str, numbers: object) -> None:
    assert spans_of(text) == numbers


def test_what_is_no_number_is_refused() -> None:
    from zhangshu_desk.core.errors import DeskError

    for text in ("abc", "20-12", "12、x", "https://label.example.cn/other"):
        with pytest.raises(DeskError):
            spans_of(text)


def test_every_control_has_a_name(open_part: Open, store: Store, shop: Shop, printed: str, qtbot: QtBot) -> None:
    part = open_part()
    dialog = new_batch(part, shop, qtbot)
    for root in (part, dialog):
        controls: list[QWidget] = [*root.findChildren(QAbstractButton), *root.findChildren(QLineEdit)]
        seen = [one for one in controls if one.isVisible() and one.focusPolicy() != Qt.FocusPolicy.NoFocus]
        assert seen
        inner = {"qt_spinbox_lineedit"}
        assert not [one for one in seen if not one.accessibleName() and one.objectName() not in inner]


def test_the_tones_of_states_are_said_in_words_too(open_part: Open, store: Store, shop: Shop) -> None:
    actions.make_batch(store, CLERK, shop.form(quantity=1_500_000), NINE)
    part = open_part()

    assert part.list.table.rows.index(0, 4).data() == "待批准"
    column = part.list.table.rows.columns[4]
    assert column.tone is not None
    assert column.tone(part.list.table.rows.rows[0]) is Tone.WARN


def test_of_several_packs_one_is_chosen_first(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    actions.add_spec(store, CLERK, SpecForm(shop.product, "1 千克/袋", "千克", 1_000), NINE)
    dialog = new_batch(open_part(make.LABEL_CLERK), shop, qtbot)

    assert dialog.form.spec.editor.hasFocus()
