"""Take another window 窗口, or leave the present one for a while."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhangshu_desk.accounts import actions
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.dialogs.base import Ask, Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.session.jobs import look_around
from zhangshu_desk.ui.session.login import CounterChoice
from zhangshu_desk.ui.widgets.buttons import PlainButton
from zhangshu_desk.ui.widgets.fields import ComboField


class ChooseCounter(Dialog):
    """The windows and who is there now. One that somebody else holds is taken over only after asking."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, "换窗口", "坐到此窗口")
        self._desk = desk
        self.counter = ComboField[str]("窗口")
        self.pause = PlainButton("暂停当前窗口", "Alt+P", self._pause)
        self.pause.setEnabled(desk.session.actor.counter_id is not None)
        self.primary.setEnabled(False)
        self.add(self.counter)
        self.foot.insertWidget(0, self.pause)
        desk.work.do(self, lambda: look_around(desk.store).counters, self._offer)

    def act(self) -> None:
        self._sit(take_over=False)

    def _offer(self, counters: tuple[CounterChoice, ...]) -> None:
        pairs = [(one.id, one.words) for one in counters]
        self.counter.set_choices(pairs, self._desk.session.actor.counter_id)
        self.primary.setEnabled(bool(pairs))
        self.counter.setFocus()

    def _sit(self, take_over: bool) -> None:
        desk, wanted, now = self._desk, self.counter.key(), self._desk.clock.now()
        if wanted is None:
            return
        desk.work.do(
            self,
            lambda: actions.open_counter(desk.store, desk.session.actor, wanted, now, take_over=take_over),
            self._done,
            self._refused,
        )

    def _refused(self, error: DeskError) -> None:
        if error.code == "counter.taken":
            Ask(self, "接管窗口", str(error), "接管", lambda: self._sit(take_over=True)).open()
        else:
            self.refuse(error)

    def _pause(self) -> None:
        desk, now = self._desk, self._desk.clock.now()
        held = desk.session.actor.counter_id
        if held is not None:
            desk.work.do(self, lambda: actions.close_counter(desk.store, desk.session.actor, held, now), self._done)

    def _done(self, actor: Actor) -> None:
        if actor.counter_id:
            self._desk.settings.change(counter_id=actor.counter_id)
        self._desk.session.become(actor)
        self.accept()
