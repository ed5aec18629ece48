"""Services from the command at the centre to the chips at the counter: sent, changed, taken out, lost and found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine, text

from tests.handed_down import DR, GROUP, NB
from tests.store_fixtures import NINE
from tests.sync.centre import CentreRig
from tests.sync.park import Park, Rig
from tests.ui import morning
from tests.ui.chips import chips
from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.services import Catalogue, shipped
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.verify import verify
from zhangshu_desk.reception import actions, queries
from zhangshu_desk.reception.catalogue import catalogue_of, in_force
from zhangshu_desk.reception.rules import WalkIn
from zhangshu_desk.sync import applying, checking
from zhangshu_desk.ui.pages.reception import ReceptionPage
from zhangshu_server import catalogue
from zhangshu_server.database import make_engine

TWO = Catalogue((NB, DR), (GROUP,))
RENAMED = Catalogue((replace(DR, short="电动车检验"),), (GROUP,))


@pytest.fixture
def rig(park: Park) -> Rig:
    """A station that has joined and read everything."""
    found = park.station("甲", NINE)
    found.cycle()
    return found


def load(centre: CentreRig, wanted: Catalogue) -> None:
    centre.clock.forward(MINUTE)
    assert catalogue.load(centre.engine, wanted, centre.clock.now()).any


def agree(centre: CentreRig, *rigs: Rig) -> None:
    """Station and centre hold the same, and nothing was refused."""
    assert centre.rejected() == []
    centre.check_chains()
    for rig in rigs:
        assert rig.store.waiting() == 0
        assert verify(rig.store).problems == ()
        for tbl in ("services", "service_groups"):
            with rig.store.read() as session:
                assert applying.table_sum(bare(session), tbl) == centre.sum_of(tbl)


def rows_here(rig: Rig) -> int:
    """How many rows of services and groups the station has, voided ones too."""
    sql = "SELECT (SELECT count(*) FROM services) + (SELECT count(*) FROM service_groups)"
    with rig.store.read() as session:
        return int(bare(session).execute(sql).fetchone()[0])


def test_what_is_loaded_is_offered_renamed_and_taken_out_after_a_cycle(centre: CentreRig, park: Park, rig: Rig) -> None:
    far = park.station("丙", NINE, site="药都")
    assert catalogue_of(rig.store) == catalogue_of(far.store) == shipped()
    load(centre, TWO)
    for one in (rig, far):
        one.cycle()
        assert catalogue_of(one.store) == TWO
        assert (in_force(one.store).from_centre, in_force(one.store).changed_at) == (True, centre.clock.now())
    old = actions.register(rig.store, rig.clerk, WalkIn(("NB",), visitor="张三"), rig.clock.forward(MINUTE))

    load(centre, RENAMED)
    for one in (rig, far):
        one.cycle()
        assert catalogue_of(one.store) == RENAMED
    new = actions.register(rig.store, rig.clerk, WalkIn(("DR",), visitor="李四"), rig.clock.forward(MINUTE))
    with pytest.raises(DeskError, match="没有编号为「NB」的事项"):
        actions.register(rig.store, rig.clerk, WalkIn(("NB",), visitor="王五"), rig.clock.now())
    queue = queries.queue(rig.store, rig.clock.now(), rig.counters[0])
    assert [(row.label, row.services_text) for row in queue.waiting] == [(old.label, "NB"), (new.label, "电动车检验")]
    park.quiet()
    agree(centre, rig, far)

    assert catalogue.reset(centre.engine, centre.clock.forward(MINUTE)).voided == 2
    for one in (rig, far):
        one.cycle()
        assert catalogue_of(one.store) == shipped()
    agree(centre, rig, far)


def test_a_station_that_joins_later_reads_them_with_everything_else(centre: CentreRig, park: Park) -> None:
    load(centre, TWO)
    late = park.station("乙", NINE)
    late.cycle()
    assert catalogue_of(late.store) == TWO
    late.reopen()
    assert catalogue_of(late.store) == TWO
    agree(centre, late)


def test_a_restored_centre_is_followed_and_its_loading_is_done_again(centre: CentreRig, park: Park, rig: Rig) -> None:
    load(centre, TWO)
    rig.cycle()
    centre.save()
    load(centre, RENAMED)
    rig.cycle()
    assert catalogue_of(rig.store) == RENAMED
    centre.restore()
    park.quiet()
    assert catalogue_of(rig.store) == TWO, "what the centre says, wholly"
    load(centre, RENAMED)
    park.quiet()
    assert catalogue_of(rig.store) == RENAMED
    agree(centre, rig)


def test_a_centre_that_was_restored_to_before_the_first_loading_has_none(
    centre: CentreRig, park: Park, rig: Rig
) -> None:
    centre.save()
    load(centre, TWO)
    rig.cycle()
    assert rows_here(rig) == 3
    centre.restore()
    park.quiet()
    assert (catalogue_of(rig.store), rows_here(rig)) == (shipped(), 0)
    assert centre.rows("services") == {}, "they are not offered to it"
    agree(centre, rig)


def test_rows_that_the_centre_does_not_have_are_found_by_comparing(centre: CentreRig, rig: Rig) -> None:
    load(centre, TWO)
    rig.cycle()
    with centre.engine.begin() as db:
        db.execute(text("DELETE FROM records WHERE tbl IN ('services', 'service_groups')"))
    assert rig.centre is not None
    for tbl in ("services", "service_groups"):
        assert checking.repair(rig.store, rig.centre, tbl) == (0, 0)
    assert (catalogue_of(rig.store), rows_here(rig)) == (shipped(), 0)


@pytest.fixture
def second(make_database: Callable[[], str], tmp_path: Path) -> Iterator[CentreRig]:
    """Another deployment's centre."""
    engine: Engine = make_engine(make_database())
    folder = tmp_path / "second"
    folder.mkdir()
    made = CentreRig(engine, folder, NINE)
    yield made
    made.close()


def test_a_station_that_joins_another_centre_does_not_bring_the_services_of_the_first(
    centre: CentreRig, second: CentreRig, rig: Rig
) -> None:
    load(centre, TWO)
    rig.cycle()
    second.park.enrol(rig)
    rig.cycle()
    rig.cycle()
    assert (catalogue_of(rig.store), rows_here(rig)) == (shipped(), 0)
    assert second.rows("services") == {}
    agree(second, rig)


def test_the_open_registration_form_offers_them_while_the_link_is_at_work(
    centre: CentreRig, park: Park, rig: Rig, tmp_path: Path, qtbot: QtBot
) -> None:
    catalogue_of(rig.store)  # as the program does before its windows listen
    page = ReceptionPage(morning.desk(rig.store, tmp_path, rig.clock, rig.clerk))
    qtbot.addWidget(page)
    page.show()
    link = park.link(rig)
    link.start()
    try:
        form = page.register.services
        assert chips(form)[0] == "计量强检预约"
        load(centre, TWO)
        link.sync_now()
        qtbot.waitUntil(lambda: chips(form) == ["年报", "车检", "更多…"])
        form.chips.chip("DR").click()
        page.register.visitor.set_text("张三")
        page.register.submit()
        qtbot.waitUntil(lambda: page.ticket.number.text() == "A001")
        load(centre, RENAMED)
        link.sync_now()
        qtbot.waitUntil(lambda: chips(form) == ["电动车检验", "更多…"])
        qtbot.waitUntil(lambda: waiting_for(page) == ["电动车检验"])
    finally:
        link.close()


def waiting_for(page: ReceptionPage) -> list[str]:
    """What those who wait came for, as the page shows it."""
    view = page.acts.view
    return [row.services_text for row in view.queue.waiting] if view else []
