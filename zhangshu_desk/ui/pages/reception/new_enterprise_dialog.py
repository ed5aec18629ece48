"""登记新企业 while its visitor stands at the desk: name, code, contact; likely duplicates are offered instead."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.enterprises import actions, queries
from zhangshu_desk.enterprises.rules import ContactFields, DuplicateHit, EnterpriseFields, code_problem
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Elided, PlainButton, Text, TextField, row

_OFFERED = 3


class NewEnterpriseDialog(Dialog):
    """Registers an enterprise, or takes one that is already there.

    Args:
        name, code, visitor, phone: what is known so far; the visitor becomes the main contact.
        take: called with the id of the enterprise once it is there.
    """

    def __init__(
        self, parent: QWidget, desk: Desk, name: str, code: str, contact: ContactFields, take: Callable[[str], object]
    ) -> None:
        super().__init__(parent, "登记新企业", "登记", width=560)
        self._desk, self._contact, self._take = desk, contact, take
        self._sending = False
        self.name = TextField("企业名称", name, "营业执照上的全称")
        self.code = TextField("统一社会信用代码", code, "18 位")
        self.why = TextField("代码有误或缺失的原因", hint="例如：筹建中，尚未领照")
        self.despite = TextField("仍要登记的原因", hint="与上面的企业确实不是同一家时填写")
        self._same = QVBoxLayout()
        self.add(self.name, self.code, self.why, self._same, self.despite)
        self.body.addStretch(1)
        self.despite.hide()
        self.code.edited.connect(self._look_at_code)
        self._look_at_code()
        (self.code if name and not code else self.name).editor.setFocus()

    def act(self) -> None:
        if self._sending:
            return
        self._sending = True
        desk, given, despite = self._desk, self._form(), self.despite.text()
        people = [self._contact] if self._contact.name or self._contact.phone else []
        actor, now = desk.session.actor, desk.clock.now()
        desk.work.do(
            self,
            lambda: actions.add(desk.store, actor, given, now, people, despite=despite),
            self._registered,
            self._refused,
            self._ended,
        )

    def _form(self) -> EnterpriseFields:
        return EnterpriseFields(self.name.text(), self.code.text(), self.why.text() if self.why.isVisible() else "")

    def _look_at_code(self) -> None:
        problem = code_problem(self.code.text())
        self.code.warn(f"{problem}。" if problem and self.code.text() else "")
        self.why.setVisible(bool(problem))

    def _registered(self, enterprise_id: str) -> None:
        self.accept()
        self._take(enterprise_id)

    def _refused(self, error: DeskError) -> None:
        self.refuse(error)
        if error.code == "enterprise.duplicate":
            store, name, code = self._desk.store, self.name.text(), self.code.text()
            self._desk.work.do(self, lambda: queries.duplicates_of(store, name, code), self._offer)

    def _offer(self, hits: tuple[DuplicateHit, ...]) -> None:
        while (item := self._same.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        usable = [hit for hit in hits if not hit.voided][:_OFFERED]
        self._same.addWidget(Text("已有这些企业，是同一家就直接选用：", Tone.WARN))
        for hit in usable:
            self._same.addWidget(self._line(hit))
        self.despite.show()

    def _line(self, hit: DuplicateHit) -> QWidget:
        line = QWidget()
        use = PlainButton("选用", "", lambda: self._registered(hit.id))
        use.setAccessibleName(f"选用{hit.name}")
        line.setLayout(row(Elided(f"{hit.name} · {hit.words}"), use))
        return line

    def _ended(self) -> None:
        self._sending = False
