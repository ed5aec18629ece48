"""正在办理: whom this counter holds, and what can be done now, each act with its key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QSizePolicy, QWidget

from zhangshu_desk.reception.queries import Current, QueueRow
from zhangshu_desk.reception.rules import Act, State, allowed_acts
from zhangshu_desk.ui.pages.reception.act_key import ActKey
from zhangshu_desk.ui.pages.reception.acts import Acts
from zhangshu_desk.ui.pages.reception.queue_tables import TWICE
from zhangshu_desk.ui.pages.reception.snug import Snug
from zhangshu_desk.ui.pages.reception.view import View
from zhangshu_desk.ui.theme import SMALL, Tone, font
from zhangshu_desk.ui.widgets import Card, Elided, Muted, PlainButton, PrimaryButton, Text, TicketNumber, row

_NO_COUNTER = "还没有选择窗口，请先按 Ctrl+W 选择。"
_NOBODY = "本窗口现在没有人，请先呼叫（F2）。"


class CurrentCard(Card):
    """Shows a `View`; its buttons do what `acts` can do.

    Args:
        page: the keys work while it is visible.
        choose_counter: opens the choice of counters.
    """

    def __init__(self, page: QWidget, acts: Acts, choose_counter: Callable[[], object]) -> None:
        super().__init__("正在办理", " ")
        self._acts = acts
        self._page = page
        self.number = TicketNumber()
        self.name = Text(wrap=True)
        self.services = Muted()
        self.services.setWordWrap(True)
        self.about = Muted()
        self.about.setWordWrap(True)
        self.note = Text(tone=Tone.WARN, wrap=True)
        self.counter = Elided(tone=Tone.MUTED)
        self.counter.setFont(font(SMALL))
        self.choose = PlainButton("选择窗口…", "", choose_counter)
        self.keys: dict[str, ActKey] = {}
        self._build()

    def show_view(self, view: View, now_undoable: bool) -> None:
        """Show whom the counter holds and what can be done."""
        current = view.current
        self._show_counter(view)
        self._show_person(current, view)
        self._allow(view, now_undoable)

    def _build(self) -> None:
        self._person = Snug(self.name, self.services, self.about, self.note)
        self._person.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._person.setAccessibleName("来访")
        self.add(self.number, self._person)
        self.body.addSpacing(4)
        acts = self._acts
        for code, text, keys, act in (
            ("resume", "继续办理", "F10", acts.resume_mine),
            ("arrive", "已到", "F4", acts.arrive),
            ("finish", "办结", "F8", acts.finish),
            ("no_show", "未到", "F9", acts.no_show),
            ("park", "挂起…", "F6", acts.park),
            ("transfer", "转窗口…", "F7", acts.transfer),
            ("call_again", "再次呼叫", "F3", acts.call_again),
            ("undo", "撤销上一步", "Ctrl+Z", acts.undo),
        ):
            self._add_button(code, PlainButton(text, "", act), keys)
        self.fill()
        self.add(row(self.counter), self.choose)
        self._add_button("call", PrimaryButton("呼叫下一位", "", acts.call_next), "F2")
        for code in ("arrive", "no_show", "resume"):  # the card is never taller than what it can show at once
            self.button(code).hide()

    def _add_button(self, code: str, button: PlainButton, keys: str) -> None:
        self.keys[code] = ActKey(self._page, button, keys, self._acts.say_refused)
        self.add(button)

    def button(self, code: str) -> PlainButton:
        """The button of an act; for tests."""
        return self.keys[code].button

    def _show_counter(self, view: View) -> None:
        counter = view.counter
        self.choose.setVisible(counter is None)
        if counter is None:
            self.counter.set_whole("还没有选择窗口")
        else:
            state = "开放" if counter.open else "已暂停"
            self.counter.set_whole(f"{counter.name} · {state} · 今日办结 {counter.served}")

    def _show_person(self, current: Current | None, view: View) -> None:
        self._name_person(current, view)
        for part in (self.services, self.about, self.note):
            part.setVisible(bool(part.text()))
        self._person.refit()

    def _name_person(self, current: Current | None, view: View) -> None:
        for part in (self.services, self.about, self.note):
            part.setText("")
        if current is None:
            self.set_title("正在办理")
            self.hint.setText(" ")
            self.number.set_tone(Tone.MUTED)
            self.number.setText("空闲" if view.counter is not None else "未坐窗口")
            self.number.setAccessibleName("本窗口没有人")
            self.name.set_tone(Tone.MUTED)
            self.name.setText(_idle_words(view))
            return
        called = current.state is State.CALLED
        self.set_title("正在呼叫" if called else "正在办理")
        times = f"第 {current.calls} 次 · " if called and current.calls > 1 else ""
        self.hint.setText(f"{times}{'已叫' if called else '已到'} {current.since_minutes} 分")
        self.number.set_tone(Tone.PLAIN)
        self.number.setText(current.spoken_label)
        self.number.setAccessibleName(f"票号 {current.label}")
        self.name.set_tone(Tone.PLAIN)
        self.name.setText(current.name)
        self.services.setText(current.services_text)
        self.about.setText(_about(current))
        self.note.setText(_notes(current))

    def _allow(self, view: View, now_undoable: bool) -> None:
        current = view.current
        possible = allowed_acts(current.state) if current is not None else frozenset()
        why = _NO_COUNTER if view.counter is None else _NOBODY
        for code, act in _ACTS.items():
            if current is None:
                self.keys[code].allow(why)
            else:
                refusal = f"{current.label} {current.state}，不能「{self.button(code).text().rstrip('…')}」。"
                self.keys[code].allow("" if act in possible else refusal)
        parked = [one for one in view.queue.parked if view.counter and one.parked_at == view.counter.name]
        self.keys["resume"].allow(_why_not_resume(view, parked))
        self.keys["undo"].allow("" if now_undoable else "没有可以撤销的操作：只能撤销本窗口一分钟内的上一步。")
        self._allow_call(view)
        self._lay_out(current, resumable=bool(parked) and current is None)

    def _lay_out(self, current: Current | None, *, resumable: bool) -> None:
        """Show the buttons of the present state: always the same number of them at the same places."""
        serving = current is not None and current.state is State.SERVING
        shown = {
            "resume": resumable,
            "arrive": not serving and not resumable,
            "finish": serving,
            "no_show": not serving,
            "park": serving,
        }
        # Hide first: a layout that held both for a moment would make the window taller.
        for code in sorted(shown, key=lambda one: shown[one]):
            self.button(code).setVisible(shown[code])

    def _allow_call(self, view: View) -> None:
        current = view.current
        if view.counter is None:
            self.keys["call"].allow(_NO_COUNTER)
        elif current is None:
            self.keys["call"].allow()
        elif current.state is State.CALLED:
            self.keys["call"].allow(f"{current.label} 正在呼叫：请先记「已到」F4 或「未到」F9，再呼叫下一位。")
        else:
            self.keys["call"].allow(f"{current.label} 正在办理：请先办结 F8、挂起 F6 或转窗口 F7，再呼叫下一位。")


_ACTS = {
    "arrive": Act.ARRIVE,
    "finish": Act.FINISH,
    "no_show": Act.NO_SHOW,
    "park": Act.PARK,
    "transfer": Act.TRANSFER,
    "call_again": Act.CALL_AGAIN,
}


def _why_not_resume(view: View, parked: list[QueueRow]) -> str:
    if not parked:
        return "本窗口没有挂起的人。"
    if view.current is not None:
        return f"{view.current.label} 还在本窗口，请先办结、挂起或转窗口。"
    return ""


def _idle_words(view: View) -> str:
    if view.counter is None:
        return "选择窗口后即可叫号；登记取号不受影响。"
    mine = [one for one in view.queue.waiting if one.mine]
    follow = next((one for one in view.queue.waiting if one.is_next), None)
    if follow is not None:
        return f"下一位 {follow.label} · {follow.name}"
    if view.queue.held_until:
        return f"等候的人刚叫过未到，{view.queue.held_until} 起可再叫。"
    if mine or not view.queue.waiting:
        return "没有人等候。"
    if not all(one.reachable for one in view.queue.waiting):
        return "没有本机发出的号等候本窗口；中心暂不可达，其他机器发出的号现在叫不了。"
    return "等候的人不办本窗口的事项。"


def _about(current: Current) -> str:
    """Who it is (masked), why first, and the times so far."""
    _, _, carried_from = current.label.partition("·")
    parts = [f"{carried_from}的号" if carried_from else ""]
    parts += [f"{current.station}的号" if current.station else ""]
    parts += [current.visitor if current.visitor != current.name else "", current.phone]
    if current.priority:
        parts.append(f"{current.priority} {current.appointment}".strip())
    parts.append(f"等候 {current.waited_minutes} 分")
    if current.state is State.SERVING and current.served_minutes != current.since_minutes:
        parts.append(f"共办理 {current.served_minutes} 分")
    return " · ".join(part for part in parts if part)


def _notes(current: Current) -> str:
    parts = [f"{TWICE}，请与来访人核对。" if current.twice else ""]
    parts += [f"本窗口还有 {'、'.join(current.others)}，本位办完后继续。" if current.others else ""]
    parts += [f"说明：{current.note}" if current.note else "", f"备注：{current.remark}" if current.remark else ""]
    return "\n".join(part for part in parts if part)
