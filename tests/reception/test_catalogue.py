"""The services in force at a desk: what came with the program, what the centre sent, and what cannot be used."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tests import make
from tests.architecture.sources import DESK, modules, tree
from tests.handed_down import DR, GROUP, NB, OTHERS, group_row, send, send_all, service_row
from tests.reception.desk import Desk
from tests.store_fixtures import NINE
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.services import Service, shipped
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.reception import actions, queries
from zhangshu_desk.reception.catalogue import catalogue_of, in_force
from zhangshu_desk.reception.rules import Transfer, WalkIn
from zhangshu_desk.sync.applying import Row


def ids(store: Store) -> list[str]:
    return [one.id for one in catalogue_of(store).services]


def chosen(services: Iterable[Service]) -> list[str]:
    return [one.short for one in services]


# -- which services are in force --------------------------------------------------------------------------------------


def test_without_a_word_of_the_centre_it_is_what_came_with_the_program(store: Store) -> None:
    assert in_force(store).catalogue == shipped()
    assert (in_force(store).from_centre, in_force(store).changed_at, in_force(store).problem) == (False, None, None)


@pytest.mark.parametrize("asked_before", [True, False])
def test_what_the_centre_sends_is_in_force_at_once_in_its_order(store: Store, asked_before: bool) -> None:
    if asked_before:
        assert "NB" in ids(store)
    send(store, group_row(GROUP), service_row(NB, 2), service_row(DR, 1, changed_at=NINE + 5))
    assert catalogue_of(store).services == (DR, NB)
    assert catalogue_of(store).groups == (GROUP,)
    assert (in_force(store).from_centre, in_force(store).changed_at) == (True, NINE + 5)
    send(store, service_row(replace(NB, short="年度报告"), 2), service_row(DR, 1, voided_at=NINE + 6))
    assert chosen(catalogue_of(store).services) == ["年度报告"]


def test_a_store_that_is_opened_has_what_the_centre_sent_before(store: Store) -> None:
    send(store, group_row(GROUP), service_row(DR))
    again = open_store(store.paths, NINE)
    assert ids(again) == ["DR"]
    again.close()


def test_when_the_centre_sends_nothing_any_more_the_desk_has_its_own(store: Store) -> None:
    send(store, group_row(GROUP), service_row(DR))
    send(store, group_row(GROUP, voided_at=NINE), service_row(DR, voided_at=NINE))
    assert in_force(store).catalogue == shipped()
    assert not in_force(store).from_centre


def test_each_store_has_its_own(store: Store, tmp_path: Path) -> None:
    other = open_store(paths.of(tmp_path / "other"), NINE)
    send(other, group_row(GROUP), service_row(DR))
    assert (ids(other), len(ids(store))) == (["DR"], 13)
    send(store, group_row(GROUP), service_row(NB))
    assert (ids(other), ids(store)) == (["DR"], ["NB"])
    other.close()


@pytest.mark.expect_log("cannot be used: service.XX.group")
def test_services_that_do_not_fit_together_leave_the_last_good_ones_in_force(store: Store) -> None:
    send(store, group_row(GROUP), service_row(DR))
    assert ids(store) == ["DR"]
    wrong = service_row(Service("XX", "其他", "其他", "Z", 0, 5, 0, False), 2)
    send(store, wrong)
    found = in_force(store)
    assert found.from_centre
    assert [one.id for one in found.catalogue.services] == ["DR"]
    assert found.problem is not None
    assert "service.XX.group 没有「Z」组" in str(found.problem)
    assert "重新下发" in str(found.problem)
    send(store, group_row(replace(GROUP, letter="Z", prefix="Z"), 2))
    assert (ids(store), in_force(store).problem) == (["DR", "XX"], None)


@pytest.mark.expect_log("cannot be used: group")
def test_services_without_any_group_leave_those_of_the_program_in_force(store: Store) -> None:
    send(store, service_row(DR))
    assert in_force(store).catalogue == shipped()
    assert in_force(store).problem is not None


@pytest.mark.parametrize(
    ("row", "key"),
    [
        (service_row(replace(NB, usual_minutes=0), 2), "usual_minutes"),
        (service_row(replace(NB, short="车检"), 2), "service.short"),
        (group_row(replace(GROUP, letter="B", prefix="A"), 2), "group.prefix"),
        (group_row(replace(GROUP, letter="B", prefix="B", last=0), 2), "last"),
    ],
)
@pytest.mark.expect_log("cannot be used")
def test_what_the_centre_sends_is_checked_as_a_file_is(store: Store, row: Row, key: str) -> None:
    send(store, group_row(GROUP), service_row(DR))
    assert ids(store) == ["DR"]
    send(store, row)
    problem = in_force(store).problem
    assert problem is not None
    assert key in str(problem.facts["key"])
    assert ids(store) == ["DR"]


def test_only_the_desk_s_own_catalogue_asks_for_the_shipped_one() -> None:
    """Whoever asked for it directly would not see what the centre sent."""
    asking = {
        name
        for name, path in modules().items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("catalog", "shipped")
    }
    assert asking == {
        f"{DESK}.reception.catalogue",
        f"{DESK}.reception.rules.services",
        "zhangshu_server.commands",
    }


# -- what is done with them -------------------------------------------------------------------------------------------


def test_a_new_service_is_registered_in_its_group_and_an_old_one_is_not(desk: Desk) -> None:
    send_all(desk.store, OTHERS)
    ticket = desk.walk_in("DR")
    assert ticket.label == "E001"
    assert desk.queue().waiting[0].services_text == "车检"
    with pytest.raises(DeskError, match="没有编号为「NB」的事项"):
        desk.walk_in("NB")


def test_a_visit_for_what_is_not_offered_any_more_goes_on_to_its_end(desk: Desk) -> None:
    ticket = desk.walk_in("NB", "JL")
    send_all(desk.store, OTHERS)
    (waiting,) = desk.queue().waiting
    assert (waiting.label, waiting.services_text) == ("A001", "NB · JL")
    slip = queries.last_slip(desk.store, ticket.visit_id, desk.now)
    assert (slip.services_text, slip.people_before) == ("NB · JL", 0)

    actions.change(desk.store, desk.actor(), ticket.visit_id, desk.now, phone="13900000000")
    called = desk.call_next()
    assert called is not None
    assert called.services_text == "NB · JL"
    desk.do("arrive", ticket.visit_id)
    held = desk.current()
    assert held is not None
    assert held.services_text == "NB · JL"
    desk.do("transfer", ticket.visit_id, Transfer(make.counter_id(2), ("NB", "DR")))
    desk.call(ticket.visit_id, at=2)
    desk.do("arrive", ticket.visit_id, at=2)
    with pytest.raises(DeskError, match="「NB」的数量"):
        desk.do("finish", ticket.visit_id, {"NB": 1000}, at=2)
    with pytest.raises(DeskError, match="没有编号为「JL」的事项"):
        desk.do("finish", ticket.visit_id, {"JL": 1}, at=2)
    desk.wait(5)
    desk.do("finish", ticket.visit_id, {"NB": 2, "DR": 1}, at=2)

    card = queries.visit(desk.store, ticket.visit_id, desk.now)
    assert (card.services_text, card.given_text) == ("NB · 车检", "车检 × 1 · NB × 2")
    ratable = queries.ratable(desk.store, make.counter_id(2), desk.now)
    assert ratable is not None
    assert ratable.services_text in ("NB · 车检", "车检 · NB")
    sheet = queries.day_sheet(desk.store, day_of(desk.now), desk.now)
    assert [(one.title, one.value) for one in sheet.services] == [("电动自行车检验", 1), ("NB", 2)]
    assert sheet.balanced


def test_a_window_that_took_it_is_shown_with_its_code(desk: Desk) -> None:
    from zhangshu_desk.accounts import actions as accounts
    from zhangshu_desk.accounts.inputs import CounterChange

    change = CounterChange(serves=("NB", "ZX"))
    accounts.change_counter(desk.store, make.SUPERVISOR, make.counter_id(1), change, desk.now)
    send_all(desk.store, OTHERS)
    now = {one.id: one for one in queries.counters_now(desk.store, desk.now)}
    assert now[make.counter_id(1)].serves_text == "NB · ZX"
    assert desk.queue().estimate_minutes is not None


def test_what_was_chosen_and_taken_out_meanwhile_cannot_be_added(desk: Desk) -> None:
    ticket = desk.walk_in("NB")
    send_all(desk.store, OTHERS)
    for changes in ({"services": ("NB", "ZX")}, {"services": ("ZX",)}):
        with pytest.raises(DeskError, match="没有编号为「ZX」的事项"):
            actions.change(desk.store, desk.actor(), ticket.visit_id, desk.now, **changes)
    with pytest.raises(DeskError, match="没有编号为「ZX」的事项"):
        desk.do("transfer", ticket.visit_id, Transfer(services=("NB", "ZX")))
    with pytest.raises(DeskError, match="没有编号为「NB」的事项"):
        actions.register(desk.store, desk.actor(), WalkIn(("DR", "NB"), visitor="李四"), desk.now)


def test_the_daily_cap_is_the_centre_s(desk: Desk) -> None:
    send(desk.store, group_row(GROUP), service_row(replace(DR, daily_cap=1)))
    desk.walk_in("DR")
    with pytest.raises(DeskError) as refused:
        desk.walk_in("DR")
    assert refused.value.code == "ticket.daily_cap"
    assert "车检" in str(refused.value)
