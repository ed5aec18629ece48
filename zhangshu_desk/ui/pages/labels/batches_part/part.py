"""批次: the batches of labels and what becomes of them; list at the left, everything of the chosen one at the right."""

from __future__ import annotations

from typing import ClassVar

from zhangshu_desk.labels.actions import Made
from zhangshu_desk.labels.queries import BatchCard
from zhangshu_desk.labels.rules.batches import BatchState
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.labels.batches_part.acts import BatchActs
from zhangshu_desk.ui.pages.labels.batches_part.batch_dialog import BatchDialog
from zhangshu_desk.ui.pages.labels.batches_part.card_view import CardView, View, look
from zhangshu_desk.ui.pages.labels.batches_part.list_card import ListCard
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.widgets import PlainButton, PrimaryButton, bind, row


class BatchesPart(Part):
    """`receive` takes the id of a batch."""

    title: ClassVar[str] = "批次"
    key: ClassVar[str] = "Ctrl+1"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._wanted = ""
        self.list = ListCard(self.desk)
        self.new = PrimaryButton("新建批次…", "Ctrl+N", lambda: self._edit(None))
        self.merge = PlainButton("从表格导入…", "Ctrl+I", self._merge)
        buttons = row(self.new, self.merge)
        buttons.setStretch(0, 1)
        self.list.add(buttons)
        self.acts = BatchActs(self, self.desk, self._edit, self._said)
        self.view = CardView(self.desk, self.acts)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.view, 1)
        self.list.chosen.connect(self._open)
        self.list.opened.connect(self.view.setFocus)
        bind(self, "Ctrl+F", self.list.search.setFocus)

    def load(self) -> None:
        self.list.ask()
        if self._wanted:
            self._open(self._wanted)

    def begin(self) -> None:
        self.list.search.setFocus()

    def receive(self, payload: object) -> None:
        self.list.look_for(str(payload))
        self._open(str(payload))

    def _open(self, batch_id: str) -> None:
        self._wanted = batch_id
        if not batch_id:
            self.view.show_nothing()
            return
        store = self.desk.store
        self.desk.work.do(self, lambda: look(store, batch_id), lambda view: self._show(batch_id, view))

    def _show(self, batch_id: str, view: View | None) -> None:
        if batch_id != self._wanted:
            return  # another one was chosen meanwhile
        if view is None:
            self.view.show_nothing()
        else:
            self.view.show_view(view)

    def _edit(self, batch: BatchCard | None) -> None:
        BatchDialog(self.window(), self.desk, batch, self._made).open()

    def _merge(self) -> None:
        from zhangshu_desk.ui.pages.labels.batches_part.merge_dialog import MergeDialog

        MergeDialog(self.window(), self.desk, self._merged).open()

    def _merged(self, ids: tuple[str, ...]) -> None:
        self.receive(ids[0])
        self._said(f"已建立 {len(ids):,} 批，逐批编号后打印。")

    def _made(self, made: Made) -> None:
        self.receive(made.id)
        doubts = "".join(one.text for one in made.warnings)
        self._said(f"{_said_of(made)}{doubts}")

    def _said(self, words: str) -> None:
        self.page.notices.info(words)


def _said_of(made: Made) -> str:
    if made.state is BatchState.DRAFT:
        return "草稿已保存。"
    if made.state is BatchState.AWAITING:
        return f"批次已提交，{made.labels:,} 张，等另一人批准。"
    return f"批次已建立，{made.labels:,} 张，可以编号。"
