"""来访登记: who has come, for what, with which priority; Ctrl+Enter gives the number."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.identifiers import is_phone
from zhangshu_desk.core.masking import mask_name, mask_phone
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.actions import Ticket
from zhangshu_desk.reception.queries.arrivals import Arrival
from zhangshu_desk.reception.rules import LIMITS, WalkIn, rules_from
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.reception.enterprise_field import EnterpriseField
from zhangshu_desk.ui.pages.reception.masked_field import MaskedField
from zhangshu_desk.ui.pages.reception.priority_field import PriorityField
from zhangshu_desk.ui.pages.reception.services_field import ServicesField
from zhangshu_desk.ui.widgets import Card, LinkButton, PrimaryButton, TextField, column, row
from zhangshu_desk.ui.work import host_of

_TWICE_MS = 1500
"""A second Ctrl+Enter within this time on the emptied form is the same press."""


class RegisterCard(Card):
    """The form. What is typed stays until the number has been committed.

    Signals: `given(Ticket, str)` a number and for whom; `wanted(str, str)` register an enterprise (name, code).

    Args:
        quick: records a service without a number.
    """

    given = Signal(object, str)
    wanted = Signal(str, str)

    def __init__(self, desk: Desk, quick: Callable[[], object]) -> None:
        super().__init__("来访登记", "Ctrl+N")
        self.head.insertWidget(1, self.hint)
        self.head.addWidget(LinkButton("即时服务…", "Ctrl+J", quick))
        self.body.setContentsMargins(18, 9, 18, 16)  # the link is higher than the title, which stays on its line
        self._desk = desk
        self._sending = False
        self._since_given = QElapsedTimer()
        self.enterprise = EnterpriseField(desk)
        self.visitor = MaskedField("来访人", mask_name, longest=LIMITS["来访人"])
        self.phone = MaskedField("手机", mask_phone, longest=LIMITS["手机"])
        self.services = ServicesField(desk)
        self.priority = PriorityField()
        self.remark = TextField("备注", longest=LIMITS["备注"])
        self.submit_button = PrimaryButton("取号并打印", "Ctrl+Return", self.submit)
        self._build()
        self._connect()
        self.clear()

    def begin(self) -> None:
        """Put the focus where a registration begins."""
        self.enterprise.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.enterprise.editor.selectAll()

    def submit(self) -> None:
        """Ask for a number; at most one request is on its way."""
        if self._sending or not self._is_sound():
            return
        self._sending = True
        desk, walk_in = self._desk, self.form()
        actor, now, rules = desk.session.actor, desk.clock.now(), rules_from(desk.settings.values)
        desk.work.do(
            self,
            lambda: actions.register(desk.store, actor, walk_in, now, rules=rules),
            lambda ticket: self._given(ticket, walk_in),
            self._refused,
            self._ended,
        )

    def form(self) -> WalkIn:
        """What the fields mean now."""
        known = self.enterprise.arrival
        remark = self.remark.text()
        if known is None and self.enterprise.code:
            remark = " ".join(part for part in (remark, f"信用代码 {self.enterprise.code}") if part)
        return WalkIn(
            services=self.services.chosen(),
            enterprise_id=known.id if known is not None else None,
            enterprise_name=known.name if known is not None else self.enterprise.name(),
            visitor=self.visitor.value(),
            phone=self.phone.value(),
            priority=self.priority.priority(),
            appointment_at=self.priority.appointment_at(self._desk.clock.now()),
            remark=remark,
        )

    def is_empty(self) -> bool:
        """Whether nothing has been typed or chosen."""
        texts = (self.enterprise.field.text(), self.enterprise.code, self.visitor.text(), self.phone.text())
        return not any((*texts, self.remark.text(), self.services.chosen(), self.priority.priority()))

    def clear(self) -> None:
        """Empty the form."""
        self.enterprise.clear()
        for field in (self.visitor, self.phone, self.remark):
            field.set_text("")
        self.services.clear()
        self.priority.choose("", None, self._desk.clock.now())

    def _build(self) -> None:
        inner = QWidget()
        inner.setProperty("bare", True)
        fields = column(
            self.enterprise,
            row(self.visitor, self.phone, spacing=10),
            self.services,
            row(self.priority, self.remark, spacing=10),
        )
        fields.addStretch(1)
        inner.setLayout(fields)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("来访登记的各项")
        self.add(area, stretch=1)
        self.add(self.submit_button)

    def _connect(self) -> None:
        self.enterprise.found.connect(self._enterprise_found)
        self.enterprise.dropped.connect(self._enterprise_dropped)
        self.enterprise.passed.connect(self.visitor.editor.setFocus)
        self.enterprise.wanted.connect(self.wanted)
        self.visitor.edited.connect(self._visitor_edited)
        self.visitor.submitted.connect(self.phone.editor.setFocus)
        self.phone.submitted.connect(self.services.setFocus)
        self.phone.editor.editingFinished.connect(self._look_at_phone)

    def _enterprise_found(self, found: Arrival) -> None:
        self.visitor.fill(found.visitor)
        self.phone.fill(found.phone)
        if found.visitor or found.phone:
            self.services.setFocus()
        else:
            self.visitor.editor.setFocus()

    def _enterprise_dropped(self) -> None:
        for field in (self.visitor, self.phone):
            if field.is_filled():
                field.set_text("")

    def _visitor_edited(self) -> None:
        if self.phone.is_filled():
            self.phone.set_text("")  # the number of the usual contact is not this visitor's

    def _look_at_phone(self) -> None:
        phone = self.phone.value()
        self.phone.warn("" if not phone or is_phone(phone) else "不像电话号码，请核对；仍可取号。")

    def _is_sound(self) -> bool:
        """Whether the form can be sent; else the first thing missing is said where it is missing."""
        if self.is_empty() and self._since_given.isValid() and self._since_given.elapsed() < _TWICE_MS:
            return False
        if self.enterprise.is_undecided():
            self.enterprise.field.complain("请先从列表中选一家（Enter），或选「按…登记」。")
            self.enterprise.editor.setFocus()
            return False
        if not (self.enterprise.arrival or self.enterprise.name() or self.visitor.value()):
            self.enterprise.field.complain("请填写企业；个人来访填写来访人即可。")
            self.enterprise.editor.setFocus()
            return False
        if not self.services.chosen():
            self.services.complain("请选择办理事项。")
            self.services.setFocus()
            return False
        if self.services.is_undecided():
            self.services.complain("还有输入的事项没有选定：请按 Enter 选定，或按 Esc 放弃。")
            self.services.finder.editor.setFocus()
            return False
        return True

    def _given(self, ticket: Ticket, sent: WalkIn) -> None:
        if self.form() == sent:  # else the clerk already types the next one
            self.clear()
        self._since_given.start()
        focus = self.window().focusWidget()
        if focus is None or self.isAncestorOf(focus):
            self.begin()
        self.given.emit(ticket, sent.enterprise_name or mask_name(sent.visitor))

    def _refused(self, error: DeskError) -> None:
        host = host_of(self)
        if error.code in ("visit.no_service", "visit.unknown_service"):
            self.services.complain(str(error))
        elif error.code in ("visit.enterprise_void", "visit.enterprise_unknown", "visit.nobody"):
            self.enterprise.field.complain(str(error))
        elif host is not None:
            host.refuse(error)

    def _ended(self) -> None:
        self._sending = False
