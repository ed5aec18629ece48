"""The fields of a batch: each choice brings the next ones with it, and the focus goes to what has to be typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.labels import queries
from zhangshu_desk.labels.queries import SpecRow
from zhangshu_desk.labels.queries.trial import Fitting
from zhangshu_desk.labels.rules.amounts import amount_of, amount_text
from zhangshu_desk.labels.rules.batches import BatchForm
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.labels.rules.templates import Template
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.batches_part.offers import Offers
from zhangshu_desk.ui.pages.labels.chooser import Chooser
from zhangshu_desk.ui.pages.labels.typed_lists import as_count
from zhangshu_desk.ui.widgets import ComboField, Field, NumberField, TextField, column
from zhangshu_desk.ui.widgets.typed_day import TypedDay

_NO_PRODUCT = "没有这个产品。请从候选中选一个，或先在「权利」中登记。"
_NO_RIGHT = "这家企业没有使用这个产品的授权，不能制作标签。请从候选中选，或先在「权利」中登记。"
_NO_SPEC = "还没有包装规格。请先在「权利」中给这个产品新增一种。"
_NO_TEMPLATE = "没有适用的标签模板。请先在「模板」中准备一个。"


class BatchFields(QWidget):
    """`changed` follows everything that is typed or chosen.

    Args:
        known: the batch that is changed, None for a new one.
    """

    changed = Signal()

    def __init__(self, desk: Desk, known: BatchForm | None) -> None:
        super().__init__()
        self._desk, self._known = desk, known
        self._offers = Offers((), (), ())
        self._specs: tuple[SpecRow, ...] = ()
        self._fitting: tuple[Fitting, ...] = ()
        self._today = day_of(desk.clock.now())
        self.product = Chooser("产品", desk.work, "名称或拼音首字母", _NO_PRODUCT)
        self.right = Chooser("企业", desk.work, "名称或拼音首字母", _NO_RIGHT)
        self.spec = ComboField[str]("包装规格")
        self.template = ComboField[str]("标签模板")
        self.batch_no = TextField("批号", known.batch_no if known else "", "例如 20261120-01", longest=60)
        self.quantity = TextField("数量", amount_text(known.quantity) if known else "", "这批产量", longest=20)
        self.spare = NumberField("备用", known.spare if known else 0, 0, 9_999, "张")
        labels = f"{known.labels}" if known and known.labels is not None else ""
        self.labels = TextField("只做（张）", labels, "全部", longest=10)
        self.made = TypedDay("生产日期", known.made_on if known else self._today, needed=True)
        self.expires = TypedDay("有效期至", known.expires_on if known else None, "没有就留空")
        self.place = TextField("产地", known.place if known else "", "", longest=120)
        self.inspection = TextField("检验报告编号", known.inspection_no if known else "", longest=80)
        self.inspected = TypedDay("报告有效期至", known.inspection_until if known else None)
        self.by_name: dict[str, Field[Any]] = {
            "product_id": self.product,
            "right_id": self.right,
            "spec_id": self.spec,
            "template_id": self.template,
            "batch_no": self.batch_no,
            "quantity": self.quantity,
            "spare": self.spare,
            "labels": self.labels,
            "made_on": self.made,
            "expires_on": self.expires,
            "place": self.place,
            "inspection_no": self.inspection,
            "inspection_until": self.inspected,
        }
        lines = column(
            _line((self.product, 1), (self.right, 1)),
            _line((self.spec, 1), (self.template, 1)),
            _line((self.batch_no, 5), (self.quantity, 4), (self.spare, 3), (self.labels, 3)),
            _line((self.made, 1), (self.expires, 1), (self.place, 1)),
            _line((self.inspection, 2), (self.inspected, 1)),
            spacing=10,
        )
        lines.addStretch(1)
        self.setLayout(lines)
        self._connect()

    def _connect(self) -> None:
        self.product.found.connect(self._product_found)
        self.product.dropped.connect(self._product_dropped)
        self.right.found.connect(lambda _key: self._right_found())
        self.right.dropped.connect(self.changed)
        self.spec.chosen.connect(lambda _key: self._spec_chosen())
        self.template.chosen.connect(lambda _key: self.changed.emit())
        for field in self.by_name.values():
            if isinstance(field, TextField):
                field.edited.connect(lambda _text: self.changed.emit())
        self.spare.changed.connect(lambda _value: self.changed.emit())

    # -- choices -----------------------------------------------------------------------------------------------------

    def offer(self, found: Offers) -> None:
        """What a batch can be made of has been read."""
        self._offers = found
        self.product.set_choices(found.product_choices())
        if self._known is not None:
            self.product.take(found.product_of(self._known.right_id))
            self.right.take(self._known.right_id)
            self.batch_no.setFocus()

    def offer_templates(self, fitting: tuple[Fitting, ...]) -> bool:
        """Offer the templates; whether another one is chosen now than before."""
        self._fitting = fitting
        before = self.template.key()
        wanted = before or (self._known.template_id if self._known else "")
        self.template.set_choices([(one.template.id, _titled(one)) for one in fitting], wanted or None)
        self.template.complain("" if fitting else _NO_TEMPLATE)
        return self.template.key() != before

    def chosen_spec(self) -> SpecRow | None:
        """The packaging specification."""
        return next((one for one in self._specs if one.id == self.spec.key()), None)

    def chosen_template(self) -> Template | None:
        """The template."""
        return next((one.template for one in self._fitting if one.template.id == self.template.key()), None)

    def _product_found(self, product_id: str) -> None:
        is_gi = self._offers.is_gi(product_id)
        choices = self._offers.right_choices(product_id, self._today)
        self.right.set_choices(choices)
        self.inspection.label.setText("检验报告编号" if is_gi else "检验报告编号（可不填）")
        self.place.editor.setPlaceholderText("例如 樟树市店下镇" if is_gi else "同产品登记的产地")
        known = self._known.spec_id if self._known else ""
        store = self._desk.store
        show: Callable[[tuple[SpecRow, ...]], None] = lambda specs: self._show_specs(product_id, specs, known)  # noqa: E731
        self._desk.work.do(self, lambda: queries.specs(store, product_id), show)
        if len(choices) == 1:
            self.right.take(choices[0].key)
        else:
            self.right.setFocus()
        self.changed.emit()

    def _product_dropped(self) -> None:
        self.right.set_choices(())
        self._specs, self._fitting = (), ()
        self.spec.set_choices(())
        self.template.set_choices(())
        self.changed.emit()

    def _right_found(self) -> None:
        self._go_on()
        self.changed.emit()

    def _show_specs(self, product_id: str, specs: tuple[SpecRow, ...], known: str) -> None:
        if self.product.taken is None or self.product.taken.key != product_id:
            return  # another product was chosen meanwhile
        self._specs = specs
        self.spec.set_choices([(one.id, one.form.name) for one in specs], known or None)
        self.spec.complain("" if specs else _NO_SPEC)
        self._spec_chosen()
        self._go_on()

    def _spec_chosen(self) -> None:
        spec = self.chosen_spec()
        self.quantity.label.setText(f"数量（{spec.form.unit}）" if spec else "数量")
        self.changed.emit()

    def _go_on(self) -> None:
        """Product and enterprise are known: go to what has to be typed next."""
        here = self.window().focusWidget()
        at_start = here in (None, self.product.editor, self.right.editor)
        if at_start and self.right.taken is not None and self._specs:
            (self.spec if len(self._specs) > 1 else self.batch_no).setFocus()

    # -- what stands there -------------------------------------------------------------------------------------------

    def filled(self) -> BatchForm | None:
        """The form as it stands, however wrong; None while right or specification are open."""
        right, spec = self.right.taken, self.chosen_spec()
        if right is None or spec is None:
            return None
        return BatchForm(
            right_id=right.key,
            spec_id=spec.id,
            template_id=self.template.key() or "",
            quantity=amount_of(self.quantity.text()) or 0,
            batch_no=self.batch_no.text(),
            made_on=self.made.day() or self._today,
            spare=self.spare.value(),
            labels=as_count(self.labels.text()) if self.labels.text() else None,
            expires_on=self.expires.day(),
            place=self.place.text(),
            inspection_no=self.inspection.text(),
            inspection_until=self.inspected.day(),
        )

    def spelling(self) -> list[Problem]:
        """What cannot even be read."""
        days = {name: field for name, field in self.by_name.items() if isinstance(field, TypedDay)}
        found = [Problem(name, field.trouble()) for name, field in days.items() if field.trouble()]
        if self.quantity.text() and amount_of(self.quantity.text()) is None:
            found.append(Problem("quantity", "请填写数量，最多三位小数，例如 250 或 12.5。"))
        if self.labels.text() and as_count(self.labels.text()) < 0:
            found.append(Problem("labels", "请填写整数，或留空。"))
        return found

    def open_choice(self) -> Field[Any] | None:
        """The first choice that is still open; it then says so."""
        if not self.product.check():
            return self.product
        if not self.right.check():
            return self.right
        if self.chosen_spec() is None:
            self.spec.complain(_NO_SPEC)
            return self.spec
        if self.chosen_template() is None:
            self.template.complain(_NO_TEMPLATE)
            return self.template
        return None

    def is_filled(self, name: str) -> bool:
        """Whether something stands in a field."""
        field = self.by_name[name]
        return not isinstance(field, TextField) or bool(field.text())


def _titled(fitting: Fitting) -> str:
    return f"{fitting.template.title}（不适用）" if fitting.problems else fitting.template.title


def _line(*parts: tuple[QWidget, int]) -> QHBoxLayout:
    """Fields side by side, each with its share of the room."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    for part, share in parts:
        line.addWidget(part, share)
    return line
