"""登记企业 and 修改企业: problems and likely duplicates are shown while one types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.enterprises import actions, queries
from zhangshu_desk.enterprises.queries import Card
from zhangshu_desk.enterprises.rules import KINDS, LABELS, DuplicateHit, EnterpriseFields, code_problem
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import ComboField, NoteField, Text, TextField, row

_PAUSE_MS = 250
_SHOWN = 3
_KEPT = ("legal_representative",)
"""Fields that are masked on the card: left empty they stay as they are."""


class EditDialog(Dialog):
    """Adds an enterprise, or changes the one of `card`.

    Args:
        saved: called with the id of the enterprise.
    """

    def __init__(self, parent: QWidget, desk: Desk, card: Card | None, saved: Callable[[str], object]) -> None:
        title = "修改企业" if card else "登记企业"
        super().__init__(parent, title, "保存", many_lines=True, width=760)
        self._desk, self._card, self._saved = desk, card, saved
        self._sending = False
        self.fields = {name: TextField(LABELS[name], _text_of(card, name), _hint(card, name)) for name in _TEXTS}
        known = card.kind if card else ""
        kinds = [("", "未填"), *((one, one) for one in KINDS)]
        self.kind = ComboField[str](LABELS["kind"], kinds if known in ("", *KINDS) else [*kinds, (known, known)], known)
        self.notes = NoteField(LABELS["notes"], card.notes if card else "", lines=2)
        self.same = Text("", Tone.WARN, wrap=True)
        self.despite = TextField("仍要登记的原因", hint="与上面的企业确实不是同一家时填写")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look_for_same)
        self._build()

    def act(self) -> None:
        if self._sending:
            return
        given = self._form()
        if given is None:
            return
        self._sending = True
        desk, card, despite = self._desk, self._card, self.despite.text()
        actor, now = desk.session.actor, desk.clock.now()
        if card is None:
            desk.work.do(
                self,
                lambda: actions.add(desk.store, actor, given, now, despite=despite),
                self._done,
                self._refused,
                self._ended,
            )
            return
        changes, seen = _changes(card, given), _seen(card)
        known = {name: seen[name] for name in changes if name in seen}
        desk.work.do(
            self,
            lambda: actions.change(desk.store, actor, card.id, changes, now, seen=known, despite=despite),
            lambda _: self._done(card.id),
            self._refused,
            self._ended,
        )

    def _build(self) -> None:
        fields = self.fields
        self.add(fields["name"], row(fields["credit_code"], self.kind), fields["code_reason"], self.same, self.despite)
        facts = ("legal_representative", "founded_on", "region", "industry")
        self.add(row(*(fields[name] for name in facts)))
        self.add(fields["address"], self.notes)
        self.body.addStretch(1)
        self.same.hide()
        self.despite.hide()
        for name in ("name", "credit_code"):
            fields[name].edited.connect(lambda _text: self._pause.start())
        fields["credit_code"].edited.connect(self._look_at_code)
        self._look_at_code()
        fields["name"].setFocus()

    def _look_at_code(self) -> None:
        code = self.fields["credit_code"]
        problem = code_problem(code.text())
        code.warn(f"{problem}。" if problem and code.text() else "")
        self.fields["code_reason"].setVisible(bool(problem))

    def _look_for_same(self) -> None:
        store, name, code = self._desk.store, self.fields["name"].text(), self.fields["credit_code"].text()
        but = self._card.id if self._card else ""
        if name or code:
            self._desk.work.do(self, lambda: queries.duplicates_of(store, name, code, but=but), self._show_same)

    def _show_same(self, hits: tuple[DuplicateHit, ...]) -> None:
        lines = [f"{hit.name}（{hit.words}{'，已作废' if hit.voided else ''}）" for hit in hits[:_SHOWN]]
        self.same.setText("可能已经登记过：" + "；".join(lines))
        self.same.setVisible(bool(lines))
        self.despite.setVisible(bool(lines))

    def _form(self) -> EnterpriseFields | None:
        values = {name: field.text() for name, field in self.fields.items() if name != "founded_on"}
        founded = self.fields["founded_on"]
        try:
            day = date.fromisoformat(founded.text()) if founded.text() else None
        except ValueError:
            founded.complain("请写成 2005-04-27 这样的日期。")
            founded.setFocus()
            return None
        if not code_problem(values["credit_code"]):
            values["code_reason"] = ""
        return EnterpriseFields(**values, kind=self.kind.key() or "", founded_on=day, notes=self.notes.text())

    def _done(self, enterprise_id: str) -> None:
        self.accept()
        self._saved(enterprise_id)

    def _refused(self, error: DeskError) -> None:
        self.refuse(error)
        if error.code == "enterprise.duplicate":
            self._look_for_same()

    def _ended(self) -> None:
        self._sending = False


_TEXTS = (
    "name",
    "credit_code",
    "code_reason",
    "legal_representative",
    "founded_on",
    "region",
    "industry",
    "address",
)


def _text_of(card: Card | None, name: str) -> str:
    if card is None or name in _KEPT:
        return ""
    value = getattr(card, name)
    return "" if value is None else str(value)


def _hint(card: Card | None, name: str) -> str:
    if name in _KEPT and card is not None and getattr(card, name):
        return f"现为 {getattr(card, name)}，不改就留空"
    return {"founded_on": "2005-04-27", "credit_code": "18 位", "code_reason": "例如：筹建中，尚未领照"}.get(name, "")


def _seen(card: Card) -> dict[str, object]:
    """What the card shows in full, so that a change by somebody else in the meantime is noticed."""
    return {name: getattr(card, name) for name in asdict(EnterpriseFields("")) if name not in _KEPT}


def _changes(card: Card, given: EnterpriseFields) -> dict[str, object]:
    changes = {name: value for name, value in asdict(given).items() if value != _seen(card).get(name)}
    return {name: value for name, value in changes.items() if name not in _KEPT or value}
