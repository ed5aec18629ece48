"""States of rights in words, and which rows a typed fragment means."""

from __future__ import annotations

from datetime import date, timedelta

from zhangshu_desk.labels.queries.rights import ProductRow, QuotaRow, UserRow
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets.marks import marks

SOON_DAYS = 60
"""So long before its end a right is shown as 将到期."""
_LITTLE = 0.1


def user_state(row: UserRow, today: date) -> tuple[str, Tone]:
    """Where a right stands on a day: 在期, 将到期, 过期, 未开始 or 已终止."""
    since, until = row.form.valid_from, row.form.valid_until
    if row.voided:
        return "已终止", Tone.MUTED
    if today < since:
        return "未开始", Tone.WARN
    if until is not None and today > until:
        return "过期", Tone.BAD
    if until is not None and until - today <= timedelta(days=SOON_DAYS):
        return f"将到期，还有 {(until - today).days} 天", Tone.WARN
    return "在期", Tone.GOOD


def user_hindrance(row: UserRow, today: date) -> tuple[str, Tone]:
    """The state, or what hinders labels although the right itself is in its days."""
    words, tone = user_state(row, today)
    in_its_days = tone is Tone.GOOD or words.startswith("将到期")
    return ("资料不全", Tone.BAD) if in_its_days and not row.usable else (words, tone)


def product_state(row: ProductRow) -> tuple[str, Tone]:
    """Whether labels can be made of an indication, and whether a person compared it with the announcement."""
    if row.voided:
        return "已停用", Tone.MUTED
    if row.missing:
        return f"缺{'、'.join(row.missing)}", Tone.BAD
    return ("已核实", Tone.GOOD) if row.form.verified else ("待核实", Tone.WARN)


def left_words(row: UserRow) -> str:
    """What is left today: `7,200 / 20,000`."""
    if row.granted is None:
        return "未核定"
    return f"{row.left or 0:,} / {row.granted:,}"


def left_share(granted: int | None, left: int | None) -> float | None:
    """How much of a grant is left, of 1."""
    return None if not granted or left is None else left / granted


def share_tone(share: float | None) -> Tone:
    """Little or nothing left is said by colour too; the numbers say it anyhow."""
    if share is None:
        return Tone.MUTED
    return Tone.BAD if share <= 0 else Tone.WARN if share <= _LITTLE else Tone.PLAIN


def quota_state(row: QuotaRow, today: date) -> str:
    """Whether a quota counts on a day."""
    if row.voided:
        return "已撤销"
    if today < row.form.valid_from:
        return "未开始"
    return "已过" if today > row.form.valid_until else "当期"


def period(since: date, until: date) -> str:
    """`2026-01-01～12-31`, the second year only when it is another one."""
    return f"{since}～{until:%m-%d}" if since.year == until.year else f"{since}～{until}"


def means(typed: str, *fields: str) -> bool:
    """Whether every word typed is in one of the fields: as written, by pinyin or by its initials."""
    return all(any(marks(field, word) for field in fields) for word in typed.split())
