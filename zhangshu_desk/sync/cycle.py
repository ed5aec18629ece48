"""One cycle: push what waits, pull what is new, until both ends are equal (`sync.md` §2.3).

No transaction is open while the line is used. Every step can be the last one before a crash: what was sent is known by
its numbers, what arrived by its place in the feed.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zhangshu_desk import __version__
from zhangshu_desk.core import failpoints
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.db import serials
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store
from zhangshu_desk.sync import applying, books, checking, copying, forks, incoming, labels, outgoing, room, wire
from zhangshu_desk.sync.transport import Centre, Refused

MOST_PARTINGS = 3
"""So often a cycle lets the centre say the same of one life; more is a fault that trying again does not mend."""
MOST_IN_ALL = 100
SECRET_AGE_MS = 90 * 24 * 3_600_000


class Diverged(Exception):
    """Station and centre still differ after everything was read anew."""


@dataclass
class Told:
    """What a cycle tells while it runs; the receiver copies what it needs."""

    sent: int = 0
    to_send: int = 0
    loading: bool = False
    loaded: int = 0
    to_load: int = 0


@dataclass(frozen=True)
class Left:
    """What is left to do after a round: whether everything is being read anew, rows are to be offered, something waits
    to be sent (it was made meanwhile, or did not fit)."""

    copying: bool
    offers: bool
    waiting: bool


@dataclass(frozen=True)
class Result:
    """What a cycle came to.

    Attributes:
        pushed: operations the centre took. applied: rows that changed here. rounds: requests to `/v1/sync`.
        repaired, offered: rows mended after a comparison, rows the centre had lost.
        too_old: the centre only takes, it no longer gives to this program.
        secret: a new one, to be kept from now on.
        notices: what the centre wants a person to hear: (code, facts).
    """

    pushed: int = 0
    applied: int = 0
    rounds: int = 0
    repaired: int = 0
    offered: int = 0
    too_old: bool = False
    secret: str = ""
    notices: tuple[tuple[str, Mapping[str, Any]], ...] = ()


class Cycle:
    """One cycle of one station. `run` once; it may raise at any step and the next cycle goes on there.

    Args:
        now: asks the clock, ms UTC.
        tell: called with the progress now and then.
        stopped: asked between steps; True ends the cycle early, without harm.
    """

    def __init__(
        self,
        store: Store,
        centre: Centre,
        now: Callable[[], int],
        tell: Callable[[Told], None] = lambda _told: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store, self._centre, self._now, self._tell, self._stopped = store, centre, now, tell, stopped
        self._told = Told()
        self._partings: Counter[tuple[str, str]] = Counter()
        self._pushed = self._applied = self._rounds = self._repaired = self._offered = 0
        self._again: list[tuple[str, str]] = []
        self._too_old = False
        self._secret = ""
        self._notices: list[tuple[str, Mapping[str, Any]]] = []

    def run(self) -> Result:
        """Until nothing is left to push or pull and the sums agree.

        Raises:
            Unreachable, Refused: by the centre. Diverged. DeskError: by the store.
        """
        self._check_schema()
        for attempt in range(3):
            answer = self._exchange()
            if answer is None or not self._mend(answer, attempt):
                break
        self._index()
        return Result(
            self._pushed,
            self._applied,
            self._rounds,
            self._repaired,
            self._offered,
            self._too_old,
            self._secret,
            tuple(self._notices),
        )

    # -- push and pull ----------------------------------------------------------------------------------------------

    def _exchange(self) -> Mapping[str, Any] | None:
        """Rounds until both directions are empty; the last answer, None when the cycle was stopped or is too old."""
        while not self._stopped():
            push, body = self._request()
            self._told.to_send = max(self._told.to_send, self._told.sent + push.count)
            self._tell(self._told)
            failpoints.reach("desk.before_request")
            try:
                answer = self._centre.sync(body)
            except Refused as refused:
                self._heed(refused)
                continue
            failpoints.reach("desk.answer_read")
            self._take(answer, push.count, body["verifiers"])
            left = self._left()
            if left.copying and not self._too_old:
                self._copy()
            elif left.offers:
                self._offer()
            elif not (push.more or answer.get("more") or left.waiting or self._again):
                return None if self._too_old else answer
        return None

    def _left(self) -> Left:
        with self._store.read() as session:
            db = bare(session)
            offers = db.execute(f"SELECT 1 FROM row_states WHERE generation = {copying.TO_OFFER} LIMIT 1").fetchone()  # noqa: S608
            return Left(
                books.snapshot(db) is not None,
                offers is not None,
                any(life.acked < life.tip for life in books.lives(db)),
            )

    def _request(self) -> tuple[outgoing.Push, dict[str, Any]]:
        with self._store.read() as session:
            db = bare(session)
            push = outgoing.push(db)
            self._rounds += 1
            since = None if self._too_old or books.snapshot(db) is not None else books.cursor(db)
            body = request(db, push, self._now(), since, self._rounds)
            body["again"] = self._again
            body["label_key"] = labels.key_to_send(db, self._store.paths)
            if self._secret:
                body["want"]["secret"] = False
        return push, body

    def _take(self, answer: Mapping[str, Any], pushed: int, verifiers: list[dict[str, Any]]) -> None:
        with self._store.merge() as merge:
            cramped = room.trouble_for(merge.db, self._store.paths.data, answer)
            taken = incoming.take(merge, {**answer, "next": None} if cramped else answer, self._now())
            if verifiers:
                books.say(merge.db, verifiers_sent=max(one["changed_at"] for one in verifiers))
            failpoints.reach("desk.before_apply_commit")
        failpoints.reach("desk.after_apply_commit")
        self._again = taken.again
        self._applied += taken.applied
        self._pushed += pushed
        self._told.sent += pushed
        self._secret = answer.get("secret") or self._secret
        self._notices += [(one["code"], one.get("facts", {})) for one in answer.get("notices", ())]
        if cramped is not None:
            raise cramped

    def _heed(self, refused: Refused) -> None:
        """Do what a refusal asks for, or raise it."""
        facts = refused.facts
        said = (refused.error, str(facts.get("inc")))
        if refused.status == 409 and self._partings[said] < MOST_PARTINGS and self._partings.total() < MOST_IN_ALL:
            self._partings[said] += 1
            self._part(refused.error, facts)
        elif refused.status == 410:
            with self._store.merge() as merge:
                incoming.take_receipts(merge, facts, self._now())
                books.begin_snapshot(merge.db)
        elif refused.status == 426 and not self._too_old:
            self._too_old = True
        else:
            raise refused

    def _part(self, error: str, facts: Mapping[str, Any]) -> None:
        if error == "gap":
            with self._store.merge() as merge:
                forks.send_again(merge.db, facts["inc"], facts["last"])
            failpoints.reach("desk.after_gap_commit")
            return
        new_inc = new_id(self._now())
        with self._store.merge() as merge:
            n, h = forks.part(merge.db, facts["inc"], facts["common"], new_inc)
            failpoints.reach("desk.before_part_commit")
        failpoints.reach("desk.after_part_commit")
        self._store.begin_life(new_inc, n, h)
        failpoints.reach("desk.life_begun")
        self._notices += [(one["code"], one.get("facts", {})) for one in facts.get("notices", ())]

    # -- reading everything -----------------------------------------------------------------------------------------

    def _check_schema(self) -> None:
        """A program that knows more tables than the last one reads everything anew."""
        with self._store.read() as session:
            known = books.number(bare(session), "sync_schema")
        if known != wire.SCHEMA and not self._copying():
            self._begin_copy()

    def _begin_copy(self) -> None:
        with self._store.merge() as merge:
            books.begin_snapshot(merge.db)
        failpoints.reach("desk.copy_begun")

    def _copying(self) -> bool:
        with self._store.read() as session:
            return books.snapshot(bare(session)) is not None

    def _copy(self) -> None:
        self._told.loading = True
        while not self._stopped():
            with self._store.read() as session:
                at = books.snapshot(bare(session))
            if at is None:
                break
            self._told.loaded = at["loaded"]
            self._tell(self._told)
            try:
                page = self._centre.snapshot(at["after"], at.get("as_of"))
            except Refused as refused:
                if refused.status != 400 or not at["after"]:
                    raise
                self._begin_copy()  # the place where we were is none of the centre's: it was restored meanwhile
                continue
            self._told.to_load = page.get("total", 0)
            failpoints.reach("desk.page_read")
            with self._store.merge() as merge:
                room.check_copy(merge.db, self._store.paths.data, page, at["loaded"])
                done = copying.take_page(merge, page)
                failpoints.reach("desk.before_page_commit")
            failpoints.reach("desk.after_page_commit")
            self._applied += len(page["rows"])
            if done:
                break
        self._told.loading = False
        self._tell(self._told)

    def _offer(self) -> int:
        """Give the centre what it lost; returns how many rows that were."""
        failpoints.reach("desk.before_offer")
        offered = copying.offer(self._store, self._now())
        if offered:
            failpoints.reach("desk.after_offer")
        self._offered += offered
        return offered

    # -- comparing --------------------------------------------------------------------------------------------------

    def _mend(self, answer: Mapping[str, Any], attempt: int) -> bool:
        """Compare the sums and mend what differs; returns whether another exchange is needed."""
        digests = answer.get("digests")
        if digests is None or self._stopped():
            return False
        with self._store.read() as session:
            db = bare(session)
            if books.number(db, "feed_base") != answer["next"]:
                return False
            differing = checking.differing(db, digests)
        if not differing:
            return False
        if attempt == 0:
            for tbl in differing:
                mended, _ = checking.repair(self._store, self._centre, tbl)
                self._repaired += mended
        elif attempt == 1:
            self._begin_copy()
        else:
            raise Diverged(", ".join(differing))
        return True

    def _index(self) -> None:
        """Put into the search index what arrived in bulk, a little at a time."""
        with self._store.read() as session:
            if bare(session).execute("SELECT 1 FROM index_tasks LIMIT 1").fetchone() is None:
                return
        while not self._stopped():
            with self._store.merge() as merge:
                if not applying.index_some(merge):
                    return
            failpoints.reach("desk.after_index_commit")


def request(
    db: sqlite3.Connection, push: outgoing.Push, now: int, since: int | None, number: int = 1
) -> dict[str, Any]:
    """The body of `POST /v1/sync` (docs/adr/0006); `since` None asks for nothing."""
    waiting, oldest = waiting_of(db)
    secret_since = books.number(db, "secret_since")
    return {
        "proto": wire.PROTOCOLS[1],
        "schema": wire.SCHEMA,
        "client": __version__,
        "station": books.word(db, "station_id"),
        "now": now,
        "req": number,
        "waiting": waiting,
        "oldest": oldest,
        "logs": push.logs,
        "since": since,
        "seen": books.feed_points(db),
        "limit": wire.MAX_PAGE_ROWS,
        "brief": True,
        "want": {
            "serials": serials.wanted(db),
            "secret": bool(secret_since) and now - secret_since > SECRET_AGE_MS,
        },
        "retry": [tx for (tx,) in db.execute("SELECT tx FROM rejections WHERE retry = 1 LIMIT 100")],
        "verifiers": _changed_verifiers(db),
        "verifiers_since": books.number(db, "verifiers_since"),
    }


def waiting_of(db: sqlite3.Connection) -> tuple[int, int | None]:
    """How many operations the centre does not have, and when the first was made, ms UTC."""
    count = db.execute("SELECT count(*) FROM outbox WHERE state = 'pending'").fetchone()[0]
    if not count:
        return 0, None
    oldest = db.execute("SELECT created FROM outbox WHERE state = 'pending' ORDER BY seq LIMIT 1").fetchone()
    return int(count), int(oldest[0])


def _changed_verifiers(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Verifiers that changed here since the centre last heard of them."""
    sql = "SELECT user_id, password_hash, changed_at, must_change FROM credentials WHERE changed_at > ? LIMIT 500"
    names = ("user_id", "password_hash", "changed_at", "must_change")
    rows = db.execute(sql, (books.number(db, "verifiers_sent"),))
    return [dict(zip(names, (*row[:3], bool(row[3])), strict=True)) for row in rows]
