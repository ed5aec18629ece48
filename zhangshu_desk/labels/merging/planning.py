"""From a spreadsheet to batches: a preview in which every row is checked, then all good ones in one act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.spreadsheets.headings import Layout
from zhangshu_desk.core.spreadsheets.reading import TableFile, read_table
from zhangshu_desk.db import serials
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.labels import LabelBatch
from zhangshu_desk.labels.actions.batches import add_batch
from zhangshu_desk.labels.merging.understanding import COLUMNS, Reader, Understood, rows_of
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.queries.basis import basis_of
from zhangshu_desk.labels.rules.batches import (
    DEFAULT_RULES,
    KIND,
    BatchForm,
    BatchState,
    LabelRules,
    batch_problems,
    labels_of,
)
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.labels.rules.rights import Family, quota_problem

MOST_ROWS = 2_000
_LONGEST_NAME = 120


@dataclass(frozen=True)
class PlannedBatch:
    """One row of the preview.

    Attributes:
        number: row in the file, 1-based. title: enterprise, product and batch number as they were understood.
        form: None when so much is wrong that there is none. labels: how many the batch would have.
        problems: everything wrong with the row; with a hard one no batch is made of it.
    """

    number: int
    title: str
    form: BatchForm | None
    labels: int
    problems: tuple[Problem, ...]

    @property
    def good(self) -> bool:
        """Whether a batch is made of it."""
        return self.form is not None and not any(one.hard for one in self.problems)


@dataclass(frozen=True)
class MergePlan:
    """What a file would become."""

    file_name: str
    rows: tuple[PlannedBatch, ...]

    @property
    def good(self) -> tuple[PlannedBatch, ...]:
        """The rows of which batches are made."""
        return tuple(row for row in self.rows if row.good)

    @property
    def labels(self) -> int:
        """How many labels all of them have."""
        return sum(row.labels for row in self.good)


def plan_file(
    store: Store,
    path: Path,
    now: int,
    usual: Mapping[Family, str],
    *,
    rules: LabelRules = DEFAULT_RULES,
) -> MergePlan:
    """Read a file, find sheet and headings by themselves, and say what would become of each row.

    Args:
        usual: the template of each family for rows that name none.

    Raises:
        DeskError: `import.*`: the file cannot be read; `label.merge_header`: no row of headings names a product.
    """
    table = read_table(path)
    at, layout = COLUMNS.best_sheet(table)
    if layout is None:
        raise DeskError("label.merge_header", file=table.name)
    return plan(store, table, at, layout, now, usual, rules=rules)


def plan(
    store: Store,
    table: TableFile,
    sheet: int,
    layout: Layout,
    now: int,
    usual: Mapping[Family, str],
    *,
    rules: LabelRules = DEFAULT_RULES,
) -> MergePlan:
    """What would become of each row of one sheet.

    Args:
        sheet: its place in `table.sheets`. layout: found by `COLUMNS.find_header`, corrected by the clerk.

    Raises:
        DeskError: `label.merge_rows`: there is no row, or too many.
    """
    rows = list(rows_of(table.sheets[sheet].rows, layout))
    if not 0 < len(rows) <= MOST_ROWS:
        raise DeskError("label.merge_rows", file=table.name, found=len(rows), most=MOST_ROWS)
    reader = Reader(store, now, usual)
    found = [reader.row(row) for row in rows]
    with store.read() as session:
        planned = [_checked(session, store, row, now, rules) for row in found]
        known = _Known(_in_use(session), _left(session, store, planned, now))
    return MergePlan(table.name, tuple(_together(planned, known)))


def run_merge(
    store: Store, actor: Actor, merge: MergePlan, now: int, *, rules: LabelRules = DEFAULT_RULES
) -> tuple[str, ...]:
    """Make the batches of all good rows in one act; their ids, in the order of the file.

    Raises:
        DeskError: `label.merge_nothing`: no row is good; `label.merge_outdated` naming the row of which no batch can be
            made any more: then none is made at all.
    """
    if not merge.good:
        raise DeskError("label.merge_nothing", file=merge.file_name)
    with store.write(actor, "label.import", now) as session:
        serials.ask_for(session, KIND, rules.stock)
        made = []
        for row in merge.good:
            assert row.form is not None, "it is good"
            try:
                made.append(add_batch(session, store, row.form, rules=rules).id)
            except DeskError as error:
                raise DeskError("label.merge_outdated", row=row.number, why=str(error)) from error
        note = f"{merge.file_name[-_LONGEST_NAME:]}：{len(made)} 批，{merge.labels} 张"
        session.about("label_batches", made[0], note)
        return tuple(made)


def _checked(session: Session, store: Store, row: Understood, now: int, rules: LabelRules) -> PlannedBatch:
    """The row with everything that is wrong with it as a batch; the quota is looked at for all rows together."""
    if row.form is None:
        return PlannedBatch(row.number, row.title, None, 0, row.problems)
    try:
        basis = basis_of(session, store.paths, row.form, now)
    except DeskError as error:
        problem = Problem("template", str(error))
        return PlannedBatch(row.number, row.title, None, 0, (*row.problems, problem))
    found = batch_problems(row.form, basis.right, basis.spec, basis.template, day_of(now), left=basis.left, rules=rules)
    others = tuple(one for one in found if one.field != "quota")
    labels = row.form.labels
    if labels is None:
        labels = labels_of(row.form.quantity, basis.spec.pack, row.form.spare)
    return PlannedBatch(row.number, row.title, row.form, labels, (*row.problems, *others))


@dataclass(frozen=True)
class _Known:
    """What rows share: batch numbers that there are already, by right; what is left of the quotas, by right."""

    in_use: frozenset[tuple[str, str]]
    left: Mapping[str, int | None]


def _together(rows: Sequence[PlannedBatch], known: _Known) -> Iterator[PlannedBatch]:
    """What rows are to each other: they share quotas, and one batch number twice is worth a look."""
    taken: Counter[str] = Counter()
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.form is None:
            yield row
            continue
        right_id, batch_no = row.form.right_id, row.form.batch_no
        problems = list(row.problems)
        if right_id in known.left:
            left = known.left[right_id]
            problem = quota_problem(row.labels, left - taken[right_id] if left is not None else None)
            problems += [problem] if problem else []
        if (right_id, batch_no) in known.in_use:
            problems.append(Problem("batch_no", f"系统中已有批号「{batch_no}」的批次，请核对。", hard=False))
        elif (right_id, batch_no) in seen:
            text = f"与第 {seen[right_id, batch_no]} 行是同一批号，请核对。"
            problems.append(Problem("batch_no", text, hard=False))
        seen.setdefault((right_id, batch_no), row.number)
        planned = replace(row, problems=tuple(problems))
        if planned.good:
            taken[right_id] += row.labels
        yield planned


def _left(session: Session, store: Store, rows: Sequence[PlannedBatch], now: int) -> dict[str, int | None]:
    """What is left today of the quotas of the rights that have any."""
    found = {}
    for right_id in {row.form.right_id for row in rows if row.form is not None}:
        right = reading.right_of(session, store.paths.marks, right_id)
        if right is not None and right.family == Family.GI:
            found[right_id] = reading.left_for(session, right, day_of(now))
    return found


def _in_use(session: Session) -> frozenset[tuple[str, str]]:
    """Batch numbers that there are already, by right."""
    alive = select(LabelBatch.right_id, LabelBatch.batch_no).where(LabelBatch.state != BatchState.DISCARDED.value)
    return frozenset((right, batch_no) for right, batch_no in session.execute(alive))
