"""转窗口: to another counter, to other services, or both, with a note; the number stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.reception import queries
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.reception.queries import CounterNow
from zhangshu_desk.reception.rules import Transfer, rules_from
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.reception.services_field import ServicesField
from zhangshu_desk.ui.widgets import ComboField, Muted, TextField

ANY = ""
_LONGEST_NOTE = 500


@dataclass(frozen=True)
class Leaving:
    """The visit to be sent, what it is for, and the counter that sends it."""

    visit_id: str
    label: str
    services: tuple[str, ...]
    counter_id: str | None


class TransferDialog(Dialog):
    """Hands the destination to `send`, which runs the act.

    Args:
        send: called with this dialog, the destination, and the destination in words.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        leaving: Leaving,
        send: Callable[[TransferDialog, Transfer, str], object],
    ) -> None:
        super().__init__(parent, f"转窗口 {leaving.label}", "转出", width=520)
        self._desk, self._leaving, self._send = desk, leaving, send
        self._counters: dict[str, str] = {}
        self.counter = ComboField[str]("转到")
        self.services = ServicesField(desk, "办理事项（可改）")
        self.services.choose(leaving.services)
        self.note = TextField("给下一个窗口的说明", hint="例如：材料已核对，只差盖章", longest=_LONGEST_NOTE)
        self.add(Muted("票号和取号时间不变，排到新窗口的队列。"), self.counter, self.services, self.note)
        self.body.addStretch(1)
        store, now, rules = desk.store, desk.clock.now(), rules_from(desk.settings.values)
        desk.work.do(self, lambda: queries.counters_now(store, now, rules), self._offer)
        self.counter.setFocus()

    def act(self) -> None:
        services = self.services.chosen()
        changed = services if services != self._leaving.services else None
        counter = self.counter.key() or None
        if counter is None and changed is None:
            self.refuse(DeskError("visit.transfer_nowhere"))
            return
        asked = catalogue_of(self._desk.store).text(services)
        words = "到" + self._counters.get(counter, "") if counter else f"办「{asked}」"
        self._send(self, Transfer(counter, changed, self.note.text()), words)

    def _offer(self, counters: tuple[CounterNow, ...]) -> None:
        self._counters = {one.id: one.name for one in counters}
        others = [one for one in counters if one.id != self._leaving.counter_id]
        others.sort(key=lambda one: (not one.open, one.position))
        pairs = [(one.id, _words(one)) for one in others]
        self.counter.set_choices([*pairs, (ANY, "不指定窗口（按事项排队）")])


def _words(counter: CounterNow) -> str:
    state = f"{counter.clerk_name or '开放'}" if counter.open else "未开放"
    busy = f"正在办 {counter.label}" if counter.label else "空闲" if counter.open else ""
    serves = counter.serves_text or "全部事项"
    return " · ".join(part for part in (counter.name, state, busy, serves) if part)
