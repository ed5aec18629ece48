"""Another station of the same hall, as it looks from here: its rows arrive as they do from the centre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests import make
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.db.base import canonical
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception.rules import AT_COUNTER, TIMED, Act, State, catalog

SITE = "01930000-0000-7000-8000-00000000000f"
STATION = "01930000-0000-7000-8000-000000000002"
COUNTERS = tuple(f"01930000-0000-7000-8000-0000000002{position:02d}" for position in (1, 2))
CLERK = "01930000-0000-7000-8000-000000000301"
NAME, LETTER = "南门工作站", "K"
_END = {State.DONE, State.LEFT, State.CANCELLED}


def arrive(store: Store, tbl: str, /, **row: Any) -> None:
    """A row from the centre: past the capture, whatever was there before."""
    names = ", ".join(f'"{name}"' for name in row)
    values = [canonical(one) if isinstance(one, list | dict) else one for one in row.values()]
    updates = ", ".join(f'"{name}" = excluded."{name}"' for name in row if name != "id")
    key = "key" if tbl == "meta" else "user_id" if tbl == "credentials" else "id"
    with store.merge() as merge:
        merge.db.execute(
            f"INSERT INTO {tbl} ({names}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608 - names of the tests
            f" ON CONFLICT ({key}) DO UPDATE SET {updates}",
            values,
        )
        merge.touched.add(tbl)


def change(store: Store, tbl: str, row_id: str, /, **fields: Any) -> None:
    """Fields of a row change, as the centre says."""
    values = [canonical(one) if isinstance(one, list | dict) else one for one in fields.values()]
    names = ", ".join(f'"{name}" = ?' for name in fields)
    with store.merge() as merge:
        merge.db.execute(f"UPDATE {tbl} SET {names} WHERE id = ?", (*values, row_id))  # noqa: S608 - as above
        merge.touched.add(tbl)


@dataclass
class Elsewhere:
    """The second station of the hall; its windows are 3号 and 4号窗口, its numbers begin with K."""

    store: Store
    numbers: int = 0

    def join(self, now: int, names: tuple[str, ...] = ("3号窗口", "4号窗口")) -> Elsewhere:
        """Both stations belong to one site from now on."""
        change(self.store, "stations", make.STATION, site_id=SITE)
        arrive(
            self.store, "stations", id=STATION, name=NAME, code="ZN", address="", phone="", created_at=now,
            site_id=SITE, letter=LETTER,
        )  # fmt: skip
        self.user(CLERK, "south", "操作员09", now)
        for position, (counter, name) in enumerate(zip(COUNTERS, names, strict=True), 1):
            arrive(
                self.store, "counters", id=counter, station_id=STATION, position=position, name=name, serves=[],
                active=1, clerk_id=CLERK, opened_at=now,
            )  # fmt: skip
        return self

    def user(self, user_id: str, login: str, name: str, now: int, role: str = "窗口人员") -> str:
        """A person who has an account there; without a password here."""
        arrive(self.store, "users", id=user_id, login=login, name=name, role=role, active=1, created_at=now)
        return user_id

    def walk_in(self, now: int, *services: str, day: date | None = None, **more: Any) -> str:
        """Somebody takes a number there; returns the visit."""
        self.numbers += 1
        wanted = services or ("NB",)
        group, at = catalog().group_of(wanted), day or day_of(now)
        visit: dict[str, Any] = {
            "id": new_id(now), "station_id": STATION, "day": at.isoformat(), "queue_day": at.isoformat(),
            "group": group.letter, "number": self.numbers, "label": group.label(self.numbers, LETTER),
            "enterprise_name": "", "visitor": "周八", "phone": "", "priority": "", "remark": "",
            "services": list(wanted), "given": {}, "state": State.WAITING.value, "arrived_at": now, "since": now,
            "calls": 0, "waited_ms": 0, "way_ms": 0, "served_ms": 0, "parked_ms": 0, "note": "",
        } | more  # fmt: skip
        arrive(self.store, "visits", **visit)
        self.event(visit["id"], 1, now, Act.REGISTER, "", State.WAITING, None)
        return str(visit["id"])

    def does(
        self, visit_id: str, act: Act, to: State, now: int, *, counter: int = 1, seq: int | None = None, **fields: Any
    ) -> str:
        """Something happens to a visit there; returns the event. `seq`: as if the last ones here were unknown there."""
        row, last = self._row(visit_id), self._last_seq(visit_id)
        held = {"counter_id": COUNTERS[counter - 1], "clerk_id": CLERK} if to in AT_COUNTER else {}
        gone: dict[str, Any] = {"counter_id": None, "clerk_id": None} if to is State.WAITING else {}
        ended: dict[str, Any] = {"finished_at": now} if to is State.DONE else {}
        left = State(row["state"])
        times = {TIMED[left]: row[TIMED[left]] + max(0, now - row["since"])} if left in TIMED else {}
        new = {"state": to.value, "since": max(now, row["since"]), **times, **held, **gone, **ended, **fields}
        before = {name: row[name] for name, value in new.items() if row[name] != value}
        change(self.store, "visits", visit_id, **new)
        return self.event(visit_id, seq or last + 1, now, act, left.value, to, COUNTERS[counter - 1], before)

    def calls(self, visit_id: str, now: int, *, counter: int = 1, seq: int | None = None) -> str:
        """A visit is called to one of its windows."""
        return self.does(visit_id, Act.CALL, State.CALLED, now, counter=counter, seq=seq, calls=1)

    def event(
        self,
        visit_id: str,
        seq: int,
        now: int,
        act: Act,
        left: str,
        to: State,
        counter: str | None,
        before: dict[str, Any] | None = None,
        undoes: int | None = None,
    ) -> str:
        """An event arrives, and nothing else."""
        event_id = new_id(now)
        arrive(
            self.store, "visit_events", id=event_id, visit_id=visit_id, seq=seq, at=now, act=act.value, from_state=left,
            to_state=to.value, counter_id=counter, actor_id=CLERK, note="", before=before or {}, undoes=undoes,
        )  # fmt: skip
        return event_id

    def conflict(self, visit_id: str, now: int, state: str = "open") -> str:
        """The centre says that two stations dealt with a visit without knowing of each other."""
        conflict_id = new_id(now)
        arrive(
            self.store, "conflicts", id=conflict_id, kind="state", tbl="visits", row_id=visit_id, fields=["state"],
            a_values={}, b_values={}, a_actor=CLERK, b_actor=make.CLERK.user_id, a_station=STATION,
            b_station=make.STATION, a_at=now, b_at=now, state=state, created_at=now,
        )  # fmt: skip
        return conflict_id

    def _row(self, visit_id: str) -> dict[str, Any]:
        with self.store.read() as session:
            cursor = session.connection().exec_driver_sql("SELECT * FROM visits WHERE id = ?", (visit_id,))
            return dict(cursor.mappings().one())

    def _last_seq(self, visit_id: str) -> int:
        with self.store.read() as session:
            sql = "SELECT coalesce(max(seq), 0) FROM visit_events WHERE visit_id = ?"
            return int(session.connection().exec_driver_sql(sql, (visit_id,)).scalar_one())
