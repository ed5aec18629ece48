"""The card of a product that is only traced: what it is, whose, and its packs."""

from __future__ import annotations

from dataclasses import dataclass

from zhangshu_desk.core.acts import allowed
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels.actions import products as actions
from zhangshu_desk.labels.queries import rights as queries
from zhangshu_desk.labels.queries.rights import SpecRow, TracedRow
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.rights_part.specs_box import SpecsBox
from zhangshu_desk.ui.pages.labels.rights_part.traced_dialog import TracedDialog
from zhangshu_desk.ui.pages.labels.voiding import Said, void
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, DangerButton, PlainButton, Text, row
from zhangshu_desk.ui.widgets.facts import Fact, Facts
from zhangshu_desk.ui.widgets.key_tabs import plain_tabs

_WHY = ("停产", "登记有误")


@dataclass(frozen=True)
class TracedView:
    """A traced product with its packs."""

    product: TracedRow
    specs: tuple[SpecRow, ...]


def look(store: Store, product: TracedRow) -> TracedView:
    """Read the view. Meant for the database thread."""
    return TracedView(product, queries.specs(store, product.id, voided=True))


class TracedCard(Card):
    """`said(words)` is called after a change from here."""

    def __init__(self, desk: Desk, said: Said) -> None:
        super().__init__("追溯产品")
        self.wrap_title()
        self._desk, self._said = desk, said
        self.view: TracedView | None = None
        self.state = Text(wrap=True)
        self.facts = Facts()
        self.specs = SpecsBox(desk, said)
        self.edit = PlainButton("修改…", "Ctrl+M", self._edit)
        self.end = DangerButton("停用…", "", self._end)
        self.tabs = plain_tabs("产品的各部分")
        self.tabs.addTab(self.specs, "包装规格")
        buttons = row(self.edit, self.end)
        buttons.addStretch(1)
        self.add(self.state, self.facts, buttons)
        self.add(self.tabs, stretch=1)
        self.setFocusProxy(self.specs.table)

    def show_view(self, view: TracedView) -> None:
        """Show a product."""
        self.view = view
        product, form, role = view.product, view.product.form, self._desk.session.actor.role
        self.set_title(f"{form.name} {form.model}".strip())
        self.hint.setText("只做追溯，不用地理标志")
        self.state.setText("已停用，不能再制作标签。")
        self.state.set_tone(Tone.MUTED)
        self.state.setVisible(product.voided)
        facts = [
            Fact("企业", product.enterprise_name, wide=True),
            Fact("商品条码", form.gtin),
            Fact("标准号", form.standard_no),
            Fact("产地", form.place, wide=True),
        ]
        self.facts.show_facts([*facts, Fact("备注", form.notes, wide=True)] if form.notes else facts)
        self.specs.show_specs(product.id, view.specs, live=not product.voided)
        self.tabs.setTabText(0, f"包装规格 {sum(not one.voided for one in view.specs)}")
        self.edit.setVisible(not product.voided and allowed("label.traced_change", role))
        self.end.setVisible(not product.voided and allowed("label.traced_void", role))

    def _edit(self) -> None:
        if self.view is not None:
            product, said = self.view.product, self._said
            TracedDialog(
                self.window(),
                self._desk,
                product.id,
                product.form,
                product.enterprise_name,
                lambda _id: said("产品已修改。"),
            ).open()

    def _end(self) -> None:
        view, desk = self.view, self._desk
        if view is None:
            return

        def act(why: str, now: int) -> None:
            actions.void_traced(desk.store, desk.session.actor, view.product.id, why, now)

        text = "停用后不能再为它制作标签；已有的批次和查验不受影响。"
        void(self, desk, f"停用追溯产品「{view.product.form.name}」", text, "停用", _WHY, act, self._said).open()
