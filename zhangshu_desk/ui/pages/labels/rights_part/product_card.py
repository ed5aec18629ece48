"""The card of a geographical indication: its protection, what must stand on a label, its users and packs."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.acts import allowed
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels.actions import rights as actions
from zhangshu_desk.labels.queries import rights as queries
from zhangshu_desk.labels.queries.rights import ProductRow, SpecRow, UserRow
from zhangshu_desk.labels.rules.rights import PIECES, WORDS, Route
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.rights_part import words
from zhangshu_desk.ui.pages.labels.rights_part.product_dialog import ProductDialog
from zhangshu_desk.ui.pages.labels.rights_part.specs_box import SpecsBox
from zhangshu_desk.ui.pages.labels.voiding import Said, void
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Column, DangerButton, PlainButton, Table, Text, column, row
from zhangshu_desk.ui.widgets.facts import Fact, Facts
from zhangshu_desk.ui.widgets.key_tabs import plain_tabs
from zhangshu_desk.ui.widgets.shrinking import Shrinking

_NO_USER = "还没有获准使用的企业。\n在「用标企业」中登记授权。"
_LEAST_HIGH = 110
_WHY = ("公告撤销", "转为商标保护", "登记有误")


@dataclass(frozen=True)
class ProductView:
    """An indication with all that belongs to it."""

    product: ProductRow
    users: tuple[UserRow, ...]
    specs: tuple[SpecRow, ...]


def look(store: Store, product: ProductRow, now: int) -> ProductView:
    """Read the view. Meant for the database thread."""
    return ProductView(
        product,
        queries.users(store, now, product_id=product.id, voided=True),
        queries.specs(store, product.id, voided=True),
    )


class ProductCard(Card):
    """`said(words)` is called after a change from here; `wanted(str)` asks for the user with this id."""

    wanted = Signal(str)

    def __init__(self, desk: Desk, said: Said) -> None:
        super().__init__("地理标志")
        self.wrap_title()
        self._desk, self._said = desk, said
        self.view: ProductView | None = None
        self.state = Text(wrap=True)
        self.facts = Facts()
        self.users = Table("用标企业", self._columns(), lambda one: one.id, _NO_USER, desk.settings)
        self.specs = SpecsBox(desk, said)
        self.edit = PlainButton("修改…", "Ctrl+M", self._edit)
        self.end = DangerButton("停用…", "", self._end)
        self.tabs = plain_tabs("地理标志的各部分")
        self.tabs.addTab(self._users_tab(), "用标企业")
        self.tabs.addTab(self.specs, "包装规格")
        buttons = row(self.edit, self.end)
        buttons.addStretch(1)
        inside = QWidget()
        inside.setLayout(column(self.state, self.facts))
        self.add(Shrinking("地理标志的资料", inside, _LEAST_HIGH), buttons)
        self.add(self.tabs, stretch=1)
        self.users.opened.connect(lambda one: self.wanted.emit(one.id))
        self.setFocusProxy(self.users)

    def show_view(self, view: ProductView) -> None:
        """Show an indication."""
        self.view = view
        product, role = view.product, self._desk.session.actor.role
        self.set_title(product.form.name)
        self.hint.setText(product.form.route)
        state, tone = words.product_state(product)
        self.state.setText(_state_text(product, state))
        self.state.set_tone(tone)
        self.facts.show_facts(_facts(product))
        self.users.show_rows(view.users)
        self.specs.show_specs(product.id, view.specs, live=not product.voided)
        self.tabs.setTabText(0, f"用标企业 {sum(not one.voided for one in view.users)}")
        self.tabs.setTabText(1, f"包装规格 {sum(not one.voided for one in view.specs)}")
        self.edit.setVisible(not product.voided and allowed("gi.product_change", role))
        self.end.setVisible(not product.voided and allowed("gi.product_void", role))

    def _users_tab(self) -> QWidget:
        tab = QWidget()
        lines = column(self.users)
        lines.setContentsMargins(0, 8, 0, 0)
        tab.setLayout(lines)
        return tab

    def _columns(self) -> list[Column[UserRow]]:
        return [
            Column("企业", lambda one: one.form.enterprise_name, 150, stretch=True, wrap=True),
            Column("自", lambda one: one.form.valid_from.isoformat(), 96),
            Column("至", lambda one: one.form.valid_until.isoformat() if one.form.valid_until else "未写明", 96),
            Column("今天余量", words.left_words, 124, right=True),
            Column("状态", lambda one: self._state(one)[0], 96, wrap=True, tone=lambda one: self._state(one)[1]),
        ]

    def _state(self, one: UserRow) -> tuple[str, Tone]:
        return words.user_hindrance(one, day_of(self._desk.clock.now()))

    def _edit(self) -> None:
        if self.view is not None:
            product, said = self.view.product, self._said
            ProductDialog(
                self.window(), self._desk, product.id, product.form, lambda _id: said("地理标志已修改。")
            ).open()

    def _end(self) -> None:
        view, desk = self.view, self._desk
        if view is None:
            return
        text = "停用后不能再为它制作标签；已有的批次、台账和查验不受影响。"

        def act(why: str, now: int) -> None:
            actions.void_product(desk.store, desk.session.actor, view.product.id, why, now)

        void(self, desk, f"停用地理标志「{view.product.form.name}」", text, "停用", _WHY, act, self._said).open()


def _state_text(product: ProductRow, state: str) -> str:
    if product.voided:
        return "已停用，不能再制作标签。"
    if product.missing:
        return f"{state}：专用标志旁必须标明，补上之前不能制作标签。"
    return "已核实。" if product.form.verified else "待核实：资料还没有与公告或注册证核对。"


def _facts(product: ProductRow) -> list[Fact]:
    form = product.form
    needed = {name for group in PIECES.get(Route(form.route), ()) for name in group} - {"product_name"}
    facts = [
        Fact(WORDS[name], getattr(form, name) or "未填", Tone.PLAIN if getattr(form, name) else Tone.WARN)
        for name in ("announcement_no", "standard_no", "trademark_name", "registration_no")
        if name in needed or getattr(form, name)
    ]
    facts.append(Fact("品种、规格", "、".join(form.specs) or "公告没有限制", wide=True))
    facts.append(Fact("产地范围", form.area, wide=True))
    facts.append(Fact("依据", form.source or "待核实", Tone.PLAIN if form.source else Tone.WARN, wide=True))
    return [*facts, Fact("备注", form.notes, wide=True)] if form.notes else facts
