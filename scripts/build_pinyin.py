"""Build resources/pinyin.txt and pinyin_rare.txt, every reading of every Han character, from pypinyin.

The characters of the basic block stand apart from the rest because loading the rest costs as much again and
is seldom needed. Run `python scripts/build_pinyin.py` after changing this file or the version of pypinyin, a
tool of development only; the search index notices new tables by their checksum and is rebuilt.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

RESOURCES = Path(__file__).resolve().parent.parent / "resources"

# Characters met in names that pypinyin 0.55 lacks, and readings in names that it does not list.
ADDED = {
    "𠮷": ("ji",),  # the "lower-beam" 吉 of shop and personal names
    "樟": ("zhang",),
    "尉": ("yu",),
    "万": ("mo",),
    "俟": ("qi",),
    "单": ("shan",),
    "乐": ("yue",),
    "厍": ("she",),
    "黑": ("he",),
    "宓": ("fu",),
    "盖": ("ge",),
    "阚": ("kan",),
    "翟": ("zhai",),
    "晟": ("cheng",),
    "邨": ("cun",),
    "祎": ("yi",),
}


def is_han(code_point: int) -> bool:
    """True for 〇 and the ideographs of the basic plane and of planes 2 and 3; False for private use."""
    return code_point == 0x3007 or 0x3400 <= code_point <= 0x9FFF or 0x20000 <= code_point <= 0x3FFFF


def plain(reading: str) -> str:
    """A reading without its tone, ü as v; '' for the interjections that have no vowel letter a-z (ê)."""
    syllable = to_normal(reading).replace("ü", "v")
    return syllable if syllable.isascii() and syllable.isalpha() else ""


def readings() -> dict[str, tuple[str, ...]]:
    """Every character with its toneless readings, the usual one first."""
    found: dict[str, tuple[str, ...]] = {}
    for code_point, marked in PINYIN_DICT.items():
        if is_han(code_point):
            char = chr(code_point)
            syllables = [plain(reading) for reading in marked.split(",")]
            found[char] = tuple(dict.fromkeys(syllable for syllable in syllables if syllable))
    for char, extra in ADDED.items():
        found[char] = tuple(dict.fromkeys((*found.get(char, ()), *extra)))
    return {char: syllables for char, syllables in found.items() if syllables}


def table(found: dict[str, tuple[str, ...]]) -> str:
    """One line per set of readings: `reading,reading<blank>characters`."""
    characters: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for char, syllables in found.items():
        characters[syllables].append(char)
    lines = (f"{','.join(syllables)} {''.join(sorted(chars))}\n" for syllables, chars in sorted(characters.items()))
    return "".join(lines)


def tables() -> dict[str, str]:
    """The text of each file by its name."""
    found = readings()
    usual = {char for char in found if "\u4e00" <= char <= "\u9fff" or char == "〇"}
    return {
        "pinyin.txt": table({char: syllables for char, syllables in found.items() if char in usual}),
        "pinyin_rare.txt": table({char: syllables for char, syllables in found.items() if char not in usual}),
    }


def main() -> None:
    """Write both tables."""
    for name, text in tables().items():
        (RESOURCES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
