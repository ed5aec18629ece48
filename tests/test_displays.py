"""The displays that tests run on: scripts/with_xvfb and, with a screen reader, scripts/with_atspi."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"

pytestmark = pytest.mark.xvfb


def call(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it wrote, whatever its status."""
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_with_xvfb_gives_a_display_and_the_status() -> None:
    size = "from PySide6.QtGui import QGuiApplication as G; print(G([]).primaryScreen().size().toTuple())"
    result = call(SCRIPTS / "with_xvfb", "-s", "1280x720", sys.executable, "-c", size, QT_QPA_PLATFORM="xcb")
    assert (result.returncode, result.stdout.strip()) == (0, "(1280, 720)"), result.stderr
    assert call(SCRIPTS / "with_xvfb", "sh", "-c", "exit 3").returncode == 3


def test_with_xvfb_ends_its_server() -> None:
    socket = call(SCRIPTS / "with_xvfb", "sh", "-c", "echo /tmp/.X11-unix/X${DISPLAY#:}; echo $XDG_RUNTIME_DIR").stdout
    assert len(socket.split()) == 2
    assert not [path for path in socket.split() if Path(path).exists()]


WINDOW = """
from PySide6.QtWidgets import QApplication, QLineEdit
app = QApplication([])
field = QLineEdit()
field.setAccessibleName("姓名")
field.textChanged.connect(lambda text: (print(text), app.quit()))
field.show()
app.exec()
"""
READER = """
import pyatspi
found = None
while found is None:
    found = pyatspi.findDescendant(pyatspi.Registry.getDesktop(0), lambda x: x.name == "姓名")
found.queryEditableText().setTextContents("韩梅梅")
"""


def test_with_atspi_shows_a_window_to_a_screen_reader(tmp_path: Path) -> None:
    (tmp_path / "window.py").write_text(WINDOW, encoding="utf-8")
    (tmp_path / "reader.py").write_text(READER, encoding="utf-8")
    both = f"{sys.executable} {tmp_path}/window.py & timeout 60 /usr/bin/python3 {tmp_path}/reader.py && wait"
    result = call(SCRIPTS / "with_atspi", "sh", "-c", both)
    assert (result.returncode, result.stdout.strip()) == (0, "韩梅梅"), result.stderr
