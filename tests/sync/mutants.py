"""The twelve ways to weaken one rule of the synchronisation (`sync_model.py`, `BREAK`), on the real code.

    python -m tests.sync.mutants [NAME…]        (`make mutants`)

Each runs the machine of faults in a process of its own until it fails; a mutant that lives is a hole in the proof.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from tests.sync.centre import CentreRig
from zhangshu_desk.db import capture, identity, serials
from zhangshu_desk.sync import books, cycle, forks
from zhangshu_server import feed, lives, merging, pulling, pushing
from zhangshu_server import serials as lending

SECONDS = 240
"""So long a mutant may live before it counts as survived."""
Mutate = Callable[[CentreRig], None]


def _put(where: Any, name: str, value: Any) -> None:
    """Put a mutated part in the place of the true one."""
    assert hasattr(where, name), f"{where} has no {name} any more"
    setattr(where, name, value)


def own_writer(_rig: CentreRig) -> None:
    """Who wrote last is known by station only, not by its incarnation."""

    def is_unseen(stamp: merging.Stamp | None, op: merging.Operation) -> bool:
        if stamp is None or stamp.hlc == merging.RESCUED:
            return False
        return stamp.seq > op.base and stamp.station != op.station

    _put(merging, "is_unseen", is_unseen)


def no_hash(_rig: CentreRig) -> None:
    """Histories are compared by their numbers only."""

    def check_history(log: Any, life: lives.Life, _ours: Any) -> int:
        if log.first - 1 > life.n:
            raise lives.Gap(log.inc, life.n)
        return int(log.first - 1 + len(log.ops))

    _put(pushing, "check_history", check_history)
    _put(feed, "common_point", lambda _connection, seen: max((seq for seq, _ in seen), default=0))


def no_retain(_rig: CentreRig) -> None:
    """What was acknowledged once is not kept to be sent again."""
    _put(forks, "send_again", lambda _db, _inc, _last: None)


def no_inc(_rig: CentreRig) -> None:
    """A station that was restored goes on under its old incarnation."""

    def part(self: cycle.Cycle, error: str, facts: Any) -> None:
        with self._store.merge() as merge:
            life = next(one for one in books.lives(merge.db) if one.inc == facts["inc"])
            place = facts["last"] if error == "gap" else min(life.tip, facts["common"])
            books.mark(merge.db, life, place, life.tip, acked=False)
            books.set_life(merge.db, life.inc, acked=min(place, life.tip))

    _put(cycle.Cycle, "_part", part)


def dedupe_by_number(rig: CentreRig) -> None:
    """An operation is known by its number only."""
    with rig.engine.begin() as db:
        db.execute(text("DROP INDEX uq_oplog_op_id"))
    _put(pushing._Push, "_known", lambda _self, _op_ids: {})


def arrival(_rig: CentreRig) -> None:
    """The last to arrive wins, in silence."""
    _put(merging._Work, "contest", lambda self, group, sets, _there: self.write(group, sets))


def no_block_bind(_rig: CentreRig) -> None:
    """Serial numbers are bound neither to the side file nor to the life of the database."""
    true_take = serials.take

    def take(session: Any, kind: str, purpose: str) -> int:
        session.serial_marks = {}
        return true_take(session, kind, purpose)

    _put(serials, "take", take)
    _put(identity, "heed", lambda _db, _marks: None)
    _put(serials, "_OPEN", "SELECT id, next, last FROM serial_blocks WHERE kind = ? AND next <= last ORDER BY first")


def ship_rows(_rig: CentreRig) -> None:
    """Whole rows are sent instead of the fields that changed."""
    true_changes = capture._changed_fields

    def changed(thing: Any, fresh: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        sets, olds = true_changes(thing, fresh)
        if sets and not fresh:
            whole, _ = true_changes(thing, True)
            sets = whole | sets
        return sets, olds

    _put(capture, "_changed_fields", changed)


def seq_gap(_rig: CentreRig) -> None:
    """A number is taken before the change can be seen, as with a sequence: readers pass it by."""
    true_changed = pulling._changed
    hidden: set[int] = set()

    def changed(connection: Any, scopes: list[str], since: int, limit: int, echo: Any) -> list[Any]:
        found = true_changed(connection, scopes, since, limit, echo)
        late = [one for one in found if one.tbl == "enterprises" and one.seq not in hidden][:1]
        hidden.update(one.seq for one in late)
        return [one for one in found if one not in late]

    _put(pulling, "_changed", changed)
    _put(pulling, "_touched", lambda *_args: [])


def late_rebase(_rig: CentreRig) -> None:
    """That the centre was restored counts only after the push was applied."""
    true_base = pushing._Push._base

    def base(self: Any, log: Any, op: Any) -> int:
        found, self.rewound = self.rewound, None
        try:
            return true_base(self, log, op)
        finally:
            self.rewound = found

    _put(pushing._Push, "_base", base)


def hwm_in_db(_rig: CentreRig) -> None:
    """How far serial numbers were lent stands in the database only."""
    _put(lending, "_read", lambda _path: {})


def no_archive(_rig: CentreRig) -> None:
    """What was sent under an earlier incarnation is forgotten."""
    true_part = forks.part

    def part(db: Any, inc: str, common: int, new_inc: str) -> tuple[int, str]:
        found = true_part(db, inc, common, new_inc)
        db.execute("DELETE FROM lives WHERE inc = ?", (inc,))
        return found

    _put(forks, "part", part)


MUTANTS: dict[str, Mutate] = {
    one.__name__: one
    for one in (
        own_writer,
        no_hash,
        no_retain,
        no_inc,
        dedupe_by_number,
        arrival,
        no_block_bind,
        ship_rows,
        seq_gap,
        late_rebase,
        hwm_in_db,
        no_archive,
    )
}


def main(names: list[str]) -> int:
    """Hunt the mutants; 0 when every one was killed."""
    alive = []
    for name in names or list(MUTANTS):
        started = time.monotonic()
        command = [
            sys.executable,
            "-m",
            "tests.sync.soak",
            "--mutant",
            name,
            "--seconds",
            str(SECONDS),
            "--steps",
            "50",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        took = time.monotonic() - started
        killed = done.returncode == 1 and "FAILED:" in done.stdout
        why = next((line for line in done.stdout.splitlines() if line.startswith("FAILED:")), "")[:110]
        print(f"{name:18} {'killed' if killed else 'ALIVE':6} {took:5.0f} s  {why}", flush=True)
        if not killed:
            alive.append(name)
            if done.returncode not in (0, 1):
                print(done.stdout[-2000:], done.stderr[-4000:], flush=True)
    print(f"mutants killed {len(names or MUTANTS) - len(alive)}/{len(names or MUTANTS)}")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
