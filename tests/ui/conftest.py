"""Every test of the window wears the house's look."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from zhangshu_desk.ui.fonts import speak_chinese
from zhangshu_desk.ui.theme import dress


@pytest.fixture(scope="session")
def _chinese(qapp: QApplication) -> None:
    speak_chinese(qapp)


@pytest.fixture(autouse=True)
def look(qapp: QApplication, _chinese: None) -> None:
    """Light, Chinese, whatever the test before did."""
    dress(qapp, Qt.ColorScheme.Light)
