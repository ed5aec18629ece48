"""The whole way by keyboard: indication, user, mark, quota, pack, a batch of 500, its numbers, an A4 PDF and a label
printer, handing out, the ledger; every code of both decoded again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from tests import make
from tests.labels.printers.label_printer import LabelPrinter
from tests.labels.tspl_reader import printed
from tests.store_fixtures import NINE
from tests.ui import morning
from tests.ui.counter import CODE, CTRL, focus, press, write
from tests.ui.hands import in_front
from tests.ui.labelling import back, dialog_of
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.enterprises import actions as enterprises
from zhangshu_desk.enterprises.rules import EnterpriseFields
from zhangshu_desk.labels import queries
from zhangshu_desk.labels.actions.printers import keep_printer
from zhangshu_desk.labels.keys import key_of
from zhangshu_desk.labels.painting.label import image_of
from zhangshu_desk.labels.painting.marks import grey_of
from zhangshu_desk.labels.pdf_pages import PdfPages
from zhangshu_desk.labels.printers import tcp
from zhangshu_desk.labels.printers.raster import to_dots
from zhangshu_desk.labels.reading import _codes
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.pages.labels import LabelsPage
from zhangshu_desk.ui.pages.labels.batches_part import BatchesPart
from zhangshu_desk.ui.pages.labels.batches_part.batch_dialog import BatchDialog
from zhangshu_desk.ui.pages.labels.batches_part.number_dialogs import HandOutDialog
from zhangshu_desk.ui.pages.labels.ledger_part import LedgerPart
from zhangshu_desk.ui.pages.labels.printing.dialog import PrintDialog, Stage
from zhangshu_desk.ui.pages.labels.rights_part import RightsPart
from zhangshu_desk.ui.pages.labels.rights_part.lists_card import Kind
from zhangshu_desk.ui.pages.labels.rights_part.mark_dialog import MarkDialog
from zhangshu_desk.ui.pages.labels.rights_part.product_dialog import ProductDialog
from zhangshu_desk.ui.pages.labels.rights_part.quota_dialog import QuotaDialog
from zhangshu_desk.ui.pages.labels.rights_part.spec_dialog import SpecDialog
from zhangshu_desk.ui.pages.labels.rights_part.user_dialog import UserDialog
from zhangshu_desk.ui.work import Work

FIRM = "江西药都樟树药材有限公司"
MARK = Path(__file__).parent.parent / "labels" / "files" / "mark.svg"
ENTER, TAB, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Down
SECOND = 1_000


class Hands:
    """Two hands on a keyboard in front of the page, and eyes."""

    def __init__(self, page: LabelsPage, qtbot: QtBot) -> None:
        self.page, self.qtbot = page, qtbot

    def wait(self, is_so: Callable[[], object], seconds: int = 60) -> None:
        self.qtbot.waitUntil(lambda: bool(is_so()), timeout=seconds * SECOND)

    def to(self, key: Qt.Key) -> None:
        """To a part of the page by its key."""
        back(self.page, self.qtbot)
        press(key, CTRL)

    def tab(self, times: int = 1) -> None:
        for _ in range(times):
            press(TAB)

    def fill(self, *texts: str) -> None:
        """Type into one field after the other; an empty text goes on to the next."""
        for at, text in enumerate(texts):
            if at:
                self.tab()
            if text:
                write(text)

    def save(self, dialog: QWidget) -> None:
        press(ENTER, CTRL)
        self.wait(lambda: not dialog_is_open(dialog))
        back(self.page, self.qtbot)

    def pick(self, typed: str) -> None:
        """Type into a field that finds, and take the first that is found."""
        write(typed)
        self.wait(lambda: popup_of(self.page) is not None)
        press(ENTER)


def dialog_is_open(dialog: QWidget) -> bool:
    import shiboken6

    return shiboken6.isValid(dialog) and dialog.isVisible()


def popup_of(page: QWidget) -> QWidget | None:
    """The list of candidates that is open."""
    from zhangshu_desk.ui.widgets.popup import PopupList

    window = QApplication.activeWindow() or page
    return next((one for one in window.findChildren(PopupList) if one.isVisible()), None)


@pytest.fixture
def work() -> Iterator[Work]:
    made = Work()
    yield made
    made.close()


@pytest.fixture
def thermal(monkeypatch: pytest.MonkeyPatch) -> Iterator[LabelPrinter]:
    monkeypatch.setattr(tcp, "ANSWER_S", 0.2)
    made = LabelPrinter()
    yield made
    made.close()


@pytest.fixture
def hands(
    store: Store, clock: FixedClock, tmp_path: Path, work: Work, thermal: LabelPrinter, qtbot: QtBot
) -> Iterator[Hands]:
    """A station that knows the firm and has two printers; nothing of labels."""
    enterprises.add(store, make.SUPERVISOR, EnterpriseFields(FIRM, CODE), NINE, [])
    for settings in (
        PrinterSettings("存为 PDF", Way.PDF, 600),
        PrinterSettings("佳博", Way.TSPL_TCP, address=thermal.address),
    ):
        keep_printer(store, make.SUPERVISOR, settings, NINE)
    page = LabelsPage(morning.desk(store, tmp_path, clock, make.SUPERVISOR, work))
    qtbot.addWidget(page)
    page.resize(1274, 636)
    in_front(qtbot, page)
    page.on_shown()
    yield Hands(page, qtbot)
    qtbot.waitUntil(lambda: not work.busy(), timeout=60 * SECOND)


def test_from_the_product_to_the_ledger(
    hands: Hands, store: Store, thermal: LabelPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_rights(hands, monkeypatch)
    on_sheets = make_batch(hands, "WZY2611-A4", "A4")
    file = print_to_pdf(hands, store)
    on_a_roll = make_batch(hands, "WZY2611-J", "60×40")
    print_on_the_roll(hands, thermal)

    wanted = numbers(store, on_sheets), numbers(store, on_a_roll)
    assert len({*wanted[0], *wanted[1]}) == 1_000
    assert read_pdf(store, file) == wanted[0]
    assert read_roll(store, thermal) == wanted[1]
    hand_out_and_look_at_the_ledger(hands)


def record_rights(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """An indication, its user with a mark and a quota, and a pack."""
    page, qtbot = hands.page, hands.qtbot
    hands.to(Qt.Key.Key_2)
    part = page.part()
    assert isinstance(part, RightsPart)
    press(Qt.Key.Key_Backtab)
    press(Qt.Key.Key_Backtab)
    press(Qt.Key.Key_Right)  # from the users to the indications
    press(ENTER)
    assert part.list.kind is Kind.PRODUCTS
    press(Qt.Key.Key_N, CTRL)
    product = dialog_of(part, ProductDialog, qtbot)
    hands.fill("樟树吴茱萸", "", "2010年第18号", "DB36/T 1000-2018")
    hands.save(product)
    hands.wait(lambda: part.product.view is not None)
    part.product.tabs.setCurrentIndex(1)
    press(Qt.Key.Key_G, CTRL)
    pack = dialog_of(part, SpecDialog, qtbot)
    hands.fill("500 克/袋", "0.5", "千克")
    hands.save(pack)

    press(Qt.Key.Key_F, CTRL)
    press(Qt.Key.Key_Backtab)
    press(Qt.Key.Key_Backtab)
    press(Qt.Key.Key_Left)
    press(ENTER)
    press(Qt.Key.Key_N, CTRL)
    user = dialog_of(part, UserDialog, qtbot)
    hands.pick("jxyd")
    hands.tab()
    hands.fill("20260101", "", "2020年第361号")
    hands.save(user)
    hands.wait(lambda: part.user.view is not None)
    press(Qt.Key.Key_H, CTRL)
    quota = dialog_of(part, QuotaDialog, qtbot)
    hands.fill("1200", "", "", "年度核定表")
    hands.save(quota)

    part.user.tabs.setCurrentIndex(1)
    press(Qt.Key.Key_I, CTRL)
    mark = dialog_of(part, MarkDialog, qtbot)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_more: (str(MARK), ""))
    press(Qt.Key.Key_O, CTRL)
    hands.wait(mark.code.editor.hasFocus)
    write(CODE)
    press(ENTER)
    hands.wait(lambda: not dialog_is_open(mark))
    hands.wait(lambda: part.user.state.text() == "在期，可以制作标签。")


def make_batch(hands: Hands, batch_no: str, template: str) -> str:
    """A batch of 500 with the template whose title has these words, and its numbers."""
    page, qtbot = hands.page, hands.qtbot
    hands.to(Qt.Key.Key_1)
    part = page.part()
    assert isinstance(part, BatchesPart)
    press(Qt.Key.Key_N, CTRL)
    dialog = dialog_of(part, BatchDialog, qtbot)
    hands.wait(lambda: popup_of(page) is not None)  # the products are offered at once
    press(ENTER)
    hands.wait(dialog.form.batch_no.editor.hasFocus)
    hands.wait(lambda: dialog.form.template.editor.count() > 1)
    press(Qt.Key.Key_Backtab)
    while template not in dialog.form.template.editor.currentText():
        press(DOWN)
    hands.tab()
    hands.fill(batch_no, "250", "", "", "", "", "樟树市店下镇", "ZJ2026-118", "20270301")
    hands.wait(lambda: "500 个包装，共 500 张标签" in dialog.sum.text())
    hands.wait(lambda: dialog.preview.proof is not None and dialog.preview.proof.image is not None)
    hands.save(dialog)
    hands.wait(lambda: part.view.view is not None and part.view.view.card.form.batch_no == batch_no)
    press(Qt.Key.Key_F8)
    asked = dialog_of(part, Ask, qtbot)
    press(ENTER)
    hands.wait(lambda: not dialog_is_open(asked))
    hands.wait(lambda: part.view.counts.isVisible() and part.view.counts.value("编号") == 500)
    assert part.view.view is not None
    return part.view.view.card.id


def print_to_pdf(hands: Hands, store: Store) -> Path:
    """The preview, and a PDF that was read back."""
    dialog = print_dialog(hands)
    assert not dialog.pages.page.image().isNull()
    press(Qt.Key.Key_S, CTRL)
    hands.wait(lambda: dialog.stage is Stage.OVER, 120)
    close(hands, dialog)
    (file,) = store.paths.papers.glob("*.pdf")
    return file


def print_on_the_roll(hands: Hands, thermal: LabelPrinter) -> None:
    """A label printer that answers says that everything is on paper."""
    dialog = print_dialog(hands)
    combo = dialog.setup.printer
    combo.setFocus()
    while not combo.editor.currentText().startswith("佳博"):
        press(DOWN)
    hands.wait(lambda: dialog.pages.problems is not None)
    press(ENTER, CTRL)
    hands.wait(lambda: dialog.stage is Stage.OVER, 120)
    assert len(thermal.paper) > 0
    close(hands, dialog)


def print_dialog(hands: Hands) -> PrintDialog:
    back(hands.page, hands.qtbot)
    press(Qt.Key.Key_P, CTRL)
    dialog = dialog_of(hands.page, PrintDialog, hands.qtbot)
    hands.wait(lambda: dialog.stage is Stage.SETUP and dialog.pages.problems is not None, 60)
    return dialog


def close(hands: Hands, dialog: PrintDialog) -> None:
    press(Qt.Key.Key_Escape)
    hands.wait(lambda: not dialog_is_open(dialog))
    back(hands.page, hands.qtbot)


def hand_out_and_look_at_the_ledger(hands: Hands) -> None:
    """All of the last batch to the user; both balances come out even."""
    page, qtbot = hands.page, hands.qtbot
    part = page.part()
    assert isinstance(part, BatchesPart)
    hands.wait(lambda: part.view.counts.value("可发放") == 500)
    press(Qt.Key.Key_F6)
    dialog = dialog_of(part, HandOutDialog, qtbot)
    hands.fill("陈晓梅")
    hands.save(dialog)
    hands.wait(lambda: part.view.counts.value("在企业") == 500)
    hands.to(Qt.Key.Key_3)
    ledger = page.part()
    assert isinstance(ledger, LedgerPart)
    hands.wait(lambda: ledger.balance.isVisible())
    assert [one.said() for one in ledger.balance.shown] == [
        "期初 0 + 印制 1,000 = 领用 500 + 作废 0 + 期末 500",
        "期初手存 0 + 领用 500 = 已用 0 + 退回 0 + 作废 0 + 手存 500",
    ]
    assert ledger.balance.said.text() == "两边都平衡。"
    assert focus() is ledger.table


def numbers(store: Store, batch: str) -> list[int]:
    card = queries.card(store, batch)
    assert card is not None
    return [number for first, last in card.ranges for number in range(first, last + 1)]


def genuine(store: Store, text: str) -> int:
    """The number in a code that verifies."""
    scanned = codes.read(text)
    assert codes.is_genuine(key_of(store.paths), scanned)
    return scanned.serial


def read_pdf(store: Store, file: Path) -> list[int]:
    """The codes of all pages, rendered at 300 dpi."""
    with PdfPages(file) as pages:
        found = [one for page in range(pages.count) for one in _codes(pages.grey(page, 300))]
    return sorted(genuine(store, str(one.text)) for one in found)


def read_roll(store: Store, thermal: LabelPrinter) -> list[int]:
    """The codes of all labels as the printer's dots have them."""
    labels, rest = printed(b"".join(thermal.paper))
    assert not rest
    texts = [_codes(grey_of(image_of(to_dots(one.raster))), patient=True) for one in labels]
    return [genuine(store, str(one[0].text)) for one in texts]
