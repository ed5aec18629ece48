"""A product that is only traced, new or changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhangshu_desk.enterprises.queries import Suggestion
from zhangshu_desk.labels.actions import products
from zhangshu_desk.labels.rules.cards import LABELS, TracedForm
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.enterprise_chooser import EnterpriseChooser
from zhangshu_desk.ui.pages.labels.rights_part.card_form import CardForm
from zhangshu_desk.ui.widgets import NoteField, TextField, row

_TEXTS = ("name", "model", "gtin", "standard_no", "place")
_TITLES = {**LABELS, "name": "产品名称"}
_HINTS = {
    "name": "例如 五门更衣柜；不能含有地理标志名称",
    "model": "例如 GYG-0905",
    "gtin": "企业有商品条码时填写",
    "standard_no": "例如 GB/T 3325-2024",
    "place": "例如 江西省樟树市",
}


class TracedDialog(CardForm[TracedForm]):
    """The enterprise of a product that is there stays.

    Args:
        enterprise_name: of the one in `seen`.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        known_id: str,
        seen: TracedForm | None,
        enterprise_name: str,
        saved: Callable[[str], object],
    ) -> None:
        super().__init__(parent, desk, "追溯产品", known_id, seen, saved)
        self._store = desk.store
        self.enterprise = EnterpriseChooser(desk)
        self.texts = {
            name: TextField(_TITLES[name], getattr(seen, name) if seen else "", _HINTS[name]) for name in _TEXTS
        }
        self.notes = NoteField(LABELS["notes"], seen.notes if seen else "", lines=2)
        self.fields = {"enterprise_id": self.enterprise, **self.texts, "notes": self.notes}
        self.add(self.enterprise, row(self.texts["name"], self.texts["model"]))
        self.add(row(self.texts["gtin"], self.texts["standard_no"]), self.texts["place"], self.notes)
        self.body.addStretch(1)
        if seen is not None:
            self.enterprise.take(Suggestion(seen.enterprise_id, enterprise_name, "", ""))
            self.enterprise.setEnabled(False)
        (self.enterprise if seen is None else self.texts["name"]).setFocus()
        self.watch()

    def filled(self) -> TracedForm:
        taken = self.enterprise.taken
        texts = {name: field.text() for name, field in self.texts.items()}
        return TracedForm(enterprise_id=taken.id if taken else "", **texts, notes=self.notes.text())

    def keep(self, card: TracedForm, now: int) -> str:
        actor = self._desk.session.actor
        if not self.known_id:
            return products.add_traced(self._store, actor, card, now)
        products.change_traced(self._store, actor, self.known_id, card, now, seen=self.seen)
        return self.known_id

    def problems(self) -> list[Problem]:
        found = super().problems()
        if self.enterprise.taken is None:
            found.append(Problem("enterprise_id", EnterpriseChooser.NOT_YET))
        return found
