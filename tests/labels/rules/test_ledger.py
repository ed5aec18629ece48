"""The ledger comes out even whatever is done by the rules, and says by how much where it does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from zhangshu_desk.labels.rules import ledger, spans
from zhangshu_desk.labels.rules.batches import Fate
from zhangshu_desk.labels.rules.ledger import Balance, History, Issued, Lost, Move, Moved, balance, total

DAY = date(2026, 1, 5)
EVER = (date.min, date.max)


def history(*lines: Issued | Lost | Moved) -> History:
    return History(
        tuple(one for one in lines if isinstance(one, Issued)),
        tuple(one for one in lines if isinstance(one, Lost)),
        tuple(one for one in lines if isinstance(one, Moved)),
    )


USUAL = (
    Issued(DAY, 1, 500),
    Lost(DAY, 1, Fate.VOID, 17, 17),
    Lost(DAY, 2, Fate.REPLACED, 18, 18),
    Issued(DAY, 900, 900),
    Moved(DAY + timedelta(1), 3, Move.HANDED_OUT, 398, 1, 400),
    Moved(DAY + timedelta(1), 4, Move.HANDED_OUT, 1, 900, 900),
    Moved(DAY + timedelta(9), 5, Move.USED, 300),
    Moved(DAY + timedelta(9), 6, Move.SPOILED, 2, 399, 400),
    Lost(DAY + timedelta(9), 6, Fate.VOID, 399, 400),
    Moved(DAY + timedelta(9), 7, Move.SPOILED, 5),
    Moved(DAY + timedelta(9), 8, Move.RETURNED, 10, 380, 389),
    Lost(DAY + timedelta(9), 8, Fate.RETURNED, 380, 389),
    Moved(DAY + timedelta(9), 9, Move.HELD, 82),
)


def test_a_usual_year() -> None:
    found = balance(history(*USUAL), date(2026, 1, 1), date(2026, 12, 31))
    assert (found.opening, found.printed, found.handed_out, found.voided, found.closing) == (0, 501, 399, 2, 100)
    assert (found.used, found.returned, found.spoiled, found.held) == (300, 10, 7, 82)
    assert found.difference == 0
    assert found.is_even
    assert found.said() == "平衡"
    assert history(*USUAL).stock() == ((401, 500),)
    assert spans.size(history(*USUAL).with_user()) == 399 - 2 - 10


def test_what_was_there_before_is_the_opening() -> None:
    first = balance(history(*USUAL), DAY, DAY)
    assert (first.opening, first.printed, first.voided, first.closing) == (0, 501, 2, 499)
    later = balance(history(*USUAL), DAY + timedelta(1), DAY + timedelta(8))
    assert (later.opening, later.printed, later.handed_out, later.closing) == (499, 0, 399, 100)
    assert (later.held_before, later.held) == (0, 399)
    last = balance(history(*USUAL), DAY + timedelta(9), DAY + timedelta(9))
    assert (last.opening, last.closing, last.held_before, last.held) == (100, 100, 399, 82)
    assert first.is_even
    assert later.is_even
    assert last.is_even


def test_put_back_is_as_if_it_had_not_been_handed_out() -> None:
    found = history(
        Issued(DAY, 1, 100),
        Moved(DAY, 1, Move.HANDED_OUT, 100, 1, 100),
        Moved(DAY, 2, Move.PUT_BACK, 40, 61, 100),
        Moved(DAY, 3, Move.HANDED_OUT, 10, 61, 70),
    )
    assert found.stock() == ((71, 100),)
    found_balance = balance(found, *EVER)
    assert (found_balance.handed_out, found_balance.closing) == (70, 30)
    assert found_balance.is_even


@pytest.mark.parametrize(
    ("more", "difference", "words"),
    [
        (Moved(DAY, 20, Move.HANDED_OUT, 10, 1, 10), -10, "期初加印制比领用、作废、期末之和少 10 张"),
        (Lost(DAY, 20, Fate.VOID, 17, 17), -1, "少 1 张"),
        (Lost(DAY, 20, Fate.VOID, 20, 22), -3, "少 3 张"),
    ],
    ids=["handed out by two", "void twice", "void at the user's without a line"],
)
def test_what_two_stations_wrote_down_twice_is_told(more: Moved | Lost, difference: int, words: str) -> None:
    found = balance(history(*USUAL, more), *EVER)
    assert found.difference == difference
    assert not found.is_even
    assert words in found.said()


def test_one_label_taken_back_at_two_stations_is_told() -> None:
    again = Moved(DAY + timedelta(9), 40, Move.SPOILED, 1, 380, 380)
    found = balance(history(*USUAL, again, Lost(DAY + timedelta(9), 40, Fate.VOID, 380, 380)), *EVER)
    assert (found.difference, found.mismatch, found.is_even) == (0, 1, False)
    assert "编号与数量不符，差 1 张" in found.said()


def test_a_user_who_has_more_or_less_than_he_should() -> None:
    short = balance(history(*USUAL, Moved(DAY + timedelta(10), 30, Move.HELD, 80)), *EVER)
    assert (short.misreported, short.is_even) == (-2, False)
    assert short.said() == "企业报的手存比应有少 2 张"
    over = balance(history(*USUAL, Moved(DAY + timedelta(11), 31, Move.USED, 90)), *EVER)
    assert (over.held, over.overdrawn) == (-8, 8)
    assert "比领用多 8 张" in over.said()


def test_one_batch_never_makes_good_for_another() -> None:
    twice = history(Issued(DAY, 1, 9), Moved(DAY, 1, Move.HANDED_OUT, 5, 1, 5), Moved(DAY, 2, Move.HANDED_OUT, 5, 1, 5))
    lost = history(Issued(DAY, 1, 9), Issued(DAY, 20, 24), Moved(DAY, 3, Move.HANDED_OUT, 0, 20, 24))
    both = total([balance(twice, *EVER), balance(lost, *EVER)])
    assert (both.difference, both.off, both.is_even) == (0, 10, False)
    assert both.said() == "有的批次多、有的批次少，共差 10 张"


@pytest.mark.parametrize(
    ("last_use", "today", "over"),
    [
        (None, date(2025, 9, 30), None),
        (None, date(2025, 10, 4), False),
        (None, date(2026, 1, 1), False),
        (None, date(2026, 1, 2), True),
        (date(2025, 6, 1), date(2026, 1, 2), None),
        (date(2025, 6, 1), date(2027, 6, 1), True),
        (date(2024, 2, 29), date(2026, 2, 27), False),
        (date(2024, 2, 29), date(2026, 2, 28), True),
    ],
)
def test_two_years_without_use(last_use: date | None, today: date, over: bool | None) -> None:
    found = ledger.idle(date(2024, 1, 2), last_use, today)
    assert (found.over if found else None) == over
    if found:
        assert str(found.deadline) in found.said()


def test_the_last_use_is_a_handing_out_or_a_report() -> None:
    assert ledger.last_use([history(*USUAL)]) == DAY + timedelta(9)
    assert ledger.last_use([history(Issued(DAY, 1, 5)), History()]) is None


class Ledger(RuleBasedStateMachine):
    """Everything that the acts write down, in any order and by their rules: it always comes out even."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Issued | Lost | Moved] = []
        self.at, self.next = 0, 1

    @property
    def now(self) -> History:
        return history(*self.lines)

    @property
    def day(self) -> date:
        return DAY + timedelta(days=self.at // 3)

    def write(self, *lines: Issued | Lost | Moved) -> None:
        self.lines += lines
        self.at += 1

    def some(self, of: spans.Spans, data: st.DataObject) -> spans.Spans:
        """A few of some numbers."""
        known = list(spans.numbers(of))
        first = data.draw(st.sampled_from(known))
        return spans.common(of, [(first, first + data.draw(st.integers(0, 30)))])

    @rule(count=st.integers(1, 60), gap=st.integers(0, 5))
    def number(self, count: int, gap: int) -> None:
        first = self.next + gap
        self.write(Issued(self.day, first, first + count - 1))
        self.next = first + count

    @precondition(lambda self: self.now.stock())
    @rule(data=st.data(), fate=st.sampled_from([Fate.VOID, Fate.REPLACED, Fate.UNPRINTED]))
    def void_here(self, data: st.DataObject, fate: Fate) -> None:
        self.write(*(Lost(self.day, self.at, fate, *one) for one in self.some(self.now.stock(), data)))

    @precondition(lambda self: self.now.stock())
    @rule(data=st.data())
    def hand_out(self, data: st.DataObject) -> None:
        stock = self.now.stock()
        (first, last) = data.draw(st.sampled_from(stock))
        last = data.draw(st.integers(first, last + 40))  # over numbers that are void
        reach = next(one for one in spans.common(self.now.numbers(), [(first, last)]) if one[0] == first)
        if spans.common(self.now.with_user(), [reach]):
            reach = (first, first)
        self.write(Moved(self.day, self.at, Move.HANDED_OUT, spans.size(spans.common(stock, [reach])), *reach))

    @precondition(lambda self: self.now.with_user() and self.now.held(date.max))
    @rule(data=st.data(), what=st.sampled_from([Move.PUT_BACK, Move.RETURNED, Move.SPOILED]))
    def come_back(self, data: st.DataObject, what: Move) -> None:
        found = self.some(self.now.with_user(), data)[:1]
        ((first, last),) = found
        last = min(last, first + self.now.held(date.max) - 1)
        lines: list[Lost | Moved] = [Moved(self.day, self.at, what, last - first + 1, first, last)]
        if what is not Move.PUT_BACK:
            fate = Fate.RETURNED if what is Move.RETURNED else Fate.VOID
            lines.append(Lost(self.day, self.at, fate, first, last))
        self.write(*lines)

    @precondition(lambda self: self.now.dead())
    @rule(data=st.data())
    def destroy(self, data: st.DataObject) -> None:
        self.write(*(Lost(self.day, self.at, Fate.DESTROYED, *one) for one in self.some(self.now.dead(), data)))

    @precondition(lambda self: self.now.held(date.max) > 0)
    @rule(data=st.data(), what=st.sampled_from([Move.USED, Move.SPOILED]))
    def report(self, data: st.DataObject, what: Move) -> None:
        held = self.now.held(date.max)
        count = data.draw(st.integers(1, held))
        self.write(Moved(self.day, self.at, what, count), Moved(self.day, self.at, Move.HELD, held - count))

    @invariant()
    def it_comes_out_even(self) -> None:
        now = self.now
        assert balance(now, *EVER).is_even, balance(now, *EVER)
        assert not spans.common(now.stock(), now.with_user())

    def teardown(self) -> None:
        """Day by day too, and each day begins as the one before ended."""
        before = Balance()
        for day in sorted({one.day for one in self.lines}):
            found = balance(self.now, day, day)
            assert found.difference == 0, (day, found)
            assert (found.opening, found.held_before) == (before.closing, before.held)
            before = found


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=100, stateful_step_count=30)


@given(st.lists(st.integers(-3, 3), max_size=4))
def test_totals_add_up(numbers: list[int]) -> None:
    found = total([Balance(opening=one, off=abs(one)) for one in numbers])
    assert (found.opening, found.off) == (sum(numbers), sum(map(abs, numbers)))
