"""The first start: station, windows, first supervisor, in three short steps; or demo data with one click.

Wiring: `WizardPage(set_up, try_demo)`; `ready()` when the store is open; `set_up(wishes)` ends with
`free()`, then `done()` or `refuse(error)`.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from zhangshu_desk.accounts.inputs import SetUp
from zhangshu_desk.ui.session.frame import SessionPage
from zhangshu_desk.ui.session.wizard.steps import CountersStep, HeadStep, StationStep, Step
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets.buttons import LinkButton, PlainButton, PrimaryButton
from zhangshu_desk.ui.widgets.card import row
from zhangshu_desk.ui.widgets.text import Muted, Status, Text


class WizardPage(SessionPage):
    """Three steps with 上一步 and 下一步; going back keeps everything typed.

    Args:
        set_up: called with all that was typed, once the store is open.
        try_demo: called when the person would rather look around first.
    """

    def __init__(self, set_up: Callable[[SetUp], None], try_demo: Callable[[], None]) -> None:
        super().__init__("初次设置", 600)
        self._set_up, self._try_demo = set_up, try_demo
        self._ready = self._busy = False
        self._waiting: Callable[[], None] | None = None
        self.station = StationStep()
        self.counters = CountersStep()
        self.head = HeadStep(self.station.name)
        self.steps: tuple[Step, ...] = (self.station, self.counters, self.head)
        self.marks = Marks([step.title for step in self.steps])
        self.pile = Pile(self.steps)
        self.next = PrimaryButton("下一步", "Return", self.go_on)
        self.back = PlainButton("上一步", "Alt+Left", self.go_back)
        self.demo = LinkButton("用演示数据试用", "Ctrl+D", self._wish_demo)
        self.state = Status("", Tone.GOOD)
        self.state.hide()
        buttons = row(self.demo)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        self.card.body.insertWidget(0, self.marks)
        self.add(self.pile, self.state, buttons)
        self.foot.setText("演示数据是虚构的园区和一周的来访，用来试用；正式使用请另选一个数据目录。")
        self.show_step(0)

    def ready(self) -> None:
        """The store is open; a wish made before is carried out now."""
        self._ready = True
        self.state.hide()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting()

    def show_step(self, at: int) -> None:
        """Show step `at` (0–2)."""
        self.at = at
        step = self.steps[at]
        self.say(step.title, step.lead)
        self.marks.show_step(at)
        self.pile.setCurrentWidget(step)
        self.back.setVisible(at > 0)
        self.demo.setVisible(at == 0)
        self.foot.setVisible(at == 0)
        self.next.set_text("完成设置" if at == len(self.steps) - 1 else "下一步")
        step.begin()

    def go_on(self) -> None:
        """To the next step, or set up after the last."""
        self.notices.clear()
        if self._busy or not self.steps[self.at].complete():
            return
        if self.at + 1 < len(self.steps):
            self.show_step(self.at + 1)
        else:
            self._when_ready(self._finish)

    def go_back(self) -> None:
        """To the step before; nothing typed is lost."""
        if self.at > 0 and not self._busy:
            self.notices.clear()
            self.show_step(self.at - 1)

    def wishes(self) -> SetUp:
        """Everything that was typed."""
        return SetUp(
            station_name=self.station.name.text(),
            station_code=self.station.code.text(),
            counters=self.counters.texts(),
            login=self.head.login.text(),
            name=self.head.name.text(),
            password=self.head.password.text(),
        )

    def free(self) -> None:
        """The job came to an end: give the buttons back."""
        self._set_busy(False)

    def done(self) -> None:
        """It is set up: leave nothing of the secret behind."""
        self.head.password.forget()

    def begin(self) -> None:
        self.steps[self.at].begin()

    def _finish(self) -> None:
        self._set_busy(True)
        self._set_up(self.wishes())

    def _wish_demo(self) -> None:
        if not self._busy:
            self._when_ready(self._try_demo)

    def _when_ready(self, act: Callable[[], None]) -> None:
        if self._ready:
            act()
            return
        self._waiting = act
        self.state.set("正在准备数据库，完成后自动继续…", Tone.GOOD)
        self.state.show()

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.next.setEnabled(not busy)
        self.back.setEnabled(not busy)


class Pile(QStackedWidget):
    """The steps, as high as the one in front."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        super().__init__()
        for step in steps:
            step.body.addStretch(1)
            self.addWidget(step)


class Marks(QWidget):
    """`1 工作站 — 2 窗口 — 3 第一位站长`, the present one in the accent."""

    def __init__(self, titles: list[str]) -> None:
        super().__init__()
        self._titles = titles
        self._texts = [Text(f"{number} {title}") for number, title in enumerate(titles, 1)]
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        for at, text in enumerate(self._texts):
            if at:
                line.addWidget(Muted("—"))
            line.addWidget(text)
        line.addStretch(1)

    def show_step(self, at: int) -> None:
        """Mark step `at` (from 0)."""
        for number, text in enumerate(self._texts):
            text.set_tone(Tone.GOOD if number == at else Tone.MUTED)
        self.setAccessibleName(f"第 {at + 1} 步，共 {len(self._titles)} 步：{self._titles[at]}")
