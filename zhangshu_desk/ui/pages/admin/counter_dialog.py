"""Adding a window or changing what it is called and what it takes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhangshu_desk.accounts import actions
from zhangshu_desk.accounts.inputs import CounterChange, NewCounter
from zhangshu_desk.accounts.queries import CounterRow
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.widgets import Chips, Muted, TextField, Tick


class CounterDialog(Dialog):
    """Name and services of one window; none chosen means it takes everything."""

    def __init__(self, parent: QWidget, desk: Desk, counter: CounterRow | None = None) -> None:
        title, primary = ("新增窗口", "新增") if counter is None else (f"修改 {counter.name}", "保存")
        super().__init__(parent, title, primary, width=560)
        self._desk, self._counter = desk, counter
        serves = counter.serves if counter else ()
        self.name = TextField("窗口名称", counter.name if counter else "", "例如：4号窗口", longest=20)
        self.everything = Tick("受理全部事项", not serves)
        self.services = Chips[str]("受理的事项", self._choices(serves))
        self.services.choose(serves)
        self.problem = Muted()
        self.add(self.name, self.everything, self.services, self.problem)
        self.body.addStretch(1)
        self.everything.toggled.connect(self._toggle)
        self.services.changed.connect(lambda: self.problem.setText(""))
        self._toggle(self.everything.isChecked())
        self.name.setFocus()

    def act(self) -> None:
        chosen = () if self.everything.isChecked() else tuple(self.services.chosen())
        if not chosen and not self.everything.isChecked():
            self.problem.setText("请至少选一项，或选「受理全部事项」。")
            self.services.setFocus()
            return
        desk, counter, now, name = self._desk, self._counter, self._desk.clock.now(), self.name.text()

        def act() -> None:
            actor = desk.session.actor
            if counter is None:
                actions.add_counter(desk.store, actor, NewCounter(name, chosen), now)
            else:
                actions.change_counter(desk.store, actor, counter.id, CounterChange(name, chosen), now)

        desk.work.do(self, act, lambda _: self.accept())

    def _choices(self, serves: tuple[str, ...]) -> list[tuple[str, str]]:
        """What is offered, and what the window took before that, by its id."""
        shorts = catalogue_of(self._desk.store).shorts
        return [*shorts.items(), *((one, one) for one in serves if one not in shorts)]

    def _toggle(self, everything: bool) -> None:
        self.services.setEnabled(not everything)
        self.problem.setText("")
