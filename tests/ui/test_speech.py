"""Calls spoken aloud."""

from __future__ import annotations

import array
import math
from pathlib import Path

import pytest

from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.speech import Speaker, play, sounds
from zhangshu_desk.ui.speech.sounds import Sound
from zhangshu_desk.ui.work import Immediate


def seconds(sound: Sound) -> float:
    return len(sound.samples) / sound.rate / sound.channels / sound.width


def loudness(sound: Sound) -> float:
    """Root mean square of the samples, 0 … 32767."""
    samples = array.array("h", sound.samples)
    return math.sqrt(sum(one * one for one in samples) / len(samples))


def clip(folder: Path, name: str, tenths: int, rate: int = 8000) -> None:
    folder.mkdir(exist_ok=True)
    sounds.write(Sound(b"\x10\x20" * (rate * tenths // 10), rate, 1, 2), folder / f"{name}.wav")


def test_a_call_is_spoken_by_the_system(tmp_path: Path) -> None:
    sound = sounds.call("A023", "3号窗口")
    assert sound is not None
    assert 3 < seconds(sound) < 12
    assert loudness(sound) > 300
    chime = sounds.chime(sound)
    assert 1 < seconds(chime) < 1.5
    sounds.write(sound, tmp_path / "call.wav")
    assert sounds.read(tmp_path / "call.wav") == sound


@pytest.mark.parametrize(
    ("ticket", "counter", "text"),
    [
        ("A023", "3号窗口", "请，A 零 二 三号，到，三号窗口。"),
        ("B1204", "综合 12 号窗口", "请，B 一 二 零 四号，到，综合一二号窗口。"),
    ],
)
def test_digits_are_read_one_by_one(ticket: str, counter: str, text: str) -> None:
    assert sounds.text(ticket, counter) == text


def test_the_sites_own_recordings_are_joined(tmp_path: Path) -> None:
    for name in ["请", "A", "0", "2", "3", "号", "到", "窗口"]:
        clip(tmp_path / "clips", name, 3)
    sound = sounds.call("a023", "3号窗口", tmp_path / "clips")
    assert sound is not None
    assert sound.rate == 8000
    assert seconds(sound) == pytest.approx(seconds(sounds.chime(sound)) + 10 * 0.3, abs=0.01)


def test_a_recording_that_is_missing_broken_or_different_is_spoken_instead(tmp_path: Path) -> None:
    for name in ["请", "A", "0", "2", "3", "号", "到", "窗口"]:
        clip(tmp_path / "clips", name, 3)
    for spoil in ("missing", "broken", "different"):
        file = tmp_path / "clips" / "2.wav"
        if spoil == "missing":
            file.unlink()
        elif spoil == "broken":
            file.write_bytes(b"no sound")
        else:
            clip(tmp_path / "clips", "2", 3, rate=16000)
        sound = sounds.call("A023", "3号窗口", tmp_path / "clips")
        assert sound is not None
        assert sound.rate != 8000
    assert sounds.call("A023", "3号窗口", tmp_path / "nowhere") is not None


class Loudspeaker:
    """Keeps what it should play."""

    def __init__(self) -> None:
        self.played: list[Sound] = []

    def __call__(self, sound: Sound) -> bool:
        self.played.append(sound)
        return True


def test_without_a_voice_it_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    loudspeaker = Loudspeaker()
    speaker = Speaker(Settings(tmp_path / "s.json"), loudspeaker, Immediate())
    speaker.announce("A023", "3号窗口")
    assert not loudspeaker.played
    assert not play(Sound(b"\0\0", 8000, 1, 2))


def test_calls_are_played_one_after_the_other_unless_switched_off(tmp_path: Path) -> None:
    loudspeaker, settings = Loudspeaker(), Settings(tmp_path / "s.json")
    speaker = Speaker(settings, loudspeaker)
    speaker.announce("A023", "3号窗口")
    speaker._thread.submit(lambda: None).result(30)
    settings.change(speech=False)
    speaker.announce("A024", "3号窗口")
    speaker.close()
    assert len(loudspeaker.played) == 1


def test_a_loudspeaker_that_fails_stops_nothing(tmp_path: Path) -> None:
    def broken(sound: Sound) -> bool:
        raise RuntimeError("no device")

    speaker = Speaker(Settings(tmp_path / "s.json"), broken, Immediate())
    speaker.announce("A023", "3号窗口")
