"""The ledger of labels 用标台账: what came in, where it went, and whether that comes out even (domain.md §3.3).

At the station: 期初 + 印制 = 领用 + 作废 + 期末.
With the user, and what was held before: 领用 = 已用 + 退回 + 作废 + 手存.
What came and went is counted from the lines of the ledger; what lies in the drawer is found from the numbers. Where
two stations of one hall wrote down the same labels without knowing of each other, the two do not agree, and the ledger
says by how much.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from zhangshu_desk.core.open_words import OpenWords
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.batches import Fate
from zhangshu_desk.labels.rules.spans import Spans

UNUSED_YEARS = 2
"""So long without use, and the right may be ended."""
WARN_DAYS = 90
"""So long before that the desk begins to remind."""
_DIED_HERE = frozenset({Fate.VOID, Fate.REPLACED, Fate.UNPRINTED})
"""Fates by which a label leaves the drawer, unless it had left it before (`Move.SPOILED`)."""


class Move(OpenWords):
    """A line of the ledger."""

    HANDED_OUT = "领用"
    """Given to the user; the receiver is named."""
    PUT_BACK = "领用冲回"
    """Handed out by mistake and back in the drawer as if nothing had happened."""
    RETURNED = "退回"
    """Given back by the user, unused; such labels are not handed out again."""
    USED = "已用"
    SPOILED = "作废"
    """Spoiled at the user's; with numbers when they are known, and then those are void."""
    HELD = "手存"
    """What the user says to have left; it is compared, and moves nothing."""


@dataclass(frozen=True)
class Issued:
    """Numbers that a batch used up."""

    day: date
    first: int
    last: int


@dataclass(frozen=True)
class Lost:
    """Numbers that did not go the usual way; `at`: when it was written down, ms UTC."""

    day: date
    at: int
    fate: Fate
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class Moved:
    """A line of the ledger; of `first` to `last` those count that could be moved when it was written down."""

    day: date
    at: int
    move: Move
    count: int
    first: int | None = None
    last: int | None = None


_HELD = {Move.HANDED_OUT: 1, Move.PUT_BACK: -1, Move.USED: -1, Move.RETURNED: -1, Move.SPOILED: -1}
"""What a line does to what the user should have left."""


def _moment(one: Moved) -> tuple[date, int]:
    return one.day, one.at


@dataclass(frozen=True)
class History:
    """Everything that was written down about the labels of one batch."""

    issued: tuple[Issued, ...] = ()
    lost: tuple[Lost, ...] = ()
    moved: tuple[Moved, ...] = ()

    def stock(self, until: date = date.max) -> Spans:
        """The numbers whose labels lie in the station's drawer at the end of a day."""
        return spans.minus(self.numbers(until), self.dead(until), self._out(until))

    def with_user(self, until: date = date.max) -> Spans:
        """The numbers that were handed out and are not void."""
        return spans.minus(spans.common(self._out(until), self.numbers(until)), self.dead(until))

    def numbers(self, until: date = date.max) -> Spans:
        """All numbers of the batch."""
        return spans.union([(one.first, one.last) for one in self.issued if one.day <= until])

    def dead(self, until: date = date.max) -> Spans:
        """The numbers that are void."""
        return spans.union([(one.first, one.last) for one in self.lost if one.day <= until])

    def moved_in(self, move: Move, since: date, until: date) -> int:
        """How many labels a kind of line moved in a period, both days included."""
        return sum(one.count for one in self.moved if one.move == move and since <= one.day <= until)

    def held(self, until: date) -> int:
        """How many labels the user should have left at the end of a day."""
        return sum(_HELD.get(one.move, 0) * one.count for one in self.moved if one.day <= until)

    def misreported(self, until: date) -> int:
        """How many labels more than it should the user said to have left, when it last said so."""
        said = [one for one in self.moved if one.move == Move.HELD and one.day <= until]
        if not said:
            return 0
        last = max(said, key=_moment)
        return last.count - sum(
            _HELD.get(one.move, 0) * one.count for one in self.moved if _moment(one) <= _moment(last)
        )

    def mismatch(self, until: date) -> int:
        """How many labels more are with the user by their numbers than by the lines that say numbers."""
        lines = [one for one in self.moved if one.first is not None and one.day <= until]
        return spans.size(self.with_user(until)) - sum(_HELD.get(one.move, 0) * one.count for one in lines)

    def _out(self, until: date) -> Spans:
        out: Spans = ()
        for one in sorted(self.moved, key=lambda one: one.at):
            if one.first is None or one.last is None or one.day > until:
                continue
            if one.move == Move.HANDED_OUT:
                out = spans.union(out, [(one.first, one.last)])
            elif one.move == Move.PUT_BACK:
                out = spans.minus(out, [(one.first, one.last)])
        return out


@dataclass(frozen=True)
class Balance:
    """The ledger of a period.

    Attributes:
        opening, closing: labels in the drawer before and after, found from their numbers.
        printed, handed_out, voided: what came and went meanwhile; handed out by mistake counts as not handed out.
        held_before, held: what the user should have before and after; used, returned, spoiled: meanwhile.
        misreported: how many labels more than `held` the user last said to have.
        off, mismatch, overdrawn: by how many labels single batches are off at the station; with the user, by their
            numbers; with the user, by what is reported. What one batch has too many never makes good for another.
    """

    opening: int = 0
    printed: int = 0
    handed_out: int = 0
    voided: int = 0
    closing: int = 0
    held_before: int = 0
    used: int = 0
    returned: int = 0
    spoiled: int = 0
    held: int = 0
    misreported: int = 0
    off: int = 0
    mismatch: int = 0
    overdrawn: int = 0

    @property
    def difference(self) -> int:
        """How many labels more came than went and are there; 0 = the station's side comes out even."""
        return self.opening + self.printed - self.handed_out - self.voided - self.closing

    @property
    def is_even(self) -> bool:
        """Whether both sides come out even, batch by batch."""
        return not (self.off or self.mismatch or self.overdrawn or self.misreported)

    def said(self) -> str:
        """`平衡`, or by how much it is not and where."""
        parts = []
        if self.difference:
            more = "多" if self.difference > 0 else "少"
            parts.append(f"期初加印制比领用、作废、期末之和{more} {abs(self.difference)} 张")
        elif self.off:
            parts.append(f"有的批次多、有的批次少，共差 {self.off} 张")
        if self.mismatch and not self.off:  # else it is the same thing seen from the other side
            parts.append(f"发放、退回、作废的编号与数量不符，差 {self.mismatch} 张")
        if self.overdrawn:
            parts.append(f"已用、退回、作废之和比领用多 {self.overdrawn} 张")
        if self.misreported:
            more = "多" if self.misreported > 0 else "少"
            parts.append(f"企业报的手存比应有{more} {abs(self.misreported)} 张")
        return "；".join(parts) or "平衡"


def balance(history: History, since: date, until: date) -> Balance:
    """The ledger of one batch for a period, both days included."""
    before = since - timedelta(days=1) if since > date.min else date.min
    dead = [one for one in history.lost if since <= one.day <= until]
    elsewhere = [one for one in history.moved if one.move == Move.SPOILED and one.first is not None]
    spoiled_out = sum(one.count for one in elsewhere if since <= one.day <= until)
    period = (since, until)
    held = history.held(until)
    found = Balance(
        opening=spans.size(history.stock(before)),
        printed=sum(one.last - one.first + 1 for one in history.issued if since <= one.day <= until),
        handed_out=history.moved_in(Move.HANDED_OUT, *period) - history.moved_in(Move.PUT_BACK, *period),
        voided=sum(one.count for one in dead if one.fate in _DIED_HERE) - spoiled_out,
        closing=spans.size(history.stock(until)),
        held_before=history.held(before),
        used=history.moved_in(Move.USED, *period),
        returned=history.moved_in(Move.RETURNED, *period),
        spoiled=history.moved_in(Move.SPOILED, *period),
        held=held,
        misreported=history.misreported(until),
        mismatch=abs(history.mismatch(until)),
        overdrawn=max(0, -held),
    )
    return replace(found, off=abs(found.difference))


def total(balances: Iterable[Balance]) -> Balance:
    """Several ledgers as one."""
    known = list(balances)
    names = [one.name for one in fields(Balance)]
    return Balance(**{name: sum(getattr(one, name) for one in known) for name in names})


# -- two years without use ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Idle:
    """A right that was not used for long: when two years are over, and whether they are."""

    deadline: date
    over: bool

    def said(self) -> str:
        """What a clerk tells the user."""
        if self.over:
            return f"到 {self.deadline} 已连续两年没有用标记录，可能被停止使用资格。请与企业核对并提醒。"
        return f"到 {self.deadline} 将满两年没有用标记录，届时可能被停止使用资格。请提醒企业。"


def idle(valid_from: date, last_use: date | None, today: date) -> Idle | None:
    """Whether a right is near or beyond two years without use; None while it is not."""
    since = max(valid_from, last_use) if last_use is not None else valid_from
    deadline = years_after(since, UNUSED_YEARS)
    if today < deadline - timedelta(days=WARN_DAYS):
        return None
    return Idle(deadline, today >= deadline)


def years_after(day: date, years: int) -> date:
    """The same day so many years later; of 29 February the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def last_use(histories: Iterable[History]) -> date | None:
    """The last day on which labels were handed out or reported used."""
    days = [
        one.day
        for history in histories
        for one in history.moved
        if one.move in (Move.HANDED_OUT, Move.USED) and one.count
    ]
    return max(days, default=None)
