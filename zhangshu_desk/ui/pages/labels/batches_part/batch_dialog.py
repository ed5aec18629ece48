"""新建批次: from the product to the label, by keyboard; labels, quota and everything wrong are said while one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import actions, queries
from zhangshu_desk.labels.actions import Made
from zhangshu_desk.labels.queries import BatchCard, Preview
from zhangshu_desk.labels.queries.trial import Trial, trial
from zhangshu_desk.labels.rules.amounts import amount_of, amount_text
from zhangshu_desk.labels.rules.batches import BatchForm, LabelRules, rules_from
from zhangshu_desk.labels.rules.problems import Problem, refuse
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.batches_part.batch_fields import BatchFields
from zhangshu_desk.ui.pages.labels.batches_part.label_preview import LabelPreview, Wanted, paint_problems
from zhangshu_desk.ui.pages.labels.batches_part.offers import offers
from zhangshu_desk.ui.pages.labels.form import Form, show_by_field
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import PlainButton, Text, column, row

_PAUSE_MS = 200
_WIDTH, _HEIGHT, _SIDE_WIDTH = 1080, 560, 400
_ELSEWHERE = {"right": "right_id", "enterprise": "right_id", "mark": "right_id", "product": "product_id"}
"""Where problems are shown that are about no field of their own."""
_OVER = "超过核定余量。"
_HOW = "标签数 = 数量 ÷ 每个包装的数量 + 备用。"


@dataclass(frozen=True)
class Seen:
    """What is known of what stands in the form now."""

    form: BatchForm
    preview: Preview | None
    trial: Trial | None


def look(store: Store, form: BatchForm, now: int, domain: str, rules: LabelRules) -> Seen:
    """What would become of a form, and what its labels would say. Meant for the database thread."""
    try:
        tried = trial(store, form, domain)
    except DeskError:  # the batch number does not fit into a code: the preview says so
        tried = None
    return Seen(form, queries.preview(store, form, now, rules) if form.template_id else None, tried)


class BatchDialog(Form):
    """Makes a batch, or fills one in anew.

    Args:
        batch: the one that is changed, None for a new one.
        saved: called with what was made.
    """

    def __init__(self, parent: QWidget, desk: Desk, batch: BatchCard | None, saved: Callable[[Made], object]) -> None:
        title = f"修改批次 {batch.form.batch_no}" if batch else "新建批次"
        super().__init__(parent, desk, title, "提交", many_lines=True, width=_WIDTH)
        self._batch, self._saved = batch, saved
        self._refused: set[str] = set()
        self.seen: Seen | None = None
        self.form = BatchFields(desk, batch.form if batch else None)
        self.fields = self.form.by_name
        self.sum = Text(wrap=True)
        self.quota = Text(wrap=True)
        self.preview = LabelPreview(desk)
        self.draft = PlainButton("存为草稿", "Ctrl+S", lambda: self._keep(draft=True))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.look)
        self._build()
        self.form.changed.connect(self._pause.start)
        store, now = desk.store, desk.clock.now()
        desk.work.do(self, lambda: offers(store, now), self.form.offer)

    def _build(self) -> None:
        side = QWidget()
        side.setFixedWidth(_SIDE_WIDTH)
        lines = column(self.preview, self.sum, self.quota)
        lines.setStretch(0, 1)
        side.setLayout(lines)
        whole = row(self.form, side, spacing=24)
        whole.setStretch(0, 1)
        self.add(whole, stretch=1)
        self.foot.insertWidget(0, self.draft)
        self.resize(_WIDTH, _HEIGHT)
        self._say(None)
        self.form.product.setFocus()

    def look(self) -> None:
        """Ask what would become of what stands there."""
        form, desk = self.form.filled(), self._desk
        if form is None:
            self.seen = None
            self._say(None)
            self.preview.show_label(None)
            return
        store, now, domain = desk.store, desk.clock.now(), desk.settings.values.label_domain
        rules = rules_from(desk.settings.values)
        desk.work.do(self, lambda: look(store, form, now, domain, rules), self._looked)

    def _looked(self, seen: Seen) -> None:
        if seen.form != self.form.filled():
            return  # something was typed meanwhile, and is asked about
        self.seen = seen
        if seen.trial is not None and self.form.offer_templates(seen.trial.templates):
            self.look()  # a template was chosen for the first time
            return
        self._say(seen.preview)
        self._show_doubts()
        template = self.form.chosen_template()
        if seen.trial is not None and template is not None:
            self.preview.show_label(Wanted(template, seen.trial.data, seen.trial.mark))
        else:
            self.preview.show_label(None)

    def _say(self, preview: Preview | None) -> None:
        """Say the number of labels and what is left of the quota."""
        spec, quantity = self.form.chosen_spec(), amount_of(self.form.quantity.text())
        if preview is None or spec is None or not quantity:
            self.sum.setText(_HOW)
            self.sum.set_tone(Tone.MUTED)
            self.quota.setText("")
            return
        each = f"{amount_text(quantity)} ÷ {amount_text(spec.form.pack)} {spec.form.unit}"
        said = f"{each} = {preview.packs:,} 个包装，共 {preview.labels:,} 张标签。"
        doubts = [one.text for one in preview.problems if one.field == "quantity" and not one.hard]
        if preview.needs_approval:
            doubts.append("数量超过限额，要由另一人批准。")
        self.sum.setText("".join([said, *doubts]))
        self.sum.set_tone(Tone.WARN if doubts else Tone.PLAIN)
        words, tone = _quota_words(preview)
        self.quota.setText(words)
        self.quota.set_tone(tone)

    # -- problems ----------------------------------------------------------------------------------------------------

    def show_problems(self, problems: Sequence[Problem]) -> None:
        placed = self._placed(problems)
        self._refused = {one.field for one in placed if one.hard}
        super().show_problems(placed)

    def _show_doubts(self) -> None:
        """While one types: what is doubtful, and what is wrong with what is filled in already."""
        preview = self.seen.preview if self.seen else None
        found = self._placed([*self.form.spelling(), *(preview.problems if preview else ())])
        show_by_field(
            self.fields,
            [one for one in found if not one.hard or one.field in self._refused or self.form.is_filled(one.field)],
        )

    def _placed(self, problems: Sequence[Problem]) -> list[Problem]:
        """Every problem at a field that can show it; what cannot be read has no other fault."""
        dumb = {one.field: one for one in self.form.spelling()}
        found = []
        for one in problems:
            if one.field == "quota":
                found.append(replace(one, field="quantity", text=_OVER))
            elif one.field == "quantity" and not one.hard:
                continue  # said beside the number of labels
            elif one.field == "labels" and not self.form.is_filled("labels"):
                found.append(replace(one, field="quantity"))
            else:
                at = _ELSEWHERE.get(one.field, one.field)
                found.append(replace(one, field=at if at in self.fields else "template_id"))
        return [one for one in found if one.field not in dumb or one == dumb[one.field]]

    # -- keeping -----------------------------------------------------------------------------------------------------

    def act(self) -> None:
        self._keep(draft=False)

    def _keep(self, *, draft: bool) -> None:
        still_open = self.form.open_choice()
        if still_open is not None:
            still_open.setFocus()
            return
        unread = self.form.spelling()
        if unread:
            preview = self.seen.preview if self.seen else None
            self.show_problems([*unread, *(preview.problems if preview else ())])
            return
        form, desk, batch = self.form.filled(), self._desk, self._batch
        assert form is not None, "every choice is made"
        store, actor, now = desk.store, desk.session.actor, desk.clock.now()
        rules, domain = rules_from(desk.settings.values), desk.settings.values.label_domain

        def keep() -> Made:
            if not draft:
                _refuse_unprintable(store, form, domain)
            if batch is None:
                return actions.make_batch(store, actor, form, now, draft=draft, rules=rules)
            return actions.change_batch(store, actor, batch.id, form, now, draft=draft, rules=rules)

        self.send(keep, self._saved)


def _refuse_unprintable(store: Store, form: BatchForm, domain: str) -> None:
    """No number is used for labels that cannot be printed.

    Raises:
        DeskError: `label.invalid`, with what is wrong with the ink.
    """
    try:
        tried = trial(store, form, domain)
    except DeskError:
        return  # making the batch says it with everything else
    chosen = next((one.template for one in tried.templates if one.template.id == form.template_id), None)
    if chosen is not None:
        refuse(one for one in paint_problems(chosen, tried.data, tried.mark) if one.field != "mark")


def _quota_words(preview: Preview) -> tuple[str, Tone]:
    if preview.left is None:
        missing = next((one.text for one in preview.problems if one.field == "quota"), "")
        return missing, Tone.BAD
    after = preview.left - preview.labels
    if after < 0:
        return f"核定数量今天只余 {preview.left:,} 张，差 {-after:,} 张。请减少数量，或由站长追加核定。", Tone.BAD
    return f"核定数量今天余 {preview.left:,} 张，做完这批还余 {after:,} 张。", Tone.GOOD
