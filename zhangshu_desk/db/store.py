"""The store: one SQLite file, opened, read and written in transactions."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from zhangshu_desk.core import acts, failpoints, machine, paths
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.core.operations import parse_hlc
from zhangshu_desk.db import audit, capture, identity, sidefile, tables
from zhangshu_desk.db.base import Synced
from zhangshu_desk.db.capture import DeskSession, Tape
from zhangshu_desk.db.identity import Finding, meta_of
from zhangshu_desk.db.refusals import refusal_of
from zhangshu_desk.db.tables.ledger import Meta

__all__ = ["Finding", "Store", "WriteSession", "open_store", "refusal_of", "tables"]

BUSY_MS = 15_000
_log = logging.getLogger(__name__)
Listener = Callable[[frozenset[str]], None]


class WriteSession(DeskSession):
    """A writing transaction, with who writes and when.

    Attributes:
        serial_marks: highest serial number of each kind that was used before, as the side file has it; spent: the
            highest that this transaction uses (`db/serials.py`).
    """

    actor: Actor
    now: int
    station_id: str
    tape: Tape
    serial_marks: Mapping[str, int]
    spent: dict[str, int]
    subject: tuple[str, str] = ("", "")
    note: str = ""

    def new_id(self) -> str:
        """An id for a new row."""
        return new_id(self.now)

    def insert(self, row: Synced) -> None:
        """Write a new row at once; quicker than `add`, but what is changed in `row` afterwards is lost."""
        capture.insert(self, row)

    def name_station(self, station_id: str) -> None:
        """Say which station this database belongs to, once, in the act that sets it up."""
        self.add(Meta(key="station_id", value=station_id))
        self.station_id = self.tape.station = station_id

    def about(self, tbl: str, row_id: str, note: str = "") -> None:
        """Name the record the act is about, for the audit entry; its note must not hold personal data."""
        self.subject, self.note = (tbl, row_id), note


@dataclass(frozen=True)
class Merge:
    """A transaction that writes what the centre says, past the capture: nothing in it becomes an operation.

    Attributes:
        db: the driver's connection, inside the transaction. touched: names of the tables it changed.
    """

    db: sqlite3.Connection
    touched: set[str]


class Store:
    """One open database. Safe to use from several threads; several processes may share the file."""

    def __init__(self, where: paths.Paths, reading: Engine, writing: Engine) -> None:
        self.paths = where
        self.findings: list[Finding] = []
        self.incarnation = ""
        self.full: DeskError | None = None
        self.closed = False
        self.serial_marks: dict[str, int] = {}
        self._reading = reading
        self._writing = writing
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()
        self._last_seq = 0
        self._machine = machine.fingerprint()
        self._foreign = False

    # -- transactions ---------------------------------------------------------------------------------------------

    @contextmanager
    def read(self) -> Iterator[DeskSession]:
        """A consistent view; nothing can be written through it, and nothing of the ORM should leave it.

        Raises:
            DeskError: `store.*` when the file cannot be read.
        """
        with self._told(), DeskSession(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self, actor: Actor, act: str, now: int) -> Iterator[WriteSession]:
        """One act of one actor: all of it or nothing, with its operations and its audit entry.

        Args:
            act: a code of `core/acts.py`.
            now: ms UTC.

        Raises:
            DeskError: `act.not_allowed`; `store.disk_full`, `store.busy` … when the file cannot be written. Whatever is
                raised inside rolls everything back.
        """
        acts.check(act, actor.role)
        with self._told(), WriteSession(self._writing, expire_on_commit=False) as session:
            session.actor, session.now = actor, now
            session.serial_marks, session.spent = self.serial_marks, {}
            session.tape = self._tape(session.connection(), actor, now)
            session.station_id = session.tape.station
            yield session
            session.flush()
            audit_seq, audit_h = audit.append(session, act)
            tape = session.tape
            tape.write(session.connection())
            failpoints.reach("desk.before_local_commit")
            session.commit()
        failpoints.reach("desk.after_local_commit")
        recovered, self.full = self.full is not None, None
        side = sidefile.Side(tape.inc, tape.n, tape.h, audit_seq, audit_h, self._machine)
        self._note_own(tape, side, session.spent)
        self._announce(frozenset(tape.touched | {"store"} if recovered else tape.touched))

    @contextmanager
    def merge(self) -> Iterator[Merge]:
        """What came from the centre, all of it or nothing; foreign keys are not checked (docs/adr/0006).

        Raises:
            DeskError: as `write`.
        """
        with self._told():
            pooled = self._writing.raw_connection()
            db = pooled.driver_connection
            assert isinstance(db, sqlite3.Connection)
            merge = Merge(db, set())
            try:
                db.execute("PRAGMA foreign_keys=OFF")  # heard only outside a transaction
                db.execute("BEGIN IMMEDIATE")
                yield merge
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                db.execute("PRAGMA foreign_keys=ON")
                pooled.close()
        recovered, self.full = self.full is not None, None
        self._announce(frozenset(merge.touched | {"store"} if recovered else merge.touched))

    def begin_life(self, inc: str, n: int, h: str) -> None:
        """The database has a new incarnation since the last commit; its log stands at operation `n` with hash `h`."""
        self.incarnation = inc
        with self._lock, self._reading.connect() as connection:
            known = sidefile.read(self.paths.side)
            entry = audit.last(connection)
            side = sidefile.Side(inc, n, h, entry[0], entry[1], self._machine)
            marks = sidefile.highest(self.serial_marks, known.serials if known is not None else {})
            sidefile.write(self.paths.side, replace(side, serials=marks))

    def _tape(self, connection: Connection, actor: Actor, now: int) -> Tape:
        meta = meta_of(connection)
        inc, n, h, hlc, seq = capture.last_operation(connection) or ("", 0, "", "", 0)
        clock = parse_hlc(hlc) if hlc else (0, 0)
        if inc != meta["incarnation"]:  # a new life begins its count anew
            inc, n, h = meta["incarnation"], int(meta.get("life_n", "0")), meta.get("life_h", "")
        seen = meta.get("hlc_seen", "")  # the greatest clock that came from elsewhere
        if seen:
            clock = max(clock, parse_hlc(seen))
        return Tape(
            tx=new_id(now),
            seq=seq,
            inc=inc,
            n=n,
            h=h,
            base=int(meta.get("feed_base", "0")),
            hlc=clock,
            station=meta.get("station_id", ""),
            actor=actor,
            now=now,
        )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite refuses into sentences; remember that the disk is full until something could be written."""
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            refusal = refusal_of(getattr(error, "orig", error), self.paths)
            if refusal is None:
                raise
            if refusal.code in ("store.disk_full", "store.disk_failed", "store.read_only"):
                self.full = refusal
                self._announce(frozenset({"store"}))
            raise refusal from error

    # -- who hears of changes -------------------------------------------------------------------------------------

    def listen(self, listener: Listener) -> None:
        """Call `listener(names of touched tables)` after each commit, on the committing thread; `store`: health."""
        self._listeners.append(listener)

    def _announce(self, names: frozenset[str]) -> None:
        if names:
            for listener in self._listeners:
                listener(names)

    def changed_elsewhere(self) -> bool:
        """Whether another process committed a change since the last call."""
        with self._reading.connect() as connection:
            row = connection.execute(text("SELECT max(seq) FROM outbox")).scalar() or 0
        with self._lock:
            changed, self._foreign = self._foreign or row > self._last_seq, False
            self._last_seq = max(row, self._last_seq)
        return changed

    def _note_own(self, tape: Tape, side: sidefile.Side, spent: Mapping[str, int]) -> None:
        """Operations of `tape` are ours, a gap before them was written by another; the newest go to the side file.

        Serial numbers that were used go there whatever else was committed meanwhile: its marks are only ever raised.
        """
        with self._lock:
            self._foreign = self._foreign or tape.seq > self._last_seq
            last = tape.seq + len(tape.rows)
            is_newest = last > self._last_seq
            if not (is_newest or spent):
                return
            self._last_seq = max(last, self._last_seq)
            known = sidefile.read(self.paths.side)  # another program may have raised a mark
            self.serial_marks = sidefile.highest(self.serial_marks, known.serials if known is not None else {}, spent)
            newest = side if is_newest or known is None else known
            sidefile.write(self.paths.side, replace(newest, serials=self.serial_marks))

    def waiting(self) -> int:
        """How many operations are kept here and have not been sent to a centre."""
        # The two ends of the index: counting a million rows would be felt. What waits is one unbroken run.
        end = "SELECT seq FROM outbox WHERE state = 'pending' ORDER BY seq {} LIMIT 1"
        with self._reading.connect() as connection:
            low = connection.exec_driver_sql(end.format("ASC")).scalar()
            high = connection.exec_driver_sql(end.format("DESC")).scalar()
        return 0 if low is None or high is None else int(high - low + 1)

    def meta(self, key: str) -> str:
        """A word about this database, empty when it was never said."""
        with self.read() as session:
            row = session.get(Meta, key)
            return row.value if row else ""

    def connection(self) -> sqlite3.Connection:
        """A plain connection of its own, for backup and verification; the caller closes it."""
        return sqlite3.connect(self.paths.database)

    def close(self) -> None:
        """Fold the write-ahead log into the file and let go of it."""
        self.closed = True
        self._reading.dispose()
        self._writing.dispose()


def open_store(where: paths.Paths, now: int) -> Store:
    """Open the database of a desk, creating or migrating it when that is due.

    Raises:
        DeskError: `store.read_only`, `store.damaged`, `store.newer`, `store.not_a_file`, `store.disk_full`: nothing
            was changed or deleted then.
    """
    from zhangshu_desk.db import migrate

    try:
        paths.make(where)
    except OSError as error:
        raise DeskError("store.read_only", path=where.data) from error
    if where.database.exists() and not where.database.is_file():
        raise DeskError("store.not_a_file", path=where.database)
    try:
        migrate.bring_up_to_date(where, now)
        writing = _engine(where, writing=True)
        store = Store(where, _engine(where, writing=False), writing)
        identity.know_yourself(store, writing, now)
    except sqlite3.DatabaseError as error:
        raise (refusal_of(error, where) or error) from error
    except DBAPIError as error:
        raise (refusal_of(error.orig, where) or error) from error
    return store


def _engine(where: paths.Paths, *, writing: bool) -> Engine:
    engine = create_engine(
        f"sqlite:///{where.database}",
        connect_args={"timeout": BUSY_MS / 1_000, "check_same_thread": False, "isolation_level": None},
        pool_size=1 if writing else 4,
        max_overflow=0 if writing else 8,
        pool_timeout=60,
    )
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-16000")
        if not writing:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
