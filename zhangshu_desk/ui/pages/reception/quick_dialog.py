"""即时服务: a one-minute question, answered at once and recorded without a ticket."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.masking import mask_name
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.reception.queries.arrivals import Arrival
from zhangshu_desk.reception.rules import LIMITS, QuickService, WalkIn
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.reception.enterprise_field import EnterpriseField
from zhangshu_desk.ui.pages.reception.masked_field import MaskedField
from zhangshu_desk.ui.pages.reception.services_field import ServicesField
from zhangshu_desk.ui.widgets import Muted, NumberField, TextField, row

_MOST_MINUTES = 480
_USUAL_MINUTES = 3


class QuickDialog(Dialog):
    """Begins with what the registration form holds.

    Args:
        begun: what was typed in the form; known: the enterprise taken there.
        then: called with what was recorded, in words, after the commit.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        begun: WalkIn,
        known: Arrival | None,
        then: Callable[[str], object],
    ) -> None:
        super().__init__(parent, "即时服务", "记录", many_lines=True, width=560)
        self._desk, self._then, self._sending = desk, then, False
        self.services = ServicesField(desk)
        self.enterprise = EnterpriseField(desk, offer_new=False)
        self.visitor = MaskedField("来访人", mask_name, longest=LIMITS["来访人"])
        self.minutes = NumberField("用时", _USUAL_MINUTES, 0, _MOST_MINUTES, "分钟")
        self.remark = TextField("备注", longest=LIMITS["备注"])
        self.add(
            Muted("一两分钟就能答复的咨询，不取号；记入今日办理。企业和来访人可以不填。"),
            self.services,
            self.enterprise,
            row(self.visitor, self.minutes, spacing=10),
            self.remark,
        )
        self.body.addStretch(1)
        self.enterprise.found.connect(lambda found: self.visitor.fill(found.visitor))
        self._begin(begun, known)

    def act(self) -> None:
        if self._sending:
            return
        if not self.services.chosen():
            self.services.complain("请选择办理事项。")
            self.services.setFocus()
            return
        self._sending = True
        desk, quick = self._desk, self._form()
        actor, now = desk.session.actor, desk.clock.now()
        desk.work.do(self, lambda: actions.quick(desk.store, actor, quick, now), self._recorded, ended=self._ended)

    def _form(self) -> QuickService:
        known = self.enterprise.arrival
        return QuickService(
            services=self.services.chosen(),
            enterprise_id=known.id if known is not None else None,
            enterprise_name=known.name if known is not None else self.enterprise.name(),
            visitor=self.visitor.value(),
            minutes=self.minutes.value(),
            remark=self.remark.text(),
        )

    def _begin(self, begun: WalkIn, known: Arrival | None) -> None:
        self.services.choose(begun.services)
        if known is not None:
            self.enterprise.take(known)
        else:
            self.enterprise.field.set_text(begun.enterprise_name)
        self.visitor.set_text("")
        if begun.visitor:
            self.visitor.fill(begun.visitor)
        self.remark.set_text(begun.remark)
        self.services.setFocus()

    def _recorded(self, _visit_id: str) -> None:
        words = catalogue_of(self._desk.store).text(self.services.chosen())
        self.accept()
        self._then(words)

    def _ended(self) -> None:
        self._sending = False
