"""How a text is set in its area: broken into lines, made smaller where its template allows it, never cut.

All of it is worked out in millimetres and points, once for each text, whatever it is drawn on afterwards.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from PySide6.QtCore import QTextBoundaryFinder

from zhangshu_desk.labels.painting.fonts import Face, Fonts
from zhangshu_desk.labels.rules.elements import Align, Area, Fit, Style, Upright
from zhangshu_desk.labels.rules.templates import MM_PER_POINT

ASCENT = 0.88
"""Where the base line of a Chinese character lies, from the top of its square, in sizes."""
_STEP = 0.25  # points by which a text becomes smaller
_NOT_MUCH = 0.85
"""A text becomes smaller by no more than this to need a line less: a last line of one character looks lost."""
_SLACK = 1e-6
_OPEN, _CLOSED = "（(【《「", "）)】》」"
_INVISIBLE = {"Cf", "Cc"}
_SPACES = {ord("\t"): " ", 0xA0: " "}


@dataclass
class Run:
    """Glyphs of one face, side by side; `at`: where each stands, in ems from the beginning of the line."""

    face: Face
    glyphs: list[int] = field(default_factory=list)
    at: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class SetLine:
    """One line. `x` and `baseline`: where it begins, in millimetres on the label."""

    x: float
    baseline: float
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Setting:
    """A text as it will be drawn.

    Attributes:
        size: in points. fits: False = not even at its least size; then it is longer than its area by `excess` (1.2 = a
            fifth too long) and must not be printed.
        missing: characters that no font has; then nothing may be printed either.
    """

    size: float
    lines: tuple[SetLine, ...]
    fits: bool = True
    excess: float = 1.0
    missing: tuple[str, ...] = ()


class Typesetter:
    """Sets texts with the fonts of a job."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts

    def set(self, text: str, area: Area, style: Style) -> Setting:
        """Set a text; the family of its style must be installed (else the label font stands in)."""
        family = self._fonts.family(style.font) or self._fonts.family("sans") or style.font
        words = clean(text)
        missing = [one for one in words if self._fonts.face_for(one, family, style.weight) is None and one != "\n"]
        if missing:
            return Setting(style.size, (), missing=tuple(dict.fromkeys(missing)))
        if style.fit is Fit.WRAP:
            return self._wrapped(words, area, style, family)
        return self._one_line(words.replace("\n", " "), area, style, family)

    def _one_line(self, text: str, area: Area, style: Style, family: str) -> Setting:
        width = self._width(text, family, style)
        room = min(area.width / (width * MM_PER_POINT) if width else style.size, area.height / MM_PER_POINT)
        size = min(style.size, room + _SLACK)
        least = style.size if style.fit is Fit.REFUSE else style.least
        if size < least - _SLACK:
            return Setting(least, self._placed([text], area, style, family, least), False, least / size)
        return Setting(size, self._placed([text], area, style, family, size))

    def _wrapped(self, text: str, area: Area, style: Style, family: str) -> Setting:
        pieces = self._measured(_pieces(text), family, style)
        found = _broken(pieces, area, style)
        if found is None:
            widest = max(one.bare for one in pieces) * style.least * MM_PER_POINT
            lines = _lines(pieces, max(area.width, widest) / (style.least * MM_PER_POINT)) or []
            excess = max(_height(len(lines), style.least, style) / area.height, widest / area.width)
            return Setting(style.least, self._placed(lines, area, style, family, style.least), False, excess)
        together = _broken(self._measured(_with_brackets_whole(_pieces(text)), family, style), area, style)
        size, lines = together if together is not None and together[0] >= found[0] * _NOT_MUCH else found
        return Setting(size, self._placed(lines, area, style, family, size))

    def _measured(self, pieces: Iterable[str], family: str, style: Style) -> list[_Piece]:
        width = self._width
        return [_Piece(one, width(one, family, style), width(one.rstrip(), family, style)) for one in pieces]

    def _width(self, text: str, family: str, style: Style) -> float:
        """In ems."""
        total = 0.0
        for one in text:
            face = self._fonts.face_for(one, family, style.weight)
            glyph = face.glyph(one) if face is not None and one != "\n" else None
            total += glyph[1] if glyph is not None else 0.0
        return total

    def _placed(self, lines: list[str], area: Area, style: Style, family: str, size: float) -> tuple[SetLine, ...]:
        em = size * MM_PER_POINT
        share = {Upright.TOP: 0.0, Upright.MIDDLE: 0.5, Upright.BOTTOM: 1.0}[style.valign]
        top = area.y + (area.height - _height(len(lines), size, style)) * share
        placed = []
        for number, line in enumerate(lines):
            runs, width = self._runs(line.rstrip(), family, style)
            side = {Align.LEFT: 0.0, Align.CENTER: 0.5, Align.RIGHT: 1.0}[style.align]
            x = area.x + (area.width - width * em) * side
            placed.append(SetLine(x, top + (number * style.spacing + ASCENT) * em, runs))
        return tuple(placed)

    def _runs(self, line: str, family: str, style: Style) -> tuple[tuple[Run, ...], float]:
        """The glyphs of a line and its width in ems."""
        runs: list[Run] = []
        at = 0.0
        for one in line:
            face = self._fonts.face_for(one, family, style.weight)
            glyph = face.glyph(one) if face is not None else None
            if face is None or glyph is None:
                continue
            if not runs or runs[-1].face is not face:
                runs.append(Run(face))
            runs[-1].glyphs.append(glyph[0])
            runs[-1].at.append(at)
            at += glyph[1]
        return tuple(runs), at


def clean(text: str) -> str:
    """The text without what cannot be seen (marks of direction, breaks of no width), and with plain spaces."""
    if any(unicodedata.combining(one) for one in text):  # only then: NFC also exchanges rare characters of names
        text = unicodedata.normalize("NFC", text)
    text = text.replace("\r\n", "\n").translate(_SPACES)
    return "".join(one for one in text if one == "\n" or unicodedata.category(one) not in _INVISIBLE)


@dataclass(frozen=True)
class _Piece:
    """What stays on one line; its width in ems, with and without the spaces at its end."""

    text: str
    width: float
    bare: float


def _broken(pieces: list[_Piece], area: Area, style: Style) -> tuple[float, list[str]] | None:
    """The size and lines in which a text fits into an area; None when it does not."""
    best: tuple[float, list[str]] | None = None
    for size in _sizes(style):
        if best is not None and size < best[0] * _NOT_MUCH:
            break
        lines = _lines(pieces, area.width / (size * MM_PER_POINT))
        fits = lines is not None and _height(len(lines), size, style) <= area.height + _SLACK
        if lines is not None and fits and (best is None or len(lines) < len(best[1])):
            best = size, lines
    return best


def _sizes(style: Style) -> Iterator[float]:
    """The sizes to try, the largest first."""
    size = style.size
    while size > style.least:
        yield size
        size -= _STEP
    yield style.least


def _height(lines: int, size: float, style: Style) -> float:
    """Of so many lines, in millimetres."""
    return (1 + (lines - 1) * style.spacing) * size * MM_PER_POINT if lines else 0.0


def _pieces(text: str) -> list[str]:
    """What may stand on lines of its own, by the rules of Unicode for breaking lines (UAX 14)."""
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Line, text)
    places = [0]
    while (place := finder.toNextBoundary()) != -1:
        places.append(place)
    units = text.encode("utf-16-le")  # Qt counts in units of UTF-16
    cut = (units[2 * first : 2 * last].decode("utf-16-le") for first, last in pairwise(places))
    return [one for one in cut if one]


def _with_brackets_whole(pieces: Iterable[str]) -> list[str]:
    """Pieces of which none ends within brackets."""
    found: list[str] = []
    depth = 0
    for piece in pieces:
        if depth > 0:
            found[-1] += piece
        else:
            found.append(piece)
        depth = max(0, depth + sum((one in _OPEN) - (one in _CLOSED) for one in piece))
    return found


def _lines(pieces: Iterable[_Piece], room: float) -> list[str] | None:
    """Pieces filled into lines of `room` ems, one after the other; None when one of them is wider than a line."""
    lines: list[str] = []
    line, used = "", 0.0
    for piece in pieces:
        if piece.bare > room + _SLACK:
            return None
        if line and used + piece.bare > room + _SLACK:
            lines.append(line)
            line, used = "", 0.0
        line, used = line + piece.text, used + piece.width
        if piece.text.endswith("\n"):
            lines.append(line)
            line, used = "", 0.0
    return [*lines, line] if line else lines
