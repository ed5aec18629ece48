"""Input method, Qt's Chinese texts, fonts, icons."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QFontInfo, QImage
from PySide6.QtWidgets import QApplication

from zhangshu_desk.core import resources
from zhangshu_desk.ui import fonts, icons, theme

ICONS = sorted((resources.path("icons/desk.svg").parent).glob("*.svg"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"QT_IM_MODULE": "fcitx"}, {"QT_IM_MODULE": "ibus"}),
        ({"QT_IM_MODULE": "fcitx5"}, {"QT_IM_MODULE": "ibus"}),
        ({"QT_IM_MODULE": "ibus"}, {"QT_IM_MODULE": "ibus"}),
        ({"QT_IM_MODULE": "compose"}, {"QT_IM_MODULE": "compose"}),
        ({}, {}),
    ],
)
def test_fcitx_becomes_ibus_where_qt_has_no_fcitx_plugin(before: dict[str, str], after: dict[str, str]) -> None:
    fonts.settle_input_method(before)
    assert before == after


def test_qt_speaks_chinese(qapp: QApplication) -> None:
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
    assert QCoreApplication.translate("QLineEdit", "&Paste") == "粘贴(&P)"


def test_chinese_has_a_font(qapp: QApplication) -> None:
    assert fonts.has_chinese()
    assert QFontInfo(theme.font()).pixelSize() == theme.BODY


@pytest.mark.parametrize("file", ICONS, ids=lambda file: file.stem)
def test_an_icon_is_a_drawing_that_can_be_tinted(file: Path, qapp: QApplication) -> None:
    root = ElementTree.parse(file).getroot()
    assert root.get("viewBox")
    if root.get("viewBox") == "0 0 24 24":
        assert root.get("stroke") == "currentColor"
        assert _colours(icons.pixmap(file.stem, QColor("#ff0000"), 24, 2.0).toImage()) == {"#ff0000"}


def test_an_icon_is_sharp_at_every_scale(qapp: QApplication) -> None:
    picture = icons.pixmap("search", theme.colour("ink"), 20, 2.0)
    assert (picture.width(), picture.devicePixelRatio()) == (40, 2.0)
    assert {size.width() for size in icons.icon("search", theme.colour("ink"), 20).availableSizes()} >= {20, 40, 60}


def _colours(image: QImage) -> set[str]:
    """The colours of the fully opaque points."""
    points = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {point.name() for point in points if point.alpha() == 255}
