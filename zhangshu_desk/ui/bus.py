"""Tells the pages which tables changed, once per turn of the event loop, from whatever thread."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal


class Bus(QObject):
    """`changed(frozenset[str])` carries all tables touched since the last turn of the event loop."""

    changed = Signal(frozenset)
    _arrived = Signal(frozenset)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pending: set[str] = set()
        self._arrived.connect(self._collect)

    def announce(self, tables: Iterable[str]) -> None:
        """Say that `tables` changed; may be called from any thread."""
        self._arrived.emit(frozenset(tables))

    def _collect(self, tables: frozenset[str]) -> None:
        if not self._pending:
            QTimer.singleShot(0, self._tell)
        self._pending |= tables

    def _tell(self) -> None:
        tables, self._pending = frozenset(self._pending), set()
        self.changed.emit(tables)
