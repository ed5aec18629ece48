"""Sets of numbers as spans: the same as sets of numbers one by one."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.labels.rules import spans

SPAN = st.tuples(st.integers(0, 40), st.integers(0, 6)).map(lambda one: (one[0], one[0] + one[1]))
SPANS = st.lists(SPAN, max_size=8)


def numbers(found: list[spans.Span] | spans.Spans) -> set[int]:
    return {number for first, last in found for number in range(first, last + 1)}


def in_shape(found: spans.Spans) -> bool:
    return all(first <= last for first, last in found) and all(a[1] + 1 < b[0] for a, b in pairwise(found))


@given(SPANS, SPANS)
def test_they_are_what_sets_are(one: list[spans.Span], other: list[spans.Span]) -> None:
    a, b = numbers(one), numbers(other)
    for found, expected in (
        (spans.union(one, other), a | b),
        (spans.minus(one, other), a - b),
        (spans.common(one, other), a & b),
    ):
        assert numbers(found) == expected
        assert in_shape(found)
        assert spans.size(found) == len(expected)
        assert list(spans.numbers(found)) == sorted(expected)


@given(SPANS, st.integers(-2, 50))
def test_a_number_is_among_them(one: list[spans.Span], number: int) -> None:
    assert spans.holds(one, number) == (number in numbers(one))


def test_as_a_person_reads_them() -> None:
    assert spans.text([(7, 7), (10, 19)]) == "00000007、00000010–00000019"
    assert spans.text([(n * 3, n * 3) for n in range(9)], most=2) == "00000000、00000003 等 9 段"
