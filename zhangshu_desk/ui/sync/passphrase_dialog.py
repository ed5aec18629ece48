"""Asks for the passphrase that opens the station's secret where the system has no keyring."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.link import Link
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.session.secret import PasswordField
from zhangshu_desk.ui.widgets.text import Text
from zhangshu_desk.ui.work import Work


class PassphraseDialog(Dialog):
    """At the start, and whenever one presses the status line of a locked station. Leaving it costs nothing."""

    def __init__(self, parent: QWidget, work: Work, link: Link) -> None:
        super().__init__(parent, "输入同步口令", "连接中心", cancel="以后再说")
        self._work, self._link = work, link
        why = (
            "这台电脑没有系统密钥环，入网密钥由入网时设的口令保护，每次启动程序后输入一次。"
            "不输入也可以照常办理，记录先存在本机，输入后再上报。"
        )
        self.passphrase = PasswordField("同步口令")
        self.add(Text(why, wrap=True), self.passphrase)
        self.body.addStretch(1)
        self.passphrase.setFocus()

    def act(self) -> None:
        given = self.passphrase.text()
        if not given:
            self.passphrase.complain("请输入同步口令。")
            self.passphrase.setFocus()
            return
        self.primary.setEnabled(False)
        self._work.do_slow(
            self,
            lambda: self._link.unlock(given),
            lambda _: self.accept(),
            self._refused,
            lambda: self.primary.setEnabled(True),
        )

    def _refused(self, error: DeskError) -> None:
        self.refuse(error)
        self.passphrase.editor.selectAll()
        self.passphrase.setFocus()
