"""The packaging specifications of a product, with what can be done about them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.acts import allowed
from zhangshu_desk.labels.actions import products
from zhangshu_desk.labels.queries.rights import SpecRow
from zhangshu_desk.labels.rules.amounts import amount_text
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.rights_part.spec_dialog import SpecDialog
from zhangshu_desk.ui.pages.labels.voiding import Said, void
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Column, DangerButton, PlainButton, Table, column, row

_EMPTY = "还没有包装规格。\n标签数由批次数量和每个包装的数量算出，先登记一种规格。"
_WHY = ("不再生产", "登记有误")


class SpecsBox(QWidget):
    """`said(words)` is called after something was changed from here."""

    def __init__(self, desk: Desk, said: Said) -> None:
        super().__init__()
        self._desk, self._said = desk, said
        self._product_id = ""
        self.table = Table("包装规格", _columns(), lambda one: one.id, _EMPTY, desk.settings)
        self.add = PlainButton("新增规格…", "Ctrl+G", self._add)
        self.change = PlainButton("修改…", "", self._change)
        self.void = DangerButton("停用…", "", self._void)
        self._buttons = row(self.add, self.change, self.void)
        self._buttons.addStretch(1)
        lines = column(self.table, self._buttons)
        lines.setContentsMargins(0, 8, 0, 0)
        lines.setStretch(0, 1)
        self.setLayout(lines)
        self.table.opened.connect(lambda _row: self._change())
        self.table.chosen.connect(self._allow)

    def show_specs(self, product_id: str, rows: Sequence[SpecRow], *, live: bool) -> None:
        """Show those of a product; of one that is out of use nothing changes any more."""
        role = self._desk.session.actor.role
        self._product_id = product_id if live and allowed("label.spec_add", role) else ""
        self.table.show_rows(rows)
        if self.table.current() is None and rows:
            self.table.choose(rows[0].id)
        self._allow()

    def _allow(self) -> None:
        chosen = self.table.current()
        self.add.setVisible(bool(self._product_id))
        for button in (self.change, self.void):
            button.setVisible(bool(self._product_id))
            button.setEnabled(chosen is not None and not chosen.voided)

    def _add(self) -> None:
        if self._product_id:
            said = self._said
            SpecDialog(self.window(), self._desk, self._product_id, "", None, lambda _id: said("规格已登记。")).open()

    def _change(self) -> None:
        spec = self.table.current()
        if self._product_id and spec is not None and not spec.voided:
            said = self._said
            SpecDialog(
                self.window(), self._desk, self._product_id, spec.id, spec.form, lambda _id: said("规格已修改。")
            ).open()

    def _void(self) -> None:
        spec, desk = self.table.current(), self._desk
        if spec is None:
            return
        text = "停用后新批次不能再选它，已有的批次不变。"

        def act(why: str, now: int) -> None:
            products.void_spec(desk.store, desk.session.actor, spec.id, why, now)

        dialog: ReasonDialog = void(self, desk, f"停用规格「{spec.form.name}」", text, "停用", _WHY, act, self._said)
        dialog.open()


def _columns() -> list[Column[SpecRow]]:
    return [
        Column("规格", lambda one: one.form.name, 130, stretch=True, wrap=True, tone=_gone),
        Column("每个包装", lambda one: f"{amount_text(one.form.pack)} {one.form.unit}", 110, right=True),
        Column("商品条码", lambda one: one.form.gtin or "—", 140),
        Column("", lambda one: "已停用" if one.voided else "", 70, tone=_gone),
    ]


def _gone(one: SpecRow) -> Tone:
    return Tone.MUTED if one.voided else Tone.PLAIN
