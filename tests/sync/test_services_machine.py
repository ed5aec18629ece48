"""Services that are loaded at the centre while everything goes wrong that can: all desks come to have the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.handed_down import DR, GROUP, NB, OTHERS
from tests.sync.machine import SyncMachine
from tests.sync.test_sync_machine import EXAMPLES, run
from zhangshu_desk.core.services import Catalogue, shipped
from zhangshu_desk.reception.catalogue import in_force
from zhangshu_server import catalogue

LOADED = (
    Catalogue((NB, DR), (GROUP,)),
    Catalogue((DR,), (GROUP,)),
    Catalogue((replace(DR, short="电动车检验"), NB), (GROUP,)),
    OTHERS,
)


class ServicesMachine(SyncMachine):
    """The machine, and somebody at the centre who loads services now and then."""

    @rule(wanted=st.sampled_from((*LOADED, None)))
    def load_services(self, wanted: Catalogue | None) -> None:
        for rig in self.stations:
            in_force(rig.store)  # from here on it follows every commit; one that leaves it in pieces is in the log
        if wanted is None:
            catalogue.reset(self.rig.engine, self.now)
        else:
            catalogue.load(self.rig.engine, wanted, self.now)

    def _check(self) -> None:
        super()._check()
        handed_down = catalogue.handed_down(self.rig.engine).catalogue
        for rig in self.stations:
            found = in_force(rig.store)
            assert found.problem is None
            assert found.catalogue == (handed_down or shipped())
            assert found.from_centre == (handed_down is not None)


@pytest.mark.slow
def test_in_the_end_every_desk_offers_what_the_centre_says(make_database: Callable[[], str], tmp_path: Path) -> None:
    run(ServicesMachine, max(EXAMPLES // 2, 1), make_database, tmp_path)
