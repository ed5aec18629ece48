"""Ranges of serial numbers: lent ones and those of a station that never joined; none twice, whatever is restored."""

from __future__ import annotations

import contextlib
import random
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests import make
from tests.db import serial_child
from tests.db.test_serials import copy_of, lend, marks, restored, wanted
from tests.nursery import nursery
from tests.store_fixtures import NINE
from zhangshu_desk.core import machine, paths
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db import own_serials, serials, sidefile
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.own_serials import FLOOR, SIZE
from zhangshu_desk.db.store import Store, open_store

ACT = "label.number"
LABEL = "LABEL"
STOCK = 20_000
Range = tuple[int, int]


def join(store: Store) -> None:
    """The station joins a centre."""
    with store.merge() as merge:
        merge.db.execute("INSERT OR REPLACE INTO meta VALUES ('server_id', 'a centre')")


def take(store: Store, count: int, kind: str = LABEL) -> list[Range]:
    with store.write(make.SUPERVISOR, ACT, NINE) as session:
        return serials.take_range(session, kind, count)


def take_in_vain(store: Store, count: int) -> None:
    """In an act that is rolled back."""
    with contextlib.suppress(RuntimeError), store.write(make.SUPERVISOR, ACT, NINE) as session:
        serials.take_range(session, LABEL, count)
        raise RuntimeError


def left(store: Store, kind: str = LABEL) -> int:
    with store.read() as session:
        return serials.left(session, kind)


def size(ranges: list[Range]) -> int:
    return sum(last - first + 1 for first, last in ranges)


def overlapping(ranges: list[Range]) -> list[tuple[Range, Range]]:
    return [(one, two) for one, two in pairwise(sorted(ranges)) if two[0] <= one[1]]


@pytest.fixture
def joined(store: Store) -> Store:
    join(store)
    return store


# -- lent numbers ------------------------------------------------------------------------------------------------------


def test_a_range_goes_on_where_the_last_one_ended_and_over_blocks(joined: Store) -> None:
    lend(joined, 1, 300, LABEL)
    lend(joined, 501, 700, LABEL)
    assert take(joined, 200) == [(1, 200)]
    assert take(joined, 200) == [(201, 300), (501, 600)]
    assert left(joined) == 100
    assert marks(joined) == {LABEL: 600}


def test_all_or_nothing_and_the_refusal_says_how_many_are_left(joined: Store) -> None:
    lend(joined, 1, 300, LABEL)
    with pytest.raises(DeskError, match="300 个") as refused:
        take(joined, 301)
    assert (refused.value.code, refused.value.facts["left"]) == ("serial.none_left", 300)
    assert left(joined) == 300
    assert marks(joined) == {}
    assert take(joined, 300) == [(1, 300)]


def test_two_ranges_in_one_act_and_one_rolled_back(joined: Store) -> None:
    lend(joined, 1, 100, LABEL)
    with joined.write(make.SUPERVISOR, ACT, NINE) as session:
        assert serials.take_range(session, LABEL, 10) + serials.take_range(session, LABEL, 5) == [(1, 10), (11, 15)]
    take_in_vain(joined, 10)
    assert take(joined, 1) == [(16, 16)]


def test_marks_of_another_program_are_heeded(joined: Store) -> None:
    side = sidefile.read(joined.paths.side)
    assert side is not None
    sidefile.write(joined.paths.side, sidefile.Side(side.inc, side.n, side.h, 0, "", side.machine, {LABEL: 70}))
    make.enterprise(joined, NINE)  # reads the mark
    lend(joined, 61, 100, LABEL)
    assert take(joined, 3) == [(71, 73)]


def test_single_numbers_and_ranges_come_from_one_stock(joined: Store) -> None:
    lend(joined, 1, 10, "GI")
    assert take(joined, 4, "GI") == [(1, 4)]
    with joined.write(make.CLERK, "visit.register", NINE) as session:
        assert serials.take(session, "GI", "测试") == 5
    assert take(joined, 5, "GI") == [(6, 10)]


def test_nothing_is_no_range(joined: Store) -> None:
    with pytest.raises(ValueError, match="one number"):
        take(joined, 0)


def test_a_stock_is_kept_and_refilled_at_thirty_percent(joined: Store) -> None:
    with joined.merge() as merge:
        serials.ask_for(merge.db, LABEL, STOCK)
    assert wanted(joined) == {LABEL: STOCK}
    lend(joined, 1, STOCK, LABEL)
    assert wanted(joined) == {}
    take(joined, STOCK * 7 // 10 - 1)
    assert wanted(joined) == {}
    take(joined, 1)
    assert wanted(joined) == {LABEL: STOCK}, "taking without a stock keeps the one that was wished for"


def test_wishes_of_an_earlier_program_are_understood(store: Store) -> None:
    with store.merge() as merge:
        merge.db.execute("INSERT INTO meta VALUES ('serial_kinds', '[\"GI\"]')")
    assert wanted(store) == {"GI": serials.BLOCK}
    with store.merge() as merge:
        serials.ask_for(merge.db, "GI")
        serials.ask_for(merge.db, LABEL, STOCK)
    with store.read() as session:
        sql = "SELECT value FROM meta WHERE key = 'serial_kinds'"
        assert bare(session).execute(sql).fetchone() == ('{"GI": 200, "LABEL": 20000}',)


def test_a_batch_larger_than_what_is_left_is_asked_for(joined: Store) -> None:
    with joined.merge() as merge:
        serials.ask_for(merge.db, LABEL, STOCK)
    lend(joined, 1, 7_000, LABEL)
    assert wanted(joined) == {}, "7,000 are more than 30 %"
    with joined.merge() as merge:
        serials.note_shortage(merge.db, LABEL, 30_000)
    assert wanted(joined) == {LABEL: 23_000}
    lend(joined, 7_001, 27_000, LABEL)
    assert wanted(joined) == {LABEL: STOCK}, "the centre lends no more at once"
    lend(joined, 27_001, 47_000, LABEL)
    assert wanted(joined) == {}
    take(joined, 30_000)
    assert wanted(joined) == {}, "the shortage is over"


def test_the_own_mark_counts_among_the_kinds_of_the_side_file(store: Store) -> None:
    with store.merge() as merge:
        for number in range(sidefile.MOST_KINDS - 1):
            serials.ask_for(merge.db, f"kind{number}")
        with pytest.raises(ValueError, match="does not fit"):
            serials.ask_for(merge.db, LABEL)


# -- numbers of its own ------------------------------------------------------------------------------------------------


def test_a_station_that_never_joined_has_numbers_of_its_own(store: Store) -> None:
    ((first, last),) = take(store, 500)
    assert first >= FLOOR
    assert last == first + 499 < 1 << 40
    assert (first - FLOOR) % SIZE == 0
    assert take(store, 1) == [(last + 1, last + 1)]
    assert marks(store) == {own_serials.mark_of(LABEL): SIZE + 501}
    assert left(store) == SIZE - 501
    assert wanted(store) == {}
    join(store)
    assert wanted(store) == {LABEL: serials.BLOCK}, "now it wants lent ones"


def test_only_labels_have_numbers_of_their_own(store: Store) -> None:
    with pytest.raises(DeskError) as refused:
        take(store, 1, "GI")
    assert refused.value.code == "serial.none_left"


def test_another_range_follows_when_one_is_used_up(store: Store) -> None:
    first = take(store, SIZE - 10)
    ((a, b), (c, d)) = take(store, 30)
    assert (a, b) == (first[0][1] + 1, first[0][0] + SIZE - 1)
    assert (d - c + 1, (c - FLOOR) % SIZE) == (20, 0)
    assert not overlapping([*first, (a, b), (c, d)])


def test_a_rolled_back_act_uses_none_of_its_own(store: Store) -> None:
    ((first, _),) = take(store, 1)
    take_in_vain(store, 100)
    assert take(store, 1) == [(first + 1, first + 1)]


def test_after_joining_lent_numbers_only(store: Store) -> None:
    take(store, 5)
    join(store)
    assert left(store) == 0
    with pytest.raises(DeskError) as refused:
        take(store, 1)
    assert refused.value.code == "serial.none_left"
    lend(store, 1, 3, LABEL)
    assert take(store, 3) == [(1, 3)]
    with pytest.raises(DeskError):
        take(store, 1)


def test_a_restart_goes_on_in_the_same_range(store: Store) -> None:
    ((_, last),) = take(store, 5)
    store.close()
    again = open_store(store.paths, NINE)
    assert take(again, 1) == [(last + 1, last + 1)]
    again.close()


def test_a_restored_database_begins_another_range(store: Store, tmp_path: Path) -> None:
    ((first, last),) = take(store, 5)
    old = copy_of(store, tmp_path / "old.db")
    after = take(store, 7)
    again = restored(store, old)
    ((other, _),) = take(again, 10)
    assert not first <= other < first + SIZE
    assert not overlapping([(first, last), *after, (other, other + 9)])
    again.close()


def test_the_mark_alone_tells_of_used_numbers_too(store: Store, tmp_path: Path) -> None:
    """The copy passes for the living database: only the mark of the side file says how far the range was used."""
    take(store, 2)
    old = copy_of(store, tmp_path / "old.db")
    side = sidefile.read(store.paths.side)
    assert side is not None
    ((_, last),) = take(store, 5)
    used = marks(store)
    store.close()
    sidefile.write(store.paths.side, sidefile.Side(side.inc, side.n, side.h, 0, "", side.machine, used))
    again = restored(store, old)
    assert again.findings == []
    assert take(again, 1) == [(last + 1, last + 1)]
    again.close()


def test_without_its_side_file_a_database_begins_another_range(store: Store) -> None:
    ((first, _),) = take(store, 2)
    store.close()
    store.paths.side.unlink()
    again = open_store(store.paths, NINE)
    ((other, _),) = take(again, 1)
    assert not first <= other < first + SIZE
    again.close()


def test_a_copy_at_another_machine_begins_another_range(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ((first, last),) = take(store, 2)
    store.close()
    there = store.paths.data.with_name("there")
    shutil.copytree(store.paths.data, there)
    with monkeypatch.context() as patch:
        patch.setattr(machine, "fingerprint", lambda: "another machine")
        clone = open_store(paths.of(there), NINE)
        assert [one.code for one in clone.findings] == ["store.cloned"]
        ((other, _),) = take(clone, 1)
        clone.close()
    assert not first <= other < first + SIZE
    again = open_store(store.paths, NINE)
    assert take(again, 1) == [(last + 1, last + 1)]
    again.close()


@given(st.text(), st.text())
def test_ranges_lie_where_the_centre_lends_none(station: str, random: str) -> None:
    first = own_serials._first_of_a_range(station, random)
    assert FLOOR <= first < first + SIZE <= 1 << 40
    assert (first - FLOOR) % SIZE == 0


class Ranges(RuleBasedStateMachine):
    """Numbering, saving, restoring, losing the side file, joining, in any order."""

    folder: Path
    template: Path
    runs = 0

    @initialize()
    def move_in(self) -> None:
        Ranges.runs += 1
        here = self.folder / str(Ranges.runs)
        shutil.copytree(self.template, here)
        self.store = open_store(paths.of(here), NINE)
        self.copies: list[Path] = []
        self.given: list[Range] = []
        self.lent = 0
        self.joined = False

    @rule(size=st.integers(1, 40))
    def lend(self, size: int) -> None:
        if self.joined:
            lend(self.store, self.lent + 1, self.lent + size, LABEL)
            self.lent += size

    @rule(count=st.integers(1, 60))
    def number(self, count: int) -> None:
        before = left(self.store)
        if self._has_joined() and before < count:
            with pytest.raises(DeskError):
                take(self.store, count)
            assert left(self.store) == before
            return
        taken = take(self.store, count)
        assert size(taken) == count
        assert all((first >= FLOOR) != self._has_joined() for first, _ in taken)
        self.given += taken

    @rule(short=st.integers(1, 50))
    def number_to_the_end_of_the_range(self, short: int) -> None:
        if not self._has_joined():
            self.given += take(self.store, max(1, left(self.store) - short))

    @rule()
    def join(self) -> None:
        join(self.store)
        self.joined = True

    @rule()
    def save(self) -> None:
        self.copies.append(copy_of(self.store, self.store.paths.data / f"copy{len(self.copies)}.db"))

    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        if self.copies:
            self.store = restored(self.store, data.draw(st.sampled_from(self.copies)))

    @rule()
    def lose_the_side_file(self) -> None:
        """Lent numbers are then told apart by the centre alone, which knows how far the log went."""
        if not self.joined:
            self.store.close()
            self.store.paths.side.unlink()
            self.store = open_store(self.store.paths, NINE)

    @rule()
    def start_again(self) -> None:
        self.store.close()
        self.store = open_store(self.store.paths, NINE)

    def _has_joined(self) -> bool:
        """As the database knows it: a copy may be older than the joining."""
        with self.store.read() as session:
            return own_serials.has_joined(bare(session))

    @invariant()
    def none_was_given_twice(self) -> None:
        if hasattr(self, "given"):
            assert not overlapping(self.given)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()


@pytest.mark.slow
def test_no_number_twice_whatever_happens(store: Store, tmp_path: Path) -> None:
    store.close()
    Ranges.folder, Ranges.template = tmp_path / "runs", store.paths.data
    run_state_machine_as_test(Ranges, settings=settings(max_examples=30, stateful_step_count=25))


# -- killed ------------------------------------------------------------------------------------------------------------

KILLS = 30


@pytest.mark.slow
@pytest.mark.parametrize("has_joined", [False, True], ids=["own", "lent"])
def test_kills_give_no_number_twice_and_lose_none_that_was_told(store: Store, has_joined: bool) -> None:
    dice = random.Random(20261126)
    if has_joined:
        join(store)
        lend(store, 1, 50_000_000, LABEL)
    store.close()
    context = nursery()
    told: list[Range] = []
    for life in range(KILLS):
        listen, tell = context.Pipe(duplex=False)
        process = context.Process(target=serial_child.number_until_killed, args=(str(store.paths.data), life, tell))
        process.start()
        tell.close()
        heard = [listen.recv_bytes().decode()]
        process.join(dice.uniform(0, 0.05))
        process.kill()
        try:
            while True:
                heard.append(listen.recv_bytes().decode())
        except EOFError:
            process.join()
        told += [(int(a), int(b)) for text in heard for a, b in [one.split("-") for one in text.split()]]
    again = open_store(store.paths, NINE)
    with again.read() as session:
        kept = bare(session).execute("SELECT first, last FROM label_ranges").fetchall()
    assert set(told) <= set(kept)
    assert not overlapping(kept)
    assert len({life for (life,) in _lives(again)}) == KILLS
    again.close()


def _lives(store: Store) -> list[tuple[str]]:
    with store.read() as session:
        return list(bare(session).execute("SELECT DISTINCT batch_id FROM label_ranges"))
