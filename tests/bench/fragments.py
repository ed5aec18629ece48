"""The kinds of fragment people search by, cut from the made-up million, and what a search for them takes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from tests.bench import million
from zhangshu_desk.core.pinyin import readings
from zhangshu_desk.db import search

ROUNDS = 3
QUERIES = 200
LIMIT = 20

Record = search.Document


@dataclass(frozen=True)
class Fragment:
    """One kind of fragment: how to cut it from a record, and which plain column `LIKE` looks at."""

    name: str
    kinds: tuple[str, ...]
    column: str
    cut: Callable[[random.Random, Record], str]


def _piece(dice: random.Random, whole: str, least: int, most: int) -> str:
    length = min(len(whole), dice.randint(least, most))
    start = dice.randint(0, len(whole) - length)
    return whole[start : start + length]


def _name(record: Record) -> str:
    return record[4].names[0]


def _han(least: int, most: int) -> Callable[[random.Random, Record], str]:
    return lambda dice, record: _piece(dice, _name(record), least, most)


def _initials(dice: random.Random, record: Record) -> str:
    return "".join(dice.choice(readings(char))[0] for char in _piece(dice, _name(record), 2, 6))


def _spelled(dice: random.Random, record: Record) -> str:
    whole = "".join(readings(char)[0] for char in _piece(dice, _name(record), 2, 6))
    return whole[: max(4, len(whole) - dice.randint(0, 2))]


def _code(dice: random.Random, record: Record) -> str:
    return _piece(dice, record[4].codes[0], 4, 12)


def _number(dice: random.Random, record: Record) -> str:
    number = record[4].numbers[0]
    return dice.choice((number, number[1:], number[0] + number[1:].lstrip("0")))


def _two_words(dice: random.Random, record: Record) -> str:
    return f"{_piece(dice, _name(record), 1, 4)} {_piece(dice, _name(record), 2, 4)}"


def _two_of_two(dice: random.Random, _: Record) -> str:
    """Two frequent words that no name has both: the worst for an index, which must look through both lists."""
    first, second = dice.sample(("樟树", "宜春", "佛山", "南昌", "浙江"), 2)
    return f"{first} {second}"


def _mixed(dice: random.Random, record: Record) -> str:
    name = _name(record)
    return _piece(dice, name, 2, 3) + "".join(readings(char)[0][0] for char in _piece(dice, name, 2, 3))


def _no_blanks(dice: random.Random, record: Record) -> str:
    name = _name(record)
    return name[:2] + name[-4:] + dice.choice(name[2:-4])


def _missing_han(dice: random.Random, record: Record) -> str:
    return "".join(dice.choice(million.BRAND_CHARACTERS + million.GIVEN) for _ in range(dice.randint(2, 4)))


def _missing_latin(dice: random.Random, record: Record) -> str:
    return "".join(dice.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(dice.randint(3, 9)))


def _missing_digits(dice: random.Random, record: Record) -> str:
    return "".join(dice.choice("0123456789") for _ in range(dice.randint(5, 11)))


NAMED = ("enterprise", "person", "ticket")
FRAGMENTS = (
    Fragment("enterprise, Chinese 2-4", ("enterprise",), "name", _han(2, 4)),
    Fragment("enterprise, Chinese 1", ("enterprise",), "name", _han(1, 1)),
    Fragment("enterprise, Chinese 5-17", ("enterprise",), "name", _han(5, 17)),
    Fragment("person, Chinese 2-3", ("person", "ticket"), "name", _han(2, 3)),
    Fragment("initials 2-6", NAMED, "initials", _initials),
    Fragment("full pinyin", NAMED, "spelled", _spelled),
    Fragment("credit code 4-12", ("enterprise",), "code", _code),
    Fragment("phone 4-11", ("person", "ticket"), "code", _code),
    Fragment("ticket number", ("ticket",), "code", _number),
    Fragment("two words, any order", ("enterprise",), "name", _two_words),
    Fragment("two words never together", ("enterprise",), "name", _two_of_two),
    Fragment("Chinese and initials", ("enterprise",), "name", _mixed),
    Fragment("Chinese, scattered", ("enterprise",), "name", _no_blanks),
    Fragment("no such Chinese", NAMED, "name", _missing_han),
    Fragment("no such letters", NAMED, "initials", _missing_latin),
    Fragment("no such digits", NAMED, "code", _missing_digits),
)


def queries(fragment: Fragment, records: list[Record]) -> list[str]:
    """The same `QUERIES` queries of a kind every time, cut from records it fits."""
    dice = random.Random(fragment.name)
    fitting = [record for record in records if record[0] in fragment.kinds]
    return [fragment.cut(dice, dice.choice(fitting)) for _ in range(QUERIES)]


def timed(do: Callable[[], object]) -> float:
    """Milliseconds that `do()` takes."""
    started = time.perf_counter()
    do()
    return (time.perf_counter() - started) * 1000


def measure(session: Session, asked: list[str]) -> list[float]:
    """Milliseconds for each query, the best of the rounds; over all kinds, as the search field asks."""
    rounds = [[timed(partial(search.find, session, query, limit=LIMIT)) for query in asked] for _ in range(ROUNDS)]
    return [min(times) for times in zip(*rounds, strict=True)]
