"""The centre 中心: how the station stands to it, and joining it."""

from __future__ import annotations

from typing import ClassVar

from zhangshu_desk.accounts import housekeeping
from zhangshu_desk.core.clock import stamp
from zhangshu_desk.core.link import CheckReport, LinkState, LinkStatus
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.admin.enrol_card import EnrolCard
from zhangshu_desk.ui.pages.admin.tab import Tab, halves, side
from zhangshu_desk.ui.sync import acts
from zhangshu_desk.ui.sync.words import (
    honest,
    moment_words,
    offset_words,
    report_words,
    status_words,
    trouble_words,
)
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, FlowLayout, Muted, PlainButton, PrimaryButton, Status, Text, row

_STEPS = (
    "1. 请中心为本站生成一次性代码（15 分钟内有效，只能用一次）。",
    "2. 填写中心地址和代码，先询问中心。",
    "3. 与中心通电话，逐组核对证书指纹。",
    "4. 入网。本站已有的记录会一并上报，不影响正在办理的业务。",
)
_OFFLINE = (
    "照常办理。记录先存在本机，网络恢复后自动上报，不用补录。",
    "本机发出的号可以照常叫；别的机器发出的号，联网确认后再叫。",
    "超过一周没有网络时，在「待上报与退回」里导出交换文件，用 U 盘带到中心，再把回执文件带回来读入。",
)
_FACTS = ("地址", "站点", "入网时间", "上次联系", "待上报", "被退回", "本机时钟", "新变更")


class CentreTab(Tab):
    """At the left the state or the form; at the right how it is done."""

    title: ClassVar[str] = "中心"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.enrol = EnrolCard(page, self._joined, self._show_state)
        self.state_card = self._state_card()
        self.enrol.hide()
        self.body.addWidget(halves(self.state_card, self.enrol), 1)
        self.how, self.offline = _how(), _offline()
        self.body.addWidget(side(self.how, self.offline))
        self._enrolling = False
        self.desk.bus.changed.connect(self._heard)

    def load(self) -> None:
        store = self.desk.store

        def ask() -> tuple[int, int, str]:
            return store.waiting(), housekeeping.recorded(store), store.meta("enrolled_at")

        self.desk.work.do(self, ask, lambda found: self._show(*found))

    def begin(self) -> None:
        if self.enrol.isVisible():
            (self.enrol.code if self.enrol.address.text() else self.enrol.address).setFocus()
        else:
            self.sync.setFocus()

    def _state_card(self) -> Card:
        card = Card("中心")
        self.state = Status()
        self.trouble = Text("", Tone.WARN, wrap=True)
        self.facts = {name: Text() for name in _FACTS}
        self.sync = PrimaryButton("立即同步", "", self.desk.link.sync_now)
        self.check = PlainButton("数据核对", "Ctrl+Shift+V", self._check)
        self.waiting = PlainButton("待上报与退回…", "", self._open_waiting)
        self.again = PlainButton("重新入网…", "", self._enrol_again)
        self.verdict = Text(wrap=True)
        self.verdict.hide()
        card.add(self.state, self.trouble)
        for name, value in self.facts.items():
            label = Muted(name)
            label.setFixedWidth(96)
            value.setAccessibleName(name)
            card.add(row(label, value))
        buttons = FlowLayout()
        for button in (self.sync, self.check, self.waiting, self.again):
            buttons.addWidget(button)
        card.body.addSpacing(8)
        card.add(self.verdict, buttons)
        return card

    # -- what is shown --------------------------------------------------------------------------------------------

    def _heard(self, tables: frozenset[str]) -> None:
        if "sync" in tables and self.isVisible():
            self.load()

    def _show(self, waiting: int, recorded: int, since: str) -> None:
        status, now = honest(self.desk.link.status(), waiting), self.desk.clock.now()
        alone, joined = status.state is LinkState.ALONE, False
        if alone and not self._enrolling:
            self._show_form(status)
        elif not self._enrolling and self.state_card.isHidden():
            self.enrol.hide()
            self.state_card.show()
            joined = True
        self.how.setVisible(self.enrol.isVisibleTo(self))
        self.offline.setVisible(not self.enrol.isVisibleTo(self))
        self.state.set(*status_words(status, now, recorded))
        self.trouble.setText(trouble_words(status))
        self.trouble.setVisible(bool(status.trouble))
        said, offset_tone = offset_words(status)
        known = status.last_contact_at is not None
        values = {
            "地址": status.address or "—",
            "站点": status.site or "—",
            "入网时间": stamp(int(since)) if since.isdigit() else "—",
            "上次联系": moment_words(status.last_contact_at, now),
            "待上报": f"{status.waiting} 条" if status.waiting else "没有",
            "被退回": f"{status.rejected} 条" if status.rejected else "没有",
            "本机时钟": said if known else "—",
            "新变更": "其他窗口办理后立即收到" if status.live else "每分钟收一次",
        }
        for name, value in values.items():
            self.facts[name].setText(value)
        self.facts["本机时钟"].set_tone(offset_tone if known else Tone.PLAIN)
        self.facts["被退回"].set_tone(Tone.BAD if status.rejected else Tone.PLAIN)
        self.facts["待上报"].set_tone(Tone.WARN if status.waiting else Tone.PLAIN)
        can_ask = status.state not in (LinkState.ALONE, LinkState.LOCKED)
        self.sync.setEnabled(can_ask)
        self.check.setEnabled(can_ask and self.check.text() == "数据核对")
        if joined:
            self.begin()  # the form had the focus

    def _show_form(self, status: LinkStatus) -> None:
        if self.enrol.isHidden():
            self.state_card.hide()
            self.enrol.show()
            self.enrol.begin(status.address, again=status.state is not LinkState.ALONE)

    def _show_state(self) -> None:
        self._enrolling = False
        self.load()

    # -- what can be done -----------------------------------------------------------------------------------------

    def _enrol_again(self) -> None:
        self._enrolling = True
        self._show_form(self.desk.link.status())
        self.how.show()
        self.offline.hide()

    def _joined(self) -> None:
        self._enrolling = False
        self.page.notices.info("本站已入网。已有的记录正在上报，可照常办理。", seconds=60)
        self.load()

    def _open_waiting(self) -> None:
        from zhangshu_desk.ui.sync.waiting_dialog import WaitingDialog

        WaitingDialog(self.window(), self.desk).open()

    def _check(self) -> None:
        self.check.set_text("正在核对…")
        self.check.setEnabled(False)
        self.verdict.hide()
        acts.check(self, self.desk, self._checked, self._check_ended)

    def _check_ended(self) -> None:
        self.check.set_text("数据核对")
        self.check.setEnabled(True)

    def _checked(self, report: CheckReport) -> None:
        text, tone = report_words(report)
        self.verdict.setText(f"{moment_words(self.desk.clock.now(), self.desk.clock.now())} {text}")
        self.verdict.set_tone(tone)
        self.verdict.show()


def _how() -> Card:
    card = Card("怎样入网")
    card.add(*(Text(step, wrap=True) for step in _STEPS))
    note = Muted("入网之后每次办理都先存在本机，再自动上报；断网时照常办理，恢复后接着上报，不会丢失。")
    note.setWordWrap(True)
    card.add(note)
    return card


def _offline() -> Card:
    card = Card("断网时")
    card.add(*(Text(line, wrap=True) for line in _OFFLINE))
    return card
