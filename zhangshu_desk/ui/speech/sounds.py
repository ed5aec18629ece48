"""Makes the sound of a call as one WAV file: a chime, then the site's own recordings or the system's voice.

Clips of a site are files in one folder: `0.wav` … `9.wav`, `A.wav` … `Z.wav`, `请.wav`, `号.wav`, `到.wav`,
`窗口.wav`, all recorded alike (same rate, channels and sample size).
"""

from __future__ import annotations

import array
import math
import re
import shutil
import subprocess
import sys
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PATIENCE_S = 20
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_TONES_HZ = (783.99, 659.26)
_TONE_S, _PAUSE_S = 0.45, 0.25
_LOUD = 0.35
_SAPI = """
Add-Type -AssemblyName System.Speech
$voice = New-Object System.Speech.Synthesis.SpeechSynthesizer
$chinese = $voice.GetInstalledVoices() | Where-Object { $_.VoiceInfo.Culture.Name -like 'zh*' } | Select-Object -First 1
if (-not $chinese) { exit 1 }
$voice.SelectVoice($chinese.VoiceInfo.Name)
$voice.SetOutputToWaveFile($args[0])
$voice.Speak([Console]::In.ReadToEnd())
$voice.Dispose()
"""


@dataclass(frozen=True)
class Sound:
    """Samples with what is needed to play them: `rate` per second, `channels`, `width` bytes per sample."""

    samples: bytes
    rate: int
    channels: int
    width: int

    def alike(self, other: Sound) -> bool:
        """Whether both can stand in one file."""
        return (self.rate, self.channels, self.width) == (other.rate, other.channels, other.width)


def call(ticket: str, counter: str, clips: Path | None = None) -> Sound | None:
    """The sound of calling `ticket` (`A023`) to `counter` (`3号窗口`); None where nothing can speak.

    Args:
        clips: folder of the site's recordings; a call they cannot make is spoken by the system's voice.
    """
    spoken = (from_clips(words(ticket, counter), clips) if clips else None) or voice(text(ticket, counter))
    if spoken is None:
        return None
    return _joined([chime(spoken), spoken])


def text(ticket: str, counter: str) -> str:
    """What the voice reads; digits one by one: `请 A零二三 号，到 三号窗口。`"""
    letters = " ".join(ticket.translate(_DIGITS))
    return f"请，{letters}号，到，{counter.replace(' ', '').translate(_DIGITS)}。"


def words(ticket: str, counter: str) -> list[str]:
    """The clips of a call in order: `请 A 0 2 3 号 到 3 号 窗口`."""
    return ["请", *ticket.upper(), "号", "到", *re.findall(r"窗口|\S", counter.upper())]


def from_clips(names: Sequence[str], folder: Path) -> Sound | None:
    """The recordings one after the other; None when one is missing or they differ in format."""
    try:
        sounds = [read(folder / f"{name}.wav") for name in names]
    except (OSError, EOFError, wave.Error):
        return None
    return _joined(sounds)


def voice(words_to_say: str) -> Sound | None:
    """The system's Chinese voice saying something; None where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "voice.wav"
        if sys.platform == "win32":
            command = ["powershell", "-NoProfile", "-NonInteractive", "-Command", f"& {{{_SAPI}}}", str(file)]
        elif shutil.which("espeak-ng"):
            command = ["espeak-ng", "-v", "cmn", "-s", "165", "-w", str(file), "--stdin"]
        else:
            return None
        try:
            subprocess.run(command, input=words_to_say.encode(), capture_output=True, timeout=_PATIENCE_S, check=True)
            return read(file)
        except (OSError, EOFError, subprocess.SubprocessError, wave.Error):
            return None


def chime(like: Sound) -> Sound:
    """Two falling tones in the format of `like`, then a short pause."""
    quiet = Sound(bytes(int(_PAUSE_S * like.rate) * like.channels * like.width), like.rate, like.channels, like.width)
    if like.width != 2:
        return quiet
    samples = array.array("h")
    for hertz in _TONES_HZ:
        for at in range(int(_TONE_S * like.rate)):
            fade = math.exp(-5 * at / (_TONE_S * like.rate))
            level = int(32767 * _LOUD * fade * math.sin(2 * math.pi * hertz * at / like.rate))
            samples.extend([level] * like.channels)
    if sys.byteorder == "big":
        samples.byteswap()
    return Sound(samples.tobytes() + quiet.samples, like.rate, like.channels, like.width)


def read(file: Path) -> Sound:
    """The sound of a WAV file. Raises `OSError`, `EOFError` or `wave.Error` when it is none."""
    with wave.open(str(file), "rb") as source:
        samples = source.readframes(source.getnframes())
        return Sound(samples, source.getframerate(), source.getnchannels(), source.getsampwidth())


def write(sound: Sound, file: Path) -> None:
    """Write `sound` as a WAV file."""
    with wave.open(str(file), "wb") as target:
        target.setnchannels(sound.channels)
        target.setsampwidth(sound.width)
        target.setframerate(sound.rate)
        target.writeframes(sound.samples)


def _joined(sounds: Sequence[Sound]) -> Sound | None:
    first = sounds[0]
    if not all(first.alike(one) for one in sounds):
        return None
    return Sound(b"".join(one.samples for one in sounds), first.rate, first.channels, first.width)
