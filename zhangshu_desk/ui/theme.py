"""The look in one place: colour tokens (light, dark), sizes, palette, style sheet, the system's scheme.

No other module names a colour. Widgets that paint themselves ask `colour()` while they paint. `foretell` is enough for
the window's first frame; `dress`, which costs more, follows.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from zhangshu_desk.ui.tone import Tone

if TYPE_CHECKING:  # the first access to Qt makes all its enumerations, 25 ms that the first frame can do without
    from PySide6.QtCore import Qt

__all__ = [
    "BODY",
    "DARK",
    "FAMILIES",
    "FIELD",
    "GRID",
    "HIT",
    "LIGHT",
    "RADIUS",
    "ROW",
    "SMALL",
    "TICKET",
    "TITLE",
    "Theme",
    "Tokens",
    "Tone",
    "colour",
    "dress",
    "font",
    "foretell",
    "theme",
    "tokens",
]

FAMILIES = ("Noto Sans CJK SC", "Microsoft YaHei UI", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei")
"""Asked for in this order, by name, so that the SC glyph shapes are taken and not the JP ones."""

BODY, TITLE, SMALL, TICKET = 14, 16, 12, 56
"""Type sizes in device-independent pixels."""
GRID, ROW, HIT, FIELD, RADIUS = 8, 44, 36, 38, 10
"""Rhythm in device-independent pixels: grid step, table row, least hit area, one-line field, card corner."""


@dataclass(frozen=True)
class Tokens:
    """One colour scheme; every value is `#rrggbb`."""

    ink: str
    muted: str
    faint: str
    line: str
    ground: str
    card: str
    hover: str
    primary: str
    primary_hover: str
    primary_down: str
    on_primary: str
    on_primary_muted: str
    accent: str
    tint: str
    warn: str
    warn_tint: str
    bad: str
    bad_tint: str
    bad_hover: str
    on_bad: str
    rail: str
    rail_chosen: str
    rail_hover: str
    rail_mark: str
    rail_ink: str
    rail_muted: str

    def of(self, tone: Tone) -> str:
        """The text colour of `tone`."""
        by_tone = {Tone.MUTED: self.muted, Tone.GOOD: self.accent, Tone.WARN: self.warn, Tone.BAD: self.bad}
        return by_tone.get(tone, self.ink)


LIGHT = Tokens(
    ink="#1d2733",
    muted="#5f6b78",
    faint="#98a3ae",
    line="#dfe4ea",
    ground="#f4f6f8",
    card="#ffffff",
    hover="#f1f4f6",
    primary="#0f6b5c",
    primary_hover="#0c5d50",
    primary_down="#0a4f44",
    on_primary="#ffffff",
    on_primary_muted="#cfe5e0",
    accent="#0f6b5c",
    tint="#e3f1ee",
    warn="#9a5b00",
    warn_tint="#fdf3e2",
    bad="#b3261e",
    bad_tint="#fbebea",
    bad_hover="#981f18",
    on_bad="#ffffff",
    rail="#10322c",
    rail_chosen="#184a41",
    rail_hover="#143e36",
    rail_mark="#58c7ad",
    rail_ink="#eef6f4",
    rail_muted="#a9c5be",
)

DARK = Tokens(
    ink="#e4e9ed",
    muted="#9ba8b4",
    faint="#66737f",
    line="#313c45",
    ground="#12181c",
    card="#1a2127",
    hover="#232c33",
    primary="#137262",
    primary_hover="#16806e",
    primary_down="#0f5f51",
    on_primary="#ffffff",
    on_primary_muted="#dff3ee",
    accent="#62cdb4",
    tint="#17362f",
    warn="#e5a54b",
    warn_tint="#342917",
    bad="#f0867d",
    bad_tint="#3a211f",
    bad_hover="#f49d95",
    on_bad="#2a0f0c",
    rail="#0b1f1b",
    rail_chosen="#15382f",
    rail_hover="#102b25",
    rail_mark="#58c7ad",
    rail_ink="#e6f1ee",
    rail_muted="#8fb0a7",
)


class Theme(QObject):
    """The scheme in force; `changed` tells widgets that cache tinted pictures."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.forced: Qt.ColorScheme | None = None
        self.follows = False
        self.tokens = LIGHT

    def is_dark(self) -> bool:
        """Whether the dark tokens are in force."""
        return self.tokens is DARK

    def repaint(self) -> None:
        """Take the forced or the system's scheme and dress the application in it."""
        from PySide6.QtCore import Qt

        from zhangshu_desk.ui.stylesheet import style_sheet

        app = QApplication.instance()
        if isinstance(app, QApplication):
            scheme = self.forced or app.styleHints().colorScheme()
            self.tokens = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
            pictures = {"arrow": _picture("arrow"), "tick": _picture("tick")}
            app.setPalette(_palette(self.tokens))
            app.setStyleSheet(style_sheet({**asdict(self.tokens), **pictures}))
        self.changed.emit()


def _picture(name: str) -> str:
    from zhangshu_desk.core import resources

    return resources.path(f"icons/{name}.svg").as_posix()


_theme: Theme | None = None


def theme() -> Theme:
    """The one theme of this process."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme


def tokens() -> Tokens:
    """The colours in force now."""
    return theme().tokens


def foretell(app: QApplication, scheme: str = "system") -> None:
    """Take the tokens for `scheme` (`light`, `dark`, `system`) before the application is dressed in them."""
    dark = app.palette().window().color().lightness() < 128 if scheme == "system" else scheme == "dark"
    theme().tokens = DARK if dark else LIGHT


def dress(app: QApplication, scheme: Qt.ColorScheme | None = None) -> None:
    """Give `app` our font, palette and style sheet; follow the system's scheme unless `scheme` forces one."""
    house = theme()
    house.forced = scheme
    app.setStyle("Fusion")
    app.setFont(font())
    if not house.follows:
        house.follows = True
        app.styleHints().colorSchemeChanged.connect(house.repaint)
    house.repaint()


def font(pixels: int = BODY, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Our font at `pixels` (device-independent)."""
    made = QFont()
    made.setFamilies(list(FAMILIES))
    made.setPixelSize(pixels)
    made.setWeight(weight)
    return made


def colour(name: str) -> QColor:
    """The token called `name` as a colour for painting."""
    return _made(getattr(tokens(), name))


@cache
def _made(value: str) -> QColor:
    return QColor(value)


def _palette(t: Tokens) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    chosen = {
        role.Window: t.ground,
        role.WindowText: t.ink,
        role.Base: t.card,
        role.AlternateBase: t.ground,
        role.Text: t.ink,
        role.Button: t.card,
        role.ButtonText: t.ink,
        role.BrightText: t.bad,
        role.Highlight: t.tint,
        role.HighlightedText: t.ink,
        role.Accent: t.primary,
        role.Link: t.accent,
        role.LinkVisited: t.accent,
        role.PlaceholderText: t.faint,
        role.ToolTipBase: t.card,
        role.ToolTipText: t.ink,
        role.Light: t.card,
        role.Midlight: t.hover,
        role.Mid: t.line,
        role.Dark: t.faint,
    }
    for which, value in chosen.items():
        palette.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(t.faint))
    return palette
