"""修改后保存: neither of the two values, or of each field the right one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from zhangshu_desk.conflicts import actions
from zhangshu_desk.conflicts.queries import ConflictCard, FieldRow
from zhangshu_desk.conflicts.rules import TEXTS, Choice
from zhangshu_desk.core.words import field_word
from zhangshu_desk.enterprises.rules import code_problem
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.widgets import LinkButton, Muted, NoteField, TextField, column, row

_LONG = "notes"


class EditDialog(Dialog):
    """A field for each value; personal ones are left empty to stay as they are. `done()` after it was saved."""

    def __init__(self, parent: QWidget, desk: Desk, card: ConflictCard, done: Callable[[], object]) -> None:
        super().__init__(parent, "修改后保存", "保存", many_lines=True, width=620)
        self._desk, self._card, self._done = desk, card, done
        self.fields: dict[str, TextField | NoteField] = {}
        for one in card.row.fields:
            self._add_field(one)
        self.body.addStretch(1)
        first = next(iter(self.fields.values()))
        first.setFocus()

    def act(self) -> None:
        values = {one.field: self.fields[one.field].text() for one in self._card.row.fields if self._is_changed(one)}
        if not values:
            first = next(iter(self.fields.values()))
            first.complain("没有修改。要保持现值，请关闭后按「保留现值」。")
            first.setFocus()
            return
        desk, card, now = self._desk, self._card, self._desk.clock.now()
        actor = desk.session.actor
        self.primary.setEnabled(False)
        desk.work.do(
            self,
            lambda: actions.resolve(desk.store, actor, card.row.id, Choice.EDIT, values, now, seen=card.seen),
            self._saved,
            ended=lambda: self.primary.setEnabled(True),
        )

    def _saved(self, _: None) -> None:
        self.accept()
        self._done()

    def _is_changed(self, one: FieldRow) -> bool:
        text = self.fields[one.field].text()
        return bool(text) if one.masked else text != (one.present or "")

    def _add_field(self, one: FieldRow) -> None:
        label = field_word(one.tbl, one.field)
        longest = TEXTS[one.tbl][one.field]
        if one.masked:
            hint = f"现值 {one.present or '（空）'}，另一值 {one.other or '（空）'}；留空不改"
            self.fields[one.field] = TextField(label, "", hint, longest=longest)
            self.add(self.fields[one.field])
            return
        made: TextField | NoteField
        if one.field == _LONG:
            made = NoteField(label, one.present or "", lines=4)
        else:
            made = TextField(label, one.present or "", longest=longest)
        self.fields[one.field] = made
        present, other = one.present or "", one.other or ""
        links = row(
            LinkButton("用现值", "", partial(self._put, made, present)),
            LinkButton("用另一值", "", partial(self._put, made, other)),
            Muted(f"另一值：{other[:40] or '（空）'}"),
        )
        links.addStretch(1)
        self.add(column(made, links, spacing=2))
        if one.field == "credit_code" and isinstance(made, TextField):
            made.edited.connect(lambda text: made.warn(f"{code_problem(text)}。" if code_problem(text) else ""))

    def _put(self, made: TextField | NoteField, text: str) -> None:
        made.set_text(text)
        made.setFocus()
