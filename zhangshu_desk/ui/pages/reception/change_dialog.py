"""修改登记: corrects what was registered; number and place in the queue stay."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhangshu_desk.reception import queries
from zhangshu_desk.reception.actions import Changes
from zhangshu_desk.reception.queries import VisitCard
from zhangshu_desk.reception.rules import LIMITS, rules_from
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.reception.enterprise_field import EnterpriseField
from zhangshu_desk.ui.pages.reception.priority_field import PriorityField
from zhangshu_desk.ui.pages.reception.services_field import ServicesField
from zhangshu_desk.ui.widgets import Muted, TextField, row


class ChangeDialog(Dialog):
    """Hands what was changed to `send`, which runs the act.

    Args:
        send: called with this dialog and the changed fields only.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        visit_id: str,
        label: str,
        send: Callable[[ChangeDialog, Changes], object],
    ) -> None:
        super().__init__(parent, f"修改登记 {label}", "保存", many_lines=True, width=560)
        self._desk, self._send = desk, send
        self._card: VisitCard | None = None
        self.enterprise = EnterpriseField(desk, offer_new=False)
        self.visitor = TextField("来访人", longest=LIMITS["来访人"])
        self.phone = TextField("手机", longest=LIMITS["手机"])
        self.services = ServicesField(desk)
        self.priority = PriorityField()
        self.remark = TextField("备注", longest=LIMITS["备注"])
        self.add(
            Muted("票号和排队位置不变；来访人和手机留空就不改。"),
            self.enterprise,
            row(self.visitor, self.phone, spacing=10),
            self.services,
            row(self.priority, self.remark, spacing=10),
        )
        self.body.addStretch(1)
        store, now, rules = desk.store, desk.clock.now(), rules_from(desk.settings.values)
        desk.work.do(self, lambda: queries.visit(store, visit_id, now, rules), self._show)
        self.services.setFocus()

    def act(self) -> None:
        changes = self.changes()
        if changes:
            self._send(self, changes)
        else:
            self.accept()

    def changes(self) -> Changes:
        """What differs from what was registered."""
        card, made = self._card, Changes()
        if card is None:
            return made
        if self.enterprise.arrival is not None:
            if self.enterprise.arrival.id != card.enterprise_id:
                made["enterprise_id"] = self.enterprise.arrival.id
        elif self.enterprise.name() != card.enterprise_name:
            made["enterprise_id"], made["enterprise_name"] = None, self.enterprise.name()
        if self.visitor.text():
            made["visitor"] = self.visitor.text()
        if self.phone.text():
            made["phone"] = self.phone.text()
        if self.services.chosen() != self._services:
            made["services"] = self.services.chosen()
        appointment_at = self.priority.appointment_at(card.arrived_at)
        if (self.priority.priority(), appointment_at) != self._priority:
            made["priority"], made["appointment_at"] = self.priority.priority(), appointment_at
        if self.remark.text() != card.remark:
            made["remark"] = self.remark.text()
        return made

    def _show(self, card: VisitCard) -> None:
        self._card = card
        self.enterprise.field.set_text(card.enterprise_name)
        self.visitor.editor.setPlaceholderText(f"现为 {card.visitor}" if card.visitor else "")
        self.phone.editor.setPlaceholderText(f"现为 {card.phone}" if card.phone else "")
        self.services.choose(card.services)
        self._services = self.services.chosen()
        self.priority.choose(card.priority, card.appointment_at, card.arrived_at)
        self._priority = (card.priority, self.priority.appointment_at(card.arrived_at))
        self.remark.set_text(card.remark)
