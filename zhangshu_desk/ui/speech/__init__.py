"""Calls people aloud; silent, and never in the way, where a machine has no voice or no loudspeaker."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.speech import sounds
from zhangshu_desk.ui.speech.sounds import Sound

__all__ = ["Speaker"]

_PLAYERS = (("paplay",), ("pw-play",), ("aplay", "-q"))
_PATIENCE_S = 30
_log = logging.getLogger(__name__)


def play(sound: Sound) -> bool:
    """Play `sound` to its end on the system's loudspeaker; whether somebody could."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "call.wav"
        sounds.write(sound, file)
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(str(file), winsound.SND_FILENAME)
            return True
        player = next((one for one in _PLAYERS if shutil.which(one[0])), None)
        if player is None:
            return False
        done = subprocess.run([*player, str(file)], capture_output=True, timeout=_PATIENCE_S, check=False)
        return done.returncode == 0


class Speaker:
    """Says calls one after the other on a thread of its own.

    Args:
        player: plays a sound; the loudspeaker by default.
        thread: where calls are made and played.
    """

    def __init__(
        self, settings: Settings, player: Callable[[Sound], bool] = play, thread: Executor | None = None
    ) -> None:
        self._settings, self._player = settings, player
        self._thread = thread or ThreadPoolExecutor(1, "speech")

    def announce(self, ticket: str, counter: str) -> None:
        """Call `ticket` (`A023`) to `counter` (`3号窗口`), unless the settings say not to speak. Returns at once."""
        values = self._settings.values
        if values.speech:
            clips = Path(values.clips) if values.clips else None
            self._thread.submit(self._say, ticket, counter, clips)

    def close(self) -> None:
        """Finish the call being spoken and forget the others."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _say(self, ticket: str, counter: str, clips: Path | None) -> None:
        try:
            sound = sounds.call(ticket, counter, clips)
            if sound is not None:
                self._player(sound)
        except (OSError, RuntimeError, subprocess.SubprocessError):
            # RuntimeError is how winsound says it. A call that cannot be heard is on the display all the same.
            _log.info("a call could not be spoken", exc_info=True)
