"""One's own account 本人: what everybody may see and change."""

from __future__ import annotations

from typing import ClassVar

from zhangshu_desk.accounts import queries
from zhangshu_desk.accounts.queries import UserRow
from zhangshu_desk.core.clock import stamp
from zhangshu_desk.ui.dialogs.about import About
from zhangshu_desk.ui.dialogs.password import ChangePassword
from zhangshu_desk.ui.dialogs.shortcuts import Shortcuts
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.admin.tab import Tab
from zhangshu_desk.ui.widgets import Card, Muted, PlainButton, PrimaryButton, Text, column


class OwnTab(Tab):
    """Who one is here, the own password, the keys, the program."""

    title: ClassVar[str] = "本人"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        actor = self.desk.session.actor
        self.who, self.seen = Text(f"{actor.name} · {actor.role.value}"), Muted()
        self.password = PrimaryButton("修改本人密码…", "Ctrl+P", self._change_password)
        account = Card("本人账户")
        rule = Text("密码只有您本人知道。离开座位时按 Ctrl+L 锁定；换人请用右上角菜单中的「换人登录」。", wrap=True)
        account.add(self.who, self.seen, rule, self.password)
        program = Card("本程序")
        program.add(
            Text("数据保存在本机，断网照常办理。", wrap=True),
            PlainButton("快捷键…", "", lambda: Shortcuts(self.window(), self.desk).open()),
            PlainButton("关于…", "", lambda: About(self.window(), self.desk).open()),
        )
        for card in (account, program):
            lines = column(card)
            lines.addStretch(1)
            self.body.addLayout(lines, 1)

    def load(self) -> None:
        desk, now = self.desk, self.desk.clock.now()
        desk.work.do(self, lambda: queries.users(desk.store, now), self._show_me)

    def begin(self) -> None:
        self.password.setFocus()

    def _show_me(self, users: tuple[UserRow, ...]) -> None:
        me = next((user for user in users if user.id == self.desk.session.actor.user_id), None)
        if me is not None:
            self.who.setText(f"{me.name} · {me.role.value}")
            last = stamp(me.last_login_at) if me.last_login_at else "—"
            self.seen.setText(f"账号 {me.login} · 本次登录 {last}")

    def _change_password(self) -> None:
        dialog = ChangePassword(self.window(), self.desk)
        dialog.accepted.connect(lambda: self.page.notices.info("密码已修改。"))
        dialog.open()
