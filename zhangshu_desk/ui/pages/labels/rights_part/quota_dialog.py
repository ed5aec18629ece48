"""How many labels a user may have in a period, granted or changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.labels.actions import rights
from zhangshu_desk.labels.rules.cards import LABELS, QuotaForm
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.rights_part.card_form import CardForm
from zhangshu_desk.ui.pages.labels.typed_lists import as_count
from zhangshu_desk.ui.widgets import Muted, TextField, row
from zhangshu_desk.ui.widgets.typed_day import TypedDay


class QuotaDialog(CardForm[QuotaForm]):
    """A new one begins with this calendar year.

    Args:
        user_id: whose right it is of.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        user_id: str,
        known_id: str,
        seen: QuotaForm | None,
        saved: Callable[[str], object],
    ) -> None:
        super().__init__(parent, desk, "核定数量", known_id, seen, saved, width=520)
        self._store, self._user_id = desk.store, user_id
        self.today = day_of(desk.clock.now())
        year = self.today.year
        self.labels = TextField(f"{LABELS['labels']}（张）", f"{seen.labels}" if seen else "", "例如 20000", longest=12)
        self.since = TypedDay("自", seen.valid_from if seen else date(year, 1, 1), needed=True)
        self.until = TypedDay("至", seen.valid_until if seen else date(year, 12, 31), needed=True)
        self.basis = TextField(LABELS["basis"], seen.basis if seen else "", "文件名称、日期或由谁核定")
        self.fields = {
            "labels": self.labels,
            "valid_from": self.since,
            "valid_until": self.until,
            "basis": self.basis,
        }
        several = Muted("同一天有几项核定时合并计算；先用先到期的。")
        self.add(self.labels, row(self.since, self.until), self.basis, several)
        self.body.addStretch(1)
        self.watch()
        self.labels.setFocus()

    def filled(self) -> QuotaForm:
        return QuotaForm(
            gi_user_id=self._user_id,
            valid_from=self.since.day() or self.today,
            valid_until=self.until.day() or self.today,
            labels=as_count(self.labels.text()),
            basis=self.basis.text(),
        )

    def keep(self, card: QuotaForm, now: int) -> str:
        return rights.set_quota(self._store, self._desk.session.actor, card, now, quota_id=self.known_id)
