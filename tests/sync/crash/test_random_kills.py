"""A station that works and synchronises without pause, and the centre, killed at moments nobody chose."""

from __future__ import annotations

import random
from collections import Counter
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

import pytest

from tests.sync.crash import children
from tests.sync.crash.yard import PATIENCE_S, Yard
from tests.sync.park import Rig

KILLS = 60
LONGEST_LIFE_S = 0.12


class Restless:
    """The station at work in a process; what it tells is kept in `told` and `made` (ids of enterprises)."""

    def __init__(self, yard: Yard, rig: Rig) -> None:
        self._yard, self._rig = yard, rig
        self.told: Counter[str] = Counter()
        self.made: list[str] = []
        self._process: ForkServerProcess | None = None
        self._listen: Connection | None = None

    def start(self) -> None:
        """Let it work."""
        self._listen, tell = self._yard.context.Pipe(duplex=False)
        errand = self._yard.errand(self._rig, "")
        self._process = self._yard.spawn(children.work_until_killed, errand, tell)
        tell.close()  # the end is heard when the child's copy goes

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self._process is not None
        assert self._listen is not None
        self._process.kill()
        try:
            while True:
                self._hear()
        except EOFError:
            self._listen.close()
        self._process.join()
        assert self._process.exitcode == -9, "it ended by itself"
        self._process.close()

    def await_cycle(self) -> None:
        """Until it has finished another cycle."""
        before = self.told["cycle"]
        assert self._listen is not None
        while self.told["cycle"] == before:
            assert self._listen.poll(PATIENCE_S), "nothing happens any more"
            self._hear()

    def rest(self, seconds: float) -> None:
        """Wait, unless it ends before."""
        assert self._process is not None
        self._process.join(seconds)

    def _hear(self) -> None:
        assert self._listen is not None
        word, _, row_id = self._listen.recv_bytes().decode().partition(" ")
        self.told[word] += 1
        if row_id:
            self.made.append(row_id)


@pytest.mark.slow
def test_sixty_kills_lose_nothing_and_double_nothing(yard: Yard) -> None:
    dice = random.Random(20261125)
    rig, other = yard.park.rigs
    rig.store.close()
    restless = Restless(yard, rig)
    restless.start()
    killed: Counter[str] = Counter()
    for number in range(KILLS):
        if number % 4 != 3:  # else the next one comes while the last one's victim is still starting
            restless.await_cycle()
        restless.rest(dice.uniform(0, LONGEST_LIFE_S))
        victim = dice.choice(("station", "centre"))
        killed[victim] += 1
        if victim == "station":
            restless.kill()
            restless.start()
        else:
            yard.kill()
            yard.clock.moment = rig.clock.now()
            yard.start()
        if number == KILLS // 2:
            other.cycle()
    restless.await_cycle()
    restless.kill()
    rig.reopen()
    yard.recover()
    there = yard.rows("enterprises")
    assert all(there[row_id]["founded_on"] == "2026-01-02" for row_id in restless.made), "shown, and lost"
    assert min(killed.values()) > KILLS // 3
    assert restless.told["unreachable"], "the centre never died while it was asked"
    assert len(restless.made) > KILLS // 2
