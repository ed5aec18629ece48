"""Desks that are killed at random moments while they number and print, half of them with their printers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.labels.running.killing import kill_often, room

KILLS = 200


@pytest.mark.slow
def test_two_hundred_kills_print_every_number_once(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    with room(tmp_path) as made:
        monkeypatch.setenv("CUPS_SERVER", made.server.address)
        kill_often(made, KILLS, 20261126)
        assert made.heard["ready"] == KILLS
        assert made.heard["DONE"] > KILLS // 20
        assert {"SENT all", "PRINTING all", "PRINTING none"} <= set(made.asked)
        assert sum(times for word, times in made.asked.items() if "some" in word) > 2, "never in the middle of a part"
