"""The station's label key on its way to the centre: at the first contact, again when it was lost there, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store_fixtures import NINE
from tests.sync.centre import CentreRig
from tests.sync.park import Park, Rig
from zhangshu_desk.core import label_key
from zhangshu_desk.core.link import Probe
from zhangshu_desk.db import site
from zhangshu_desk.db.bare import bare
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.rules import WalkIn
from zhangshu_desk.sync import books, enrolment, labels
from zhangshu_server import exchanges, label_keys
from zhangshu_server.database import pull_transaction


@pytest.fixture
def rig(park: Park) -> Rig:
    """A station that has joined."""
    return park.station("甲", NINE)


def at_the_centre(centre: CentreRig) -> dict[bytes, str]:
    """The keys that the centre has, and whose they are."""
    with pull_transaction(centre.engine) as connection:
        return {one.key: one.station for one in label_keys.every(connection)}


def still_to_send(rig: Rig) -> bool:
    """Whether the next request would carry the key."""
    with rig.store.read() as session:
        return labels.key_to_send(bare(session), rig.where) is not None


def test_it_is_made_and_handed_over_at_the_first_contact(centre: CentreRig, rig: Rig) -> None:
    assert label_key.read(rig.where.label_key) is None
    rig.cycle()
    assert at_the_centre(centre) == {label_key.read(rig.where.label_key): rig.station}
    assert not still_to_send(rig)


def test_a_key_that_numbered_labels_before_joining_is_handed_over(centre: CentreRig, rig: Rig) -> None:
    key = label_key.read_or_make(rig.where.label_key)
    rig.cycle()
    assert at_the_centre(centre) == {key: rig.station}


def test_a_restored_centre_gets_it_again(centre: CentreRig, rig: Rig) -> None:
    centre.save()
    rig.cycle()
    rig.cycle()
    key = label_key.read(rig.where.label_key)
    centre.restore()
    centre.park.restart()
    assert at_the_centre(centre) == {}
    for _ in range(2):
        rig.cycle()
    assert at_the_centre(centre) == {key: rig.station}
    assert not still_to_send(rig)


def test_another_centre_gets_it_too(centre: CentreRig, park: Park, rig: Rig) -> None:
    rig.cycle()
    nobody = park.reach()
    probe = Probe("https://centre.test", "another", "AB:CD:EF:01" + ":00" * 28, "")
    enrolment.enrol(rig.store, nobody, rig.vault, probe, park.make_code("樟树园区", "甲"), "", rig.clock.now)
    nobody.close()
    assert still_to_send(rig)


def test_a_restored_station_proves_with_the_same_key(centre: CentreRig, rig: Rig, tmp_path: Path) -> None:
    copy = rig.save(tmp_path)
    rig.cycle()
    before = at_the_centre(centre)
    rig.restore(copy)
    rig.cycle()
    assert at_the_centre(centre) == before
    assert len(before) == 1


def test_a_station_that_lost_its_file_has_two(centre: CentreRig, rig: Rig) -> None:
    rig.cycle()
    (old,) = at_the_centre(centre)
    rig.where.label_key.unlink()
    rig.cycle()
    assert at_the_centre(centre) == {old: rig.station, label_key.read(rig.where.label_key): rig.station}


@pytest.mark.expect_log("the label key cannot be used")
def test_a_broken_file_holds_up_nothing(centre: CentreRig, rig: Rig) -> None:
    rig.where.label_key.write_bytes(b"broken")
    rig.cycle()
    assert at_the_centre(centre) == {}
    assert rig.store.waiting() == 0


def test_it_travels_in_an_exchange_file_as_well(centre: CentreRig, rig: Rig, tmp_path: Path) -> None:
    rig.cycle()
    rig.where.label_key.unlink()
    actions.register(rig.store, rig.clerk, WalkIn(("NB",), visitor="张三"), rig.clock.now())
    link = centre.park.link(rig)
    file, answer = tmp_path / "out.zsx", tmp_path / "in.zsx"
    link.export_exchange(file)
    key = label_key.read(rig.where.label_key)
    assert key is not None
    assert key not in file.read_bytes()
    answer.write_bytes(exchanges.take(centre.park.app.state.centre, file.read_bytes()))
    assert at_the_centre(centre)[key] == rig.station
    assert still_to_send(rig)
    link.import_answer(answer)
    link.close()
    assert not still_to_send(rig)


def test_the_key_is_in_no_backup_of_the_station(centre: CentreRig, rig: Rig, tmp_path: Path) -> None:
    rig.cycle()
    key = label_key.read(rig.where.label_key)
    assert key is not None
    assert key not in rig.save(tmp_path).read_bytes()
    assert key.hex().encode() not in rig.where.database.read_bytes()


def test_the_station_knows_what_links_begin_with(centre: CentreRig, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.cycle()
    with rig.store.read() as session:
        assert site.label_domain(session) == ""
        assert site.label_domain(session, "own.example.cn") == "own.example.cn"
    object.__setattr__(centre.park.app.state.centre, "label_domain", "q.example.cn")
    rig.cycle()
    with rig.store.read() as session:
        assert site.label_domain(session, "own.example.cn") == "q.example.cn"
        assert books.word(bare(session), labels.DOMAIN) == "q.example.cn"


def test_a_centre_of_before_labels_changes_nothing(rig: Rig) -> None:
    rig.cycle()
    with rig.store.merge() as merge:
        labels.take(merge.db, {"acked": {}})
    assert not still_to_send(rig)
