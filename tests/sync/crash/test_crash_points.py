"""Station and centre die at every named place, each followed by a new start: nothing is lost, doubled or different."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.sync.crash import scenes
from tests.sync.crash.scenes import Scene
from tests.sync.crash.yard import DIED, ROOT, Yard
from zhangshu_desk.core import failpoints


@dataclass(frozen=True)
class Case:
    """Who dies where (`name` or `name:k`), and in which scene."""

    scene: type[Scene]
    place: str
    centre: bool = False

    def __str__(self) -> str:
        return f"{'centre' if self.centre else 'station'}-{self.scene.__name__}-{self.place}"


def _station(scene: type[Scene], *places: str) -> list[Case]:
    return [Case(scene, place if place.startswith("file.") else f"desk.{place}") for place in places]


def _centre(scene: type[Scene], *places: str) -> list[Case]:
    return [Case(scene, place if place.startswith("file.") else f"server.{place}", centre=True) for place in places]


CASES = [
    *_station(scenes.Push, "before_local_commit:2", "after_local_commit:2", "before_request", "answer_read"),
    *_station(scenes.Push, "before_apply_commit", "after_apply_commit"),
    # twice the answers that are staged, then the one with which all becomes visible
    *_station(scenes.Pages, "before_apply_commit:2", "after_apply_commit:2", "before_apply_commit:3"),
    *_station(scenes.Pages, "after_apply_commit:3", "after_index_commit"),
    *_station(scenes.Snapshot, "copy_begun", "page_read", "before_page_commit:2", "after_page_commit:2"),
    *_station(scenes.Snapshot, "before_page_commit:3", "after_page_commit:3"),
    *_station(scenes.Expired, "before_request:2", "page_read"),
    *_station(scenes.Fork, "before_part_commit", "after_part_commit", "life_begun", "answer_read"),
    *_station(scenes.Gap, "after_gap_commit", "after_apply_commit", "page_read"),
    *_station(scenes.Offer, "before_offer", "after_offer", "before_local_commit:4", "after_local_commit:4"),
    *_station(scenes.Mend, "before_mend_commit", "after_mend_commit"),
    *_station(scenes.Serials, "after_local_commit:2", "before_apply_commit:2"),
    *_station(scenes.Enrol, "enrol.answer_read", "enrol.secret_kept", "page_read", "file.written"),
    *_station(scenes.Renew, "secret_kept", "after_apply_commit", "file.written"),
    *_station(scenes.ByStick, "file.written"),
    *_station(scenes.StickComesBack, "exchange.before_commit"),
    *_centre(scenes.Push, "push.begun", "push.verifiers", "push.merged", "push.numbered", "push.before_commit"),
    *_centre(scenes.Push, "push.after_commit", "pull.before_answer"),
    *_centre(scenes.Pages, "pull.before_answer:2"),
    *_centre(scenes.Snapshot, "snapshot.before_answer:2"),
    *_centre(scenes.Fork, "fork.after_commit", "push.numbered"),
    *_centre(scenes.Gap, "push.before_commit", "push.after_commit"),
    *_centre(scenes.Offer, "push.numbered", "push.after_commit:2"),
    *_centre(scenes.Serials, "serials.after_file", "serials.after_file:2", "file.written", "push.after_commit"),
    *_centre(scenes.Enrol, "enrol.before_commit", "enrol.after_commit"),
    *_centre(scenes.Renew, "push.before_commit", "push.after_commit"),
    *_centre(scenes.StickAtCentre, "push.numbered", "exchange.taken", "file.written"),
    *_centre(scenes.NewCentre, "epoch.after_file", "file.written"),
    *_centre(scenes.OtherEpoch, "epoch.after_file", "file.written"),
]


def test_every_place_is_tried() -> None:
    assert {case.place.partition(":")[0] for case in CASES} == set(failpoints.NAMES)


@pytest.mark.parametrize(("chosen", "status"), [("file.written", DIED), ("file.written:2", 0), ("nowhere", 1)])
def test_the_environment_chooses_the_place(chosen: str, status: int, tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from zhangshu_desk.core.files import write_atomic;"
        " write_atomic(pathlib.Path(sys.argv[1]), b'')"
    )
    environment = {**os.environ, failpoints.VARIABLE: chosen}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "file")],
        cwd=ROOT, env=environment, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    assert (tmp_path / "file").exists() == (status == 0)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=str)
def test_dying_there_costs_nothing(case: Case, yard: Yard) -> None:
    scene = case.scene(yard)
    if case.centre:
        scene.let_the_centre_die(case.place)
    else:
        assert scene.act(case.place) == DIED, "the station did not come to its place"
    scene.again()
    yard.recover(excused=scene.excused, restored=scene.restored)
    scene.check()
