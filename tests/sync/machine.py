"""Stations and a centre that meet everything that can go wrong, and the sixteen invariants (`sync.md` §3.1).

The rules of `sync_model.py` on the real code: real SQLite files, the real application on a real PostgreSQL, a line
with faults, clocks that jump, databases that are restored and cloned on either side. The oracle is a plain ledger of
what was done and who had seen what.
"""

from __future__ import annotations

import itertools
import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.newcomer import MemoryVault
from tests.sync.centre import CentreRig
from tests.sync.faults import FAULTS, FaultyLine
from tests.sync.park import Rig, new_station
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import DAY, FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db import serials
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.tables.reception import Visit, VisitEvent
from zhangshu_desk.db.verify import verify
from zhangshu_desk.sync import applying, books, copying, wire
from zhangshu_desk.sync.transport import Refused, Unreachable

ROWS = ("01930000-0000-7000-8000-00000000e0a1", "01930000-0000-7000-8000-00000000e0b2")
VISIT = "01930000-0000-7000-8000-00000000f0c3"
FIELDS = ("notes", "legal_representative")
START = 1_795_568_400_000
SERIALS = "GI"
ROUNDS_TO_QUIET = 6


@dataclass
class Done:
    """One change of one field (or group), as the oracle keeps it."""

    op_id: str
    station: str
    row: str
    field: str
    value: str
    seen: frozenset[str]


@dataclass
class Tally:
    """What a run of many examples came to."""

    runs: int = 0
    steps: int = 0
    made: int = 0
    delivered: int = 0
    in_inbox: int = 0
    lost: int = 0
    twice: int = 0
    diverged: int = 0
    stuck: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    rounds: list[int] = field(default_factory=list)
    restored: int = 0
    cloned: int = 0
    centre_restored: int = 0
    excused: int = 0
    conflicts: int = 0
    repaired: int = 0
    offered: int = 0


TALLY = Tally()


class SyncMachine(RuleBasedStateMachine):
    """See the module. `rig` makes the centre, once for all examples; `folder` a fresh folder for each."""

    rig: CentreRig
    folder: Callable[[], Path]
    world: list[Rig]

    indexes = st.integers(0, 3)

    @initialize(seed=st.integers(0, 1 << 16))
    def start(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.now = START
        self.place = self.folder()
        self.values = itertools.count(1)
        self.done: dict[str, Done] = {}
        self.everything: dict[str, str] = {}  # op_id → station, of every operation ever committed
        self.excused: set[str] = set()  # went with a restored database before anybody had heard of them
        self.printed: dict[int, list[str]] = {}
        self.saved: dict[str, tuple[Path, set[str], set[str]]] = {}
        self.server_saved: str | None = None
        self.cloned = self.rolled = False
        self.revoked: set[str] = set()
        self.lines: dict[int, FaultyLine] = {}
        self.seen: dict[int, set[str]] = {}
        self.stations = self._morning()
        for at, rig in enumerate(self.stations):
            self._connect(at)
            self.seen[at] = set()
            self._note_new(rig)

    def _morning(self) -> list[Rig]:
        """Three stations that have joined and know the same rows; made once and copied for each example."""
        cls = type(self)
        if not hasattr(cls, "world"):
            cls.world = _make_world(cls.rig, cls.folder())
        self.rig.begin_anew(self.now, "morning")
        found = []
        for rig in cls.world:
            shutil.copytree(rig.where.data, self.place / rig.name)
            where, vault = paths.of(self.place / rig.name), MemoryVault()
            vault.secrets |= rig.vault.secrets
            fresh = replace(rig, where=where, vault=vault, clock=FixedClock(self.now), centre=None)
            fresh.store = _open(fresh)
            found.append(fresh)
        return found

    def _connect(self, at: int) -> None:
        rig = self.stations[at]
        self.lines[at] = FaultyLine(self.rig.park.transport(), self.dice)
        rig.centre = self.rig.park.reach(rig.station, rig.vault.secrets[rig.station], self.lines[at])

    # -- what people do -----------------------------------------------------------------------------------------------

    @rule(i=indexes, row=st.sampled_from(ROWS), name=st.sampled_from(FIELDS))
    def edit(self, i: int, row: str, name: str) -> None:
        at, rig = self._rig(i)
        value = f"v{next(self.values)}"
        with rig.store.write(rig.clerk, "enterprise.change", rig.clock.now()) as session:
            found = session.get(Enterprise, row)
            if found is None:
                return
            setattr(found, name, value)
            session.about("enterprises", row)
        self._note(at, row, name, value)

    @rule(i=indexes)
    def edit_both_rows_at_once(self, i: int) -> None:
        at, rig = self._rig(i)
        value = f"v{next(self.values)}"
        with rig.store.write(rig.clerk, "enterprise.change", rig.clock.now()) as session:
            for row in ROWS:
                found = session.get(Enterprise, row)
                if found is None:
                    return
                found.notes = value
            session.about("enterprises", ROWS[0])
        for row in ROWS:
            self._note(at, row, "notes", value)

    @rule(i=indexes)
    def handle_the_visit(self, i: int) -> None:
        at, rig = self._rig(i)
        value, now = f"v{next(self.values)}", rig.clock.now()
        with rig.store.write(rig.clerk, "visit.call", now) as session:
            visit = session.get(Visit, VISIT)
            if visit is None:
                return
            visit.note, visit.since, visit.counter_id = value, now, rig.counters[0]
            session.add(
                VisitEvent(
                    id=session.new_id(), visit_id=VISIT, seq=1, at=now, act="visit.call", from_state="等候",
                    to_state="叫号中", counter_id=rig.counters[0], actor_id=rig.clerk.user_id, note=value, before={},
                )
            )  # fmt: skip
            session.about("visits", VISIT)
        self._note(at, VISIT, "state", value)

    @rule(i=indexes)
    def make_an_enterprise(self, i: int) -> None:
        _, rig = self._rig(i)
        name = f"新企业{next(self.values)}"
        with rig.store.write(rig.clerk, "enterprise.add", rig.clock.now()) as session:
            session.add(Enterprise(id=session.new_id(), name=name, name_key=name, created_at=session.now))
        self._note_new(rig)

    @rule(i=indexes)
    def use_a_serial(self, i: int) -> None:
        _, rig = self._rig(i)
        try:
            with rig.store.write(rig.head, "backup.make", rig.clock.now()) as session:
                serials.ask_for(session, SERIALS)
                number = serials.take(session, SERIALS, "标签")
        except DeskError:
            with rig.store.write(rig.head, "backup.make", rig.clock.now()) as session:
                serials.ask_for(session, SERIALS)
            self._note_new(rig)
            return
        self.printed.setdefault(number, []).append(rig.name)
        self._note_new(rig)

    # -- the line -----------------------------------------------------------------------------------------------------

    @rule(i=indexes, fault=st.sampled_from(("ok", "ok", "ok", *FAULTS)), later=st.sampled_from((0, 0, 1)))
    def synchronise(self, i: int, fault: str, later: int) -> None:
        at, _ = self._rig(i)
        self.lines[at].plan(fault, later)
        self._sync(at)

    @rule(i=indexes)
    def deliver_late(self, i: int) -> None:
        at, _ = self._rig(i)
        if self.lines[at].kept:
            self.lines[at].deliver_late()

    @rule(i=indexes, days=st.sampled_from((-12, -1, 0, 1, 12)))
    def set_the_clock(self, i: int, days: int) -> None:
        _, rig = self._rig(i)
        rig.clock.moment = self.now + days * DAY

    @rule(
        i=indexes,
        acts=st.lists(st.sampled_from(("edit", "serial", "save", "sync", "sync", "restore")), min_size=3, max_size=8),
    )
    def afternoon(self, i: int, acts: list[str]) -> None:
        """Many things at one station, one after the other."""
        for act in acts:
            if act == "edit":
                self.edit(i, ROWS[0], FIELDS[0])
            elif act == "serial":
                self.use_a_serial(i)
            elif act == "save":
                self.save_station(i)
            elif act == "sync":
                self.synchronise(i, "ok", 0)
            elif self._rig(i)[1].name in self.saved:
                self.restore_station(i, True)

    # -- restores and clones ------------------------------------------------------------------------------------------

    @rule(i=indexes)
    def save_station(self, i: int) -> None:
        at, rig = self._rig(i)
        folder = self.place / "saved"
        folder.mkdir(exist_ok=True)
        self.saved[rig.name] = (rig.save(folder), set(self.seen[at]), self._ops(rig))
        shutil.copyfile(rig.where.side, self.saved[rig.name][0].with_suffix(".side"))

    @precondition(lambda self: self.saved)
    @rule(i=indexes, keeps_side=st.booleans())
    def restore_station(self, i: int, keeps_side: bool) -> None:
        """From a copy of the database, or of the whole disk: then nothing on the machine knows of it."""
        at, rig = self._rig(i)
        if rig.name not in self.saved:
            return
        copy, seen, _ = self.saved[rig.name]
        before = self._ops(rig)
        TALLY.restored += 1
        if not keeps_side:
            self.cloned = True  # nothing is left that knows of the numbers used since
            shutil.copyfile(copy.with_suffix(".side"), rig.where.side)
        rig.restore(copy)
        self.excused |= before - self._ops(rig)
        self.seen[at] = set(seen)

    @precondition(lambda self: len(self.stations) < 4)
    @rule(i=indexes)
    def clone_station(self, i: int) -> None:
        """A copy of the whole machine that goes on beside it."""
        at, rig = self._rig(i)
        rig.store.close()
        name = f"{rig.name}二"
        shutil.copytree(rig.where.data, self.place / name)
        rig.reopen()
        where = paths.of(self.place / name)
        twin = replace(rig, name=name, where=where, clock=FixedClock(rig.clock.moment), centre=None)
        twin.store = _open(twin)
        self.stations.append(twin)
        new = len(self.stations) - 1
        self._connect(new)
        self.seen[new] = set(self.seen[at])
        self.cloned = True
        TALLY.cloned += 1

    @rule()
    def save_server(self) -> None:
        self.server_saved = self.rig.save()

    @precondition(lambda self: self.server_saved)
    @rule()
    def restore_server(self) -> None:
        self.rig.restore()
        self.rolled = True
        TALLY.centre_restored += 1

    @rule(i=indexes)
    def revoke(self, i: int) -> None:
        _, rig = self._rig(i)
        self.rig.revoke(rig.station, self.now)
        self.revoked.add(rig.station)

    @precondition(lambda self: self.revoked)
    @rule()
    def reinstate(self) -> None:
        for station in sorted(self.revoked):
            self.rig.reinstate(station)
        self.revoked.clear()

    # -- bad nights: the stories in which most designs lose something --------------------------------------------------

    @rule(i=indexes, j=indexes)
    def the_centre_is_restored_and_two_stations_had_edited(self, i: int, j: int) -> None:
        """`j` comes first and writes into the restored feed; `i` still counts by the feed that is gone."""
        self.save_server()
        for at in (j, i):
            self.edit(at, ROWS[1], FIELDS[1])
            self.synchronise(at, "ok", 0)
        self.restore_server()
        for at in (i, j):
            self.edit(at, ROWS[0], FIELDS[0])
        self.synchronise(j, "ok", 0)
        self.synchronise(i, "ok", 0)

    @rule(i=indexes)
    def a_whole_disk_is_restored_and_then_the_centre(self, i: int) -> None:
        """What was sent under the life before the fork must still be there to be sent again."""
        self.save_server()
        self.edit(i, ROWS[1], FIELDS[0])
        self.synchronise(i, "ok", 0)
        self.save_station(i)
        self.edit(i, ROWS[1], FIELDS[1])
        self.synchronise(i, "ok", 0)
        self.restore_station(i, False)
        self.edit(i, ROWS[1], FIELDS[1])
        self.synchronise(i, "ok", 0)
        self.restore_server()
        self.synchronise(i, "ok", 0)

    @rule(i=indexes, j=indexes)
    def serials_are_lent_and_the_centre_is_restored(self, i: int, j: int) -> None:
        """Numbers that were lent must not be lent again."""
        self.save_server()
        for at in (i, j):
            self.use_a_serial(at)
            self.synchronise(at, "ok", 0)
            self.use_a_serial(at)
            self.restore_server()

    @rule(i=indexes, restored=st.booleans())
    def serials_are_used_and_the_station_is_restored(self, i: int, restored: bool) -> None:
        """Numbers that were printed must not be printed again."""
        self.use_a_serial(i)
        self.synchronise(i, "ok", 0)
        self.save_station(i)
        self.use_a_serial(i)
        if restored:
            self.restore_station(i, True)
        self.use_a_serial(i)

    # -- how the oracle hears of it -----------------------------------------------------------------------------------

    def _rig(self, i: int) -> tuple[int, Rig]:
        at = i % len(self.stations)
        return at, self.stations[at]

    def _sync(self, at: int) -> bool:
        rig = self.stations[at]
        self.now += 1_000
        TALLY.steps += 1
        self.rig.clock.moment = self.now
        rig.clock.moment += 1_000
        before = self.rig.known_ops()
        try:
            result = rig.cycle()
        except Unreachable:
            self._note_new(rig)
            self._note_seen(at)
            return False
        except Refused as refused:
            if refused.status != 403 or rig.station not in self.revoked:
                raise AssertionError(f"{refused} {refused.facts}") from refused
            assert self.rig.known_ops() == before, "a revoked station was heard"
            return False
        assert rig.station not in self.revoked, "a revoked station was served"
        TALLY.repaired += result.repaired
        TALLY.offered += result.offered
        assert self.rolled or not result.repaired, "rows had to be repaired although nobody touched them"
        self._note_new(rig)
        self._note_seen(at)
        return True

    def _note(self, at: int, row: str, name: str, value: str) -> None:
        rig = self.stations[at]
        with rig.store.read() as session:
            sql = "SELECT op_id FROM outbox WHERE row_id = ? AND tbl <> 'audit' ORDER BY seq DESC LIMIT 1"
            op_id = bare(session).execute(sql, (row,)).fetchone()[0]
        self.done[op_id] = Done(op_id, rig.station, row, name, value, frozenset(self.seen[at]))
        self.seen[at].add(op_id)
        self._note_new(rig)

    def _note_new(self, rig: Rig) -> None:
        for op_id in self._ops(rig):
            self.everything.setdefault(op_id, rig.name)

    def _ops(self, rig: Rig) -> set[str]:
        with rig.store.read() as session:
            return {op_id for (op_id,) in bare(session).execute("SELECT op_id FROM outbox")}

    def _note_seen(self, at: int) -> None:
        """The last writer of every field that this station has read, and all they had seen."""
        rig = self.stations[at]
        with rig.store.read() as session:
            db = bare(session)
            base = books.number(db, "feed_base")
            points = dict(books.feed_points(db))
        if not self.rig.has_place(base, points.get(base, "")):
            return
        for op_id in self.rig.writers_up_to(base):
            self.seen[at].add(op_id)
            if op_id in self.done:
                self.seen[at] |= self.done[op_id].seen

    # -- the end ------------------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        if not hasattr(self, "stations") or not self.stations:
            return
        try:
            self._heal()
            self._check()
        finally:
            self._finish()

    def _heal(self) -> None:
        if self.revoked:
            self.reinstate()
        for number in range(1, ROUNDS_TO_QUIET + 1):
            for at in range(len(self.stations)):
                self.lines[at].plan("ok")
                assert self._sync(at), "a line without faults failed"
            if self._is_quiet():
                TALLY.rounds.append(number)
                return
        TALLY.stuck += 1
        raise AssertionError(f"not quiet after {ROUNDS_TO_QUIET} rounds")

    def _is_quiet(self) -> bool:
        head = self.rig.head()
        for rig in self.stations:
            with rig.store.read() as session:
                db = bare(session)
                waiting = db.execute("SELECT count(*) FROM outbox WHERE state = 'pending'").fetchone()[0]
                if waiting or books.number(db, "feed_base") != head:
                    return False
        return True

    def _check(self) -> None:
        self._nothing_lost_or_doubled()
        self._all_equal()
        self._nothing_overwritten_in_silence()
        self._no_false_alarm()
        self._serials_are_unique()
        TALLY.conflicts += len(self.rig.rows("conflicts"))
        self.rig.check_chains()
        for rig in self.stations:
            report = verify(rig.store)
            # a restored or copied database says so itself
            known = {"verify.audit_tail", "verify.audit_rewritten", "store.restored", "store.cloned"}
            assert not set(report.counts) - known, report.problems[:3]

    def _nothing_lost_or_doubled(self) -> None:
        status = self.rig.statuses()
        for op_id in self.everything:
            times = status.get(op_id, 0)
            TALLY.made += 1
            TALLY.delivered += times > 0
            TALLY.twice += times > 1
            assert times <= 1, ("applied twice", op_id)
            TALLY.excused += not times and op_id in self.excused
            if not times and op_id not in self.excused:
                TALLY.lost += 1
                raise AssertionError(f"lost: {op_id} of {self.everything[op_id]}")
        rejected = self.rig.rejected()
        assert not rejected, ("rejected", rejected[:3])

    def _all_equal(self) -> None:
        for rig in self.stations:
            with rig.store.read() as session:
                db = bare(session)
                for tbl in wire.PULLED:
                    theirs = self.rig.rows(tbl)
                    ours = {i: copying.image(db, tbl, i) for (i,) in db.execute(f"SELECT id FROM {tbl}")}  # noqa: S608
                    if ours != theirs:
                        TALLY.diverged += 1
                        raise AssertionError(f"{rig.name} differs in {tbl}: {_difference(ours, theirs)}")
                    assert applying.table_sum(db, tbl) == self.rig.sum_of(tbl), tbl

    def _inbox(self) -> set[str]:
        found = set()
        for row in self.rig.rows("conflicts").values():
            for values in (row.get("a_values", {}), row.get("b_values", {})):
                found |= {value for value in values.values() if isinstance(value, str)}
        return found

    def _nothing_overwritten_in_silence(self) -> None:
        final, inbox = self.rig.final_writers(), self._inbox()
        known = self.rig.statuses()
        for op_id, one in self.done.items():
            if op_id not in known or op_id in final:
                continue
            if one.value in inbox:
                TALLY.in_inbox += 1
                continue
            over = [
                other for other in self.done.values()
                if op_id in other.seen and other.row == one.row and other.field == one.field and other.op_id in known
            ]  # fmt: skip
            assert over, ("silently lost", one)

    def _no_false_alarm(self) -> None:
        """A conflict names two changes of the same field that did not know of each other."""
        if self.rolled:
            return  # after a restore of the centre `base` is lowered to be safe, so it may ask too often
        by_value = {one.value: one for one in self.done.values() if one.row != VISIT}
        for row in self.rig.rows("conflicts").values():
            if row["kind"] != "field":
                continue
            for name in row["fields"]:
                a = by_value.get(row.get("a_values", {}).get(name, ""))
                b = by_value.get(row.get("b_values", {}).get(name, ""))
                if a is None or b is None or a.station == b.station:
                    continue  # a restored station against its own earlier life: harmless
                assert a.op_id not in b.seen, ("false alarm", a, b)
                assert b.op_id not in a.seen, ("false alarm", a, b)

    def _serials_are_unique(self) -> None:
        used: Counter[int] = Counter(row["serial"] for row in self.rig.rows("serial_issues").values())
        reported = {row["a_values"]["serial"] for row in self.rig.rows("conflicts").values() if row["kind"] == "serial"}
        for number, names in self.printed.items():
            if len(names) > 1:
                assert self.cloned, ("serial used twice without a clone", number, names)
            if used[number] > 1:
                assert number in reported, ("a serial used twice was not reported", number)

    def _finish(self) -> None:
        TALLY.runs += 1
        for line in self.lines.values():
            TALLY.faults.update(line.counts)
        for rig in self.stations:
            if rig.centre is not None:
                rig.centre.close()
            rig.store.close()
        shutil.rmtree(self.place, ignore_errors=True)


def _make_world(centre: CentreRig, folder: Path) -> list[Rig]:
    found = []
    for name in "甲乙丙":
        rig = new_station(folder, name, START)
        centre.park.enrol(rig)
        found.append(rig)
    first = found[0]
    with first.store.write(first.clerk, "enterprise.add", START) as session:
        for row_id in ROWS:
            name = f"企业{row_id[-4:]}"
            session.add(Enterprise(id=row_id, name=name, name_key=name, created_at=START))
    with first.store.write(first.clerk, "visit.register", START) as session:
        session.add(
            Visit(
                id=VISIT, station_id=first.station, day=date(2026, 11, 25), queue_day=date(2026, 11, 25), group="A",
                number=1, label="A001", enterprise_id=None, enterprise_name="", visitor="访客", phone="", priority="",
                appointment_at=None, remark="", services=["NB"], state="等候", arrived_at=START, since=START,
            )
        )  # fmt: skip
    for rig in [*found, *found]:
        rig.cycle()
    for rig in found:
        rig.store.close()
        if rig.centre is not None:
            rig.centre.close()
    centre.save("morning")
    return found


def _open(rig: Rig) -> Store:
    from zhangshu_desk.db.store import open_store

    store = open_store(rig.where, rig.clock.now())
    with store.merge() as merge:
        books.ensure_lives(merge.db)
    return store


def _difference(ours: dict[str, Any], theirs: dict[str, Any]) -> list[Any]:
    return [(key, ours.get(key), theirs.get(key)) for key in {*ours, *theirs} if ours.get(key) != theirs.get(key)][:2]
