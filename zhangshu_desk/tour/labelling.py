"""The part of the tour that shows labels from the right to have them to the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QDialog

from zhangshu_desk.labels import keys, queries
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.batches import WITH_NUMBERS
from zhangshu_desk.labels.rules.rights import Family
from zhangshu_desk.tour import PASSWORD
from zhangshu_desk.tour.guide import Guide
from zhangshu_desk.ui.pages.labels import LabelsPage
from zhangshu_desk.ui.pages.labels.batches_part import BatchesPart
from zhangshu_desk.ui.pages.labels.batches_part.batch_dialog import BatchDialog
from zhangshu_desk.ui.pages.labels.batches_part.merge_dialog import MergeDialog
from zhangshu_desk.ui.pages.labels.ledger_part import LedgerPart
from zhangshu_desk.ui.pages.labels.lookup_part import LookupPart
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.pages.labels.rights_part import RightsPart
from zhangshu_desk.ui.pages.labels.rights_part.lists_card import Kind

P = TypeVar("P", bound=Part)
D = TypeVar("D", bound=QDialog)


def labelling(guide: Guide) -> None:
    """A supervisor looks at batches, rights and the ledger, begins a batch, and scans a label."""
    guide.log_in("zhanzhang", PASSWORD)
    guide.press("Alt+4")
    batches(guide)
    new_batch(guide)
    merge(guide)
    rights(guide)
    ledger(guide)
    lookup(guide)


def batches(guide: Guide) -> None:
    """The list with a batch that is partly with its user."""
    part = part_in_front(guide, BatchesPart)
    numbered = next(one for one in part.list.table.rows.rows if one.state in WITH_NUMBERS and one.family == Family.GI)
    part.list.table.choose(numbered.id)
    guide.shoot("30-label-batches")
    part.view.tabs.setCurrentIndex(1)
    guide.shoot("30-label-batches-moves")
    guide.press("Ctrl+R")
    guide.shoot("30-label-reprint")
    guide.press("Escape")


def new_batch(guide: Guide) -> None:
    """By keyboard: products are offered, the label is seen, the quota stops."""
    part = part_in_front(guide, BatchesPart)
    part.begin()
    guide.press("Ctrl+N")
    found = dialog(guide, BatchDialog)
    guide.shoot("31-label-new-batch")
    guide.type("wzy")
    guide.press("Return", "Return")  # the product, then the first of its users
    guide.until(found.form.spec.editor.hasFocus)
    guide.press("Tab", "Tab")
    guide.type("WZY2611-3")
    guide.press("Tab")
    guide.type("60")
    for field, text in (
        (found.form.place, "樟树市店下镇"),
        (found.form.inspection, "（演示）2026-131"),
        (found.form.inspected, "2027-05-01"),
    ):
        field.set_text(text)
        field.edited.emit(text)
    guide.until(lambda: found.preview.proof and "共 600 张" in found.sum.text())
    guide.shoot("32-label-batch-filled")
    found.form.quantity.setFocus()
    found.form.quantity.editor.selectAll()
    guide.type("900")
    guide.until(lambda: "差" in found.quota.text())
    found.act()
    guide.shoot("33-label-batch-refused")
    guide.press("Escape")


def merge(guide: Guide) -> None:
    """Rows of a spreadsheet, checked one by one."""
    part = part_in_front(guide, BatchesPart)
    file = guide.target / "批次.csv"
    file.write_text(_rows(guide), "utf-8")
    part.begin()
    guide.press("Ctrl+I")
    found = dialog(guide, MergeDialog)
    guide.settle()
    found.usual[Family.GI].set_key("gi-product-60x40")
    found.usual[Family.TRACE].set_key("traced-60x40")
    found.read(Path(file))
    guide.until(lambda: found.plan)
    guide.shoot("33-label-merge")
    guide.press("Escape")
    file.unlink()


def rights(guide: Guide) -> None:
    """A user with its quota and mark, an indication with its users, a traced product."""
    part = part_in_front(guide, RightsPart)
    guide.until(lambda: part.user.view)
    user = next(one for one in part.list.table.rows.rows if one.usable)
    part.receive(user.id)
    guide.shoot("34-label-rights")
    part.user.tabs.setCurrentIndex(1)
    guide.shoot("35-label-mark")
    part.list.show_kind(Kind.PRODUCTS)
    guide.shoot("36-label-indication")
    part.list.show_kind(Kind.TRACED)
    guide.shoot("36-label-traced")


def ledger(guide: Guide) -> None:
    """Two balances, and the report of the year."""
    part = part_in_front(guide, LedgerPart)
    guide.until(lambda: part.balance.isVisible())
    guide.shoot("37-label-ledger")
    part.print.click()
    guide.shoot("38-label-report")
    guide.press("Escape")


def lookup(guide: Guide) -> None:
    """A genuine label with its life, and one whose code is not right."""
    part = part_in_front(guide, LookupPart)
    store = guide.program.store
    assert store is not None
    guide.shoot("39-label-lookup")
    numbered = queries.page(store, states=WITH_NUMBERS, family=Family.GI.value).rows[-1]
    card = queries.card(store, numbered.id)
    assert card is not None
    serial = card.ranges[0][0] + 40
    for name, key in (("found", keys.key_of(store.paths)), ("altered", bytes(32))):
        part.receive(codes.link(key, "label.example.cn", serial))
        guide.until(lambda: part.life)
        guide.shoot(f"39-label-lookup-{name}")


def _rows(guide: Guide) -> str:
    """A list as it comes in real life: three good ones, an unknown pack, a date that is none."""
    store, now = guide.program.store, guide.program.clock.now()
    assert store is not None
    usable = [one for one in queries.users(store, now) if one.usable]
    herbs, product = usable[0].form.enterprise_name, usable[0].product_name
    head = "企业,产品,规格,批号,数量,生产日期,检验报告,报告有效期\n"
    lines = (
        f"{herbs},{product},500 克/袋,WZY2612-1,100,2026-11-20,（演示）131,2027-05-01",
        f"{herbs},{product},100 克/罐,WZY2612-2,30,2026-11-20,（演示）131,2027-05-01",
        f"{herbs},{product},1 千克/袋,WZY2612-3,80,2026-11-20,（演示）131,2027-05-01",
        f"{herbs},{product},500 克/袋,WZY2612-4,60,上周五,（演示）131,2027-05-01",
        f"{herbs},{product},500 克/袋,WZY2611,20,2026-11-20,（演示）131,2027-05-01",
    )
    return head + "\n".join(lines) + "\n"


def part_in_front(guide: Guide, kind: type[P]) -> P:
    """A part of the labels' page, brought to the front."""
    page = guide.program.seats[0].page()
    assert isinstance(page, LabelsPage)
    page.receive(kind.title)
    guide.settle()
    return page.part_of(kind)


def dialog(guide: Guide, kind: type[D]) -> D:
    """The open dialog of this kind."""
    guide.settle()
    return next(one for one in guide.window.findChildren(kind) if one.isVisible())
