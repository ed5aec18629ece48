"""How batches, rights, ledger and look-up look: nothing cut off, everything named, also where room is scarce."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QTabWidget
from pytestqt.qtbot import QtBot

from tests import make
from tests.labels import shop as shops
from tests.labels.shop import CLERK, HEAD, TODAY, Shop
from tests.store_fixtures import NINE
from tests.ui.labelling import dialog_of, open_page, part_of
from tests.ui.render import settle
from tests.ui.test_label_looks import COMMON, SMALL, wrong
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import actions
from zhangshu_desk.labels.rules.cards import ProductForm, QuotaForm, UserForm
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.pages.labels import LabelsPage
from zhangshu_desk.ui.pages.labels.batches_part import BatchesPart
from zhangshu_desk.ui.pages.labels.batches_part.batch_dialog import BatchDialog
from zhangshu_desk.ui.pages.labels.batches_part.merge_dialog import MergeDialog
from zhangshu_desk.ui.pages.labels.batches_part.number_dialogs import HandOutDialog, ReprintDialog, VoidDialog
from zhangshu_desk.ui.pages.labels.batches_part.report_dialog import ReportDialog
from zhangshu_desk.ui.pages.labels.ledger_part import LedgerPart
from zhangshu_desk.ui.pages.labels.ledger_part.export_dialog import ExportDialog
from zhangshu_desk.ui.pages.labels.lookup_part import LookupPart
from zhangshu_desk.ui.pages.labels.rights_part import RightsPart
from zhangshu_desk.ui.pages.labels.rights_part.lists_card import Kind
from zhangshu_desk.ui.pages.labels.rights_part.mark_dialog import MarkDialog
from zhangshu_desk.ui.pages.labels.rights_part.product_dialog import ProductDialog
from zhangshu_desk.ui.pages.labels.rights_part.quota_dialog import QuotaDialog
from zhangshu_desk.ui.pages.labels.rights_part.spec_dialog import SpecDialog
from zhangshu_desk.ui.pages.labels.rights_part.user_dialog import UserDialog

LONG = "江西省宜春市樟树市阁皂山道地中药材规范化种植与产地初加工专业合作社联合社"
SIZES = pytest.mark.parametrize("size", [SMALL, COMMON], ids=["1280", "1366"])
MOST_HIGH = 680


@pytest.fixture
def shop(store: Store, tmp_path: Path) -> Shop:
    """With a firm of a long name whose right has ended, and an indication that lacks everything."""
    made = shops.open_shop(store, tmp_path)
    firm = make.enterprise(store, NINE, LONG, credit_code="93360982MA35K1XN7M")
    lacking = actions.add_product(store, HEAD, ProductForm("清江枳壳", "证明商标", notes="待核实" * 20), NINE)
    actions.add_user(store, HEAD, UserForm(lacking, firm, TODAY - timedelta(days=900), TODAY + timedelta(9)), NINE)
    actions.set_quota(store, HEAD, QuotaForm(made.user, date(2026, 7, 1), date(2027, 6, 30), 2_000, LONG), NINE)
    return made


@pytest.fixture
def page(qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock, shop: Shop) -> LabelsPage:
    """In front of a supervisor, with a batch in the middle of its life."""
    batch = shops.numbered(store, shop.form(quantity=100_000))
    shops.printed(store, batch, 0, 190)
    actions.hand_out(store, CLERK, batch, "陈晓梅", NINE, count=120)
    actions.void_numbers(store, CLERK, batch, shops.nth(store, batch, 3, 5), "打印损坏" * 10, NINE)
    actions.reprint(store, CLERK, batch, shops.nth(store, batch, 150), "卡纸", NINE)
    actions.report_use(store, CLERK, batch, NINE, used=80, held=50)
    return open_page(qtbot, store, tmp_path, clock, make.SUPERVISOR)


@SIZES
def test_batches_show_everything(page: LabelsPage, size: QSize) -> None:
    part = part_of(page, BatchesPart)
    page.resize(size)
    check_tabs(part.view.tabs, part)
    assert page.size() == size


@SIZES
def test_rights_show_everything(page: LabelsPage, shop: Shop, size: QSize) -> None:
    part = part_of(page, RightsPart)
    page.resize(size)
    ids = [shop.user, shop.product, shop.wardrobe, *(row.id for row in part.list.table.rows.rows)]
    for row_id in ids:
        part.receive(row_id)
        settle()
        for tabs in part.pile.currentWidget().findChildren(QTabWidget):
            check_tabs(tabs, part)
    assert page.size() == size


@SIZES
def test_the_ledger_and_a_looked_up_label_show_everything(page: LabelsPage, store: Store, size: QSize) -> None:
    ledger = part_of(page, LedgerPart)
    page.resize(size)
    check_tabs(ledger.tabs, ledger)
    part = part_of(page, LookupPart)
    assert not wrong(part)
    batch = page.part_of(BatchesPart)
    assert batch.view.view is not None
    for serial in (batch.view.view.card.ranges[0][0] + 3, 77):
        part.receive(str(serial))
        settle()
        assert not wrong(part)
    assert page.size() == size


def test_dialogs_of_batches_show_everything(page: LabelsPage, shop: Shop, qtbot: QtBot) -> None:
    part = part_of(page, BatchesPart)
    asks: list[tuple[Callable[[], object], type[Dialog]]] = [
        (part.new.click, BatchDialog),
        (part.merge.click, MergeDialog),
        (part.acts.void.click, VoidDialog),
        (part.acts.reprint.click, ReprintDialog),
        (part.acts.hand_out.click, HandOutDialog),
        (part.acts.report.click, ReportDialog),
    ]
    for open_it, kind in asks:
        open_it()
        dialog = dialog_of(part, kind, qtbot)
        if isinstance(dialog, BatchDialog):
            dialog.form.product.take(shop.product)
            dialog.form.quantity.set_text("90000.3")
            dialog.form.made.set_text("2027-01-01")
            dialog.look()
        check_dialog(dialog)


def test_dialogs_of_rights_and_the_ledger_show_everything(page: LabelsPage, shop: Shop, qtbot: QtBot) -> None:
    part = part_of(page, RightsPart)
    part.receive(shop.user)
    asks: list[tuple[Callable[[], object], type[Dialog]]] = [
        (part.new.click, UserDialog),
        (part.user.grant.click, QuotaDialog),
        (part.user.mark.bring.click, MarkDialog),
        (part.user.specs.add.click, SpecDialog),
    ]
    for tab, (open_it, kind) in enumerate(asks, -1):
        part.user.tabs.setCurrentIndex(max(tab, 0))
        open_it()
        check_dialog(dialog_of(part, kind, qtbot))
    part.list.show_kind(Kind.PRODUCTS)
    part.new.click()
    check_dialog(dialog_of(part, ProductDialog, qtbot))
    ledger = part_of(page, LedgerPart)
    ledger.export.click()
    export = dialog_of(ledger, ExportDialog, qtbot)
    export.full.setChecked(True)
    check_dialog(export)


def check_tabs(tabs: QTabWidget, inside: BatchesPart | RightsPart | LedgerPart) -> None:
    """Every tab shows everything."""
    for at in range(tabs.count()):
        tabs.setCurrentIndex(at)
        settle()
        assert not wrong(inside), tabs.tabText(at)


def check_dialog(dialog: Dialog) -> None:
    """As it opens, and with everything that is wrong; then it is closed."""
    settle()
    assert not wrong(dialog)
    dialog.act()
    settle()
    assert not wrong(dialog), type(dialog).__name__
    assert dialog.height() <= MOST_HIGH, type(dialog).__name__
    dialog.reject()
    settle()
