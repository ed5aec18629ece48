"""Pictures of widgets without a display: `shot(make, path)`, also `python -m tests.ui.render gallery DIR`.

Every picture is made in its own process because the scale is fixed when Qt starts; within one process use `grab`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

SCREEN = QSize(1366, 768)
SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


def start(scale: float = 1.0, scheme: str = "light") -> QApplication:
    """An offscreen application in our look; call once per process, before any widget."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = str(scale)
    from zhangshu_desk.ui.fonts import speak_chinese
    from zhangshu_desk.ui.theme import dress

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([])
    speak_chinese(app)
    dress(app, SCHEMES[scheme])
    return app


def settle() -> None:
    """Let layouts, posted events and deletions happen."""
    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def grab(widget: QWidget, size: QSize | None = SCREEN) -> QImage:
    """`widget` shown at `size` (device-independent; None = its own) as a picture at the process's scale."""
    if size is not None:
        widget.resize(size)
    widget.show()
    settle()
    return widget.grab().toImage()


def shot(widget: QWidget, path: Path, size: QSize | None = SCREEN) -> Path:
    """Save `grab` as PNG at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not grab(widget, size).save(str(path)):
        raise OSError(f"cannot write {path}")
    return path


def main(arguments: list[str]) -> int:
    """`gallery|reception DIR [light|dark] [SCALE]`: the kit's own pictures."""
    what, folder, scheme, scale = [*arguments, "light", "1"][:4] if len(arguments) < 4 else arguments
    start(float(scale), scheme)
    from tests.ui import gallery

    widget = gallery.WIDGETS[what]()
    print(shot(widget, Path(folder) / f"{what}-{scheme}-{scale}.png"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
