"""What is settled around QApplication: input method, Qt's own Chinese texts, a font with Chinese."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QFontDatabase, QFontMetrics
from PySide6.QtWidgets import QApplication

from zhangshu_desk.ui import theme


def settle_input_method(environment: MutableMapping[str, str] | None = None) -> None:
    """Let Chinese be typed; call before QApplication.

    `QT_IM_MODULE=fcitx*`, the default of desktops in China, becomes `ibus` when our Qt has no fcitx plugin
    (the PyPI wheels have none; fcitx5 answers on its ibus front end).

    Args:
        environment: changed in place; the process's own by default.
    """
    variables = os.environ if environment is None else environment
    wanted = variables.get("QT_IM_MODULE", "")
    if wanted.startswith("fcitx") and not _has_input_plugin("fcitx"):
        variables["QT_IM_MODULE"] = "ibus"


def _has_input_plugin(name: str) -> bool:
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts"
    return folder.is_dir() and any(name in file.name for file in folder.iterdir())


def speak_chinese(app: QApplication) -> None:
    """Give Qt's ready-made texts (context menus, calendar, file dialog) in Simplified Chinese."""
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_zh_CN", folder):
        app.installTranslator(translator)


def has_chinese() -> bool:
    """Whether some installed font can show Chinese; without one every character is a box."""
    if QFontMetrics(theme.font()).inFontUcs4(ord("樟")):
        return True
    return bool(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
