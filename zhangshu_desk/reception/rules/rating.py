"""好差评: the five levels, the reasons for the negative two, and what may be rated.

Levels and grouping: GB/T 39735—2020, 国办发〔2019〕51号 (domain.md §5.2).
"""

from __future__ import annotations

from functools import cache

from zhangshu_desk.core import resources
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.reception.rules.states import State

RATING_LEVELS = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
"""Best first; exactly these."""
GOOD_LEVELS = frozenset(RATING_LEVELS[:3])
RATING_SCREEN = Actor("visitor-screen", "评价屏", Role.CLERK)
"""Who rates: the visitor at the screen, never the clerk."""


@cache
def rating_reasons() -> dict[str, tuple[str, ...]]:
    """Reasons a visitor may tick, by level; only the two negative levels have any."""
    table = resources.toml("rating.toml")["reasons"]
    return {level: tuple(table[level]) for level in RATING_LEVELS if level not in GOOD_LEVELS}


def check_rating(state: State, level: str, reasons: tuple[str, ...], label: str = "") -> None:
    """Refuse a rating that may not be.

    Args:
        state: of the visit; label: its ticket, for the refusal.

    Raises:
        DeskError: `rating.not_finished`, `rating.unknown_level`, `rating.unknown_reason`.
    """
    if state is not State.DONE:
        raise DeskError("rating.not_finished", label=label, state=state.value)
    if level not in RATING_LEVELS:
        raise DeskError("rating.unknown_level", level=level)
    known = rating_reasons().get(level, ())
    for reason in reasons:
        if reason not in known:
            raise DeskError("rating.unknown_reason", level=level, reason=reason)
