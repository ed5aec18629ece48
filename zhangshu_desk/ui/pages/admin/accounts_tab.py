"""Accounts 账户: who may log in, as what, and what is done about a forgotten password."""

from __future__ import annotations

from typing import ClassVar

from zhangshu_desk.accounts import actions, queries
from zhangshu_desk.accounts.inputs import UserChange
from zhangshu_desk.accounts.queries import UserRow
from zhangshu_desk.core.clock import MINUTE, stamp
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.admin.account_dialogs import ChangeAccount, NewAccount, ShowPassword, make_password
from zhangshu_desk.ui.pages.admin.tab import Tab, side
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Column, DangerButton, Muted, PlainButton, PrimaryButton, Table, Text


class AccountsTab(Tab):
    """All accounts at the left, what can be done with the chosen one at the right."""

    title: ClassVar[str] = "账户"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.table = Table("账户", _columns(), lambda row: row.id, "还没有账户。", self.desk.settings)
        self.list_card = Card("账户")
        self.list_card.add(self.table, stretch=1)
        self.list_card.add(PrimaryButton("新增账户", "Ctrl+N", self._add))
        self.name, self.state = Text(wrap=True), Muted()
        self.state.setWordWrap(True)
        self.change = PlainButton("修改…", "F4", self._change)
        self.reset = PlainButton("重置密码…", "Ctrl+R", self._ask_reset)
        self.switch = DangerButton("停用", "Ctrl+D", self._ask_switch)
        self.one = Card("所选账户")
        self.one.add(self.name, self.state, self.change, self.reset, self.switch)
        self.body.addWidget(self.list_card, 1)
        self.body.addWidget(side(self.one))
        self.table.chosen.connect(self._show_chosen)
        self.table.opened.connect(lambda _row: self._change())
        self._show_chosen()

    def load(self) -> None:
        desk, now = self.desk, self.desk.clock.now()
        desk.work.do(self, lambda: queries.users(desk.store, now), self._show_users)

    def begin(self) -> None:
        self.table.setFocus()

    def _show_users(self, users: tuple[UserRow, ...]) -> None:
        self.table.show_rows(users)
        active = sum(user.active for user in users)
        self.list_card.hint.setText(f"{active} 个在用，共 {len(users)} 个")
        if self.table.current() is None and users:
            self.table.choose(self.desk.session.actor.user_id) or self.table.choose(users[0].id)
        self._show_chosen()

    def _show_chosen(self) -> None:
        user = self.table.current()
        own = user is not None and user.id == self.desk.session.actor.user_id
        for button in (self.change, self.reset, self.switch):
            button.setEnabled(user is not None)
        if user is None:
            self.name.setText("在左边选一个账户。")
            self.state.setText("")
            return
        self.name.setText(f"{user.name} · {user.role.value}")
        self.state.setText("这是您本人的账户：角色和停用由他人操作，密码在「本人」中修改。" if own else state_of(user))
        self.reset.setEnabled(not own)
        self.switch.setEnabled(not own)
        self.reset.set_text("重置密码…" if user.has_password else "设首个密码…")
        self.switch.set_text("停用…" if user.active else "重新启用")

    def _add(self) -> None:
        NewAccount(self.window(), self.desk).open()

    def _change(self) -> None:
        user = self.table.current()
        if user is not None:
            ChangeAccount(self.window(), self.desk, user).open()

    def _ask_reset(self) -> None:
        user = self.table.current()
        if user is None:
            return
        title, act = "重置密码", "重置"
        text = f"{user.name}（{user.login}）现在的密码作废，由程序生成一个临时密码；锁定同时解除。"
        if not user.has_password:
            title, act = "设首个密码", "生成密码"
            text = f"{user.name}（{user.login}）的账户来自其他工作站或中心，本机尚未设密码。由程序生成一个临时密码。"
        Ask(self.window(), title, text, act, lambda: self._reset(user)).open()

    def _reset(self, user: UserRow) -> None:
        desk, now = self.desk, self.desk.clock.now()

        def make() -> str:
            password = make_password(desk, user.login, user.name)
            actions.reset_password(desk.store, desk.session.actor, user.id, password, now)
            return password

        def made(password: str) -> None:
            ShowPassword(self.window(), user.name, user.login, password).open()

        desk.work.do(self, make, made)

    def _ask_switch(self) -> None:
        user = self.table.current()
        if user is None:
            return
        if not user.active:
            self._switch(user, True)
            return
        text = f"{user.name}（{user.login}）将不能再登录，其占用的窗口空出。过去的记录和审计不变，以后可以重新启用。"
        Ask(self.window(), "停用账户", text, "停用", lambda: self._switch(user, False), danger=True).open()

    def _switch(self, user: UserRow, active: bool) -> None:
        desk, now = self.desk, self.desk.clock.now()
        change = UserChange(active=active)
        said = f"{user.name} 的账户已{'启用' if active else '停用'}。"
        desk.work.do(
            self,
            lambda: actions.change_user(desk.store, desk.session.actor, user.id, change, now),
            lambda _: self.page.notices.info(said),
        )


def state_of(user: UserRow) -> str:
    """The state of an account in words."""
    if not user.active:
        return "已停用"
    if not user.has_password:
        return "本机尚未设密码"
    if user.locked_ms:
        return f"锁定中，还有 {-(-user.locked_ms // MINUTE)} 分钟"
    return "待本人更换密码" if user.must_change else "在用"


def _tone(user: UserRow) -> Tone:
    if not user.active:
        return Tone.MUTED
    return Tone.BAD if user.locked_ms else Tone.WARN if user.must_change else Tone.PLAIN


def _columns() -> list[Column[UserRow]]:
    return [
        Column("姓名", lambda row: row.name, 130, bold=True),
        Column("账号", lambda row: row.login, 130),
        Column("角色", lambda row: row.role.value, 110),
        Column("状态", state_of, 180, stretch=True, tone=_tone),
        Column("上次登录", lambda row: stamp(row.last_login_at) if row.last_login_at else "从未", 150),
    ]
