"""Batches in words: their states, what comes next, amounts and numbers."""

from __future__ import annotations

from zhangshu_desk.labels.queries import BatchCard, BatchRow, Counts
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.amounts import amount_text
from zhangshu_desk.labels.rules.batches import BatchState
from zhangshu_desk.ui.theme import Tone

_TONES = {
    BatchState.DRAFT: Tone.WARN,
    BatchState.AWAITING: Tone.WARN,
    BatchState.APPROVED: Tone.GOOD,
    BatchState.NUMBERED: Tone.PLAIN,
}


def state_tone(state: BatchState) -> Tone:
    """The tone of a state; what is over is muted."""
    return _TONES.get(state, Tone.MUTED)


def next_words(card: BatchCard, own: bool) -> tuple[str, Tone]:
    """Where a batch stands and what comes next; `own`: the one who looks made it."""
    tone = state_tone(card.state)
    note = f"：{card.state_note}" if card.state_note else ""
    match card.state:
        case BatchState.DRAFT:
            return (f"被退回{note}。改好后重新提交。" if note else "草稿，还没有提交。"), tone
        case BatchState.AWAITING:
            who = "要由另一人批准。" if own else "核对后批准或退回。"
            return f"待批准：数量超过限额，{who}", tone
        case BatchState.APPROVED:
            return "可以编号。编号后批次不能再改，编号一经使用不再重复。", tone
        case BatchState.NUMBERED:
            return _after_numbering(card.counts)
        case BatchState.CLOSED:
            return "已关闭，不再打印。发放、退回和使用仍可登记。", tone
        case BatchState.DISCARDED:
            return f"已放弃{note}。", tone
    return f"状态「{card.state}」是更新版本的程序写的，这里只能查看。", Tone.WARN


def _after_numbering(counts: Counts) -> tuple[str, Tone]:
    if counts.doubtful:
        return f"有 {counts.doubtful:,} 张不知是否打好：继续打印任务，或作废后补打。", Tone.WARN
    if counts.waiting:
        return f"还有 {counts.waiting:,} 张没有打印。", Tone.GOOD
    if counts.ready:
        return f"全部打印，{counts.ready:,} 张可以发放。", Tone.GOOD
    return "全部打印，也都发放了。", Tone.MUTED


def amount(quantity: int, unit: str) -> str:
    """`250 千克`."""
    return f"{amount_text(quantity)} {unit}"


def what(row: BatchRow) -> str:
    """What a batch is of, for one cell of the list."""
    return f"{row.product_name} {row.spec}\n{row.enterprise_name}"


def span_text(first: int, last: int) -> str:
    """`00000001–00000500`."""
    return spans.text([(first, last)])
