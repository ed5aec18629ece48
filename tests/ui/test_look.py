"""How the kit looks: nothing cut off, everything named, at every size, scale and scheme."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.ui import gallery
from tests.ui.render import grab, settle
from zhangshu_desk.ui.theme import DARK, HIT, LIGHT, dress
from zhangshu_desk.ui.widgets import Elided
from zhangshu_desk.ui.widgets.text import Problem

SIZES = [QSize(1280, 720), QSize(1366, 768), QSize(3840, 2160)]


def show(qtbot: QtBot, name: str, size: QSize) -> QWidget:
    widget = gallery.WIDGETS[name]()
    qtbot.addWidget(widget)
    widget.resize(size)
    widget.show()
    settle()
    return widget


def cut_off(widget: QWidget) -> list[str]:
    """The texts that do not fit where they stand."""
    labels: list[QLabel | QAbstractButton] = [
        label for label in widget.findChildren(QLabel) if not isinstance(label, Elided | Problem)
    ]
    texts = [*labels, *widget.findChildren(QAbstractButton)]
    return [
        f"{type(one).__name__} {one.text()!r} {one.size().toTuple()} < {one.sizeHint().toTuple()}"
        for one in texts
        if one.isVisible() and one.text() and not _fits(one)
    ]


def _fits(one: QLabel | QAbstractButton) -> bool:
    if isinstance(one, QLabel) and one.wordWrap():
        return one.height() >= one.heightForWidth(one.width())
    return one.width() >= one.sizeHint().width() and one.height() >= one.sizeHint().height()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.width()}")
@pytest.mark.parametrize("name", ["gallery", "reception", "reception-longer", "window"])
def test_no_text_is_cut_off(qtbot: QtBot, name: str, size: QSize) -> None:
    widget = show(qtbot, name, size)
    assert widget.size() == size
    assert not cut_off(widget)


@pytest.mark.parametrize("name", ["gallery", "window"])
def test_everything_one_can_reach_has_a_name_and_is_large_enough(qtbot: QtBot, name: str) -> None:
    widget = show(qtbot, name, QSize(1366, 768))
    reachable = [
        one
        for one in widget.findChildren(QWidget)
        if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None
    ]
    assert len(reachable) > 10
    assert not [one for one in reachable if not one.accessibleName()]
    small = [one for one in reachable if min(one.width(), one.height()) < HIT]
    # The text of a number or day field is smaller than the field around it, which takes the click.
    assert not [one for one in small if not isinstance(one.parentWidget(), QAbstractSpinBox)]


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_a_picture_wears_its_scheme(qtbot: QtBot, qapp: QApplication, scheme: Qt.ColorScheme) -> None:
    dress(qapp, scheme)
    widget = gallery.window()
    qtbot.addWidget(widget)
    picture = grab(widget)
    tokens = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    assert picture.pixelColor(1360, 400).name() == tokens.ground
    assert picture.pixelColor(700, 600).name() == tokens.card
    assert picture.pixelColor(40, 740).name() == tokens.rail
    assert picture.pixelColor(1, 50).name() == tokens.rail_mark


def test_the_scheme_changes_under_an_open_window(qtbot: QtBot, qapp: QApplication) -> None:
    widget = gallery.window()
    qtbot.addWidget(widget)
    assert grab(widget).pixelColor(1360, 400).name() == LIGHT.ground
    dress(qapp, Qt.ColorScheme.Dark)
    assert grab(widget).pixelColor(1360, 400).name() == DARK.ground
    assert grab(widget).pixelColor(1, 50).name() == DARK.rail_mark


@pytest.mark.parametrize("scale", ["1.25", "2"])
def test_the_renderer_draws_at_every_scale(tmp_path: Path, scale: str) -> None:
    command = [sys.executable, "-m", "tests.ui.render", "window", str(tmp_path), "dark", scale]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run(command, check=True, capture_output=True, env=environment, timeout=120)
    picture = QImage(str(tmp_path / f"window-dark-{scale}.png"))
    assert picture.width() == pytest.approx(1366 * float(scale), abs=2)
    assert picture.pixelColor(picture.width() - 8, picture.height() // 2).name() == DARK.ground
