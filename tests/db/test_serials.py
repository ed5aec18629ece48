"""Serial numbers from lent blocks: none twice, whatever is restored; and the mark outside the database."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests import make
from tests.store_fixtures import NINE
from zhangshu_desk.accounts import housekeeping
from zhangshu_desk.core import paths
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db import serials, sidefile
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.db.tables.sync import SerialIssue
from zhangshu_desk.db.verify import verify

ACT = "visit.register"
GI = "GI"


def lend(store: Store, first: int, last: int, kind: str = GI, inc: str = "") -> None:
    """A block arrives from the centre."""
    block = {"id": f"{kind}-{first}", "kind": kind, "first": first, "last": last}
    with store.merge() as merge:
        serials.receive(merge.db, [block], inc or store.incarnation, NINE)


def take(store: Store, count: int = 1, kind: str = GI) -> list[int]:
    """So many numbers in one act."""
    with store.write(make.CLERK, ACT, NINE) as session:
        return [serials.take(session, kind, "测试标签") for _ in range(count)]


def wish(store: Store, kind: str = GI) -> None:
    with store.merge() as merge:
        serials.ask_for(merge.db, kind)


def wanted(store: Store) -> dict[str, int]:
    with store.read() as session:
        return serials.wanted(session)


def left(store: Store, kind: str = GI) -> int:
    with store.read() as session:
        return serials.left(session, kind)


def issued(store: Store) -> list[tuple[int, str]]:
    with store.read() as session:
        return [(row.serial, row.purpose) for row in session.query(SerialIssue).order_by(SerialIssue.serial)]


def marks(store: Store) -> dict[str, int]:
    side = sidefile.read(store.paths.side)
    assert side is not None
    return side.serials


def none_is_left(store: Store) -> None:
    with pytest.raises(DeskError) as refused:
        take(store)
    assert refused.value.code == "serial.none_left"


def test_numbers_come_in_order_and_each_is_written_down(store: Store) -> None:
    lend(store, 401, 403)
    lend(store, 101, 102)

    assert take(store, 3) == [101, 102, 401]
    assert take(store) == [402]
    assert issued(store) == [(number, "测试标签") for number in (101, 102, 401, 402)]
    assert left(store) == 1
    assert verify(store).problems == ()


def test_without_a_block_nothing_is_kept(store: Store) -> None:
    none_is_left(store)
    lend(store, 1, 1)
    with pytest.raises(DeskError, match="GI"):
        take(store, 2)

    assert issued(store) == []
    assert take(store) == [1]
    none_is_left(store)


def test_a_block_that_arrives_twice_is_one(store: Store) -> None:
    lend(store, 1, 3)
    assert take(store) == [1]
    lend(store, 1, 3)
    assert take(store, 2) == [2, 3]
    none_is_left(store)


def test_a_block_of_another_life_is_frozen(store: Store) -> None:
    lend(store, 1, 3, inc="another life")
    assert left(store) == 0
    none_is_left(store)


def test_only_what_was_asked_for_is_wanted(store: Store) -> None:
    assert wanted(store) == {}
    wish(store)
    assert wanted(store) == {GI: serials.BLOCK}
    lend(store, 1, 200)
    assert wanted(store) == {}

    take(store, 139)
    assert left(store) == 61
    assert wanted(store) == {}
    take(store)
    assert wanted(store) == {GI: serials.BLOCK}


def test_a_kind_that_is_used_is_asked_for(store: Store) -> None:
    lend(store, 1, 10)
    take(store)
    assert wanted(store) == {GI: serials.BLOCK}


def test_more_kinds_than_the_side_file_holds_are_a_bug(store: Store) -> None:
    for number in range(sidefile.MOST_KINDS):
        wish(store, f"kind{number}")
    with pytest.raises(ValueError, match="does not fit"):
        wish(store, "one-more")
    wish(store, "kind0")


def test_a_name_too_long_is_a_bug(store: Store) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        wish(store, "x" * (sidefile.LONGEST_KIND + 1))


# -- the side file -----------------------------------------------------------------------------------------------------


def test_the_side_file_stays_one_sector(store: Store) -> None:
    store.close()
    side = sidefile.read(store.paths.side)
    assert side is not None
    kinds = {f"{number}".rjust(sidefile.LONGEST_KIND, "k"): 9_999_999_999 for number in range(sidefile.MOST_KINDS)}
    full = sidefile.Side(side.inc, 9_999_999_999, "f" * 64, 9_999_999_999, "f" * 64, side.machine, kinds)
    sidefile.write(store.paths.side, full)

    assert store.paths.side.stat().st_size == sidefile.SIZE
    assert sidefile.read(store.paths.side) == full


def test_a_side_file_of_an_older_program_is_read(tmp_path: Path) -> None:
    file = tmp_path / "side"
    file.write_text('{"inc": "i", "n": 3, "h": "h", "audit_seq": 1, "audit_h": "a", "machine": "m"}'.ljust(512))
    assert sidefile.read(file) == sidefile.Side("i", 3, "h", 1, "a", "m", {})


def test_the_mark_is_outside_before_anybody_can_print(store: Store) -> None:
    lend(store, 1, 50)
    with store.write(make.CLERK, ACT, NINE) as session:
        numbers = [serials.take(session, GI, "测试标签") for _ in range(20)]
        assert marks(store) == {}, "the side file is never ahead of a commit"
    assert marks(store) == {GI: max(numbers)}


def test_other_acts_keep_the_marks(store: Store) -> None:
    lend(store, 1, 50)
    take(store, 5)
    make.enterprise(store, NINE)
    store.begin_life("another life", 0, "")
    assert marks(store) == {GI: 5}


def test_a_mark_that_another_program_raised_is_kept(store: Store) -> None:
    side = sidefile.read(store.paths.side)
    assert side is not None
    with_mark = sidefile.Side(side.inc, side.n, side.h, side.audit_seq, side.audit_h, side.machine, {GI: 70})
    sidefile.write(store.paths.side, with_mark)
    make.enterprise(store, NINE)

    assert marks(store) == {GI: 70}
    lend(store, 1, 100)
    assert take(store) == [71]


def test_a_rolled_back_act_raises_no_mark(store: Store) -> None:
    lend(store, 1, 3)
    with pytest.raises(DeskError):
        take(store, 4)
    assert marks(store) == {}
    assert take(store) == [1]


def test_two_threads_never_get_the_same(store: Store) -> None:
    lend(store, 1, 100)
    got: list[int] = []
    threads = [threading.Thread(target=lambda: got.extend(take(store, 5))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(1, 41))
    assert marks(store) == {GI: 40}


# -- restored, cloned ------------------------------------------------------------------------------------------------


def copy_of(store: Store, target: Path) -> Path:
    """A copy of the database as it is now."""
    with closing(store.connection()) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


def restored(store: Store, copy: Path) -> Store:
    """The desk after `copy` was put in the place of its database."""
    store.close()
    for end in ("-wal", "-shm"):
        store.paths.database.with_name(store.paths.database.name + end).unlink(missing_ok=True)
    shutil.copy(copy, store.paths.database)
    return open_store(store.paths, NINE)


def test_a_restored_database_never_gives_a_number_again(store: Store, tmp_path: Path) -> None:
    lend(store, 1, 100)
    old = copy_of(store, tmp_path / "old.db")
    before = take(store, 7)

    again = restored(store, old)
    assert [finding.code for finding in again.findings] == ["store.restored"]
    assert left(again) == 0, "the block belongs to the life before"
    assert wanted(again) == {}, "nothing was asked for when the copy was made"
    wish(again)
    assert wanted(again) == {GI: serials.BLOCK}
    none_is_left(again)
    lend(again, 101, 300)
    assert not set(before) & set(take(again, 3))
    again.close()


def test_not_even_when_the_copy_is_taken_for_the_living_one(store: Store, tmp_path: Path) -> None:
    """The same life and number: only the mark tells that the numbers are used."""
    lend(store, 1, 100)
    take(store, 2)
    old = copy_of(store, tmp_path / "old.db")
    side = sidefile.read(store.paths.side)
    assert side is not None
    take(store, 5)
    used = marks(store)
    again_side = sidefile.Side(side.inc, side.n, side.h, side.audit_seq, side.audit_h, side.machine, used)
    store.close()
    sidefile.write(store.paths.side, again_side)

    again = restored(store, old)
    assert again.findings == []
    assert left(again) == 93
    assert take(again) == [8]
    again.close()


def test_nor_when_the_database_was_set_aside_and_begun_anew(store: Store) -> None:
    lend(store, 1, 100)
    take(store, 7)
    store.close()
    housekeeping.set_aside(store.paths, NINE)

    anew = open_store(store.paths, NINE)
    make.set_up(anew, NINE)
    lend(anew, 1, 100)
    assert take(anew) == [8]
    anew.close()


class Numbers(RuleBasedStateMachine):
    """Taking, saving and restoring in any order; the centre never lends a number twice."""

    folder: Path
    template: Path
    runs = 0

    @initialize()
    def move_in(self) -> None:
        Numbers.runs += 1
        here = self.folder / str(Numbers.runs)
        shutil.copytree(self.template, here)
        self.store = open_store(paths.of(here), NINE)
        self.copy: Path | None = None
        self.given: list[int] = []
        self.lent = 0

    @rule(size=st.integers(1, 4))
    def lend(self, size: int) -> None:
        lend(self.store, self.lent + 1, self.lent + size)
        self.lent += size

    @rule(count=st.integers(1, 3))
    def take(self, count: int) -> None:
        if left(self.store) < count:
            with pytest.raises(DeskError):
                take(self.store, count)
        else:
            self.given += take(self.store, count)

    @rule()
    def save(self) -> None:
        self.copy = copy_of(self.store, self.store.paths.data / "copy.db")

    @rule()
    def restore(self) -> None:
        if self.copy is not None:
            self.store = restored(self.store, self.copy)

    @rule()
    def start_again(self) -> None:
        self.store.close()
        self.store = open_store(self.store.paths, NINE)

    @invariant()
    def none_was_given_twice(self) -> None:
        if hasattr(self, "given"):
            assert len(set(self.given)) == len(self.given)
            assert marks(self.store).get(GI, 0) == max(self.given, default=0)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()


@pytest.mark.slow
def test_no_number_twice_whatever_happens(store: Store, tmp_path: Path) -> None:
    store.close()
    Numbers.folder, Numbers.template = tmp_path / "runs", store.paths.data
    run_state_machine_as_test(Numbers, settings=settings(max_examples=30, stateful_step_count=25))
