"""What a dry run and its outcome say, in words; people in free texts are masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from zhangshu_desk.core.masking import mask_text
from zhangshu_desk.enterprises.importing import Change, Counts, ImportPlan, PlannedRow, Skipped, Verdict
from zhangshu_desk.enterprises.importing.undoing import UndoResult
from zhangshu_desk.enterprises.rules import LABELS
from zhangshu_desk.ui.theme import Tone

WORDS = {Verdict.NEW: "新增", Verdict.CHANGED: "更新", Verdict.SAME: "相同", Verdict.REFUSED: "未导入"}
TONES = {Verdict.NEW: Tone.GOOD, Verdict.CHANGED: Tone.WARN, Verdict.SAME: Tone.MUTED, Verdict.REFUSED: Tone.BAD}
NOTHING = "没有需要导入的内容"
_EMPTY_SIDE = "（空）"


def explained(row: PlannedRow) -> str:
    """Why a row is refused, what it changes (旧 → 新), what was noticed."""
    parts = [row.reason, *(_change(one) for one in row.changes), *map(mask_text, row.notes)]
    return "；".join(part for part in parts if part)


def in_full(row: PlannedRow) -> str:
    """A row as one sentence, also when there is nothing to explain about it."""
    plain = {Verdict.NEW: "登记为新企业", Verdict.SAME: "与现有资料相同，不变"}
    return f"第 {row.number} 行 {row.name}：{explained(row) or plain.get(row.verdict, WORDS[row.verdict])}"


def skipped(rows: Iterable[Skipped]) -> str:
    """`另有 12 行不是企业，已跳过：标题 2 行、空行 5 行。`; empty when there are none."""
    counted = Counter(one.why for one in rows)
    if not counted:
        return ""
    kinds = "、".join(f"{why} {count} 行" for why, count in counted.items())
    return f"另有 {sum(counted.values()):,} 行不是企业，已跳过：{kinds}。"


def act(plan: ImportPlan | None) -> str:
    """What the button says: `导入 396 家`, or that there is nothing to do."""
    count = len(plan.decision.entries) if plan else 0
    return f"导入 {count:,} 家" if count else NOTHING


def counted(counts: Counts) -> str:
    """`新增 396 行，更新 2 行，相同 0 行，未导入 9 行`."""
    return "，".join(f"{words} {counts.as_dict()[verdict.value]:,} 行" for verdict, words in WORDS.items())


def undone(result: UndoResult) -> str:
    """What an undo did, in one sentence."""
    left = f"；{len(result.left):,} 处没有动，原因如下" if result.left else ""
    return f"已撤销：{result.voided:,} 家新增的企业作废，{result.reverted:,} 家恢复原值{left}。"


def _change(change: Change) -> str:
    old, new = change.old, change.new
    if change.label != LABELS["credit_code"]:  # the digits of a code would pass for an ID number
        old, new = mask_text(old), mask_text(new)
    return f"{change.label}：{old or _EMPTY_SIDE} → {new}"
