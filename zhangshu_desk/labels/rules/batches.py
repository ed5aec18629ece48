"""A batch of labels: what a clerk fills in, everything that may be wrong with it, its states and its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from zhangshu_desk.core import settings
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.open_words import OpenWords
from zhangshu_desk.core.texts import clean_code, clean_text
from zhangshu_desk.labels.rules import gs1, spans
from zhangshu_desk.labels.rules.amounts import MOST_QUANTITY, amount_text
from zhangshu_desk.labels.rules.elements import CODE_KEY, KEYS, SERIAL_KEY, LabelData
from zhangshu_desk.labels.rules.facts import Facts, Spec, facts_of, label_data
from zhangshu_desk.labels.rules.problems import Problem, refuse, warnings
from zhangshu_desk.labels.rules.rights import (
    Family,
    GiRight,
    Right,
    quota_problem,
    right_problems,
)
from zhangshu_desk.labels.rules.spans import Span, Spans
from zhangshu_desk.labels.rules.templates import Template, missing_pieces, needs

KIND = "LABEL"
"""Kind of the serial numbers (`db/serials.py`)."""
MOST_LABELS = 20_000
"""In one batch; a larger one is made as several. So much the centre lends at once."""
LIMITS = {"batch_no": 40, "place": 100, "inspection_no": 60}
"""Longest texts, in characters."""
_ELSEWHERE = frozenset({SERIAL_KEY, CODE_KEY, "batch_no"})
"""What a template may need that comes label by label, or is asked for anyway."""


class BatchState(OpenWords):
    """How far a batch is. One without numbers can be changed or discarded, one with numbers only closed."""

    DRAFT = "草稿"
    AWAITING = "待批准"
    APPROVED = "已批准"
    NUMBERED = "已编号"
    CLOSED = "已关闭"
    DISCARDED = "已放弃"


CHANGEABLE = frozenset({BatchState.DRAFT, BatchState.AWAITING, BatchState.APPROVED})
"""States in which a batch has no numbers yet."""
WITH_NUMBERS = frozenset({BatchState.NUMBERED, BatchState.CLOSED})


class Fate(OpenWords):
    """What happened to a number that did not go the usual way; whichever it is, the label is void from then on."""

    VOID = "作废"
    """Spoiled or wrong; its label may still be somewhere."""
    REPLACED = "已补打"
    """Another number took its place."""
    UNPRINTED = "未打印"
    """It never came onto paper."""
    RETURNED = "退回"
    """The user gave it back unused, and it is in our hands."""
    DESTROYED = "已销毁"
    """Its label was destroyed before our eyes."""


GIVEN_BACK = frozenset({Fate.UNPRINTED, Fate.RETURNED, Fate.DESTROYED})
"""Fates that give a number back to the quota: no label of it is about any more."""


@dataclass(frozen=True)
class LabelRules:
    """What a site may set.

    Attributes:
        spare_percent: so many labels more than packs, of a hundred, rounded up.
        approval_from: batches with more labels need a second person.
        stock: serial numbers kept in store.
    """

    spare_percent: int = 5
    approval_from: int = 2_000
    stock: int = MOST_LABELS


DEFAULT_RULES = LabelRules()


def rules_from(values: settings.Values) -> LabelRules:
    """The rules as this machine's settings have them."""
    return LabelRules(values.label_spare_percent, values.label_approval_from, values.label_stock)


# -- how many labels ---------------------------------------------------------------------------------------------------


def packs_of(quantity: int, pack: int) -> int:
    """How many whole packs a quantity fills; what is left over gets no label."""
    return quantity // pack if pack > 0 else 0


def most_spare(packs: int, rules: LabelRules = DEFAULT_RULES) -> int:
    """How many spare labels so many packs may have."""
    return -(-packs * rules.spare_percent // 100)


def labels_of(quantity: int, pack: int, spare: int) -> int:
    """How many labels a batch has: one per whole pack, and the spare ones."""
    return packs_of(quantity, pack) + spare


# -- what is filled in -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BatchForm:
    """A batch as it is filled in.

    Attributes:
        right_id: of an authorised user or of a traced product.
        quantity: in thousandths of the specification's unit.
        spare: labels beyond the packs; labels: fewer than packs and spare ones, None = all of them.
        place: empty = that of the traced product.
    """

    right_id: str
    spec_id: str
    template_id: str
    quantity: int
    batch_no: str
    made_on: date
    spare: int = 0
    labels: int | None = None
    expires_on: date | None = None
    place: str = ""
    inspection_no: str = ""
    inspection_until: date | None = None

    def label_data(self, facts: Facts) -> dict[str, str]:
        """What every label of the batch would say."""
        return label_data(
            facts,
            batch_no=self.batch_no,
            made_on=self.made_on,
            expires_on=self.expires_on,
            place=self.place,
            inspection_no=self.inspection_no,
        )


@dataclass(frozen=True)
class Checked:
    """A form that may be kept: cleaned, with what follows from it."""

    form: BatchForm
    facts: Facts
    labels: int
    needs_approval: bool
    warnings: tuple[Problem, ...]


def cleaned(form: BatchForm) -> BatchForm:
    """The form in its one spelling."""
    return replace(
        form,
        batch_no=clean_code(form.batch_no),
        place=clean_text(form.place),
        inspection_no=clean_code(form.inspection_no),
    )


def checked_batch(
    form: BatchForm,
    right: Right,
    spec: Spec,
    template: Template,
    today: date,
    *,
    left: int | None = None,
    rules: LabelRules = DEFAULT_RULES,
) -> Checked:
    """The form, if a batch may be made of it.

    Args:
        left: what is left of the user's quota today, None = there is none; of a traced product nobody asks.

    Raises:
        DeskError: `label.invalid` with all problems at once.
    """
    form = cleaned(form)
    if not form.place and not isinstance(right, GiRight):
        form = replace(form, place=right.place)
    found = batch_problems(form, right, spec, template, today, left=left, rules=rules)
    refuse(found)
    labels = form.labels if form.labels is not None else labels_of(form.quantity, spec.pack, form.spare)
    return Checked(form, facts_of(right, spec), labels, labels > rules.approval_from, warnings(found))


def batch_problems(
    form: BatchForm,
    right: Right,
    spec: Spec,
    template: Template,
    today: date,
    *,
    left: int | None = None,
    rules: LabelRules = DEFAULT_RULES,
) -> tuple[Problem, ...]:
    """Everything wrong with a cleaned form, all at once; as `checked_batch`."""
    found = [*right_problems(right, today), *_of_spec(right, spec), *_of_amount(form, spec, rules)]
    found += [*_of_texts(form), *_of_days(form, right, today)]
    facts = facts_of(right, spec)
    found += [*template_problems(template, facts, form.label_data(facts)), *_of_code(form, facts)]
    if isinstance(right, GiRight):
        labels = form.labels if form.labels is not None else labels_of(form.quantity, spec.pack, form.spare)
        problem = quota_problem(labels, left)
        found += [problem] if problem else []
    return tuple(found)


def _of_spec(right: Right, spec: Spec) -> Iterator[Problem]:
    product_id = right.product.id if isinstance(right, GiRight) else right.id
    if spec.product_id != product_id:
        yield Problem("spec_id", f"包装规格「{spec.name}」不是这个产品的。请另选规格。")
    if spec.voided:
        yield Problem("spec_id", f"包装规格「{spec.name}」已停用。请另选规格。")
    protected = right.product.specs if isinstance(right, GiRight) else ()
    if protected and not any(one in spec.name for one in protected):
        known = "、".join(protected)
        text = f"规格「{spec.name}」不在受保护的品种、规格之内（{known}），不能使用专用标志。请另选规格，或核对公告。"
        yield Problem("spec_id", text)


def _of_amount(form: BatchForm, spec: Spec, rules: LabelRules) -> Iterator[Problem]:
    packs = packs_of(form.quantity, spec.pack)
    if not 0 < form.quantity <= MOST_QUANTITY:
        yield Problem("quantity", "请填写批次数量。")
        return
    if not packs:
        text = f"数量 {amount_text(form.quantity)}{spec.unit} 不足一个包装（{amount_text(spec.pack)}{spec.unit}）。"
        yield Problem("quantity", f"{text}请核对数量或另选规格。")
        return
    if rest := form.quantity % spec.pack:
        text = f"余下 {amount_text(rest)}{spec.unit} 不足一个包装，没有标签。"
        yield Problem("quantity", text, hard=False)
    most = most_spare(packs, rules)
    if not 0 <= form.spare <= most:
        yield Problem("spare", f"备用标签最多 {most} 张（{packs} 个包装的 {rules.spare_percent}%）。请减少。")
    labels = labels_of(form.quantity, spec.pack, form.spare)
    if form.labels is not None and not 1 <= form.labels <= labels:
        yield Problem("labels", f"标签数应为 1～{labels} 张（{packs} 个包装加备用 {form.spare} 张）。请改正。")
    elif (form.labels or labels) > MOST_LABELS:
        yield Problem(
            "labels", f"一批最多 {MOST_LABELS} 张标签，现有 {form.labels or labels} 张。请分成几批，批号可以相同。"
        )


def _of_texts(form: BatchForm) -> Iterator[Problem]:
    if not form.batch_no:
        yield Problem("batch_no", "请填写批号。")
    for name, most in LIMITS.items():
        if len(text := getattr(form, name)) > most:
            yield Problem(name, f"{KEYS[name]}最多 {most} 个字，现有 {len(text)} 个。请缩短。")


def _of_days(form: BatchForm, right: Right, today: date) -> Iterator[Problem]:
    if form.made_on > today:
        yield Problem("made_on", f"生产日期 {form.made_on} 还没有到。请核对。")
    if form.expires_on is not None and form.expires_on <= form.made_on:
        yield Problem("expires_on", f"有效期至 {form.expires_on} 不在生产日期 {form.made_on} 之后。请核对。")
    elif form.expires_on is not None and form.expires_on < today:
        yield Problem("expires_on", f"这批产品已于 {form.expires_on} 到期，不能再贴标。请核对日期。")
    if isinstance(right, GiRight) and not (form.inspection_no and form.inspection_until):
        yield Problem("inspection_no", "请填写检验报告编号和有效期：使用专用标志的产品应有有效的检验报告。")
    if form.inspection_until is not None and form.inspection_until < today:
        text = f"检验报告已于 {form.inspection_until} 到期。请企业提供有效期内的检验报告。"
        yield Problem("inspection_until", text)


def template_problems(template: Template, facts: Facts, data: LabelData) -> tuple[Problem, ...]:
    """Why a template cannot be used for labels that say this, if so."""
    if template.family != facts.family:
        text = f"模板「{template.title}」用于{template.family}标签，不能用于{facts.family}标签。请另选模板。"
        return (Problem("template_id", text),)
    if facts.family == Family.GI and facts.route not in template.routes:
        allowed = "、".join(template.routes)
        text = f"模板「{template.title}」用于{allowed}，不能用于{facts.route}。请另选模板。"
        return (Problem("template_id", text),)
    found = []
    for group in missing_pieces(template, data):
        words = "或".join(KEYS[key] for key in group)
        text = f"按模板「{template.title}」印出的标签上没有{words}，专用标志旁必须标明。请另选模板。"
        found.append(Problem("template_id", text))
    empty = sorted(KEYS[key] for key in needs(template) - _ELSEWHERE if not data.get(key))
    if empty:
        text = f"模板「{template.title}」要印{'、'.join(empty)}，这批没有。请补上，或另选模板。"
        found.append(Problem("template_id", text))
    return tuple(found)


def _of_code(form: BatchForm, facts: Facts) -> Iterator[Problem]:
    """A Digital Link holds the batch number, of which the standard allows fewer characters than we do."""
    for field, identifier, value in (("spec_id", gs1.GTIN, facts.gtin), ("batch_no", gs1.BATCH, form.batch_no)):
        if not (facts.gtin and value):
            continue
        try:
            gs1.checked_value(identifier, value)
        except DeskError as error:
            yield Problem(field, str(error))


# -- states ------------------------------------------------------------------------------------------------------------


def check_state(state: BatchState, allowed: Iterable[BatchState], batch_no: str, act: str) -> None:
    """Raises `DeskError` `label.batch_state` when a batch is in none of the states in which it can be done."""
    known = list(allowed)
    if state not in known:
        words = "、".join(one.value for one in BatchState if one in known)
        raise DeskError("label.batch_state", batch=batch_no, state=state.value, act=act, allowed=words)


# -- numbers -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Numbers:
    """The numbers of a batch in the order of their places, from 0: those of a replacement come last."""

    ranges: tuple[Span, ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return spans.size(self.ranges)

    def serial_at(self, place: int) -> int:
        """The number at a place. Raises `IndexError`."""
        for first, last in self.ranges:
            if 0 <= place <= last - first:
                return first + place
            place -= last - first + 1
        raise IndexError("no such place")

    def place_of(self, serial: int) -> int | None:
        """Where a number stands, None when it is not of this batch."""
        before = 0
        for first, last in self.ranges:
            if first <= serial <= last:
                return before + serial - first
            before += last - first + 1
        return None

    def at_places(self, first: int, last: int) -> Spans:
        """The numbers at places `first` to `last`, both included, as a set."""
        found, before = [], 0
        for start, end in self.ranges:
            here = start + max(first - before, 0), min(end, start + last - before)
            found += [here] if here[0] <= here[1] else []
            before += end - start + 1
        return spans.union(found)
