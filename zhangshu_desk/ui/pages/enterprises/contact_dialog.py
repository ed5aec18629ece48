"""A contact of an enterprise, new or changed; what is masked stays as it is when left empty."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhangshu_desk.enterprises import actions
from zhangshu_desk.enterprises.queries import ContactRow
from zhangshu_desk.enterprises.rules import CONTACT_LABELS, ContactFields
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.widgets import TextField, Tick


class ContactDialog(Dialog):
    """Adds a contact to `enterprise_id`, or changes `contact`; `saved` is called after the commit."""

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        enterprise_id: str,
        contact: ContactRow | None,
        saved: Callable[[], object],
    ) -> None:
        super().__init__(parent, "修改联系人" if contact else "添加联系人", "保存")
        self._desk, self._enterprise_id, self._contact, self._saved = desk, enterprise_id, contact, saved
        self._sending = False
        self.name = TextField(CONTACT_LABELS["name"], "", _kept(contact.name if contact else ""))
        self.phone = TextField(CONTACT_LABELS["phone"], "", _kept(contact.phone if contact else ""))
        self.role = TextField(CONTACT_LABELS["role"], contact.role if contact else "", "例如：办公室主任")
        self.main = Tick(CONTACT_LABELS["is_main"], bool(contact and contact.is_main))
        self.add(self.name, self.phone, self.role, self.main)
        self.body.addStretch(1)
        self.name.setFocus()

    def act(self) -> None:
        if self._sending:
            return
        self._sending = True
        desk, contact, now = self._desk, self._contact, self._desk.clock.now()
        actor = desk.session.actor
        given = ContactFields(self.name.text(), self.phone.text(), self.role.text(), self.main.isChecked())

        def job() -> None:
            if contact is None:
                actions.add_contact(desk.store, actor, self._enterprise_id, given, now)
            else:
                actions.change_contact(desk.store, actor, contact.id, _changes(contact, given), now)

        desk.work.do(self, job, lambda _: self._done(), ended=self._ended)

    def _done(self) -> None:
        self.accept()
        self._saved()

    def _ended(self) -> None:
        self._sending = False


def _kept(masked: str) -> str:
    return f"现为 {masked}，不改就留空" if masked else ""


def _changes(contact: ContactRow, given: ContactFields) -> dict[str, object]:
    changes: dict[str, object] = {"role": given.role, "is_main": given.is_main}
    if given.name:
        changes["name"] = given.name
    if given.phone:
        changes["phone"] = given.phone
    return {name: value for name, value in changes.items() if value != getattr(contact, name)}
