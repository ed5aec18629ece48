"""What two stations did while apart, for pictures and tests: entries of the inbox as the centre sends them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from zhangshu_desk.core.clock import DAY, HOUR, MINUTE
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.core.link import LinkState, LinkStatus, WaitingAct
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.accounts import Counter, User
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.enterprises import queries

OTHER_STATION = "01930000-0000-7000-8000-0000000000b2"
_COLUMNS = (
    "id, kind, tbl, row_id, fields, a_values, b_values, a_actor, b_actor, a_station, b_station, a_at, b_at,"
    " other_row_id, state, created_at"
)


def arrive(
    store: Store,
    now: int,
    kind: str,
    tbl: str,
    row_id: str,
    stands: dict[str, Any],
    other: dict[str, Any],
    **more: Any,
) -> str:
    """An entry comes from the centre; returns its id.

    Args:
        stands, other: the values of both sides. now: when it was made, ms UTC.
        more: other columns of `conflicts`, e.g. `state`, `a_actor`, `other_row_id`.
    """
    values: dict[str, Any] = {
        "id": new_id(now),
        "kind": kind,
        "tbl": tbl,
        "row_id": row_id,
        "fields": json.dumps(sorted({*stands, *other})),
        "a_values": json.dumps(stands, ensure_ascii=False),
        "b_values": json.dumps(other, ensure_ascii=False),
        "a_actor": "system",
        "b_actor": "system",
        "a_station": store.meta("station_id"),
        "b_station": OTHER_STATION,
        "a_at": now - 20 * MINUTE,
        "b_at": now - 35 * MINUTE,
        "other_row_id": None,
        "state": "open",
        "created_at": now,
        **more,
    }
    names = [name.strip() for name in _COLUMNS.split(",")]
    places = ", ".join("?" * len(names))
    with store.merge() as merge:
        sql = f"INSERT INTO conflicts ({_COLUMNS}) VALUES ({places})"  # noqa: S608 - constants
        merge.db.execute(sql, [values[name] for name in names])
        merge.touched.add("conflicts")
    return str(values["id"])


def other_station(store: Store, now: int) -> None:
    """The second machine of the site, with one person who works there."""
    with store.merge() as merge:
        merge.db.execute(
            "INSERT OR IGNORE INTO stations (id, name, code, address, phone, created_at, letter)"
            " VALUES (?, '东区二号机', 'ZS', '', '', ?, 'B')",
            (OTHER_STATION, now),
        )
        merge.db.execute(
            "INSERT OR IGNORE INTO users (id, login, name, role, active, created_at) VALUES (?, ?, ?, ?, 1, ?)",
            ("01930000-0000-7000-8000-0000000000c1", "liqiu", "李秋", "窗口人员", now),
        )
        merge.touched.update(("stations", "users"))


def fill(store: Store, now: int) -> None:
    """An inbox of every kind on a desk with enterprises and today's visits."""
    other_station(store, now)
    here, there = _somebody(store), "01930000-0000-7000-8000-0000000000c1"
    people = {"a_actor": here, "b_actor": there}
    first, second, third, fourth = (one.id for one in queries.page(store, limit=4).rows)
    with store.read() as session:
        firm = session.get_one(Enterprise, first)
        name = firm.name
        contact = session.scalars(select(Contact).where(Contact.voided_at.is_(None)).order_by(Contact.id)).first()
        visit = session.scalars(select(Visit).where(Visit.number.is_not(None)).order_by(Visit.id.desc())).first()
        counters = session.scalars(select(Counter.id).order_by(Counter.position)).all()
        address, notes = session.get_one(Enterprise, second).address, session.get_one(Enterprise, third).notes
    longer = name.replace("有限公司", "（樟树）有限公司")
    arrive(store, now - 3 * DAY, "field", "enterprises", first, {"name": name}, {"name": longer}, **people)
    if contact is not None:
        stands, other = {"name": contact.name}, {"name": f"{contact.name[:1]}建华"}
        arrive(store, now - 26 * HOUR, "field", "contacts", contact.id, stands, other, **people)
    if visit is not None:
        arrive(
            store,
            now - 40 * MINUTE,
            "state",
            "visits",
            visit.id,
            {"state": "已办结", "counter_id": counters[0], "given": {"NB": 1}, "since": now - 60 * MINUTE},
            {"state": "已办结", "counter_id": counters[-1], "given": {"BG": 1}, "since": now - 50 * MINUTE},
            **people,
        )
    twins = {"other_row_id": fourth, **people}
    arrive(store, now - 12 * MINUTE, "duplicate", "enterprises", third, {}, {}, **twins)
    voided = {"voided_at": now - HOUR, "void_reason": "重复登记"}
    arrive(store, now - 5 * MINUTE, "void", "enterprises", second, {"address": address}, voided, **people)
    auto = {"state": "auto", **people}
    arrive(store, now - 2 * HOUR, "field", "enterprises", third, {"notes": notes}, {"notes": "年报季优先联系"}, **auto)


def waiting(store: Store, now: int) -> tuple[WaitingAct, ...]:
    """Acts that wait or were sent back, about the first enterprises and a visit of the desk."""
    first, second = (one.id for one in queries.page(store, limit=2).rows)
    with store.read() as session:
        visit = session.scalars(select(Visit.id).where(Visit.number.is_not(None)).order_by(Visit.id.desc())).first()
    refused = "rejected"
    acts = (
        (70, "enterprise.change", "王芳", "enterprises", first, 2, refused, "actor_revoked", "actor disabled at 08:00"),
        (64, "enterprise.void", "李秋", "enterprises", second, 3, refused, "role_denied", "needs 站长"),
        (31, "visit.register", "王芳", "visits", visit or "", 3, "pending", "", ""),
        (22, "visit.call", "王芳", "visits", visit or "", 2, "pending", "", ""),
        (4, "contact.change", "周站长", "enterprises", second, 1, "pending", "", ""),
    )
    return tuple(
        WaitingAct(f"tx-{at}", now - ago * MINUTE, act, who, tbl, row_id, ops, state, code, detail)
        for at, (ago, act, who, tbl, row_id, ops, state, code, detail) in enumerate(acts)
    )


def statuses(now: int) -> dict[str, LinkStatus]:
    """The connection in every state worth a picture, by a name for the file."""
    joined = LinkStatus(address="https://centre.zhangshu.local:8843", site="樟树金属家具产业园", last_contact_at=now)
    early = now - 70 * MINUTE
    since = replace(joined, last_contact_at=early, oldest_at=early, waiting=3)
    reason, detail = (("reason", "设备更换"),), (("detail", "OSError"),)
    return {
        "alone": LinkStatus(),
        "resting": replace(joined, state=LinkState.RESTING, live=True),
        "pushing": replace(joined, state=LinkState.BUSY, waiting=214, sent=40, to_send=214),
        "loading": replace(joined, state=LinkState.LOADING, loaded=1_200, to_load=20_000),
        "offline": replace(since, state=LinkState.OFFLINE),
        "clock": replace(joined, state=LinkState.RESTING, offset_ms=4 * MINUTE),
        "refused": replace(joined, state=LinkState.RESTING, rejected=2),
        "locked": replace(since, state=LinkState.LOCKED),
        "revoked": replace(since, state=LinkState.REVOKED, trouble="sync.revoked", trouble_facts=reason),
        "unknown": replace(since, state=LinkState.UNKNOWN, trouble="sync.unknown"),
        "too-old": replace(since, state=LinkState.TOO_OLD),
        "stopped": replace(since, state=LinkState.STOPPED, trouble="sync.bug", trouble_facts=detail),
    }


def join(store: Store, now: int) -> None:
    """The station belongs to the centre since `now`, ms UTC."""
    with store.merge() as merge:
        merge.db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('enrolled_at', ?)", (str(now),))
        merge.touched.add("meta")


def acknowledge(store: Store) -> None:
    """The centre has everything."""
    with store.merge() as merge:
        merge.db.execute("UPDATE outbox SET state = 'acked' WHERE state = 'pending'")
        merge.touched.add("sync")


def _somebody(store: Store) -> str:
    with store.read() as session:
        return session.scalar(select(User.id).where(User.name != "李秋").order_by(User.name)) or "system"
