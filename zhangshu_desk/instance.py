"""One desk per data directory: a lock file that outlives nobody, and a socket to raise the first desk's window."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Signal

from zhangshu_desk.core import paths as desk_paths
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

_RAISE = b"raise\n"
_WAIT_MS = 2_000


class Instance(QObject):
    """The right to work in one data directory, held until `release` or the end of the process.

    A lock left behind by a killed process is recognised (its process is gone, or the machine was started again) and
    taken over. Keep the object: when it goes, so does the lock.
    """

    raised = Signal()
    """Somebody started the desk a second time: show the window."""

    def __init__(self, lock: QLockFile) -> None:
        super().__init__()
        self._lock = lock
        self._server: QLocalServer | None = None

    @classmethod
    def acquire(cls, paths: Paths, *, listen: bool = True) -> Instance | None:
        """Take the data directory.

        Args:
            listen: answer second starts by `raised`; needs a `QCoreApplication` whose events run. A command that only
                must not be disturbed goes without.

        Returns:
            None when another process holds it.

        Raises:
            DeskError: `store.read_only` when the directory cannot be written.
        """
        try:
            desk_paths.make(paths)
        except OSError as error:
            raise DeskError("store.read_only", path=paths.data) from error
        lock = QLockFile(str(paths.data / "desk.lock"))
        lock.setStaleLockTime(0)  # by its process only: a desk is open for days
        if not lock.tryLock(0):
            if lock.error() == QLockFile.LockError.LockFailedError:
                return None
            raise DeskError("store.read_only", path=paths.data)
        instance = cls(lock)
        if listen:
            instance._listen(socket_name(paths))
        return instance

    def release(self) -> None:
        """Let others have the data directory."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    def listen(self, paths: Paths, raised: Callable[[], None]) -> None:
        """Call `raised` at every second start from now on."""
        self.raised.connect(raised)
        self._listen(socket_name(paths))

    def _listen(self, name: str) -> None:
        from PySide6.QtNetwork import QLocalServer

        # The lock is ours, so a socket of that name was left behind by a killed process.
        QLocalServer.removeServer(name)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._called)
        self._server.listen(name)

    def _called(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.write(_RAISE)
            socket.flush()
            socket.disconnectFromServer()
            self.raised.emit()


def call_first(paths: Paths) -> bool:
    """Ask the process that holds the data directory to show its window; whether it answered."""
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(socket_name(paths))
    answered = socket.waitForConnected(_WAIT_MS) and (
        socket.bytesAvailable() >= len(_RAISE) or socket.waitForReadyRead(_WAIT_MS)
    )
    socket.abort()
    return answered


def socket_name(paths: Paths) -> str:
    """A short name for any directory, whatever its length or letters (a Unix socket's path has 108 bytes)."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    place = os.path.normcase(paths.data.resolve())
    return "zhangshu-desk-" + hashlib.sha256(f"{user}:{place}".encode()).hexdigest()[:24]
