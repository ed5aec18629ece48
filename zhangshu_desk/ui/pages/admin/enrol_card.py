"""Joining a centre in two steps: first ask who it is and compare, then trust it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from zhangshu_desk.core import acts
from zhangshu_desk.core.link import Probe
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.session.secret import PasswordField
from zhangshu_desk.ui.sync.codes import check_code, cleaned_code, grouped
from zhangshu_desk.ui.theme import font
from zhangshu_desk.ui.widgets import Card, Muted, PlainButton, PrimaryButton, Text, TextField, Tick, row

_SHORTEST = 8
_FIRST, _SECOND = "入网 · 第 1 步：填写", "入网 · 第 2 步：核对"


class EnrolCard(Card):
    """`done()` after the station joined; `left()` when one goes back to the state without joining."""

    def __init__(self, page: Page, done: Callable[[], object], left: Callable[[], object]) -> None:
        super().__init__(_FIRST)
        self._page, self._desk, self._done, self._left = page, page.desk, done, left
        self._probe: Probe | None = None
        self._needs_passphrase = False
        self.address = TextField("中心地址", hint="例如：centre.zhangshu.local:8843", longest=200)
        self.code = TextField("一次性代码（登记码）", hint="由中心发给本站，15 分钟内有效", longest=100)
        self.ask = PrimaryButton("询问中心", "", self._ask)
        self.leave = PlainButton("不改了", "", self._leave)
        self.where = Text(wrap=True)
        self.fingerprint = Text()
        self.same = Tick("与中心念出的一致")
        self.passphrase, self.again = PasswordField("同步口令"), PasswordField("再输入一次")
        self.enrol = PrimaryButton("入网", "", self._enrol)
        self.back = PlainButton("返回修改", "", self._go_back)
        self._pile = QStackedWidget()
        self._pile.addWidget(self._first_step())
        self._pile.addWidget(self._second_step())
        self.add(self._pile)
        self.address.submitted.connect(self.code.setFocus)
        self.code.submitted.connect(self._ask)
        self.same.toggled.connect(lambda: self._allow())
        self._allow()

    def begin(self, address: str, *, again: bool) -> None:
        """Start with the first step.

        Args:
            address: what is known already.
            again: the station is enrolled, so one can leave it at that.
        """
        if not self.address.text():
            self.address.set_text(address)
        self.leave.setVisible(again)
        self._go_back()

    # -- the two steps --------------------------------------------------------------------------------------------

    def _first_step(self) -> QWidget:
        step, lines = _step()
        about = Muted("先只询问中心是谁，不发送代码，也不发送任何记录。")
        about.setWordWrap(True)
        buttons = row(self.leave)
        buttons.addStretch(1)
        buttons.addWidget(self.ask)
        for part in (self.address, self.code, about):
            lines.addWidget(part)
        lines.addLayout(buttons)
        lines.addStretch(1)
        return step

    def _second_step(self) -> QWidget:
        step, lines = _step()
        self.fingerprint.setFont(_large())
        self.fingerprint.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        how = Text("请中心的人念出证书指纹，逐组核对。不一致就不要入网，并告诉中心。", wrap=True)
        self.why = Text(
            "这台电脑没有系统密钥环，请设一个口令来保护入网密钥：每次启动程序后输入一次，至少 8 个字符。"
            "口令不能找回；忘记时用新的一次性代码重新入网，记录不会丢。",
            wrap=True,
        )
        self.secret = QWidget()
        secret_lines = QVBoxLayout(self.secret)
        secret_lines.setContentsMargins(0, 8, 0, 0)
        secret_lines.setSpacing(8)
        secret_lines.addWidget(self.why)
        secret_lines.addLayout(row(self.passphrase, self.again, spacing=12))
        buttons = row(self.back)
        buttons.addStretch(1)
        buttons.addWidget(self.enrol)
        tick = row(self.same)
        tick.addStretch(1)
        for part in (self.where, how, self.fingerprint):
            lines.addWidget(part)
        lines.addLayout(tick)
        lines.addWidget(self.secret)
        lines.addLayout(buttons)
        lines.addStretch(1)
        return step

    def _go_back(self) -> None:
        self._probe = None
        self.set_title(_FIRST)
        self.same.setChecked(False)
        self.passphrase.forget()
        self.again.forget()
        self._pile.setCurrentIndex(0)
        (self.code if self.address.text() else self.address).setFocus()

    def _leave(self) -> None:
        self._go_back()
        self._left()

    def _allow(self) -> None:
        self.enrol.setEnabled(self.same.isChecked())

    # -- step 1 ---------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        address, code = self.address.text(), cleaned_code(self.code.text())
        if not address:
            self._complain(self.address, "请填写中心地址。")
            return
        if not code:
            self._complain(self.code, "请填写一次性代码。")
            return
        link = self._desk.link

        def ask() -> tuple[Probe, bool]:
            probe = link.probe(address)
            check_code(code, probe.fingerprint)
            return probe, link.has_keyring()

        self.ask.setEnabled(False)
        self.ask.set_text("正在询问…")
        self._page.notices.clear()
        self._desk.work.do_slow(self, ask, lambda found: self._asked(*found), ended=self._asking_ended)

    def _asking_ended(self) -> None:
        self.ask.setEnabled(True)
        self.ask.set_text("询问中心")

    def _asked(self, probe: Probe, keyring: bool) -> None:
        self._probe, self._needs_passphrase = probe, not keyring
        self.set_title(_SECOND)
        self.where.setText(f"中心 {probe.address}")
        self.fingerprint.setText(grouped(probe.fingerprint))
        self.fingerprint.setAccessibleName(f"证书指纹 {grouped(probe.fingerprint)}")
        self.secret.setVisible(self._needs_passphrase)
        self._pile.setCurrentIndex(1)
        self.same.setFocus()

    # -- step 2 ---------------------------------------------------------------------------------------------------

    def _enrol(self) -> None:
        probe, passphrase = self._probe, self.passphrase.text()
        if probe is None or not self.same.isChecked() or not self._passphrase_is_good():
            return
        desk, code, now = self._desk, cleaned_code(self.code.text()), self._desk.clock.now()
        actor, given = desk.session.actor, passphrase if self._needs_passphrase else ""

        def join() -> None:
            from zhangshu_desk.accounts import actions

            acts.check("sync.enrol", actor.role)
            desk.link.enrol(probe, code, given)
            actions.note_enrolment(desk.store, actor, probe.address, now)

        self.enrol.setEnabled(False)
        self.enrol.set_text("正在入网…")
        desk.work.do_slow(self, join, self._joined, ended=self._joining_ended)

    def _joining_ended(self) -> None:
        self.enrol.set_text("入网")
        self._allow()

    def _joined(self, _: None) -> None:
        self.code.set_text("")
        self._go_back()
        self._done()

    def _passphrase_is_good(self) -> bool:
        if not self._needs_passphrase:
            return True
        if len(self.passphrase.text()) < _SHORTEST:
            self._complain(self.passphrase, f"口令至少 {_SHORTEST} 个字符。")
            return False
        if self.passphrase.text() != self.again.text():
            self._complain(self.again, "两次输入的口令不一样。")
            return False
        return True

    def _complain(self, field: TextField, text: str) -> None:
        field.complain(text)
        field.setFocus()


def _step() -> tuple[QWidget, QVBoxLayout]:
    step = QWidget()
    lines = QVBoxLayout(step)
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setSpacing(12)
    return step, lines


def _large() -> QFont:
    """Large figures of one width, so that groups stand under each other."""
    made = font(22, QFont.Weight.DemiBold)
    made.setFamilies(["DejaVu Sans Mono", "Consolas", "Noto Sans Mono CJK SC", *made.families()])
    made.setStyleHint(QFont.StyleHint.Monospace)
    return made
