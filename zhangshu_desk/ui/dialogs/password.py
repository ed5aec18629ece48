"""Change one's own password."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.session.new_password import NewPassword
from zhangshu_desk.ui.session.secret import PasswordField
from zhangshu_desk.ui.widgets.text import Muted


class ChangePassword(Dialog):
    """The present password, then the new one twice; wrong ones count as failed log-ins."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, "修改本人密码", "修改密码")
        self._desk = desk
        self._station = self._login = ""
        self.old = PasswordField("现在的密码")
        name = desk.session.actor.name
        self.new = NewPassword(lambda: (self._login, name, self._station))
        self.add(Muted(name), self.old, self.new)
        self.old.setFocus()
        desk.work.do(self, self._who, self._know)

    def act(self) -> None:
        if not self.old.text():
            self.old.complain("请输入现在的密码。")
            self.old.setFocus()
        elif self.new.sound():
            self._change()

    def _change(self) -> None:
        from zhangshu_desk.accounts import actions

        desk, actor, now = self._desk, self._desk.session.actor, self._desk.clock.now()
        old, new = self.old.text(), self.new.text()
        self.primary.setEnabled(False)
        desk.work.do(
            self,
            lambda: actions.change_password(desk.store, actor, old, new, now),
            lambda _: self.accept(),
            ended=lambda: self.primary.setEnabled(True),
        )

    def _who(self) -> tuple[str, str]:
        from zhangshu_desk.accounts import queries

        user_id = self._desk.session.actor.user_id
        users = queries.users(self._desk.store, self._desk.clock.now())
        login = next((row.login for row in users if row.id == user_id), "")
        return login, queries.station(self._desk.store).name

    def _know(self, known: tuple[str, str]) -> None:
        self._login, self._station = known
        self.new.look()
