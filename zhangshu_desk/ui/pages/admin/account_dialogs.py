"""Making and changing an account, and the one look at a password the program made."""

from __future__ import annotations

import secrets

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QWidget

from zhangshu_desk.accounts import actions, queries
from zhangshu_desk.accounts.inputs import NewUser, UserChange
from zhangshu_desk.accounts.queries import UserRow
from zhangshu_desk.accounts.temporary import temporary_password
from zhangshu_desk.core.actors import Role
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.theme import font
from zhangshu_desk.ui.widgets import ComboField, Muted, PlainButton, Text, TextField, row

ROLE_WORDS = {
    Role.CLERK: "登记、叫号、办理，查询企业",
    Role.LABEL: "标签打印，不操作窗口",
    Role.SUPERVISOR: "全部业务，账户、窗口、日结、审计",
    Role.ADMINISTRATOR: "同站长；供维护人员使用",
}


def role_choices() -> list[tuple[Role, str]]:
    """The roles with what they may do."""
    return [(role, f"{role.value}（{words}）") for role, words in ROLE_WORDS.items()]


def _choices_with(role: Role) -> list[tuple[Role, str]]:
    """The roles, and the present one when it is none that this program knows: saving must not change it."""
    choices = role_choices()
    return choices if role in ROLE_WORDS else [(role, f"{role.value}（由更新的程序设定，本机只能查看）"), *choices]


def make_password(desk: Desk, login: str, name: str) -> str:
    """A password for the first log-in; runs on the database thread."""
    return temporary_password(secrets.choice, login, name, queries.station(desk.store).name)


class NewAccount(Dialog):
    """Name, login and role; the program makes the first password and shows it once."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, "新增账户", "新增")
        self._desk = desk
        self.name = TextField("姓名", longest=30)
        self.login = TextField("账号（登录用）", hint="例如：zhanghua", longest=32)
        self.role = ComboField[Role]("角色", role_choices(), Role.CLERK)
        note = Muted("首次登录的密码由程序生成，只显示一次；本人登录后必须更换。")
        note.setWordWrap(True)
        self.add(row(self.name, self.login, spacing=12), self.role, note)
        self.body.addStretch(1)
        self.name.setFocus()

    def act(self) -> None:
        desk, now = self._desk, self._desk.clock.now()
        login, name, role = self.login.text(), self.name.text(), self.role.key() or Role.CLERK

        def make() -> str:
            password = make_password(desk, login, name)
            actions.add_user(desk.store, desk.session.actor, NewUser(login, name, role, password), now)
            return password

        self.primary.setEnabled(False)
        desk.work.do(self, make, self._made, ended=lambda: self.primary.setEnabled(True))

    def _made(self, password: str) -> None:
        shown = ShowPassword(self.parentWidget(), self.name.text(), self.login.text(), password)
        self.accept()
        shown.open()


class ChangeAccount(Dialog):
    """Correct a name, give another role. One's own role stays: it is changed by somebody else."""

    def __init__(self, parent: QWidget, desk: Desk, user: UserRow) -> None:
        super().__init__(parent, f"修改账户 {user.login}", "保存")
        self._desk, self._user = desk, user
        self.name = TextField("姓名", user.name, longest=30)
        self.role = ComboField[Role]("角色", _choices_with(user.role), user.role)
        self.add(self.name, self.role)
        if user.id == desk.session.actor.user_id:
            self.role.setEnabled(False)
            self.add(Muted("本人的角色由其他站长或系统管理员修改。"))
        self.name.setFocus()

    def act(self) -> None:
        desk, now, user = self._desk, self._desk.clock.now(), self._user
        change = UserChange(name=self.name.text(), role=self.role.key())
        desk.work.do(
            self,
            lambda: actions.change_user(desk.store, desk.session.actor, user.id, change, now),
            lambda _: self.accept(),
        )


class ShowPassword(Dialog):
    """The password the program made, once; closing it is the last one sees of it."""

    def __init__(self, parent: QWidget | None, name: str, login: str, password: str) -> None:
        super().__init__(parent, f"{name} 的临时密码", "", cancel="已交给本人，关闭")
        self._password = password
        shown = Text(password)
        shown.setFont(font(22, QFont.Weight.DemiBold))
        shown.setAccessibleName("临时密码")
        shown.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.shown = shown
        self.copy = PlainButton("复制", "Ctrl+C", self._copy)
        note = Text("只显示这一次，程序里不保存。请当面交给本人；登录后程序会要求换成自己的密码。", wrap=True)
        self.add(Muted(f"账号：{login}"), row(shown, self.copy), note)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._password)
        self.copy.set_text("已复制")
