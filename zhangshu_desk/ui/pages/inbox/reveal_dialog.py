"""Both values of a personal field in full, for a reason and for half a minute: masked they may look the same."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhangshu_desk.conflicts import actions
from zhangshu_desk.conflicts.queries import ConflictCard
from zhangshu_desk.ui.dialogs.unmask import Masked, Unmask
from zhangshu_desk.ui.page import Desk


class RevealDialog(Unmask):
    """`Unmask` for an entry of the inbox."""

    def __init__(self, parent: QWidget, desk: Desk, card: ConflictCard, field: str, label: str) -> None:
        one = next(one for one in card.row.fields if one.field == field)
        masked = f"{one.present or '（空）'}  ⇄  {one.other or '（空）'}"
        super().__init__(parent, desk, Masked(card.row.tbl, card.row.row_id, field, label, masked))
        self._conflict_id, self._field = card.row.id, field

    def look(self, reason: str) -> str:
        now = self._desk.clock.now()
        actor = self._desk.session.actor
        present, other = actions.unmask(self._desk.store, actor, self._conflict_id, self._field, reason, now)
        return f"{present or '（空）'}  ⇄  {other or '（空）'}"
