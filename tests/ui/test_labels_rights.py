"""权利 through a window: products, users, quotas, marks and packs are recorded by hand; everything wrong is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests import make
from tests.labels import shop as shops
from tests.labels.shop import HEAD, TODAY, Shop
from tests.store_fixtures import NINE
from tests.ui import morning
from tests.ui.counter import CTRL, press
from tests.ui.hands import type_in
from tests.ui.labelling import dialog_of, open_page, part_of
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import actions
from zhangshu_desk.labels.queries import rights
from zhangshu_desk.labels.rules.cards import ProductForm, QuotaForm, UserForm
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.pages.labels.rights_part import RightsPart
from zhangshu_desk.ui.pages.labels.rights_part.lists_card import Kind
from zhangshu_desk.ui.pages.labels.rights_part.mark_dialog import MarkDialog
from zhangshu_desk.ui.pages.labels.rights_part.product_dialog import ProductDialog
from zhangshu_desk.ui.pages.labels.rights_part.quota_dialog import QuotaDialog
from zhangshu_desk.ui.pages.labels.rights_part.spec_dialog import SpecDialog
from zhangshu_desk.ui.pages.labels.rights_part.traced_dialog import TracedDialog
from zhangshu_desk.ui.pages.labels.rights_part.user_dialog import UserDialog
from zhangshu_desk.ui.theme import Tone

MARK = Path(__file__).parent.parent / "labels" / "files" / "mark.svg"
Open = Callable[..., RightsPart]


@pytest.fixture
def shop(store: Store, tmp_path: Path) -> Shop:
    return shops.open_shop(store, tmp_path)


@pytest.fixture
def open_part(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Open:
    kept: list[RightsPart] = []  # a dialog dies with the last reference to its parent

    def open_it(actor: Actor = make.SUPERVISOR) -> RightsPart:
        kept.append(part_of(open_page(qtbot, store, tmp_path, clock, actor), RightsPart))
        return kept[-1]

    return open_it


def test_an_empty_station_says_how_to_begin(open_part: Open) -> None:
    part = open_part()

    assert part.list.table.rows.rows == []
    assert part.pile.currentWidget() is part.nothing
    part.new.click()
    assert "先在「地理标志」中" in part.page.notices.text.text()


def test_an_indication_says_what_its_route_needs(open_part: Open, store: Store, qtbot: QtBot) -> None:
    part = open_part()
    part.list.show_kind(Kind.PRODUCTS)
    part.list.search.setFocus()
    press(Qt.Key.Key_N, CTRL)
    form = dialog_of(part, ProductDialog, qtbot)
    assert form.pieces["standard_no"].isVisible()
    assert not form.pieces["registration_no"].isVisible()

    form.act()
    assert "请填写" in form.name.problem.text()
    form.route.set_key("证明商标")
    form.route.chosen.emit("证明商标")
    assert form.pieces["registration_no"].isVisible()
    type_in(form.name.editor, "清江枳壳")
    form.show_doubts()
    assert "商标名称" in form.route.problem.text()
    type_in(form.pieces["trademark_name"].editor, "清江枳壳")
    type_in(form.specs.editor, "枳壳个、枳壳片")
    QTest.keyClick(form, Qt.Key.Key_Return, CTRL)

    (row,) = rights.products(store)
    assert row.form.specs == ("枳壳个", "枳壳片")
    assert row.missing == ("商标注册号",)
    assert not row.form.verified


def test_what_is_not_verified_or_lacks_a_piece_is_marked(open_part: Open, store: Store, shop: Shop) -> None:
    lacking = actions.add_product(store, HEAD, ProductForm("清江枳壳", "证明商标", trademark_name="清江枳壳"), NINE)
    part = open_part()

    part.receive(lacking)
    assert part.pile.currentWidget() is part.product
    assert "缺商标注册号" in part.product.state.text()
    assert part.product.facts.value("商标注册号") == "未填"
    part.receive(shop.product)
    assert part.product.state.text() == "已核实。"
    assert [one.id for one in part.product.users.rows.rows] == [shop.user]


def test_a_right_is_recorded_with_the_enterprise_found_by_initials(
    open_part: Open, store: Store, shop: Shop, qtbot: QtBot
) -> None:
    firms = morning.park(store, NINE, 1)
    part = open_part(make.LABEL_CLERK)
    part.new.click()
    form = dialog_of(part, UserDialog, qtbot)
    assert form.enterprise.editor.hasFocus()

    type_in(form.enterprise.editor, "jhbx")
    qtbot.waitUntil(lambda: form.enterprise.finder.popup.isVisible())
    QTest.keyClick(form.enterprise.editor, Qt.Key.Key_Return)
    form.since.set_text("20260101")
    form.act()

    row = next(one for one in rights.users(store, NINE) if one.form.enterprise_id == firms[morning.JINHU])
    assert (row.form.valid_from, row.form.valid_until) == (date(2026, 1, 1), None)
    qtbot.waitUntil(lambda: part.user.view is not None and part.user.view.user.id == row.id)
    assert "没有指定专用标志文件" in part.user.problems.text()
    assert "没有核定的用标数量" in part.user.problems.text()


def test_everything_wrong_is_said_at_once_by_its_field(open_part: Open, shop: Shop, qtbot: QtBot) -> None:
    part = open_part()
    part.new.click()
    form = dialog_of(part, UserDialog, qtbot)
    type_in(form.enterprise.editor, "没有的企业")
    form.until.set_text("2026-13-01")
    form.act()

    assert "名录中没有的" in form.enterprise.problem.text()
    assert "2026-11-23" in form.until.problem.text()
    assert "请核对" in form.announcement.problem.text()
    assert form.enterprise.editor.hasFocus()
    assert form.isVisible()
    form.until.set_text("2020-01-01")
    form.act()
    assert "早于" in form.until.problem.text()
    assert form.enterprise.text() == "没有的企业"


def test_the_states_of_rights_are_said_in_words_and_tones(
    open_part: Open, store: Store, shop: Shop, clock: FixedClock
) -> None:
    whole = next(one for one in rights.users(store, NINE) if one.id == shop.user)
    said = {}
    for name, since, until in (
        ("将到期", TODAY - timedelta(400), TODAY + timedelta(20)),
        ("过期", TODAY - timedelta(400), TODAY - timedelta(1)),
        ("未开始", TODAY + timedelta(1), None),
    ):
        form = replace(whole.form, valid_from=since, valid_until=until)
        actions.change_user(store, HEAD, shop.user, form, NINE)
        part = open_part()
        part.receive(shop.user)
        said[name] = part.user.state.text(), part.list.table.rows.index(0, 3).data()
    assert said == {
        "将到期": ("将到期，还有 20 天，可以制作标签。", "将到期，还有 20 天"),
        "过期": ("过期。", "过期"),
        "未开始": ("未开始。", "未开始"),
    }


def test_quotas_are_shown_with_what_is_left(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    shops.numbered(store, shop.form())
    part = open_part()
    part.receive(shop.user)
    (row,) = part.user.quotas.rows.rows
    texts = [part.user.quotas.rows.index(0, at).data() for at in range(4)]
    assert texts == ["2026-01-01～12-31", "10,000", "500", "9,500"]
    assert part.list.table.rows.index(0, 2).data() == "9,500 / 10,000"

    part.user.grant.click()
    form = dialog_of(part, QuotaDialog, qtbot)
    type_in(form.labels.editor, "2,000")
    form.act()
    assert "核定依据" in form.basis.problem.text()
    type_in(form.basis.editor, "市局 7 月函")
    form.act()
    qtbot.waitUntil(lambda: len(part.user.quotas.rows.rows) == 2)
    assert part.list.table.rows.index(0, 2).data() == "11,500 / 12,000"

    part.user.quotas.choose(row.id)
    part.user.void_quota.click()
    asked = dialog_of(part, ReasonDialog, qtbot)
    type_in(asked.reason.editor, "核定有误")
    asked.act()
    qtbot.waitUntil(lambda: part.list.table.rows.index(0, 2).data() == "1,500 / 2,000")


def test_little_and_nothing_left_have_their_tones(open_part: Open, store: Store, shop: Shop) -> None:
    actions.set_quota(
        store, HEAD, QuotaForm(shop.user, date(2026, 1, 1), date(2026, 12, 31), 520, "x"), NINE, quota_id=shop.quota
    )
    shops.numbered(store, shop.form())
    part = open_part()
    column = part.list.table.rows.columns[2]
    row = part.list.table.rows.rows[0]
    assert column.tone is not None
    assert column.share is not None
    assert column.tone(row) is Tone.WARN
    assert column.share(row) == pytest.approx(20 / 520)


def test_a_mark_is_imported_with_the_code_in_it_compared(
    open_part: Open, store: Store, shop: Shop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = open_part(make.LABEL_CLERK)
    part.receive(shop.user)
    before = part.user.mark.picture.image
    part.user.tabs.setCurrentIndex(1)
    part.user.mark.bring.click()
    form = dialog_of(part, MarkDialog, qtbot)
    form.act()
    assert "还没有选择" in form.notices.text.text()

    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_more: (str(MARK), ""))
    form.choose.click()
    picture = form.picture.image
    assert picture.width() / picture.height() == pytest.approx(0.95, abs=0.01)
    assert form.code.editor.hasFocus()
    type_in(form.code.editor, shops.OTHER_CODE)
    assert "第 11 位" in form.compared.text()
    form.act()
    assert shops.CODE in form.code.problem.text()
    form.code.editor.selectAll()
    type_in(form.code.editor, shops.CODE.lower())
    assert form.compared.text() == "与名录中的代码一致。"
    form.act()

    qtbot.waitUntil(lambda: "mark.svg" in part.user.mark.facts.value("文件名"))
    assert part.user.mark.picture.image.size() != before.size()
    user = rights.user(store, shop.user, NINE)
    assert user is not None
    assert user.form.mark_id != shop.mark
    assert user.usable


def test_a_mark_that_is_not_at_this_machine_is_told(open_part: Open, store: Store, shop: Shop) -> None:
    for file in store.paths.marks.iterdir():
        file.unlink()
    part = open_part()
    part.receive(shop.user)

    assert "不在本机" in part.user.problems.text()
    assert part.user.mark.picture.words == "本机没有这个文件"
    assert "再导入一次" in part.user.mark.facts.value("本机文件")


def test_a_traced_product_and_its_pack(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    morning.park(store, NINE, 1)
    part = open_part(make.LABEL_CLERK)
    part.list.show_kind(Kind.TRACED)
    part.new.click()
    form = dialog_of(part, TracedDialog, qtbot)
    type_in(form.enterprise.editor, "jhbx")
    qtbot.waitUntil(lambda: form.enterprise.finder.popup.isVisible())
    QTest.keyClick(form.enterprise.editor, Qt.Key.Key_Return)
    type_in(form.texts["name"].editor, "樟树吴茱萸展示柜")
    type_in(form.texts["gtin"].editor, "6901234567891")
    form.act()
    assert "校验码" in form.texts["gtin"].problem.text()
    form.texts["gtin"].set_text("6901234567892")
    form.act()
    assert "地理标志「樟树吴茱萸」" in form.texts["name"].problem.text()
    form.texts["name"].set_text("展示柜")
    form.act()

    row = next(one for one in rights.traced(store) if one.form.name == "展示柜")
    assert row.form.gtin == "06901234567892"
    qtbot.waitUntil(lambda: part.traced.view is not None and part.traced.view.product.id == row.id)
    part.traced.specs.add.click()
    pack = dialog_of(part, SpecDialog, qtbot)
    type_in(pack.name.editor, "一组")
    type_in(pack.pack.editor, "2.5")
    type_in(pack.unit.editor, "件")
    assert pack.worked.text() == "每 2.5 件一枚标签。"
    pack.act()
    qtbot.waitUntil(lambda: len(part.traced.specs.table.rows.rows) == 1)
    assert part.traced.specs.table.rows.index(0, 1).data() == "2.5 件"


def test_a_right_is_ended_with_a_reason_and_found_again_among_those_out_of_use(
    open_part: Open, store: Store, shop: Shop, qtbot: QtBot
) -> None:
    part = open_part()
    part.receive(shop.user)
    part.user.end.click()
    asked = dialog_of(part, ReasonDialog, qtbot)
    asked.act()
    assert asked.reason.problem.text()
    type_in(asked.reason.editor, "企业放弃使用")
    asked.act()

    qtbot.waitUntil(lambda: part.list.table.rows.rows == [])
    part.list.all.setChecked(True)
    assert part.list.table.rows.index(0, 3).data() == "已终止"
    assert part.user.state.text() == "已终止。"
    assert not part.user.edit.isVisible()


def test_a_change_by_somebody_else_is_noticed(open_part: Open, store: Store, shop: Shop, qtbot: QtBot) -> None:
    part = open_part()
    part.receive(shop.user)
    part.user.edit.click()
    form = dialog_of(part, UserDialog, qtbot)
    seen = rights.user(store, shop.user, NINE)
    assert seen is not None
    actions.change_user(store, HEAD, shop.user, replace(seen.form, valid_until=date(2027, 1, 1)), NINE)
    form.until.set_text("2028-01-01")
    form.act()

    assert form.notices.isVisible()
    assert form.isVisible()


def test_a_clerk_at_the_counter_only_looks(open_part: Open, shop: Shop) -> None:
    part = open_part(make.CLERK)
    part.receive(shop.user)

    shown = {one.accessibleName() for one in part.findChildren(QAbstractButton) if one.isVisible()}
    assert not [name for name in shown if name.endswith("…")]
    assert part.user.facts.value("信用代码") == shops.CODE


def test_the_label_clerk_neither_grants_nor_ends(open_part: Open, shop: Shop) -> None:
    part = open_part(make.LABEL_CLERK)
    part.receive(shop.user)

    assert part.user.edit.isVisible()
    assert not part.user.end.isVisible()
    assert not part.user.grant.isVisible()
    part.list.show_kind(Kind.PRODUCTS)
    assert not part.new.isVisible()


def test_the_list_is_narrowed_by_initials(open_part: Open, store: Store, shop: Shop) -> None:
    farm = make.enterprise(store, NINE, "阁皂山药材合作社", credit_code="93360982MA35K1XN7M")
    actions.add_user(store, HEAD, UserForm(shop.product, farm, TODAY), NINE)
    part = open_part()
    assert len(part.list.table.rows.rows) == 2

    type_in(part.list.search.editor, "gzs")
    assert [one.form.enterprise_name for one in part.list.table.rows.rows] == ["阁皂山药材合作社"]
    QTest.keyClick(part.list.search.editor, Qt.Key.Key_Return)
    assert part.list.table.hasFocus()
    assert part.user.title.text() == "阁皂山药材合作社"


def test_every_control_has_a_name(open_part: Open, shop: Shop) -> None:
    part = open_part()
    for row_id in (shop.user, shop.product, shop.wardrobe):
        part.receive(row_id)
        controls: list[QWidget] = [*part.findChildren(QAbstractButton), *part.findChildren(QLineEdit)]
        seen = [one for one in controls if one.isVisible() and one.focusPolicy() != Qt.FocusPolicy.NoFocus]
        assert seen
        assert not [one for one in seen if not one.accessibleName()]
