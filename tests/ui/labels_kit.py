"""The labels' page with parts of its own choosing, on a real store."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui.hands import in_front
from tests.ui.morning import desk
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.ui.pages.labels import page as pages
from zhangshu_desk.ui.pages.labels.page import LabelsPage
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.widgets import ComboField
from zhangshu_desk.ui.work import Work

P = TypeVar("P", bound=Part)


def open_part(
    qtbot: QtBot,
    patch: pytest.MonkeyPatch,
    store: Store,
    folder: Path,
    clock: FixedClock,
    kind: type[P],
    work: Work | None = None,
    actor: Actor = make.SUPERVISOR,
) -> P:
    """The page with this part alone, in front."""
    patch.setattr(pages, "parts", lambda: (kind,))
    page = LabelsPage(desk(store, folder, clock, actor, work))
    qtbot.addWidget(page)
    page.resize(1274, 690)
    in_front(qtbot, page)
    page.on_shown()
    return page.part_of(kind)


def pick(field: ComboField[Any], words: str) -> None:
    """Choose as a person does: by typing the beginning of the words."""
    at = field.editor.findText(words, Qt.MatchFlag.MatchStartsWith)
    assert at >= 0, [words for _, words in field.choices()]
    field.editor.setCurrentIndex(at)
    field.editor.activated.emit(at)
