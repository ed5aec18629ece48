"""Batches from a spreadsheet: every row is checked before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # ships no types
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.labels import shop as shops
from tests.labels.shop import Shop
from tests.ui.counter import CTRL, press
from tests.ui.labelling import dialog_of, open_page, part_of
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import queries
from zhangshu_desk.labels.rules.rights import Family
from zhangshu_desk.ui.pages.labels import LabelsPage
from zhangshu_desk.ui.pages.labels.batches_part import BatchesPart
from zhangshu_desk.ui.pages.labels.batches_part.merge_dialog import MergeDialog

HERBS, FURNITURE = "江西药都樟树药材有限公司", "樟树市瑞岑校具有限公司"
HEAD = ("企业", "产品", "规格", "批号", "数量", "生产日期", "检验报告", "报告有效期")
ROWS = (
    (HERBS, "樟树吴茱萸", "500 克/袋", "WZY2701", 100, "2026-11-20", "ZJ1", "2027-03-01"),
    (HERBS, "樟树吴茱萸", "1 千克/袋", "WZY2703", 60, "2026-11-20", "ZJ1", "2027-03-01"),
    (FURNITURE, "樟树吴茱萸", "500 克/袋", "X", 60, "2026-11-20", "", ""),
    (FURNITURE, "钢制更衣柜", "一件", "G-2", 12, "2026-11-20", "", ""),
)


@pytest.fixture
def shop(store: Store, tmp_path: Path) -> Shop:
    return shops.open_shop(store, tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "批次.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("批次")
        for at, line in enumerate((HEAD, *ROWS)):
            sheet.write_row(at, 0, line)
    return path


@pytest.fixture
def page(qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock) -> LabelsPage:
    return open_page(qtbot, store, tmp_path, clock)


def merge(page: LabelsPage, qtbot: QtBot) -> MergeDialog:
    part_of(page, BatchesPart).begin()
    press(Qt.Key.Key_I, CTRL)
    return dialog_of(page, MergeDialog, qtbot)


def verdicts(dialog: MergeDialog) -> list[str]:
    return [str(dialog.table.rows.index(at, 1).data()) for at in range(len(dialog.table.rows.rows))]


def test_every_row_is_checked_before_anything_is_written(
    page: LabelsPage, store: Store, shop: Shop, file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = merge(page, qtbot)
    assert "检验报告编号" in dialog.how.text()
    dialog.usual[Family.GI].set_key(shops.GI_TEMPLATE)
    dialog.usual[Family.TRACE].set_key(shops.TRACED_TEMPLATE)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_more: (str(file), ""))
    dialog.choose.click()

    assert verdicts(dialog) == ["可以", "不能", "不能", "可以"]
    assert dialog.table.hasFocus()
    assert "没有包装规格「1 千克/袋」" in str(dialog.table.rows.index(1, 4).data())
    dialog.table.selectRow(2)
    assert f"企业「{FURNITURE}」没有「樟树吴茱萸」的授权" in dialog.detail.text()
    assert dialog.primary.text() == "建立 2 批，212 张"
    assert queries.page(store).total == 0

    dialog.chips.chip("bad").click()
    assert len(dialog.table.rows.rows) == 2
    dialog.act()
    qtbot.waitUntil(lambda: queries.page(store).total == 2)
    assert "已建立 2 批" in page.notices.text.text()
    assert {row.batch_no for row in queries.page(store).rows} == {"WZY2701", "G-2"}


def test_a_row_without_a_template_asks_for_one(page: LabelsPage, shop: Shop, file: Path, qtbot: QtBot) -> None:
    dialog = merge(page, qtbot)
    dialog.read(file)
    assert verdicts(dialog) == ["不能"] * 4
    assert not dialog.primary.isEnabled()
    assert "没有写明模板" in str(dialog.table.rows.index(0, 4).data())

    dialog.usual[Family.GI].set_key(shops.GI_TEMPLATE)
    dialog.usual[Family.GI].chosen.emit(shops.GI_TEMPLATE)
    assert verdicts(dialog)[0] == "可以"


def test_a_file_that_says_nothing_of_labels_is_refused(
    page: LabelsPage, shop: Shop, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "别的.csv"
    other.write_text("甲,乙\n1,2\n", "utf-8")
    dialog = merge(page, qtbot)
    dialog.read(other)

    assert "别的.csv" in dialog.notices.text.text()
    assert not dialog.primary.isEnabled()
    assert dialog.isVisible()
