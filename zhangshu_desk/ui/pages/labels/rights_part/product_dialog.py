"""A geographical indication, new or changed: its route, and what must stand beside the mark by that route."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhangshu_desk.labels.actions import rights
from zhangshu_desk.labels.rules.cards import LABELS, ProductForm
from zhangshu_desk.labels.rules.rights import PIECES, Route
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.rights_part.card_form import CardForm
from zhangshu_desk.ui.pages.labels.typed_lists import as_lines, as_list
from zhangshu_desk.ui.widgets import ComboField, NoteField, TextField, Tick, row

_ROUTES = [(route.value, route.value) for route in PIECES]
_PIECES = ("announcement_no", "standard_no", "trademark_name", "registration_no")
_HINTS = {
    "name": "与公告或注册证完全一致",
    "announcement_no": "批准公告的文号",
    "standard_no": "例如 DB36/T 1000-2018",
    "trademark_name": "与商标注册证一致",
    "registration_no": "商标注册证上的号码",
    "source": "公告、注册证或网页，便于以后核对",
}


class ProductDialog(CardForm[ProductForm]):
    """`seen` is the indication as it is shown now."""

    def __init__(
        self, parent: QWidget, desk: Desk, known_id: str, seen: ProductForm | None, saved: Callable[[str], object]
    ) -> None:
        super().__init__(parent, desk, "地理标志", known_id, seen, saved)
        self._store = desk.store
        self.route = ComboField[str](LABELS["route"], _ROUTES, seen.route if seen else Route.PRODUCT.value)
        self.name = self._text("name")
        self.pieces = {name: self._text(name) for name in _PIECES}
        self.area = NoteField(LABELS["area"], seen.area if seen else "", "公告划定的产地范围", lines=2)
        specs = as_lines(seen.specs) if seen else ""
        self.specs = NoteField(LABELS["specs"], specs, "每行一种；公告没有限制时留空", lines=2)
        self.source = self._text("source")
        self.notes = NoteField(LABELS["notes"], seen.notes if seen else "", lines=2)
        self.verified = Tick("以上资料已与公告或注册证核对", bool(seen and seen.verified))
        self._build()

    def filled(self) -> ProductForm:
        return ProductForm(
            name=self.name.text(),
            route=self.route.key() or "",
            **{name: field.text() for name, field in self.pieces.items()},
            area=self.area.text(),
            specs=as_list(self.specs.text()),
            source=self.source.text(),
            verified=self.verified.isChecked(),
            notes=self.notes.text(),
        )

    def keep(self, card: ProductForm, now: int) -> str:
        actor = self._desk.session.actor
        if not self.known_id:
            return rights.add_product(self._store, actor, card, now)
        rights.change_product(self._store, actor, self.known_id, card, now, seen=self.seen)
        return self.known_id

    def _text(self, name: str) -> TextField:
        return TextField(LABELS[name], getattr(self.seen, name) if self.seen else "", _HINTS[name])

    def _build(self) -> None:
        self.fields = {
            "name": self.name,
            "route": self.route,
            **self.pieces,
            "area": self.area,
            "specs": self.specs,
            "source": self.source,
            "notes": self.notes,
        }
        self.add(row(self.name, self.route))
        self.add(row(self.pieces["announcement_no"], self.pieces["standard_no"]))
        self.add(row(self.pieces["trademark_name"], self.pieces["registration_no"]))
        self.add(row(self.area, self.specs), self.source, self.notes, self.verified)
        self.body.addStretch(1)
        self.route.chosen.connect(lambda _key: self._show_pieces())
        self._show_pieces()
        self.watch(self.verified)
        self.name.setFocus()

    def _show_pieces(self) -> None:
        """Only what the route needs; what is filled in all the same stays to be seen."""
        wanted = {name for group in PIECES.get(Route(self.route.key() or ""), ()) for name in group}
        for name, field in self.pieces.items():
            field.setVisible(name in wanted or bool(field.text()))
