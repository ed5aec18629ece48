"""Rows of a spreadsheet as batches: whose right is meant, which pack, how many labels, which template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhangshu_desk.core.identifiers import normalise_credit_code, same_name_key
from zhangshu_desk.core.spreadsheets.cells import as_day, as_text, is_spoilt
from zhangshu_desk.core.spreadsheets.headings import Layout, Vocabulary
from zhangshu_desk.core.spreadsheets.reading import Cell
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import templates
from zhangshu_desk.labels.queries.rights import RightChoice, right_choices, specs
from zhangshu_desk.labels.rules.amounts import amount_of
from zhangshu_desk.labels.rules.batches import BatchForm, cleaned, packs_of
from zhangshu_desk.labels.rules.cards import SpecForm
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.labels.rules.rights import Family

FIELDS = {
    "enterprise": "企业名称",
    "credit_code": "信用代码",
    "product": "产品",
    "model": "型号",
    "spec": "包装规格",
    "batch_no": "批号",
    "quantity": "数量",
    "copies": "标签数",
    "spare": "备用标签",
    "made_on": "生产日期",
    "expires_on": "有效期至",
    "place": "产地",
    "inspection_no": "检验报告编号",
    "inspection_until": "检验报告有效期至",
    "template": "模板",
}
"""What a column may be, with the word the clerk sees."""
COLUMNS = Vocabulary(FIELDS, "label_headings.toml", "product")
_DAYS = ("made_on", "expires_on", "inspection_until")


@dataclass(frozen=True)
class Row:
    """A row with the cells of the columns that mean something."""

    number: int
    cells: Mapping[str, Cell]

    def text(self, field: str) -> str:
        return as_text(self.cells.get(field, ""))


@dataclass(frozen=True)
class Understood:
    """A row as it was understood: a form, or what is wrong with it."""

    number: int
    title: str
    form: BatchForm | None
    problems: tuple[Problem, ...]


def rows_of(rows: Sequence[Sequence[Cell]], layout: Layout) -> Iterator[Row]:
    """The rows below the headings that say something; sums and repeated headings are none."""
    for number, row in enumerate(rows, 1):
        if number <= layout.header_row:
            continue
        cells = {field: row[column] for field, column in layout.columns.items() if column < len(row)}
        found = Row(number, cells)
        named = [found.text(field) for field in ("product", "batch_no")]
        is_heading = COLUMNS.field_of(named[0]) == "product" and COLUMNS.field_of(named[1]) == "batch_no"
        if any(named) and not is_heading:
            yield found


class Reader:
    """Understands rows: whose right is meant, which pack, how many labels."""

    def __init__(self, store: Store, now: int, usual: Mapping[Family, str]) -> None:
        self._store, self._usual = store, usual
        self._rights = right_choices(store, now, usable=False)  # one that has ended says so
        self._specs: dict[str, list[tuple[str, SpecForm]]] = {}
        self._templates = {same_name_key(one.title): one.id for one in templates.listed(store.paths.labels)}

    def row(self, row: Row) -> Understood:
        """A row as it was understood."""
        title = " ".join(part for part in map(row.text, ("enterprise", "product", "model", "batch_no")) if part)
        right = self._right(row)
        if isinstance(right, Problem):
            return Understood(row.number, title, None, (right,))
        title = f"{right.enterprise_name} {right.product_name} {row.text('batch_no')}".strip()
        pack = self._spec(row, right)
        if isinstance(pack, Problem):
            return Understood(row.number, title, None, (pack,))
        spec_id, spec = pack
        days, problems = _days(row)
        quantity, spare, labels, wrong_numbers = _amounts(row, spec)
        template, wrong_template = self._template(row, right.family)
        problems += [*wrong_numbers, *wrong_template]
        if is_spoilt(row.cells.get("batch_no", "")):
            problems.append(Problem("batch_no", "批号被表格存成了数字，末几位已丢失。请把该列设为文本后重新填写。"))
        made_on = days["made_on"]
        if made_on is None or any(one.hard for one in problems):
            return Understood(row.number, title, None, tuple(problems))
        form = BatchForm(
            right_id=right.right_id,
            spec_id=spec_id,
            template_id=template,
            quantity=quantity,
            batch_no=row.text("batch_no"),
            made_on=made_on,
            spare=spare,
            labels=labels,
            expires_on=days["expires_on"],
            place=row.text("place"),
            inspection_no=row.text("inspection_no"),
            inspection_until=days["inspection_until"],
        )
        return Understood(row.number, title, cleaned(form), tuple(problems))

    def _right(self, row: Row) -> RightChoice | Problem:
        product, name, code = row.text("product"), row.text("enterprise"), row.text("credit_code")
        called = f"「{product[:30]}」"
        found = self._called(product, row.text("model"))
        if not found:
            return Problem("product", f"没有可用的产品{called}。请核对名称，或先在「权利」中登记授权、追溯产品。")
        if name:
            found = [one for one in found if same_name_key(one.enterprise_name) == same_name_key(name)]
        if code:
            found = [one for one in found if one.credit_code == normalise_credit_code(code)]
        if not found:
            return Problem("enterprise", f"企业「{(name or code)[:40]}」没有{called}的授权或产品。请核对。")
        if len(found) > 1:
            return Problem("enterprise", f"{called}有 {len(found)} 项授权或产品。请写明企业、信用代码或型号。")
        return found[0]

    def _called(self, product: str, model: str) -> list[RightChoice]:
        """The rights of products that are called so; a name without its model is enough."""
        wanted, whole = same_name_key(product), same_name_key(f"{product} {model}".strip())
        if not wanted:
            return []
        exact = [one for one in self._rights if same_name_key(one.product_name) == whole]
        if exact or model:
            return exact
        return [one for one in self._rights if same_name_key(one.product_name).startswith(wanted)]

    def _spec(self, row: Row, right: RightChoice) -> tuple[str, SpecForm] | Problem:
        if right.product_id not in self._specs:
            known = specs(self._store, right.product_id)
            self._specs[right.product_id] = [(one.id, one.form) for one in known]
        there, name = self._specs[right.product_id], row.text("spec")
        found = [one for one in there if not name or same_name_key(one[1].name) == same_name_key(name)]
        if len(found) == 1:
            return found[0]
        words = "、".join(form.name for _, form in there) or "（没有）"
        if name:
            return Problem("spec", f"没有包装规格「{name[:30]}」，已登记的有：{words}。请核对。")
        return Problem("spec", f"请写明包装规格，已登记的有：{words}。")

    def _template(self, row: Row, family: Family) -> tuple[str, list[Problem]]:
        name = row.text("template")
        if not name and family in self._usual:
            return self._usual[family], []
        if not name:
            return "", [Problem("template", f"没有写明模板，也没有选定{family}标签的模板。请选一个。")]
        found = self._templates.get(same_name_key(name))
        if found is None:
            return "", [Problem("template", f"没有标签模板「{name[:40]}」。请核对名称。")]
        return found, []


def _days(row: Row) -> tuple[dict[str, date | None], list[Problem]]:
    found: dict[str, date | None] = {}
    problems = []
    for field in _DAYS:
        text = row.text(field)
        found[field] = as_day(row.cells[field]) if text else None
        if text and found[field] is None:
            problems.append(Problem(field, f"{FIELDS[field]}「{text[:20]}」不是日期。请写成 2026-11-23 这样。"))
    if not row.text("made_on"):
        problems.append(Problem("made_on", "没有生产日期。请补上。"))
    return found, problems


def _amounts(row: Row, spec: SpecForm) -> tuple[int, int, int | None, list[Problem]]:
    """Quantity, spare labels, labels (None = all), and what is wrong with them.

    A row may say the quantity, the number of labels, or both; more labels than packs are spare ones.
    """
    problems = []
    numbers: dict[str, int | None] = {}
    for field in ("quantity", "copies", "spare"):
        text = row.text(field).removesuffix(spec.unit if field == "quantity" else "张").strip()
        amount = amount_of(text) if text else None
        if text and (amount is None or (field != "quantity" and amount % 1_000)):
            problems.append(Problem(field, f"{FIELDS[field]}「{text[:20]}」不是可用的数字。请改正。"))
        numbers[field] = amount
    copies = (numbers["copies"] or 0) // 1_000
    spare = (numbers["spare"] or 0) // 1_000
    quantity = numbers["quantity"]
    if quantity is None:
        quantity = copies * spec.pack
    if not quantity and not problems:
        problems.append(Problem("quantity", "没有数量，也没有标签数。请补上一项。"))
    if not copies:
        return quantity, spare, None, problems
    packs = packs_of(quantity, spec.pack)
    return quantity, max(spare, copies - packs), copies, problems
