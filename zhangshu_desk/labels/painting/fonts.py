"""The fonts of labels. A character that none of them has would come out as an empty box, so it is asked for first.

Glyphs are placed by hand, without a shaping engine: Chinese, Latin and digits need none, every machine then sets a text
alike, and a PDF keeps the characters that were asked for (`locl` would exchange digits for glyphs without a character).
A `Fonts` belongs to the thread that made it, as Qt's raw fonts do.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from PySide6.QtGui import QFont, QFontDatabase, QRawFont

from zhangshu_desk.labels.rules.elements import Weight

SANS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
)
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "Songti SC", "NSimSun")
"""Asked for in this order, by name, so that the glyph shapes are those of the mainland."""
RARE = ("SimSun-ExtB", "SimSun-ExtG", "MingLiU-ExtB", "HanaMinB", "Noto Sans CJK TC", "Noto Sans CJK JP")
"""Where rare characters are looked for before all other fonts."""
_TRIAL = "樟树标签"
_MEASURED_AT = 1000.0  # pixels; advances are kept in ems


class Face:
    """One font in one weight."""

    def __init__(self, family: str, weight: Weight) -> None:
        self.family, self.weight = family, weight
        # Widths must not depend on the size in dots: a label is set once and printed at any resolution.
        self._raw = self._made(_MEASURED_AT, hinted=False)
        self._sized: dict[tuple[float, bool], QRawFont] = {}
        self._glyphs: dict[str, tuple[int, float] | None] = {}

    def glyph(self, character: str) -> tuple[int, float] | None:
        """The glyph's number and its width in ems; None when the font has no such character."""
        if character not in self._glyphs:
            self._glyphs[character] = self._looked_up(character)
        return self._glyphs[character]

    def sized(self, pixels: float, hinted: bool = False) -> QRawFont:
        """The font at this size; `hinted`: with its strokes on whole pixels."""
        key = pixels, hinted
        if key not in self._sized:
            self._sized[key] = self._made(pixels, hinted)
        return self._sized[key]

    def _made(self, pixels: float, hinted: bool) -> QRawFont:
        font = QFont(self.family)
        font.setBold(self.weight is Weight.BOLD)
        font.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
        hinting = QFont.HintingPreference
        font.setHintingPreference(hinting.PreferFullHinting if hinted else hinting.PreferNoHinting)
        raw = QRawFont.fromFont(font)
        raw.setPixelSize(pixels)
        return raw

    def _looked_up(self, character: str) -> tuple[int, float] | None:
        if not self._raw.supportsCharacter(ord(character)):
            return None
        number = self._raw.glyphIndexesForString(character)[0]
        return number, self._raw.advancesForGlyphIndexes([number])[0].x() / _MEASURED_AT


class Fonts:
    """The faces in use; made once for a job, in its thread."""

    def __init__(self) -> None:
        self._faces: dict[tuple[str, Weight], Face] = {}
        self._fallback: dict[tuple[str, str, Weight], Face | None] = {}

    def family(self, wanted: str) -> str | None:
        """The family for `sans`, `serif` or a name; None when it is not installed."""
        return _family(wanted)

    def face(self, family: str, weight: Weight) -> Face:
        """A family in a weight."""
        key = family, weight
        if key not in self._faces:
            self._faces[key] = Face(family, weight)
        return self._faces[key]

    def face_for(self, character: str, family: str, weight: Weight) -> Face | None:
        """The face to draw a character with: of this family, else of any that has it."""
        first = self.face(family, weight)
        if first.glyph(character) is not None:
            return first
        key = character, family, weight
        if key not in self._fallback:
            others = (self.face(one, weight) for one in _others(family))
            self._fallback[key] = next((one for one in others if one.glyph(character) is not None), None)
        return self._fallback[key]


@cache
def _family(wanted: str) -> str | None:
    match wanted:
        case "sans":
            found = next((one for one in SANS if QFontDatabase.hasFamily(one)), None)
            return found or next(_with_chinese(), None)
        case "serif":
            return next((one for one in SERIF if QFontDatabase.hasFamily(one)), None) or _family("sans")
    return wanted if QFontDatabase.hasFamily(wanted) else None


def _with_chinese() -> Iterator[str]:
    """Installed families that have Chinese; what a system says of itself is tried out."""
    for family in QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
        face = Face(family, Weight.NORMAL)
        if all(face.glyph(one) for one in _TRIAL):
            yield family


def _others(family: str) -> Iterator[str]:
    """Every other installed family, the likely ones first."""
    likely = [one for one in (*SANS, *SERIF, *RARE) if one != family and QFontDatabase.hasFamily(one)]
    yield from likely
    for one in QFontDatabase.families():
        if one != family and one not in likely and QFontDatabase.isSmoothlyScalable(one):
            yield one
