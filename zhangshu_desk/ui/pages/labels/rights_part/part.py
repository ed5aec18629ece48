"""权利: who may have which labels, and how many; list at the left, everything of the chosen one at the right."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from zhangshu_desk.labels.queries.rights import ProductRow, UserRow
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.pages.labels.rights_part import product_card, traced_card, user_card
from zhangshu_desk.ui.pages.labels.rights_part.lists_card import Kind, Lists, ListsCard, Row, lists
from zhangshu_desk.ui.pages.labels.rights_part.product_card import ProductCard, ProductView
from zhangshu_desk.ui.pages.labels.rights_part.product_dialog import ProductDialog
from zhangshu_desk.ui.pages.labels.rights_part.traced_card import TracedCard, TracedView
from zhangshu_desk.ui.pages.labels.rights_part.traced_dialog import TracedDialog
from zhangshu_desk.ui.pages.labels.rights_part.user_card import UserCard, UserView
from zhangshu_desk.ui.pages.labels.rights_part.user_dialog import UserDialog
from zhangshu_desk.ui.widgets import Card, Muted, PrimaryButton, bind, row

_ACTS = {Kind.USERS: "gi.user_add", Kind.PRODUCTS: "gi.product_add", Kind.TRACED: "label.traced_add"}
_NEW = {Kind.USERS: "登记用标授权…", Kind.PRODUCTS: "新增地理标志…", Kind.TRACED: "新增追溯产品…"}
_NO_PRODUCT = "还没有地理标志。请站长先在「地理标志」中按公告新增一个，再登记用标企业。"
View = UserView | ProductView | TracedView


class RightsPart(Part):
    """`receive` takes the id of a user, an indication or a traced product."""

    title: ClassVar[str] = "权利"
    key: ClassVar[str] = "Ctrl+2"
    roles = None

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._lists = Lists((), (), ())
        self._wanted = ""
        self.list = ListsCard(self.desk)
        self.new = PrimaryButton(_NEW[Kind.USERS], "Ctrl+N", self._new)
        self.list.add(row(self.new))
        self.user = UserCard(self.desk, self._said)
        self.product = ProductCard(self.desk, self._said)
        self.traced = TracedCard(self.desk, self._said)
        self.nothing = Card("权利")
        words = Muted("在左边选一项，这里显示它的全部内容。")
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.nothing.add(words, stretch=1)
        self.pile = QStackedWidget()
        cards: tuple[QWidget, ...] = (self.nothing, self.user, self.product, self.traced)
        for card in cards:
            self.pile.addWidget(card)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.pile, 1)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(lambda: self.pile.currentWidget().setFocus())
        self.product.wanted.connect(self.receive)
        bind(self, "Ctrl+F", self.list.search.setFocus)

    def load(self) -> None:
        desk, now = self.desk, self.desk.clock.now()
        desk.work.do(self, lambda: lists(desk.store, now), self._show)

    def begin(self) -> None:
        self.list.search.setFocus()

    def receive(self, payload: object) -> None:
        self._wanted = str(payload)
        self._find_wanted()

    def _show(self, found: Lists) -> None:
        self._lists = found
        self.list.show_lists(found)
        self._find_wanted()

    def _find_wanted(self) -> None:
        if self._wanted and self.list.choose(self._wanted):
            self._wanted = ""

    def _chosen(self) -> None:
        kind = self.list.kind
        self.new.set_text(_NEW[kind])
        self.new.setVisible(self.may(_ACTS[kind]))
        chosen = self.list.current()
        if chosen is None:
            self.pile.setCurrentWidget(self.nothing)
            return
        store, now = self.desk.store, self.desk.clock.now()

        def look() -> View | None:
            if isinstance(chosen, UserRow):
                return user_card.look(store, chosen.id, now)
            if isinstance(chosen, ProductRow):
                return product_card.look(store, chosen, now)
            return traced_card.look(store, chosen)

        self.desk.work.do(self, look, lambda view: self._show_card(chosen, view))

    def _show_card(self, asked: Row, view: View | None) -> None:
        chosen = self.list.current()
        if chosen is None or chosen.id != asked.id:
            return  # another one was chosen meanwhile
        if isinstance(view, UserView):
            self.user.show_view(view)
            self.pile.setCurrentWidget(self.user)
        elif isinstance(view, ProductView):
            self.product.show_view(view)
            self.pile.setCurrentWidget(self.product)
        elif isinstance(view, TracedView):
            self.traced.show_view(view)
            self.pile.setCurrentWidget(self.traced)
        else:
            self.pile.setCurrentWidget(self.nothing)

    def _new(self) -> None:
        kind, window, desk = self.list.kind, self.window(), self.desk
        if kind is Kind.PRODUCTS:
            ProductDialog(window, desk, "", None, lambda one: self._added(one, "地理标志已登记。")).open()
        elif kind is Kind.TRACED:
            TracedDialog(window, desk, "", None, "", lambda one: self._added(one, "追溯产品已登记。")).open()
        else:
            products = [(one.id, one.form.name) for one in self._lists.products if not one.voided]
            if not products:
                self.page.notices.refused(_NO_PRODUCT)
                return
            added = lambda one: self._added(one, "用标授权已登记。接着核定数量、导入标志文件。")  # noqa: E731
            UserDialog(window, desk, products, products[0][0], "", None, added).open()

    def _added(self, row_id: str, words: str) -> None:
        self.receive(row_id)
        self._said(words)

    def _said(self, words: str) -> None:
        self.page.notices.info(words)
