"""A packaging specification: one label for so much of a product, new or changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhangshu_desk.labels.actions import products
from zhangshu_desk.labels.rules.amounts import amount_of, amount_text
from zhangshu_desk.labels.rules.cards import LABELS, SpecForm
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.rights_part.card_form import CardForm
from zhangshu_desk.ui.widgets import Muted, TextField, row


class SpecDialog(CardForm[SpecForm]):
    """`product_id`: of either family; a new one is counted in `unit` at first."""

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        product_id: str,
        known_id: str,
        seen: SpecForm | None,
        saved: Callable[[str], object],
    ) -> None:
        super().__init__(parent, desk, "包装规格", known_id, seen, saved, width=520)
        self._store, self._product_id = desk.store, product_id
        self.name = TextField("规格名称", seen.name if seen else "", "例如 500 克/袋")
        self.pack = TextField("每个包装的数量", amount_text(seen.pack) if seen else "", "例如 0.5", longest=20)
        self.unit = TextField(LABELS["unit"], seen.unit if seen else "", "千克、件、瓶…", longest=20)
        self.gtin = TextField(LABELS["gtin"], seen.gtin if seen else "", "这个包装有商品条码时填写")
        self.worked = Muted()
        self.fields = {"name": self.name, "pack": self.pack, "unit": self.unit, "gtin": self.gtin}
        self.add(self.name, row(self.pack, self.unit), self.worked, self.gtin)
        self.body.addStretch(1)
        for field in (self.pack, self.unit):
            field.edited.connect(lambda _text: self._work_out())
        self._work_out()
        self.watch()
        self.name.setFocus()

    def filled(self) -> SpecForm:
        pack = amount_of(self.pack.text())
        return SpecForm(self._product_id, self.name.text(), self.unit.text(), pack or 0, self.gtin.text())

    def keep(self, card: SpecForm, now: int) -> str:
        actor = self._desk.session.actor
        if not self.known_id:
            return products.add_spec(self._store, actor, card, now)
        products.change_spec(self._store, actor, self.known_id, card, now, seen=self.seen)
        return self.known_id

    def _work_out(self) -> None:
        pack, unit = amount_of(self.pack.text()), self.unit.text()
        known = bool(pack and unit)
        self.worked.setText(f"每 {amount_text(pack or 0)} {unit}一枚标签。" if known else "批次数量除以它就是标签数。")
