"""The right of an enterprise to use a geographical indication, new or changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.enterprises.queries import Suggestion
from zhangshu_desk.labels.actions import rights
from zhangshu_desk.labels.rules.cards import LABELS, UserForm
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.enterprise_chooser import EnterpriseChooser
from zhangshu_desk.ui.pages.labels.rights_part.card_form import CardForm
from zhangshu_desk.ui.widgets import ComboField, NoteField, TextField, row
from zhangshu_desk.ui.widgets.typed_day import TypedDay

_SAME = "与名录相同，不改就留空"


class UserDialog(CardForm[UserForm]):
    """Product and enterprise of a right that is there stay: another one would be another right.

    Args:
        products: `(id, name)` of the indications in use. product_id: the one to begin with.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        products: Sequence[tuple[str, str]],
        product_id: str,
        known_id: str,
        seen: UserForm | None,
        saved: Callable[[str], object],
    ) -> None:
        super().__init__(parent, desk, "用标授权", known_id, seen, saved)
        self._store = desk.store
        self.product = ComboField[str](LABELS["gi_product_id"], products, seen.gi_product_id if seen else product_id)
        self.enterprise = EnterpriseChooser(desk)
        today = day_of(desk.clock.now())
        self.since = TypedDay("自", seen.valid_from if seen else today, needed=True)
        self.until = TypedDay("至", seen.valid_until if seen else None, "没有写明就留空")
        self.announcement = TextField(
            "准许用标的公告或许可", seen.announcement_no if seen else "", "公告号，或许可备案号"
        )
        self.named = TextField("公告上的企业名称", seen.enterprise_name if seen else "", _SAME)
        self.code = TextField("公告上的统一社会信用代码", seen.credit_code if seen else "", _SAME)
        self.notes = NoteField(LABELS["notes"], seen.notes if seen else "", lines=2)
        self._build()

    def filled(self) -> UserForm:
        taken = self.enterprise.taken
        return UserForm(
            gi_product_id=self.product.key() or "",
            enterprise_id=taken.id if taken else "",
            valid_from=self.since.day() or day_of(self._desk.clock.now()),
            valid_until=self.until.day(),
            announcement_no=self.announcement.text(),
            enterprise_name=self.named.text(),
            credit_code=self.code.text(),
            mark_id=self.seen.mark_id if self.seen else None,
            notes=self.notes.text(),
        )

    def keep(self, card: UserForm, now: int) -> str:
        actor = self._desk.session.actor
        if not self.known_id:
            return rights.add_user(self._store, actor, card, now)
        rights.change_user(self._store, actor, self.known_id, card, now, seen=self.seen)
        return self.known_id

    def problems(self) -> list[Problem]:
        found = super().problems()
        if self.enterprise.taken is None:  # say what to do about what is typed
            found = [one for one in found if one.field != "enterprise_id"]
            found.append(Problem("enterprise_id", EnterpriseChooser.NOT_YET))
        return found

    def _build(self) -> None:
        self.fields = {
            "gi_product_id": self.product,
            "enterprise_id": self.enterprise,
            "valid_from": self.since,
            "valid_until": self.until,
            "announcement_no": self.announcement,
            "enterprise_name": self.named,
            "credit_code": self.code,
            "notes": self.notes,
        }
        self.add(row(self.product, self.enterprise), row(self.since, self.until), self.announcement)
        self.add(row(self.named, self.code), self.notes)
        self.body.addStretch(1)
        if self.seen is not None:
            known = Suggestion(self.seen.enterprise_id, self.seen.enterprise_name, self.seen.credit_code, "")
            self.enterprise.take(known)
            self.product.setEnabled(False)
            self.enterprise.setEnabled(False)
            self.until.setFocus()
        else:
            self.enterprise.setFocus()
        self.watch()
