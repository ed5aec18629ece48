"""What of labels stays at this machine: its printers, and its sheets of which something is used."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest

from tests import make
from tests.store_fixtures import NINE
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import sheets
from zhangshu_desk.labels.actions.printers import forget_printer, keep_printer
from zhangshu_desk.labels.queries.printers import printer, printers
from zhangshu_desk.labels.rules.geometries import shipped_geometries
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way

TCP = PrinterSettings("樟树 标签机", Way.TSPL_TCP, address="192.168.1.50")
SHEET, ROLL = shipped_geometries()["a4-3x8"], shipped_geometries()["roll-60x40"]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(DeskError) as refusal:
        act()
    return refusal.value.code


# ---- printers --------------------------------------------------------------------------------------------------------


def test_a_printer_is_kept_changed_and_taken_away(store: Store, supervisor: Actor) -> None:
    told = list[frozenset[str]]()
    store.listen(told.append)
    printer_id = keep_printer(store, supervisor, replace(TCP, name=" 樟树  标签机 "), NINE)
    assert [(one.id, one.settings) for one in printers(store)] == [(printer_id, TCP)]
    wider = replace(TCP, dpi=300, offset_x=-400)
    assert keep_printer(store, supervisor, wider, NINE + 5, printer_id) == printer_id
    assert printer(store, printer_id).settings == wider
    assert printer(store, printer_id).changed_at == NINE + 5
    forget_printer(store, supervisor, printer_id, NINE + 9)
    assert printers(store) == ()
    assert refused(lambda: printer(store, printer_id)) == "label.printer_gone"
    assert all("label_printers" in one for one in told)
    assert len(told) == 3
    with closing(store.connection()) as db:
        assert not db.execute("SELECT * FROM outbox WHERE tbl = 'label_printers'").fetchall(), (
            "a printer does not travel"
        )


def test_printers_are_listed_by_pinyin(store: Store, supervisor: Actor) -> None:
    for name in ("樟树", "标签", "激光"):
        keep_printer(store, supervisor, replace(TCP, name=name), NINE)
    assert [one.settings.name for one in printers(store)] == ["标签", "激光", "樟树"]


def test_two_printers_have_two_names(store: Store, supervisor: Actor) -> None:
    first = keep_printer(store, supervisor, TCP, NINE)
    second = keep_printer(store, supervisor, replace(TCP, name="二号"), NINE)
    assert refused(lambda: keep_printer(store, supervisor, TCP, NINE)) == "label.printer_taken"
    assert refused(lambda: keep_printer(store, supervisor, TCP, NINE, second)) == "label.printer_taken"
    keep_printer(store, supervisor, TCP, NINE, first)


def test_what_is_wrong_is_not_kept(store: Store, supervisor: Actor) -> None:
    wrong = replace(TCP, address="")
    assert refused(lambda: keep_printer(store, supervisor, wrong, NINE)) == "label.printer_invalid"
    assert refused(lambda: keep_printer(store, supervisor, TCP, NINE, "gone")) == "label.printer_gone"
    assert refused(lambda: forget_printer(store, supervisor, "gone", NINE)) == "label.printer_gone"
    assert refused(lambda: keep_printer(store, make.CLERK, TCP, NINE)) == "act.not_allowed"
    assert printers(store) == ()


# ---- sheets ----------------------------------------------------------------------------------------------------------


def used(store: Store) -> list[list[int]]:
    return [sorted(one.used) for one in sheets.started(store, SHEET.id)]


def test_a_sheet_that_a_person_describes(store: Store, supervisor: Actor) -> None:
    sheet = sheets.set_used(store, supervisor, SHEET, {3, 0, 1}, NINE)
    sheets.set_used(store, supervisor, SHEET, {7}, NINE + 1)
    assert used(store) == [[0, 1, 3], [7]]
    sheets.set_used(store, supervisor, SHEET, {0}, NINE + 2, sheet)
    assert used(store) == [[0], [7]]
    sheets.throw_away(store, supervisor, sheet, NINE + 3)
    assert used(store) == [[7]]
    assert sheets.started(store, "a4-3x7") == ()


def test_a_sheet_without_a_free_position_is_over(store: Store, supervisor: Actor) -> None:
    sheet = sheets.set_used(store, supervisor, SHEET, range(SHEET.places), NINE)
    assert used(store) == []
    sheets.set_used(store, supervisor, SHEET, {0}, NINE, sheet)
    assert used(store) == [[0]]


def test_wrong_sheets(store: Store, supervisor: Actor) -> None:
    for geometry, places in ((SHEET, {24}), (SHEET, {-1}), (ROLL, {0})):
        assert refused(partial(sheets.set_used, store, supervisor, geometry, places, NINE)) == "label.sheet_places"
    assert refused(lambda: sheets.set_used(store, supervisor, SHEET, {0}, NINE, "gone")) == "label.sheet_gone"
    assert refused(lambda: sheets.throw_away(store, supervisor, "gone", NINE)) == "label.sheet_gone"
    other = sheets.set_used(store, supervisor, SHEET, {0}, NINE)
    narrow = shipped_geometries()["a4-3x7"]
    assert refused(lambda: sheets.set_used(store, supervisor, narrow, {0}, NINE, other)) == "label.sheet_gone"


def test_printing_uses_positions_up(store: Store, supervisor: Actor) -> None:
    with store.merge() as merge:
        sheet = sheets.use(merge.db, SHEET, None, range(5), NINE)
    assert used(store) == [list(range(5))]
    with store.merge() as merge:
        assert sheets.use(merge.db, SHEET, sheet, [7, 5], NINE + 1) == sheet
        assert sheets.use(merge.db, SHEET, None, range(SHEET.places), NINE + 1) is None
        assert sheets.use(merge.db, SHEET, None, [], NINE + 1) is None
    assert used(store) == [[0, 1, 2, 3, 4, 5, 7]]
    with store.merge() as merge:
        assert sheets.use(merge.db, SHEET, sheet, range(SHEET.places), NINE + 2) is None
    assert used(store) == []
    with store.merge() as merge:
        again = sheets.use(merge.db, SHEET, None, [1], NINE + 3)
        assert again is not None
        sheets.end(merge.db, again, NINE + 4)
    assert used(store) == []
