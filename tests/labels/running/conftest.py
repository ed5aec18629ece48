"""The printing room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.labels import shop
from tests.labels.printers.label_printer import LabelPrinter
from tests.labels.running.press import Press
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels.printers import tcp


@pytest.fixture
def press(store: Store, tmp_path: Path, qapp: QApplication) -> Press:
    """A batch of forty wardrobes."""
    opened = shop.open_shop(store, tmp_path)
    return Press(store, shop.numbered(store, opened.traced_form()))


@pytest.fixture
def printer() -> Iterator[LabelPrinter]:
    made = LabelPrinter()
    made.label_s = 0.01
    yield made
    made.close()


@pytest.fixture
def silent(printer: LabelPrinter) -> LabelPrinter:
    """One that answers no question."""
    printer.answers = False
    return printer


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "ANSWER_S", 0.3)
