"""Sets of numbers as spans (first, last), both included: a batch of 20,000 is one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Span = tuple[int, int]
Spans = tuple[Span, ...]
"""In order, without overlap, and never two that touch, when they come from here."""


def union(*sets: Iterable[Span]) -> Spans:
    """All numbers of the sets."""
    found: list[Span] = []
    for first, last in sorted(span for one in sets for span in one):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        elif first <= last:
            found.append((first, last))
    return tuple(found)


def minus(spans: Iterable[Span], *gone: Iterable[Span]) -> Spans:
    """The numbers of `spans` that are in none of the others."""
    away = union(*gone)
    found: list[Span] = []
    for first, last in union(spans):
        for start, end in away:
            if end < first or start > last:
                continue
            if start > first:
                found.append((first, start - 1))
            first = end + 1
        if first <= last:
            found.append((first, last))
    return tuple(found)


def common(spans: Iterable[Span], others: Iterable[Span]) -> Spans:
    """The numbers that are in both."""
    both = union(spans)
    return minus(both, minus(both, others))


def size(spans: Iterable[Span]) -> int:
    """How many numbers there are, of spans that do not overlap."""
    return sum(last - first + 1 for first, last in spans)


def holds(spans: Iterable[Span], number: int) -> bool:
    """Whether a number is among them."""
    return any(first <= number <= last for first, last in spans)


def numbers(spans: Iterable[Span]) -> Iterator[int]:
    """One after the other."""
    for first, last in spans:
        yield from range(first, last + 1)


def text(spans: Iterable[Span], most: int = 6) -> str:
    """As a person reads them: `00000007、00000010–00000019`; of more than `most` only the first, and how many more."""
    found = list(spans)
    shown = [_one(span) for span in found[:most]]
    return "、".join(shown) + (f" 等 {len(found)} 段" if len(found) > most else "")


def _one(span: Span) -> str:
    first, last = (f"{number:08d}" for number in span)
    return first if first == last else f"{first}–{last}"
