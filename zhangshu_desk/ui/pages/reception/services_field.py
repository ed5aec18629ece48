"""Chooses services: chips for the frequent ones, any other by name or pinyin initials."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.reception.catalogue import TABLES, catalogue_of
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.widgets import Chips, Suggest, Suggestion
from zhangshu_desk.ui.widgets.marks import marks
from zhangshu_desk.ui.widgets.text import FieldLabel, Problem

_MORE = ""
_LEAVING = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ServicesField(QWidget):
    """Several services at once. `changed` follows the clerk's choices.

    A letter typed on the chips begins the search for a service, so the hands stay on the keyboard. The chips follow
    when the centre sends other services down.
    """

    changed = Signal()

    def __init__(self, desk: Desk, label: str = "办理事项（可多选）") -> None:
        super().__init__()
        self._store = desk.store
        self._catalogue = catalogue_of(desk.store)
        self._extra: list[str] = []
        self._given: frozenset[str] = frozenset()
        self.chips = Chips[str]("办理事项")
        self.finder = Suggest("", desk.work, self._find, "输入事项名称或拼音首字母，Enter 选定")
        self.finder.editor.setAccessibleName("其他事项")
        self.finder.hide()
        self.problem = Problem()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (FieldLabel(label), self.chips, self.finder, self.problem):
            column.addWidget(part)
        self.setFocusProxy(self.chips)
        self.chips.changed.connect(self._chip_clicked)
        self.finder.picked.connect(self._found)
        self.finder.submitted.connect(lambda text: self.finder.complain(f"没有名称或首字母为「{text}」的事项。"))
        desk.bus.changed.connect(self._heard)
        self._show_chips()

    def chosen(self) -> tuple[str, ...]:
        """Ids of the chosen services; the first decides the group of a ticket."""
        return tuple(one for one in self.chips.chosen() if one != _MORE)

    def choose(self, services: Iterable[str]) -> None:
        """Choose exactly these services; those of a visit may be ones that are not offered any more."""
        wanted = list(services)
        self._given = frozenset(wanted)
        self._put(wanted)

    def _put(self, wanted: list[str]) -> None:
        known = {one.id for one in self._catalogue.frequent()}
        self._extra = [one for one in wanted if one not in known]
        self._show_chips()
        self.chips.choose(wanted)

    def is_undecided(self) -> bool:
        """Whether something was typed into the search and not taken."""
        return self.finder.isVisible() and bool(self.finder.text())

    def clear(self) -> None:
        """Choose nothing and close the search."""
        self.choose(())
        self.complain("")
        self.finder.set_text("")
        self.finder.hide()

    def complain(self, text: str) -> None:
        """Show what is wrong, or nothing when `text` is empty."""
        self.problem.say(text)
        self.chips.setAccessibleDescription(text)

    def search(self, text: str = "") -> None:
        """Open the search for the services that have no chip."""
        self.finder.show()
        self.finder.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.finder.editor.setText(text)
        self.finder.finder.ask_again()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text()
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if self.finder.editor.hasFocus():
            if event.key() in _LEAVING:
                self.complain("")
                self.finder.set_text("")
                self.finder.hide()
                self.chips.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                super().keyPressEvent(event)
        elif typed.isalpha() and plain:
            self.search(typed)
        else:
            super().keyPressEvent(event)

    def _show_chips(self) -> None:
        frequent = [(one.id, one.short) for one in self._catalogue.frequent()]
        extra = [(one, self._catalogue.text([one])) for one in self._extra]
        self.chips.set_choices([*frequent, *extra, (_MORE, "更多…")])

    def _chip_clicked(self) -> None:
        if _MORE in self.chips.chosen():
            self.chips.choose(self.chosen())
            self.search()
            return
        self.complain("")
        self.changed.emit()

    def _find(self, text: str) -> list[Suggestion]:
        """Worker thread: the services whose short or official name contains what was typed, in any spelling."""
        hits = [one for one in self._catalogue.services if marks(one.short, text) or marks(one.name, text)]
        return [Suggestion(one.id, one.short, one.name) for one in (hits if text else self._catalogue.services)]

    def _found(self, key: object) -> None:
        self.finder.set_text("")
        if not self._catalogue.knows(str(key)):  # it was taken out while the list was open
            self.complain(str(DeskError("visit.unknown_service", service=key)))
            return
        self._put(list(dict.fromkeys([*self.chosen(), str(key)])))
        self.complain("")
        self.changed.emit()

    def _heard(self, tables: frozenset[str]) -> None:
        """Show what is offered now; what the clerk chose and is offered no more has to be chosen anew."""
        if not tables & TABLES:
            return
        before, self._catalogue = self._catalogue, catalogue_of(self._store)
        chosen = self.chosen()
        gone = [one for one in chosen if not self._catalogue.knows(one) and one not in self._given]
        self._put([one for one in chosen if one not in gone])
        if gone:
            self.complain(f"「{before.text(gone)}」已停办，请另选事项。")
            self.changed.emit()
