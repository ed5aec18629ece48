"""Tokens, palette and style sheet."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import zhangshu_desk.ui
from zhangshu_desk.ui import theme
from zhangshu_desk.ui.stylesheet import style_sheet
from zhangshu_desk.ui.theme import DARK, LIGHT, Tokens, Tone

UI = Path(zhangshu_desk.ui.__file__).parent
TEXTS = [
    (ink, ground)
    for ink in ("ink", "muted", "accent", "warn", "bad")
    for ground in ("card", "ground", "tint", "hover", "warn_tint", "bad_tint")
] + [
    ("on_primary", "primary"),
    ("on_bad", "bad"),
    ("on_bad", "bad_hover"),
    ("on_primary", "primary_hover"),
    ("on_primary", "primary_down"),
    ("on_primary_muted", "primary"),
    ("rail_ink", "rail"),
    ("rail_ink", "rail_chosen"),
    ("rail_muted", "rail"),
    ("rail_muted", "rail_hover"),
]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_every_text_can_be_read(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_focus_and_chosen_marks_stand_out(tokens: Tokens) -> None:
    assert contrast(tokens.accent, tokens.card) >= 3
    assert contrast(tokens.rail_mark, tokens.rail_chosen) >= 3
    assert contrast(tokens.rail_mark, tokens.primary) >= 2.5


def test_the_measure_of_the_picture_is_kept() -> None:
    kept = {"ink": "#1d2733", "line": "#dfe4ea", "ground": "#f4f6f8", "primary": "#0f6b5c", "tint": "#e3f1ee"}
    assert {name: asdict(LIGHT)[name] for name in kept} == kept
    assert (LIGHT.rail, LIGHT.rail_chosen, LIGHT.rail_mark) == ("#10322c", "#184a41", "#58c7ad")


def test_no_colour_is_named_outside_the_theme() -> None:
    literal = re.compile(r"#[0-9a-fA-F]{6}\b|QColor\(\s*\d|GlobalColor\.(?!transparent|black|white)")
    found = {
        f"{file.name}: {match.group()}"
        for file in UI.rglob("*.py")
        if file.name != "theme.py"
        for match in literal.finditer(file.read_text(encoding="utf-8"))
    }
    assert not found


def test_the_sheet_uses_only_tokens_that_exist() -> None:
    names = {**asdict(LIGHT), "arrow": "a.svg", "tick": "t.svg"}
    sheet = style_sheet(names)
    assert "$" not in sheet
    with pytest.raises(KeyError):
        style_sheet({"ink": "#000000"})


def test_the_scheme_follows_the_system_and_can_be_forced(qapp: QApplication, qtbot: QtBot) -> None:
    theme.dress(qapp, Qt.ColorScheme.Dark)
    assert theme.theme().is_dark()
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.ground)
    theme.dress(qapp, None)
    with qtbot.waitSignal(theme.theme().changed):
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert not theme.theme().is_dark()
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.ground)


def test_the_first_frame_has_the_right_ground_before_dressing(qapp: QApplication) -> None:
    theme.foretell(qapp, "dark")
    assert theme.colour("ground") == QColor(DARK.ground)
    theme.foretell(qapp, "system")
    assert theme.colour("ground") == QColor(LIGHT.ground)


def test_a_tone_has_its_colour() -> None:
    assert [LIGHT.of(tone) for tone in Tone] == [LIGHT.ink, LIGHT.muted, LIGHT.accent, LIGHT.warn, LIGHT.bad]
