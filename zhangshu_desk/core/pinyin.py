"""Readings of Han characters without tones, from the tables that scripts/build_pinyin.py makes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import groupby

from zhangshu_desk.core import resources

# Surnames whose reading differs from the usual one of the character; two-character surnames stand first.
_SURNAMES = {
    "尉迟": "yu chi",
    "万俟": "mo qi",
    "长孙": "zhang sun",
    "单于": "chan yu",
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "朴": "piao",
    "区": "ou",
    "盖": "ge",
    "任": "ren",
    "华": "hua",
    "翟": "zhai",
    "缪": "miao",
    "宓": "mi",
    "覃": "qin",
    "阚": "kan",
    "召": "shao",
    "折": "she",
    "黑": "he",
    "乐": "yue",
    "员": "yun",
    "秘": "bi",
    "冼": "xian",
    "洗": "xian",
    "繁": "po",
    "燕": "yan",
    "应": "ying",
    "宁": "ning",
    "纪": "ji",
    "过": "guo",
    "郇": "xun",
    "那": "na",
    "厍": "she",
    "柏": "bai",
    "尹": "yin",
}


def readings(char: str) -> tuple[str, ...]:
    """Every reading of one Han character, the usual one first, ü as v: `单` → `("dan", "chan", "shan")`.

    A character without a reading (a letter, a digit, a very rare ideograph) gives `()`.
    """
    table = _usual() if "\u4e00" <= char <= "\u9fff" or char == "〇" else _rare() if char >= "\u3400" else {}
    return table.get(char, ())


def spell(text: str, *, person: bool = False) -> str:
    """The usual reading of each Han character, separated by blanks; anything else stays as it is.

    Args:
        text: Chinese text, e.g. a name.
        person: a personal name: a leading surname is read as a surname (`单雄信` → `shan xiong xin`).
    """
    return " ".join(part.strip() for part, _ in _parts(text, person) if part.strip())


def initials(text: str, *, person: bool = False) -> str:
    """The first letter of each Han character's usual reading; anything else stays as it is: `樟树abc` → `zsabc`."""
    return "".join(part[0] if is_reading else part for part, is_reading in _parts(text, person))


def _parts(text: str, person: bool) -> Iterator[tuple[str, bool]]:
    """The readings of a text, and what stands between, each with whether it is a reading."""
    rest = text.strip()
    if person:
        surname = next((rest[:length] for length in (2, 1) if rest[:length] in _SURNAMES), "")
        yield from ((syllable, True) for syllable in _SURNAMES.get(surname, "").split())
        rest = rest[len(surname) :]
    for is_han, run in groupby(rest, key=lambda char: bool(readings(char))):
        if is_han:
            yield from ((readings(char)[0], True) for char in run)
        else:
            yield "".join(run), False


@cache
def _usual() -> dict[str, tuple[str, ...]]:
    return _load("pinyin.txt")


@cache
def _rare() -> dict[str, tuple[str, ...]]:
    return _load("pinyin_rare.txt")


def _load(name: str) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for line in resources.text(name).splitlines():
        syllables, _, characters = line.partition(" ")
        table.update(dict.fromkeys(characters, tuple(syllables.split(","))))
    return table
