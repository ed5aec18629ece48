"""One entry of the inbox: what happened, both values side by side with who and when, and what can be decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from zhangshu_desk.conflicts import actions, rules
from zhangshu_desk.conflicts.queries import ConflictCard, FieldRow, Part, Twin
from zhangshu_desk.conflicts.rules import Choice, Kind
from zhangshu_desk.core.acts import allowed
from zhangshu_desk.core.clock import stamp
from zhangshu_desk.core.words import field_word
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.inbox import words
from zhangshu_desk.ui.pages.inbox.edit_dialog import EditDialog
from zhangshu_desk.ui.pages.inbox.merge_dialog import MergeDialog
from zhangshu_desk.ui.pages.inbox.reveal_dialog import RevealDialog
from zhangshu_desk.ui.pages.visits.history_dialog import HistoryDialog
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, FlowLayout, LinkButton, Muted, PlainButton, PrimaryButton, Text, row
from zhangshu_desk.ui.widgets.text import FieldLabel

_LABEL = 76
_LOGGED = {
    Choice.KEEP: "已保留现值",
    Choice.TAKE_OTHER: "已采用另一值",
    Choice.KEEP_BOTH: "两条都已保留",
}


class Value(QFrame):
    """One of two values in its box; the one that stands is tinted."""

    def __init__(self, text: str, name: str, *, stands: bool) -> None:
        super().__init__()
        self.setProperty("stands", stands)
        self.text = Text(text, wrap=True)
        self.text.setAccessibleName(f"{name}：{text}")
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inner = QVBoxLayout(self)
        inner.setContentsMargins(12, 8, 12, 8)
        inner.addWidget(self.text)
        inner.addStretch(1)


class Detail(Card):
    """Shows a card of `conflicts.queries`; `done(words)` is called after it was decided from here."""

    def __init__(self, desk: Desk, done: Callable[[str], None]) -> None:
        super().__init__("两边的内容")
        self._desk, self._done = desk, done
        self.card: ConflictCard | None = None
        self.kind = Text("", Tone.WARN)
        self.explained = Text(wrap=True)
        self.settled = Text("", Tone.MUTED, wrap=True)
        self._values = QScrollArea()
        self._values.setWidgetResizable(True)
        self._values.setFrameShape(QFrame.Shape.NoFrame)
        self._values.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.keep = PlainButton("保留现值", "Ctrl+1", lambda: self._resolve(Choice.KEEP))
        self.take = PlainButton("采用另一值", "Ctrl+2", lambda: self._resolve(Choice.TAKE_OTHER))
        self.edit = PlainButton("修改后保存…", "Ctrl+3", self._edit)
        self.merge = PrimaryButton("合并为一个…", "Ctrl+4", self._merge)
        self.both = PlainButton("都保留", "Ctrl+5", lambda: self._resolve(Choice.KEEP_BOTH))
        self.record = LinkButton("打开记录", "Ctrl+O", self._open_record)
        self.why_not = Muted()
        self.why_not.setWordWrap(True)
        self._build()
        self.show_nothing()

    def show_nothing(self) -> None:
        """No entry is chosen."""
        self.card = None
        self.set_title("两边的内容")
        self._pile.setCurrentWidget(self._empty)

    def show_card(self, card: ConflictCard) -> None:
        """Show an entry."""
        self.card = card
        entry, now = card.row, self._desk.clock.now()
        self._pile.setCurrentWidget(self._whole)
        self.set_title(entry.title)
        self.kind.setText(" · ".join(one for one in (words.kind_words(entry), words.fields_words(entry)) if one))
        self.explained.setText(words.explanation(entry, here=card.here))
        self.explained.setVisible(bool(self.explained.text()))
        self.settled.setText(words.resolved_words(entry, now))
        self.settled.setVisible(entry.resolved_at is not None)
        self._values.setWidget(self._grid(card, now))
        self._offer(card)

    def take_focus(self) -> None:
        """Go to the first thing that can be decided."""
        for button in self._choices():
            if button.isVisible() and button.isEnabled():
                button.setFocus()
                return

    def _choices(self) -> tuple[PlainButton, ...]:
        return (self.merge, self.keep, self.take, self.edit, self.both)

    def _build(self) -> None:
        self._empty = Muted("在左边选一项，这里并排显示两边的内容。")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._whole = QWidget()
        lines = QVBoxLayout(self._whole)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        head = row(self.kind)
        head.addStretch(1)
        head.addWidget(self.record)
        lines.addLayout(head)
        lines.addWidget(self.explained)
        lines.addWidget(self.settled)
        lines.addWidget(self._values, 1)
        lines.addWidget(self.why_not)
        buttons = FlowLayout()
        for button in self._choices():
            buttons.addWidget(button)
        lines.addLayout(buttons)
        self._pile = QStackedWidget()
        self._pile.addWidget(self._empty)
        self._pile.addWidget(self._whole)
        self.add(self._pile, stretch=1)

    # -- the values -----------------------------------------------------------------------------------------------

    def _grid(self, card: ConflictCard, now: int) -> QWidget:
        inside = QWidget()
        inside.setProperty("bare", True)
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, _LABEL)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        titles = words.headings(card.row.kind)
        for at, side in enumerate((card.row.stands, card.row.other), 1):
            grid.addWidget(Text(titles[at - 1]), 0, at)
            who = Muted(words.side_words(side, now))
            who.setWordWrap(True)
            grid.addWidget(who, 1, at, Qt.AlignmentFlag.AlignTop)
        line = self._twin_lines(grid, card.twins) if len(card.twins) == 2 else self._field_lines(grid, card)
        grid.setRowStretch(line, 1)
        return inside

    def _field_lines(self, grid: QGridLayout, card: ConflictCard) -> int:
        line, names = 2, {**catalogue_of(self._desk.store).shorts, **card.names}
        for one in card.row.fields:
            label = field_word(one.tbl, one.field)
            texts = (
                words.present_text(one, card.row, names),
                words.value_text(one.field, one.other, names),
            )
            shown = [_shown_side(card.row.kind, one, at, text) for at, text in enumerate(texts)]
            _add_line(grid, line, label, shown, words.headings(card.row.kind), tinted=True)
            if one.masked and card.row.state is not Part.RESOLVED:
                line += 1
                grid.addWidget(self._reveal_link(one, label), line, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)
            line += 1
        return line

    def _twin_lines(self, grid: QGridLayout, twins: tuple[Twin, ...]) -> int:
        for line, (label, tell) in enumerate(_TWIN_FACTS, 2):
            _add_line(grid, line, label, [tell(twin) for twin in twins], ("第一家", "第二家"), tinted=False)
        return 2 + len(_TWIN_FACTS)

    def _reveal_link(self, one: FieldRow, label: str) -> LinkButton:
        return LinkButton(f"查看完整{label}…", "", partial(self._reveal, one.field, label))

    # -- what can be decided --------------------------------------------------------------------------------------

    def _offer(self, card: ConflictCard) -> None:
        entry, role = card.row, self._desk.session.actor.role
        may = rules.may_decide(entry.tbl, role)
        offered = card.choices if may and (card.here or entry.kind is Kind.SERIAL) else frozenset()
        self.keep.set_text("已核对" if entry.kind is Kind.STATE else _keep_words(entry.kind))
        self.take.set_text(_take_words(entry.state, entry.kind))
        self.both.set_text("已核对" if entry.kind is Kind.SERIAL else "都保留")
        self.keep.setVisible(Choice.KEEP in offered)
        self.take.setVisible(Choice.TAKE_OTHER in offered)
        self.edit.setVisible(Choice.EDIT in offered)
        self.both.setVisible(Choice.KEEP_BOTH in offered)
        both_live = len(card.twins) == 2 and not any(twin.voided for twin in card.twins)
        self.merge.setVisible(Choice.MERGE in offered and allowed("enterprise.merge", role) and both_live)
        self.record.setVisible(entry.tbl in ("enterprises", "contacts", "visits") and card.here)
        self.record.set_text("来访经过" if entry.tbl == "visits" else "打开记录")
        self.why_not.setText(self._why_not(card, may=may, both_live=both_live))
        self.why_not.setVisible(bool(self.why_not.text()))

    def _why_not(self, card: ConflictCard, *, may: bool, both_live: bool) -> str:
        if card.row.state is Part.RESOLVED:
            return ""
        if not may:
            return "账户、窗口和本站资料由站长或系统管理员处理。"
        if Choice.MERGE in card.choices and not allowed("enterprise.merge", self._desk.session.actor.role):
            return "合并企业由站长或系统管理员办理。"
        if Choice.MERGE in card.choices and not both_live:
            return "其中一家已经作废，不用再合并。"
        return ""

    def _resolve(self, choice: Choice) -> None:
        card = self.card
        if card is None:
            return
        desk, now, title = self._desk, self._desk.clock.now(), card.row.title
        actor = desk.session.actor
        desk.work.do(
            self,
            lambda: actions.resolve(desk.store, actor, card.row.id, choice, {}, now, seen=card.seen),
            lambda _: self._done(f"「{title}」{_LOGGED[choice]}。"),
        )

    def _edit(self) -> None:
        if self.card is not None:
            title = self.card.row.title
            EditDialog(
                self.window(), self._desk, self.card, lambda: self._done(f"「{title}」已按修改的内容保存。")
            ).open()

    def _merge(self) -> None:
        if self.card is not None:
            MergeDialog(self.window(), self._desk, self.card.twins, self._done).open()

    def _reveal(self, field: str, label: str) -> None:
        if self.card is not None:
            RevealDialog(self.window(), self._desk, self.card, field, label).open()

    def _open_record(self) -> None:
        if self.card is None:
            return
        entry = self.card.row
        if entry.tbl == "visits":
            HistoryDialog(self.window(), self._desk, entry.row_id).open()
        elif entry.tbl == "contacts":
            self._desk.open("企业", ("person", entry.row_id))
        else:
            self._desk.open("企业", entry.row_id)


def _add_line(
    grid: QGridLayout, line: int, label: str, texts: Sequence[str], names: tuple[str, str], *, tinted: bool
) -> None:
    """A field: its label, and both values in their boxes."""
    head = FieldLabel(label, wrap=True)
    head.setFixedWidth(_LABEL)
    head.setContentsMargins(0, 10, 0, 0)
    grid.addWidget(head, line, 0, Qt.AlignmentFlag.AlignTop)
    for at, text in enumerate(texts):
        grid.addWidget(Value(text, f"{names[at]} {label}", stands=tinted and at == 0), line, at + 1)


def _shown_side(kind: Kind, one: FieldRow, at: int, text: str) -> str:
    """Of a void each side has only its own fields: the other side says nothing about them."""
    if kind is Kind.VOID:
        own = one.stands if at == 0 else one.other
        return text if own is not None else "—"
    return text


def _keep_words(kind: Kind) -> str:
    return "继续使用" if kind is Kind.VOID else "保留现值"


def _take_words(state: Part, kind: Kind) -> str:
    if state is Part.AUTO:
        return "恢复为另一值"
    return "仍然作废" if kind is Kind.VOID else "采用另一值"


_TWIN_FACTS: tuple[tuple[str, Callable[[Twin], str]], ...] = (
    ("名称", lambda one: one.name + ("（已作废）" if one.voided else "")),
    ("统一社会信用代码", lambda one: one.credit_code or "（空）"),
    ("法定代表人", lambda one: one.representative or "（空）"),
    ("地址", lambda one: one.address or "（空）"),
    ("登记时间", lambda one: stamp(one.created_at)),
    ("联系人与来访", lambda one: f"联系人 {one.contacts} 位，来访 {one.visits} 次"),
)
