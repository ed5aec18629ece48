"""Quantities in thousandths of a unit, so that nothing is ever rounded."""

from __future__ import annotations

from decimal import Decimal, DecimalException

from zhangshu_desk.core.texts import clean_code

MOST_QUANTITY = 10**12
"""Thousandths."""


def amount_of(text: str) -> int | None:
    """A quantity a clerk typed, in thousandths: `12.5` → 12500. None when it is none, or has more than three places."""
    try:
        found = Decimal(clean_code(text).replace(",", "")) * 1_000
    except DecimalException:
        return None
    is_whole = found.is_finite() and found == found.to_integral_value()
    return int(found) if is_whole and 0 <= found <= MOST_QUANTITY else None


def amount_text(amount: int) -> str:
    """A quantity in thousandths as people write it: 12500 → `12.5`."""
    whole, rest = divmod(amount, 1_000)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)
