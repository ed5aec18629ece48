"""Who this database is: a restored or a cloned one is found at once and begins a new life (`sync.md` §2.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from zhangshu_desk.core import machine
from zhangshu_desk.core.actors import SYSTEM
from zhangshu_desk.core.clock import HOUR
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.core.operations import parse_hlc
from zhangshu_desk.db import audit, capture, own_serials, reindex, sidefile
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.serials import heed

if TYPE_CHECKING:
    from zhangshu_desk.db.store import Store


@dataclass(frozen=True)
class Finding:
    """Something noticed while opening that a person should hear: a `code` of `errors.toml`, and its facts."""

    code: str
    facts: dict[str, object]


def meta_of(connection: Connection) -> dict[str, str]:
    """Everything this database says of itself."""
    return dict(bare(connection).execute("SELECT key, value FROM meta"))


def know_yourself(store: Store, writing: Engine, now: int) -> None:
    """Compare database and side file; a restored or cloned database starts a new incarnation (`sync.md` §2.7)."""
    side = sidefile.read(store.paths.side)  # before the database: a commit in between must not look like a restore
    with writing.begin() as connection:
        meta = meta_of(connection)
        inc, n, _h, hlc, _seq = capture.last_operation(connection) or (meta.get("incarnation", ""), 0, "", "", 0)
        why = _new_life(side, meta, inc, n)
        if why:
            meta["incarnation"] = new_id(now)
            connection.execute(
                text("INSERT INTO meta VALUES ('incarnation', :inc) ON CONFLICT DO UPDATE SET value = excluded.value"),
                {"inc": meta["incarnation"]},
            )
            connection.execute(text("DELETE FROM meta WHERE key IN ('life_n', 'life_h')"))
            if why != "new":
                store.findings.append(Finding(why, {}))
        last = parse_hlc(hlc)[0] if hlc else 0
        if side is not None:
            store.serial_marks = sidefile.highest(side.serials)
            heed(bare(connection), side.serials)
        else:
            own_serials.renounce(bare(connection))
        reindex.bring_up_to_date(Session(connection))
    store.incarnation = meta["incarnation"]
    if last > now + HOUR:
        store.findings.append(Finding("store.clock_back", {"now": now, "last": last}))
    store.changed_elsewhere()
    if side is not None and why.startswith("store."):
        _note_new_life(store, side, now)
    elif side is None or why:
        sidefile.write(store.paths.side, _side_of(store, writing))


def _note_new_life(store: Store, side: sidefile.Side, now: int) -> None:
    """Put into the audit log itself that entries which this machine knew of are gone.

    The side file is brought up to date by that, not before: otherwise a full disk would leave no trace of it.
    """
    with store.write(SYSTEM, "station.recover", now) as session:
        found, _ = audit.last(session.connection())
        note = f"本机曾记到审计第 {side.audit_seq} 条，数据库里到第 {found} 条"
        session.about("stations", session.station_id, note)


def _new_life(side: sidefile.Side | None, meta: dict[str, str], last_inc: str, last_n: int) -> str:
    """Why the database needs a new incarnation: `new`, or the code of the finding; empty = it does not."""
    incarnation = meta.get("incarnation", "")
    if not incarnation:
        return "new"
    if side is None:
        return ""
    if side.machine != machine.fingerprint():
        return "store.cloned"
    reached = last_n if last_inc == incarnation else int(meta.get("life_n", "0"))
    if side.inc != incarnation or side.n > reached:
        return "store.restored"
    return ""


def _side_of(store: Store, engine: Engine) -> sidefile.Side:
    with engine.connect() as connection:
        inc, n, h, *_ = capture.last_operation(connection) or ("", 0, "", "", 0)
        entry = audit.last(connection)
        meta = meta_of(connection)
    if inc != store.incarnation:
        inc, n, h = store.incarnation, int(meta.get("life_n", "0")), meta.get("life_h", "")
    return sidefile.Side(inc, n, h, entry[0], entry[1], machine.fingerprint(), store.serial_marks)
