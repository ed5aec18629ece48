"""The tables of readings, and what is spelled with them."""

import pytest
from pypinyin.constants import PINYIN_DICT

from scripts import build_pinyin
from zhangshu_desk.core import resources
from zhangshu_desk.core.pinyin import initials, readings, spell


@pytest.mark.parametrize(
    ("char", "known"),
    [
        ("樟", ("zhang",)),
        ("单", ("dan", "chan", "shan")),
        ("䶮", ("yan",)),
        ("𠮷", ("ji",)),
        ("〇", ("ling", "yuan", "xing")),
        ("吕", ("lv",)),
        ("a", ()),
        ("1", ()),
        ("😀", ()),
        ("あ", ()),
    ],
)
def test_readings(char: str, known: tuple[str, ...]) -> None:
    assert readings(char) == known


def test_every_reading_of_every_ideograph_is_there() -> None:
    for code_point, marked in PINYIN_DICT.items():
        if build_pinyin.is_han(code_point):
            expected = {build_pinyin.plain(reading) for reading in marked.split(",")} - {""}
            assert expected <= set(readings(chr(code_point)))


def test_readings_are_small_letters_only() -> None:
    for line in (resources.text("pinyin.txt") + resources.text("pinyin_rare.txt")).splitlines():
        syllables, _, characters = line.partition(" ")
        assert syllables.replace(",", "").isascii()
        assert syllables.replace(",", "").isalpha()
        assert syllables.islower()
        assert characters


def test_the_tables_are_what_the_script_makes() -> None:
    made = build_pinyin.tables()

    assert {name: resources.text(name) for name in made} == made


@pytest.mark.parametrize(
    ("text", "spelled", "letters"),
    [
        ("樟树", "zhang shu", "zs"),
        ("樟树ABC家具3号", "zhang shu ABC jia ju 3 hao", "zsABCjj3h"),
        ("吕", "lv", "l"),
        ("plain text", "plain text", "plain text"),
        ("", "", ""),
    ],
)
def test_spelling(text: str, spelled: str, letters: str) -> None:
    assert spell(text) == spelled
    assert initials(text) == letters


@pytest.mark.parametrize(
    ("name", "spelled", "letters"),
    [
        ("单雄信", "shan xiong xin", "sxx"),
        ("曾国藩", "zeng guo fan", "zgf"),
        ("尉迟恭", "yu chi gong", "ycg"),
        ("张三", "zhang san", "zs"),
        ("", "", ""),
    ],
)
def test_a_surname_is_read_as_a_surname(name: str, spelled: str, letters: str) -> None:
    assert spell(name, person=True) == spelled
    assert initials(name, person=True) == letters
