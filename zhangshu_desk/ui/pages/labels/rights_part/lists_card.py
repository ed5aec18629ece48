"""The list of 权利: users, indications, or traced products; one at a time, narrowed by what is typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from PySide6.QtCore import Signal

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels.queries import rights
from zhangshu_desk.labels.queries.rights import ProductRow, TracedRow, UserRow
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.rights_part import words
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Chips, Column, Table, TextField, Tick, row

Row = UserRow | ProductRow | TracedRow


class Kind(StrEnum):
    """What is listed."""

    USERS = "用标企业"
    PRODUCTS = "地理标志"
    TRACED = "追溯产品"


@dataclass(frozen=True)
class Lists:
    """Everything that can be listed."""

    users: tuple[UserRow, ...]
    products: tuple[ProductRow, ...]
    traced: tuple[TracedRow, ...]

    def of(self, kind: Kind) -> tuple[Row, ...]:
        """The rows of a kind."""
        found: dict[Kind, tuple[Row, ...]] = {
            Kind.USERS: self.users,
            Kind.PRODUCTS: self.products,
            Kind.TRACED: self.traced,
        }
        return found[kind]


def lists(store: Store, now: int) -> Lists:
    """Everything, out of use too. Meant for the database thread."""
    return Lists(
        rights.users(store, now, voided=True),
        rights.products(store, voided=True),
        rights.traced(store, voided=True),
    )


_EMPTY = {
    Kind.USERS: "这里会列出获准使用地理标志的企业。\n先有地理标志，再登记企业的用标授权。",
    Kind.PRODUCTS: "这里会列出地理标志。\n由站长按公告或商标注册证新增。",
    Kind.TRACED: "这里会列出只做追溯、不用地理标志的产品，例如金属家具。\n登记产品和包装规格后就可以做追溯标签。",
}


class ListsCard(Card):
    """`chosen()` follows the row in front, also when another kind is shown; `opened()` Enter on it."""

    chosen = Signal()
    opened = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__("权利")
        self._desk = desk
        self._lists = Lists((), (), ())
        self._filling = False
        self.search = TextField("查找", hint="企业、产品名称或拼音首字母")
        self.kinds = Chips[Kind]("看哪一类", [(kind, kind.value) for kind in Kind], several=False)
        self.kinds.choose([Kind.USERS])
        self.all = Tick("含停用")
        self.tables: dict[Kind, Table[Any]] = {
            Kind.USERS: self._table(Kind.USERS, self._user_columns()),
            Kind.PRODUCTS: self._table(Kind.PRODUCTS, _product_columns()),
            Kind.TRACED: self._table(Kind.TRACED, _traced_columns()),
        }
        line = row(self.kinds)
        line.setStretch(0, 1)
        line.addWidget(self.all)
        self.add(line, self.search)
        for kind, table in self.tables.items():
            self.add(table, stretch=1)
            table.setVisible(kind is Kind.USERS)
        self.search.edited.connect(lambda _text: self._narrow())
        self.search.submitted.connect(self.take_focus)
        self.all.toggled.connect(lambda _on: self._narrow())
        self.kinds.changed.connect(self._turn)

    @property
    def kind(self) -> Kind:
        """What is listed now."""
        return next(iter(self.kinds.chosen()), Kind.USERS)

    @property
    def table(self) -> Table[Any]:
        """The list in front."""
        return self.tables[self.kind]

    def show_lists(self, found: Lists) -> None:
        """Show everything as it is now; what was chosen stays chosen."""
        self._lists = found
        self._narrow()

    def current(self) -> Row | None:
        """The row in front."""
        found: Row | None = self.table.current()
        return found

    def choose(self, row_id: str) -> bool:
        """Bring the row with this id to the front, whatever it is; whether there is one."""
        for kind in Kind:
            row = next((one for one in self._lists.of(kind) if one.id == row_id), None)
            if row is not None:
                self.search.set_text("")
                self.all.setChecked(self.all.isChecked() or row.voided)
                self.show_kind(kind)
                return self.table.choose(row_id)
        return False

    def show_kind(self, kind: Kind) -> None:
        """List this."""
        self.kinds.choose([kind])
        self._turn()

    def take_focus(self) -> None:
        """Go on in the list."""
        if self.current() is None and self.table.rows.rows:
            self.table.choose(self.table.rows.rows[0].id)
        self.table.setFocus()

    def _turn(self) -> None:
        for kind, table in self.tables.items():
            table.setVisible(kind is self.kind)
        self._narrow()

    def _narrow(self) -> None:
        typed, gone = self.search.text(), self.all.isChecked()
        every = self._lists.of(self.kind)
        rows = [one for one in every if (gone or not one.voided) and words.means(typed, *_said(one))]
        self._filling = True
        self.table.show_rows(rows)
        if self.current() is None and rows:
            self.table.choose(rows[0].id)
        self._filling = False
        self.set_title(f"{self.kind.value} {sum(not one.voided for one in every)}")
        self.chosen.emit()

    def _moved(self) -> None:
        if not self._filling:
            self.chosen.emit()

    def _table(self, kind: Kind, columns: list[Column[Any]]) -> Table[Any]:
        table = Table[Any](f"权利·{kind.value}", columns, lambda one: one.id, _EMPTY[kind], self._desk.settings)
        table.setAccessibleName(kind.value)
        table.chosen.connect(self._moved)
        table.opened.connect(lambda _row: self.opened.emit())
        return table

    def _user_columns(self) -> list[Column[UserRow]]:
        return [
            Column("企业", lambda one: one.form.enterprise_name, 150, stretch=True, wrap=True, tone=_gone),
            Column("地理标志", lambda one: one.product_name, 96, wrap=True),
            Column(
                "今天余量",
                words.left_words,
                128,
                right=True,
                share=_share,
                tone=lambda one: words.share_tone(_share(one)),
            ),
            Column(
                "状态",
                lambda one: words.user_hindrance(one, self._today())[0],
                104,
                wrap=True,
                tone=lambda one: words.user_hindrance(one, self._today())[1],
            ),
        ]

    def _today(self) -> date:
        return day_of(self._desk.clock.now())


def _share(one: UserRow) -> float | None:
    return words.left_share(one.granted, one.left)


def _gone(one: Row) -> Tone:
    return Tone.MUTED if one.voided else Tone.PLAIN


def _product_columns() -> list[Column[ProductRow]]:
    return [
        Column("名称", lambda one: one.form.name, 130, stretch=True, wrap=True, tone=_gone),
        Column("保护方式", lambda one: one.form.route, 104),
        Column("用标企业", lambda one: f"{one.users} 家", 76, right=True),
        Column(
            "核实",
            lambda one: words.product_state(one)[0],
            120,
            wrap=True,
            tone=lambda one: words.product_state(one)[1],
        ),
    ]


def _traced_columns() -> list[Column[TracedRow]]:
    return [
        Column("产品", lambda one: one.form.name, 120, stretch=True, wrap=True, tone=_gone),
        Column("型号", lambda one: one.form.model or "—", 110, wrap=True),
        Column("企业", lambda one: one.enterprise_name, 190, wrap=True),
    ]


def _said(one: Row) -> tuple[str, ...]:
    if isinstance(one, UserRow):
        return one.form.enterprise_name, one.product_name, one.form.credit_code
    if isinstance(one, ProductRow):
        return one.form.name, one.form.route
    return one.form.name, one.form.model, one.enterprise_name
