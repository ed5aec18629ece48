"""The field that finds the enterprise: as one types, or from a scan; what was found stands below it in one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from zhangshu_desk.core.identifiers import find_credit_code
from zhangshu_desk.db.store import Store
from zhangshu_desk.enterprises import queries as enterprises
from zhangshu_desk.reception.queries.arrivals import Arrival, arrival
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.theme import SMALL, Tone, font
from zhangshu_desk.ui.widgets import Elided, LinkButton, Suggest, Suggestion

_HINT = "名称 / 拼音首字母 / 信用代码 / 手机 / 扫码"
_OFFERS = 7


class EnterpriseField(QWidget):
    """What the clerk means is either a known enterprise (`arrival`), or the name as typed.

    Signals: `found(Arrival)` an enterprise was taken; `dropped()` it is no longer meant; `passed()` Enter on a typed
    name, typing goes on in the next field; `wanted(str, str)` register a new enterprise with this name and code.

    Args:
        offer_new: what is not known may be registered from here.
    """

    found = Signal(object)
    dropped = Signal()
    passed = Signal()
    wanted = Signal(str, str)

    def __init__(self, desk: Desk, *, offer_new: bool = True) -> None:
        super().__init__()
        self._desk, self._offers_new = desk, offer_new
        self.arrival: Arrival | None = None
        self.code = ""
        self._as_typed = False
        self.field = Suggest("企业", desk.work, self._offers, _HINT)
        self.editor = self.field.editor
        self.about = Elided()
        self.about.setFont(font(SMALL))
        self.new = LinkButton("登记新企业…", "", lambda: self.wanted.emit(self.name(), self.code))
        self._line = QWidget()
        line = QHBoxLayout(self._line)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.about, 1)
        line.addWidget(self.new)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.field)
        column.addWidget(self._line)
        self.setFocusProxy(self.field)
        self.field.picked.connect(self._picked)
        self.field.submitted.connect(self._submitted)
        self.field.edited.connect(self._edited)
        self.clear()

    def name(self) -> str:
        """The enterprise's name, as known or as typed; empty when only a code was typed."""
        text = self.field.text()
        return "" if self.code and find_credit_code(text) == self.code else text

    def is_undecided(self) -> bool:
        """Whether something is typed and the list of enterprises it may mean is still open."""
        return self.arrival is None and not self._as_typed and self.field.finder.popup.isVisible()

    def clear(self) -> None:
        """Forget everything."""
        self.field.set_text("")
        self.arrival, self.code, self._as_typed = None, "", False
        self._line.hide()

    def take(self, found: Arrival) -> None:
        """Mean this enterprise."""
        self.field.set_text(found.name)
        self.editor.setCursorPosition(0)
        self.arrival, self.code, self._as_typed = found, "", False
        self._say(_about(found), Tone.MUTED, offer_new=False)
        self.found.emit(found)

    def look_up(self, enterprise_id: str) -> None:
        """Take the enterprise with this id."""
        self._desk.work.do(self, lambda: arrival(self._desk.store, enterprise_id), self._looked_up)

    def _offers(self, text: str) -> Sequence[Suggestion]:
        """Worker thread."""
        code = find_credit_code(text)
        if code is not None:  # a scan means this one or none
            hit = enterprises.find_by_code(self._desk.store, code)
            return [Suggestion(hit.id, hit.name, _spaced(hit.subtitle), marks=())] if hit is not None else []
        found = enterprises.suggest(self._desk.store, text, _OFFERS)
        rows = [Suggestion(one.id, one.name, _spaced(one.subtitle)) for one in found]
        if rows and not text.isdecimal():
            rows.append(Suggestion(None, f"按「{text}」登记", "名单中没有，或不选企业", marks=()))
        return rows

    def _picked(self, key: object) -> None:
        if key is None:
            self._leave_as_typed()
        else:
            self.look_up(str(key))

    def _looked_up(self, found: Arrival | None) -> None:
        if found is None:
            self.field.complain("这家企业已作废，请另选，或直接填写名称。")
        else:
            self.take(found)

    def _submitted(self, text: str) -> None:
        code = find_credit_code(text)
        if code is None:
            self._leave_as_typed()
            return
        store = self._desk.store
        self._desk.work.do(self, lambda: _by_code(store, code), lambda found: self._scanned(code, found))

    def _scanned(self, code: str, found: Arrival | None) -> None:
        if found is not None:
            self.take(found)
            return
        self.field.set_text("")
        self.code = code
        self._say(f"名单中没有 {_spaced(code)}，可登记新企业，或填写名称继续取号", Tone.WARN, offer_new=True)

    def _leave_as_typed(self) -> None:
        self._as_typed = True
        if self.name():
            self._say("名单中没有，按所填名称取号", Tone.MUTED, offer_new=True)
        self.passed.emit()

    def _edited(self) -> None:
        self._as_typed = False
        if not self.field.text():
            self.code = ""
        if self.arrival is not None:
            self.arrival = None
            self._line.hide()
            self.dropped.emit()
        elif not self.code:
            self._line.hide()

    def _say(self, text: str, tone: Tone, *, offer_new: bool) -> None:
        self.about.set_whole(text)
        self.about.set_tone(tone)
        self.new.setVisible(offer_new and self._offers_new)
        self._line.show()


def _by_code(store: Store, code: str) -> Arrival | None:
    """Worker thread."""
    hit = enterprises.find_by_code(store, code)
    return arrival(store, hit.id) if hit is not None else None


def _about(found: Arrival) -> str:
    code = _spaced(found.credit_code) if found.credit_code else "未登记信用代码"
    if found.last_day is None:
        return f"{code} · 首次来访"
    return f"{code} · 上次来访 {found.last_day:%m-%d} {found.last_services}"


def _spaced(text: str) -> str:
    """A credit code in groups of four, as one reads it aloud; the rest of the text as it is."""
    code, _, rest = text.partition(" ")
    if len(code) != 18:
        return text
    groups = " ".join(code[at : at + 4] for at in range(0, 18, 4))
    return f"{groups} {rest}".strip()
