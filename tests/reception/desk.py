"""A desk in few words for the tests of reception: a store, a clock and counters, one method per act."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import inspect

from tests import make
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import MINUTE, FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.reception import Visit, VisitEvent
from zhangshu_desk.reception import actions, queries
from zhangshu_desk.reception.rules import DEFAULT_RULES, DeskRules, WalkIn


@dataclass
class Desk:
    """Acts happen at the present moment of the clock; `at=2` is counter 2."""

    store: Store
    clock: FixedClock
    rules: DeskRules = field(default=DEFAULT_RULES)

    def actor(self, at: int = 1) -> Actor:
        """The clerk at a counter."""
        return make.at(make.CLERK, at)

    @property
    def now(self) -> int:
        return self.clock.now()

    def wait(self, minutes: float) -> None:
        """Let time pass; may be negative."""
        self.clock.forward(round(minutes * MINUTE))

    def walk_in(self, *services: str, **more: Any) -> actions.Ticket:
        """Register somebody, by default for the annual report."""
        form = WalkIn(services or ("NB",), **{"visitor": "张三", "phone": "13812345678", **more})
        return actions.register(self.store, self.actor(), form, self.now, rules=self.rules)

    def call_next(self, at: int = 1) -> actions.Called | None:
        return actions.call_next(self.store, self.actor(at), self.now, rules=self.rules)

    def call(self, visit_id: str, at: int = 1, reason: str = "") -> actions.Called:
        return actions.call(self.store, self.actor(at), visit_id, self.now, reason, rules=self.rules)

    def do(self, act: str, visit_id: str, *args: Any, at: int = 1) -> Any:
        """Any act that takes a visit: `desk.do("arrive", id)`."""
        return getattr(actions, act)(self.store, self.actor(at), visit_id, self.now, *args, rules=self.rules)

    def undo(self, at: int = 1) -> actions.Undone:
        return actions.undo(self.store, self.actor(at), self.now, rules=self.rules)

    def serve(self, visit_id: str, at: int = 1, minutes: float = 10) -> None:
        """Call, serve and finish."""
        self.call(visit_id, at, "测试")
        self.do("arrive", visit_id, at=at)
        self.wait(minutes)
        self.do("finish", visit_id, {"NB": 1}, at=at)

    def queue(self, at: int | None = 1) -> queries.Queue:
        return queries.queue(self.store, self.now, make.counter_id(at) if at else None, self.rules)

    def current(self, at: int = 1) -> queries.Current | None:
        return queries.current(self.store, make.counter_id(at), self.now, self.rules)

    def row(self, visit_id: str) -> dict[str, Any]:
        """Every field of a visit."""
        with self.store.read() as session:
            found = session.get_one(Visit, visit_id)
            return {name: getattr(found, name) for name in inspect(Visit).column_attrs.keys()}  # noqa: SIM118 - not a dict

    def events(self, visit_id: str) -> list[VisitEvent]:
        """The events of a visit, in their order."""
        with self.store.read() as session:
            rows = session.query(VisitEvent).filter(VisitEvent.visit_id == visit_id)
            return list(rows.order_by(VisitEvent.seq))

    def labels(self, at: int = 1) -> list[str]:
        """Who waits, in the order of calling."""
        return [row.label for row in self.queue(at).waiting]
