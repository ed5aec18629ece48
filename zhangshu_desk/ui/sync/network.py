"""The line came back, or is another one now: heard from the system where it tells, so that nobody waits for a timer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QNetworkInformation


class LineWatch(QObject):
    """Calls `changed` when the machine's network changes. Where the system does not tell, nothing is called: the
    synchronising has its own timer and needs this only to be quicker."""

    def __init__(self, changed: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = changed
        self.told = QNetworkInformation.loadDefaultBackend()
        system = QNetworkInformation.instance() if self.told else None
        if system is not None:
            system.reachabilityChanged.connect(self._heard)

    def _heard(self, reachability: QNetworkInformation.Reachability) -> None:
        if reachability is not QNetworkInformation.Reachability.Disconnected:
            self._changed()
