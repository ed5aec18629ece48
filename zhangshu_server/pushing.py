"""Taking in what a station sends: histories first, then its transactions, then the numbers; all in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine

from zhangshu_desk.core.failpoints import reach
from zhangshu_desk.sync.wire import PSEUDO_ACTORS
from zhangshu_server import (
    audits,
    claims,
    clashing,
    database,
    feed,
    label_keys,
    notices,
    oplog,
    records,
    serials,
    stations,
    verifiers,
    views,
)
from zhangshu_server.database import Connection
from zhangshu_server.judging import Court, Result, Sent
from zhangshu_server.lives import Fork, Life, check_hashes, check_history, points
from zhangshu_server.merging import Claim, Clash, Operation, clamp
from zhangshu_server.pulling import NO_ECHO, Echo
from zhangshu_server.records import Key
from zhangshu_server.refusals import bad_request
from zhangshu_server.shapes import Log, SyncRequest, WireOperation
from zhangshu_server.stations import Sealed, Station

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Pushed:
    """What came of a push.

    Attributes:
        acked, durable: by incarnation. rewound_to: the last place of our feed that the station knows, when it had read
            further than that. floor: feed numbers below it were purged.
        touched: keys of the rows that the push was about, without those that it changed.
        echo: which rows the station itself brought to what they are now.
        label_keys: ids of the keys of its labels that are kept here.
    """

    station: Station
    acked: dict[str, int]
    durable: dict[str, int]
    results: list[Result]
    rewound_to: int | None
    floor: int
    touched: set[Key]
    blocks: list[dict[str, Any]] = field(default_factory=list)
    secret: str | None = None
    notices: list[dict[str, Any]] = field(default_factory=list)
    echo: Echo = NO_ECHO
    label_keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Row:
    """An operation of a log with what its row in `oplog` needs."""

    sent: Sent
    log: Log
    wire: WireOperation


def push(engine: Engine, state_dir: Path, authorization: str | Sealed | None, request: SyncRequest, now: int) -> Pushed:
    """Take in a push, wholly or not at all.

    Raises:
        Refusal: 400, 401, 403; 409 `Fork` (kept as a notice) or `Gap`.
    """
    for log in request.logs:
        check_hashes(log)
    if len({log.inc for log in request.logs}) != len(request.logs):
        raise bad_request("a log twice")
    if any(log.current for log in request.logs[:-1]):
        raise bad_request("the current log is not the last")
    try:
        return database.retrying(lambda: _push(engine, state_dir, authorization, request, now))
    except Fork as fork:
        _note_fork(engine, request.station, fork, now)
        raise


def _push(
    engine: Engine, state_dir: Path, authorization: str | Sealed | None, request: SyncRequest, now: int
) -> Pushed:
    with database.push_transaction(engine) as connection:
        pushed = _Push(connection, state_dir, stations.authenticate(connection, authorization, lock=True), request, now)
        result = pushed.run()
        reach("server.push.before_commit")
    reach("server.push.after_commit")
    return result


def _note_fork(engine: Engine, station: str, fork: Fork, now: int) -> None:
    code = "station_restored" if fork.restored else "station_forked"
    facts = {"inc": fork.inc, "common": fork.common, "last": fork.last}
    with database.push_transaction(engine) as connection:
        notices.keep(connection, station, code, facts, now)
    reach("server.fork.after_commit")
    fork.facts["notices"] = [{"code": code, "facts": facts}]


class _Push:
    """One push in its transaction."""

    def __init__(
        self, connection: Connection, state_dir: Path, station: Station, request: SyncRequest, now: int
    ) -> None:
        if request.station != station.id:
            raise bad_request("station differs from the one that is authorised")
        self.connection, self.state_dir, self.station, self.request = connection, state_dir, station, request
        self.now = now
        self.notices: list[dict[str, Any]] = []
        self.head = self.floor = 0
        self.rewound: int | None = None
        self.echo = NO_ECHO
        self.lives: dict[str, Life] = {}

    def run(self) -> Pushed:
        reach("server.push.begun")
        request, connection = self.request, self.connection
        self._read_books()
        acked = self._check_histories()
        self._check_feed()
        results, touched = self._take_operations()
        verifiers.take(connection, self.station.site, request.verifiers)
        reach("server.push.verifiers")
        secret = stations.renew_secret(connection, self.station, request.want.secret, self.now)
        inc = self._inc
        blocks = serials.grant(
            connection, self.state_dir, self.station.id, inc, request.want.serials if inc else {}, self.now
        )
        new_key = label_keys.keep(connection, self.station.id, request.label_key, self.now)
        known_keys = self._note_contact()
        lasting = results or request.verifiers or secret or blocks or self.notices or new_key
        if not (lasting or self.station.proved_by_next):
            # nothing but the moment of contact: not worth waiting for the disk
            database.run(connection, "SET LOCAL synchronous_commit TO off")
        return Pushed(
            self.station,
            acked,
            {inc: life.durable for inc, life in self.lives.items()},
            results,
            self.rewound,
            self.floor,
            touched,
            blocks,
            secret,
            self.notices,
            self.echo,
            known_keys,
        )

    # -- histories ----------------------------------------------------------------------------------------------------

    @property
    def _inc(self) -> str:
        """The station's present incarnation, empty when it names none."""
        logs = self.request.logs
        return logs[-1].inc if logs and logs[-1].current else ""

    def _read_books(self) -> None:
        self.head, self.floor, self.lives = oplog.books(self.connection, self.station.id)

    def _check_histories(self) -> dict[str, int]:
        logs = self.request.logs
        asked = {(log.inc, n) for log in logs for n in points(log) if 0 < n < self.lives.get(log.inc, Life()).n}
        ours = oplog.hashes(self.connection, self.station.id, asked)
        return {log.inc: check_history(log, self.lives.get(log.inc, Life()), ours.get(log.inc, {})) for log in logs}

    def _check_feed(self) -> None:
        """Whether the feed that the station has read is the beginning of ours; before anything is applied."""
        request = self.request
        read_to = max([request.since or 0, *(seq for seq, _ in request.seen)])
        common = feed.common_point(self.connection, request.seen)
        if common < read_to and not (common == 0 and 0 < read_to < self.floor):
            self.rewound = common
            self._notice("server_rewound", {"read_to": read_to, "common": common})

    # -- operations ---------------------------------------------------------------------------------------------------

    def _take_operations(self) -> tuple[list[Result], set[Key]]:
        new, repeated = self._split()
        known = self._known([row.wire["op_id"] for row in new])
        for row in new:
            there = known.get(row.wire["op_id"])
            if there is None or there.status == "rejected":
                row.sent.op = self._operation(row.log.inc, row.wire, self._base(row.log, row.wire))
            if there is None:
                row.sent.status = "ok"
            else:
                row.sent.h, row.sent.origin = there.h, (there.station_id, there.inc)
        retried = self._retried()
        sent = [row.sent for row in new] + retried
        touched = {one.key for one in sent} | {(op["tbl"], op["row_id"]) for op in repeated}
        if not sent:
            return self._repeated_results(repeated), touched
        court = self._open_court(sent)
        results = [court.judge(tx, part) for tx, part in _transactions([row.sent for row in new])]
        results += [court.judge(tx, part) for tx, part in _transactions(retried)]
        reach("server.push.merged")
        for clash in clashing.find_twins(self.connection, court):
            self._notice_serial(clash)
        clashing.record(self.connection, court)
        self._write(court, new, known, retried)
        # what changed now has a number that the station has not read, so it comes in the order of the feed
        return self._repeated_results(repeated) + results, touched - court.changed().keys()

    def _split(self) -> tuple[list[_Row], list[WireOperation]]:
        """(operations that our copies of the logs do not have, those that they have)"""
        new: list[_Row] = []
        repeated: list[WireOperation] = []
        for log in self.request.logs:
            last = self.lives.get(log.inc, Life()).n
            for op in log.ops:
                if op["n"] <= last:
                    repeated.append(op)
                else:
                    origin = (self.station.id, log.inc)
                    new.append(_Row(Sent(op["tx"], op["h"], origin, (op["tbl"], op["row_id"]), None), log, op))
        return new, repeated

    def _known(self, op_ids: list[str]) -> dict[str, Any]:
        """What our log has of these operations, whatever number they came under."""
        return oplog.known(self.connection, op_ids)

    def _repeated_results(self, repeated: list[WireOperation]) -> list[Result]:
        """What was answered before, for an answer that was lost."""
        txs = list(dict.fromkeys(op["tx"] for op in repeated))
        if not txs:
            return []
        found: dict[str, Result] = {}
        for one in oplog.transaction_states(self.connection, self.station.id, txs):
            if one.status == "rejected":
                found[one.tx] = Result(one.tx, "rejected", one.code)
            else:
                found.setdefault(one.tx, Result(one.tx, "duplicate"))
        return [found[tx] for tx in txs if tx in found]

    def _base(self, log: Log, op: WireOperation) -> int:
        """Up to where the station had read our feed when it made the operation, at most."""
        base = min(op["base"], self.head)
        if log.cap is not None and op["n"] <= log.cap[0]:
            base = min(base, log.cap[1])
        return base if self.rewound is None else min(base, self.rewound)

    def _operation(self, inc: str, op: WireOperation | Mapping[str, Any], base: int) -> Operation:
        return Operation(
            station=self.station.id,
            inc=inc,
            n=op["n"],
            op_id=op["op_id"],
            tbl=op["tbl"],
            row_id=op["row_id"],
            kind=op["kind"],
            sets=_values(op["sets"]),
            base=base,
            hlc=clamp(op["hlc"], op["n"], self.station.id, self.now),
            actor=op["actor"],
            created=op["created"],
        )

    def _retried(self) -> list[Sent]:
        """Rejected transactions of our own log that the station asks to judge again."""
        if not self.request.retry:
            return []
        found = []
        for one in oplog.rejected(self.connection, self.station.id, self.request.retry):
            op = self._operation(one.inc, one._asdict(), min(one.base, self.head))
            origin = (self.station.id, one.inc)
            found.append(Sent(one.tx, one.h, origin, (one.tbl, one.row_id), op, status="rejected"))
        return found

    def _open_court(self, sent: list[Sent]) -> Court:
        keys = {one.key for one in sent}
        if any(tbl == "stations" for tbl, _ in keys):
            keys.add(("stations", self.station.id))
        stored = records.read_locked(self.connection, keys)
        actors = {one.op.actor for one in sent if one.op is not None} - PSEUDO_ACTORS
        accounts = records.read(self.connection, {("users", one) for one in actors if ("users", one) not in stored})
        people = {row_id: one.record for (_, row_id), one in accounts.items()}
        claims = self._claims(row_id for tbl, row_id in keys if tbl == "visits")
        return Court(self.station, self.now, stored, people, claims, partial(views.view, self.connection))

    def _claims(self, visits: Iterable[str]) -> dict[str, Claim]:
        return claims.of_others(self.connection, list(visits), self.station.id, self.now)

    # -- writing ------------------------------------------------------------------------------------------------------

    def _write(self, court: Court, new: list[_Row], known: Mapping[str, Any], retried: list[Sent]) -> None:
        connection, changed = self.connection, court.changed()
        self._follow_audit(new)
        claims.release(connection, court.claimed, self.station.id)
        numbered = feed.number(connection, court.entries) if court.entries else feed.Numbered(0, 0, [], [])
        reach("server.push.numbered")
        start = numbered.start
        records.write(connection, court.stored, changed, start)
        feed.append(connection, numbered.feed)
        anew = [row.sent for row in new if row.wire["op_id"] in known] + retried
        feed.log(connection, [*(self._logged(row, known, start) for row in new), *numbered.operations])
        self._judged_anew(anew, start)
        self._write_lives(new)
        self.echo = Echo(start, numbered.head, self._unexpected(court, new, start)) if new else NO_ECHO
        if numbered.feed:
            feed.announce(connection, numbered.head, self.station.id, {record.scope for record in changed.values()})

    def _unexpected(self, court: Court, new: list[_Row], start: int) -> tuple[int, ...]:
        """Feed numbers of rows that became something else than the station has: others changed them too, or we did."""
        since = self.request.since or 0
        mine = {row.sent.key for row in new}
        mine.difference_update(row.sent.key for row in new if row.sent.status != "ok")
        mine.difference_update((one.tbl, one.row_id) for one in court.entries if isinstance(one, feed.CentreEntry))
        mine.difference_update(tuple(key) for key in self.request.again)
        found = []
        for key, record in court.changed().items():
            before = court.stored.get(key)
            if key not in mine or (before is not None and before.record.seq > since):
                found.append(records.real(record.seq, start))
        return tuple(found)

    def _logged(self, row: _Row, known: Mapping[str, Any], start: int) -> dict[str, Any]:
        sent, index = row.sent, row.sent.index
        mine = {"station_id": self.station.id, "inc": row.log.inc, "received_at": self.now}
        if row.wire["op_id"] in known:  # whatever became of it now is written where it was first
            return {**row.wire, **mine, "status": "duplicate", "code": "", "seq": None}
        seq = None if index is None else start + 1 + index
        return {**row.wire, **mine, "status": sent.status, "code": sent.code, "seq": seq}

    def _judged_anew(self, sent: list[Sent], start: int) -> None:
        found = [
            {
                "op_id": one.op.op_id,
                "status": one.status,
                "code": one.code,
                "seq": None if one.index is None else start + 1 + one.index,
            }
            for one in sent
            if one.op is not None
        ]
        oplog.judge_anew(self.connection, found)

    def _write_lives(self, new: list[_Row]) -> None:
        for row in new:
            life = self.lives.get(row.log.inc, Life())
            self.lives[row.log.inc] = Life(row.wire["n"], row.wire["h"], life.durable, life.audit_seq, life.audit_h)
        changed = [
            {"inc": inc, "n": life.n, "h": life.h, "audit_seq": life.audit_seq, "audit_h": life.audit_h}
            for inc, life in self.lives.items()
            if any(log.inc == inc for log in self.request.logs)
        ]
        oplog.keep_lives(self.connection, self.station.id, changed)

    def _follow_audit(self, new: list[_Row]) -> None:
        entries: dict[str, list[Mapping[str, Any]]] = {}
        for row in new:
            if row.wire["tbl"] == "audit" and row.wire["kind"] == "insert":
                values = row.sent.op.sets if row.sent.op is not None else _values(row.wire["sets"])
                entries.setdefault(row.log.inc, []).append(values)
        for inc, found in entries.items():
            life = self.lives.get(inc, Life())
            followed = audits.follow(life.audit_seq, life.audit_h, found)
            self.lives[inc] = Life(life.n, life.h, life.durable, followed.seq, followed.h)
            if followed.broken_at is not None:
                self._notice("audit_broken", {"inc": inc, "seq": followed.broken_at})

    # -- the station --------------------------------------------------------------------------------------------------

    def _notice_serial(self, clash: Clash) -> None:
        if clash.kind == "serial":
            serial = clash.a_values.get("serial", clash.a_values.get("first"))  # a number, or the first of a range
            facts = {"kind": clash.a_values.get("kind"), "serial": serial}
            self._notice("serial_twice", {**facts, "first": clash.row_id, "second": clash.other_row_id})

    def _notice(self, code: str, facts: dict[str, Any]) -> None:
        notices.keep(self.connection, self.station.id, code, facts, self.now)
        self.notices.append({"code": code, "facts": facts})

    def _note_contact(self) -> tuple[str, ...]:
        """Note how the station stands; the ids of its label keys that are kept here."""
        request, station = self.request, self.station
        if self._inc and station.inc and self._inc != station.inc:
            self._note_new_life()
        found = database.row(
            self.connection,
            _CONTACT,
            {
                "id": station.id,
                "now": self.now,
                "client": request.client,
                "schema": request.structure,
                "inc": self._inc or station.inc,
                "waiting": request.waiting,
                "oldest": request.oldest,
                "offset": request.now - self.now,
                "seq": None if self.rewound is not None else request.since,
            },
        )
        return tuple(found.label_keys)

    def _note_new_life(self) -> None:
        """The station began a new life by itself: its database was restored, or it is a copy."""
        sql = "SELECT 1 FROM notices WHERE station_id = %s AND code = ANY(%s) AND facts->>'inc' = %s LIMIT 1"
        codes = ["station_restored", "station_forked"]
        if database.row(self.connection, sql, [self.station.id, codes, self.station.inc]) is None:
            self._notice("station_restored", {"inc": self.station.inc, "next_inc": self._inc})


def _transactions(sent: list[Sent]) -> list[tuple[str, list[Sent]]]:
    """The operations by transaction, each transaction where its first operation stands."""
    found: dict[str, list[Sent]] = {}
    for one in sent:
        found.setdefault(one.tx, []).append(one)
    return list(found.items())


def _values(text: str) -> dict[str, Any]:
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise bad_request("sets are not JSON") from None
    if not isinstance(values, dict):
        raise bad_request("sets are not an object")
    return values


_CONTACT = """
    UPDATE stations SET last_seen_at = %(now)s, client = %(client)s, schema = %(schema)s, inc = %(inc)s,
        waiting = %(waiting)s, oldest_waiting_at = %(oldest)s, clock_offset = %(offset)s,
        feed_seq = coalesce(%(seq)s, feed_seq)
    WHERE id = %(id)s
    RETURNING ARRAY(SELECT k.id FROM label_keys k WHERE k.station_id = stations.id ORDER BY k.id) AS label_keys
"""
