"""台账 through a window: two balances that come out even or say by how much not, reports, and the two years."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests import make
from tests.labels import shop as shops
from tests.labels.shop import CLERK, HEAD, TODAY, Shop
from tests.store_fixtures import NINE
from tests.ui.hands import type_in
from tests.ui.labelling import dialog_of, open_page, part_of
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.spreadsheets.reading import read_table
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import actions
from zhangshu_desk.labels.rules.cards import UserForm
from zhangshu_desk.labels.rules.ledger import Balance
from zhangshu_desk.ui.pages.labels.batches_part import BatchesPart
from zhangshu_desk.ui.pages.labels.ledger_part import LedgerPart
from zhangshu_desk.ui.pages.labels.ledger_part.balance_view import sums
from zhangshu_desk.ui.pages.labels.ledger_part.export_dialog import ExportDialog
from zhangshu_desk.ui.printing.preview import Preview

Open = Callable[..., LedgerPart]


@pytest.fixture
def shop(store: Store, tmp_path: Path) -> Shop:
    return shops.open_shop(store, tmp_path)


@pytest.fixture
def batch(store: Store, shop: Shop) -> str:
    """200 labels on paper, 120 with the user, 80 of them used."""
    made = shops.numbered(store, shop.form(quantity=100_000))
    shops.printed(store, made)
    actions.hand_out(store, CLERK, made, "陈晓梅", NINE, count=120)
    actions.report_use(store, CLERK, made, NINE, used=80)
    return made


@pytest.fixture
def open_part(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Open:
    kept: list[LedgerPart] = []  # a dialog dies with the last reference to its parent

    def open_it(actor: Actor = CLERK) -> LedgerPart:
        kept.append(part_of(open_page(qtbot, store, tmp_path, clock, actor), LedgerPart))
        return kept[-1]

    return open_it


def test_an_empty_ledger_says_so(open_part: Open) -> None:
    part = open_part()

    assert part.table.rows.rows == []
    assert part.list.title.text() == "台账 0 户"
    assert not part.balance.isVisible()


def test_both_balances_come_out_even(open_part: Open, batch: str) -> None:
    part = open_part()

    assert [one.said() for one in part.balance.shown] == [
        "期初 0 + 印制 200 = 领用 120 + 作废 0 + 期末 80",
        "期初手存 0 + 领用 120 = 已用 80 + 退回 0 + 作废 0 + 手存 40",
    ]
    assert part.balance.said.text() == "两边都平衡。"
    assert part.table.rows.index(0, 5).data() == "平衡"
    assert part.list.hint.text() == "全部平衡"
    assert [row.batch_no for row in part.batches.rows.rows] == ["WZY2611"]
    assert [row.move.value for row in part.lines.rows.rows] == ["已用", "领用"]
    assert part.lines.rows.index(1, 4).data() == "陈*"


def test_it_says_by_how_much_it_does_not_balance(open_part: Open, store: Store, batch: str, qtbot: QtBot) -> None:
    part = open_part()
    actions.report_use(store, CLERK, batch, NINE, held=50)

    qtbot.waitUntil(lambda: part.table.rows.index(0, 5).data() == "不平")
    assert part.balance.said.text() == "不平：企业报的手存比应有多 10 张。请核对。"
    assert part.balance.shown[1].even  # the numbers on record do; what the firm says does not
    assert part.list.hint.text() == "1 户不平"


def test_a_sum_that_is_not_even_says_so_with_its_sign(open_part: Open) -> None:
    part = open_part()
    off = Balance(printed=10, handed_out=8, closing=1, off=1)
    part.balance.show_balance(off)

    assert sums(off)[0].said() == "期初 0 + 印制 10 ≠ 领用 8 + 作废 0 + 期末 1"
    assert part.balance.said.text() == "不平：期初加印制比领用、作废、期末之和多 1 张。请核对。"
    assert "不相等" in {child.accessibleName() for child in part.balance.findChildren(QWidget)}


def test_other_periods_carry_over(open_part: Open, store: Store, batch: str, clock: FixedClock, qtbot: QtBot) -> None:
    part = open_part()
    part.bar.year.set_key(2025)
    part.bar.year.chosen.emit(2025)
    assert part.bar.since.text() == "2025-01-01"
    assert part.table.rows.rows == []

    part.bar.since.set_text("2027-01-01")
    part.bar.until.editor.selectAll()
    type_in(part.bar.until.editor, "2027-12-31")
    assert part.balance.shown[0].said() == "期初 80 + 印制 0 = 领用 0 + 作废 0 + 期末 80"
    assert part.bar.year.editor.currentText() == "自选"
    part.bar.until.editor.selectAll()
    type_in(part.bar.until.editor, "2026-12-31")
    assert "早于" in part.bar.until.problem.text()


def test_families_are_told_apart_and_summed(open_part: Open, store: Store, shop: Shop, batch: str) -> None:
    shops.numbered(store, shop.traced_form())
    part = open_part()
    assert [row.enterprise_name for row in part.table.rows.rows][-1] == "合计"
    assert part.table.rows.index(2, 1).data() == "240"

    part.bar.family.set_key("追溯")
    part.bar.family.chosen.emit("追溯")
    assert [row.product_name for row in part.table.rows.rows] == ["钢制更衣柜 RC-6M"]
    part.bar.family.set_key("")
    part.bar.family.chosen.emit("")
    part.table.choose("*")
    assert not part.tabs.isVisible()
    assert part.balance.shown[0].left[1] == ("印制", 240)


def test_two_years_without_use_are_warned_of(open_part: Open, store: Store, shop: Shop) -> None:
    firm = make.enterprise(store, NINE, "阁皂山药材合作社", credit_code="93360982MA35K1XN7M")
    right = actions.add_user(store, HEAD, UserForm(shop.product, firm, TODAY - timedelta(days=800)), NINE)
    part = open_part()
    part.table.choose(right)

    assert part.table.rows.index(0, 6).data() == "两年未用"
    assert "可能被停止使用资格" in part.idle.text()
    assert part.list.hint.text() == "1 户要提醒"


def test_the_yearly_report_is_shown_and_printed(open_part: Open, batch: str, tmp_path: Path, qtbot: QtBot) -> None:
    part = open_part()
    part.print.click()
    preview = dialog_of(part, Preview, qtbot)
    assert preview.windowTitle() == "预览 · 2026 年用标情况报告"
    preview.save.click()

    (file,) = (tmp_path / "papers").glob("*.pdf")
    assert "2026 年用标情况报告" in file.name
    assert file.name in part.page.notices.text.text()
    preview.reject()


def test_the_ledger_is_exported_with_receivers_masked(
    open_part: Open, store: Store, batch: str, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "台账.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: (str(target), ""))
    part = open_part()
    for full, name in ((False, "陈*"), (True, "陈晓梅")):
        part.export.click()
        dialog = dialog_of(part, ExportDialog, qtbot)
        dialog.full.setChecked(full)
        if full:
            dialog.act()
            assert dialog.reason.problem.text() == "请填写用途。"
            type_in(dialog.reason.editor, "上报")
        dialog.act()
        assert "已导出 1 户" in part.page.notices.text.text()
        cells = [str(cell) for row in read_table(target).sheets[2].rows for cell in row]
        assert name in cells


def test_a_batch_is_opened_from_the_ledger(open_part: Open, batch: str) -> None:
    part = open_part()
    part.batches.setFocus()
    part.batches.choose(batch)
    QTest.keyClick(part.batches, Qt.Key.Key_Return)

    shown = part.page.part()  # type: ignore[attr-defined]  # of the labels' page
    assert isinstance(shown, BatchesPart)
    assert shown.view.view is not None
    assert shown.view.view.card.id == batch


def test_every_control_has_a_name(open_part: Open, batch: str) -> None:
    part = open_part()
    controls: list[QWidget] = [*part.findChildren(QAbstractButton), *part.findChildren(QLineEdit)]
    seen = [one for one in controls if one.isVisible() and one.focusPolicy() != Qt.FocusPolicy.NoFocus]
    assert seen
    assert not [one for one in seen if not one.accessibleName()]
    assert "期初 0 + 印制 200" in part.balance.accessibleDescription()
    assert date(2026, 1, 1) == part.bar.since.day()
