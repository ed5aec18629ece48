"""A hall at work: visitors come, windows call them, things happen; each at its moment, by the actions of the desk."""

from __future__ import annotations

import contextlib
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import MINUTE, SECOND
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.demo.invent import Firm, person
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.reception.rules import (
    GOOD_LEVELS,
    PRIORITIES,
    RATING_LEVELS,
    QuickService,
    State,
    Transfer,
    WalkIn,
    rating_reasons,
)

_REMARKS = ("首次来访，请讲解流程", "材料已预审", "带样品一件", "上次缺法人签字，本次补齐", "下午还要回厂，请尽快")
_PARKED = ("回厂取营业执照", "补打印材料", "等法人电话确认", "去财务盖章")
_LEVEL_WEIGHTS = (62, 26, 8, 3, 1)


@dataclass(frozen=True)
class Guest:
    """A firm known to the desk, by its id, or None for somebody without one."""

    firm: Firm | None
    enterprise_id: str | None


@dataclass
class Hall:
    """One day of a hall.

    Attributes:
        seats: who sits at which window; the actors carry their counter.
        guests: who may come.
        now: ms UTC; acts happen at this moment and never after `end`.
    """

    store: Store
    dice: Random
    seats: tuple[Actor, ...]
    guests: list[Guest]
    now: int
    end: int
    busy: dict[str, str | None] = field(default_factory=dict)
    _due: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)
    _order: itertools.count[int] = field(default_factory=itertools.count)

    def at(self, moment: int, act: Callable[[], None]) -> None:
        """Let something happen at a moment; what lies behind `end` never happens."""
        if moment < self.end:
            heapq.heappush(self._due, (moment, next(self._order), act))

    def after(self, shortest: float, longest: float, act: Callable[[], None]) -> None:
        """Let something happen between so many and so many seconds from now."""
        self.at(self.now + round(self.dice.uniform(shortest, longest) * SECOND), act)

    def live(self, visitors: list[int], questions: list[int]) -> None:
        """Let visitors come at their moments and serve until nobody is at a window; who still waits stays waiting."""
        for moment in visitors:
            self.at(moment, self.come)
        for moment in questions:
            self.at(moment, self.ask)
        self.run()
        self.now, self.end = self.end, self.end + 10 * MINUTE
        for seat in self.seats:
            visit_id = self.busy.get(_counter(seat))
            if visit_id is not None:
                self._quietly(actions.arrive, seat, visit_id)
                self.after(60, 480, partial(self.finish, seat, visit_id))
        self.run()

    def run(self) -> None:
        """Let everything happen that is due, in its order."""
        while self._due:
            self.now, _, act = heapq.heappop(self._due)
            act()

    # -- visitors -------------------------------------------------------------------------------------------------

    def come(self) -> None:
        """Somebody takes a number; whoever waits too long may leave, and now and then one was taken twice."""
        ticket = actions.register(self.store, self.seats[0], self.walk_in(), self.now)
        luck = self.dice.random()
        if luck < 0.02:
            self.after(20, 60, partial(self._quietly, actions.cancel, self._floor, ticket.visit_id, "重复取号"))
        elif luck < 0.15:
            leave = partial(self._quietly, actions.leave, self._floor, ticket.visit_id, "等候时间长，自行离开")
            self.after(25 * 60, 50 * 60, leave)
        self.wake()

    def walk_in(self) -> WalkIn:
        """What somebody asks for."""
        services = self.services()
        guest, dice = self.dice.choice(self.guests), self.dice
        who = dice.choice(guest.firm.people) if guest.firm else person(dice)
        priority = dice.choice(PRIORITIES[:2]) if dice.random() < 0.05 else ""
        appointment = None
        if dice.random() < 0.07:
            priority, appointment = PRIORITIES[2], self.now + dice.randrange(0, 25) * MINUTE
        remark = dice.choice(_REMARKS) if dice.random() < 0.12 else ""
        return WalkIn(
            services,
            enterprise_id=guest.enterprise_id,
            visitor=who.name,
            phone=who.phone,
            priority=priority,
            appointment_at=appointment,
            remark=remark,
        )

    def services(self) -> tuple[str, ...]:
        """One service, sometimes two; the frequent ones more often."""
        known = catalogue_of(self.store).services
        weights = [6 - one.frequent if 0 < one.frequent < 6 else 1 for one in known]
        chosen = self.dice.choices(known, weights, k=2)
        return tuple(dict.fromkeys(one.id for one in chosen[: 2 if self.dice.random() < 0.12 else 1]))

    def ask(self) -> None:
        """Somebody only asks something."""
        seat = self.dice.choice(self.seats)
        actions.quick(self.store, seat, QuickService(("ZX",), minutes=self.dice.randrange(1, 5)), self.now)

    # -- windows --------------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Windows that are free call the next one shortly."""
        for seat in self.seats:
            if self.busy.get(_counter(seat)) is None:
                self.after(5, 40, partial(self.call, seat))

    def call(self, seat: Actor) -> None:
        """A window calls the next one, if it is still free and somebody waits."""
        if self.busy.get(_counter(seat)) is not None:
            return
        try:
            called = actions.call_next(self.store, seat, self.now)
        except DeskError:  # all who wait were called just now and did not come
            self.after(60, 120, partial(self.call, seat))
            return
        if called is not None:
            self.busy[_counter(seat)] = called.visit_id
            if self.dice.random() < 0.9:
                self.after(10, 80, partial(self.begin, seat, called.visit_id))
            else:
                self.after(40, 60, partial(self.miss, seat, called.visit_id))

    def miss(self, seat: Actor, visit_id: str) -> None:
        """Whoever was called does not come, at first or at all; a missed one may turn up late."""
        if self.dice.random() < 0.4:
            actions.call_again(self.store, seat, visit_id, self.now)
            again = self.begin if self.dice.random() < 0.5 else self.miss
            self.after(30, 60, partial(again, seat, visit_id))
            return
        moved = actions.no_show(self.store, seat, visit_id, self.now)
        self.busy[_counter(seat)] = None
        if moved.state is State.MISSED and self.dice.random() < 0.5:
            self.after(240, 900, partial(self._quietly, actions.come_late, self._floor, visit_id))
            self.after(901, 960, self.wake)
        self.after(10, 40, partial(self.call, seat))

    def begin(self, seat: Actor, visit_id: str) -> None:
        """The visitor is at the window."""
        actions.arrive(self.store, seat, visit_id, self.now)
        self.after(5 * 60, 24 * 60, partial(self.conclude, seat, visit_id))

    def conclude(self, seat: Actor, visit_id: str) -> None:
        """Served; or something is missing, or another window has to go on."""
        luck = self.dice.random()
        if luck < 0.06:
            actions.park(self.store, seat, visit_id, self.now, self.dice.choice(_PARKED))
            self.after(6 * 60, 20 * 60, partial(self.take_up, seat, visit_id))
        elif luck < 0.10:
            others = [_counter(one) for one in self.seats if one is not seat]
            where = Transfer(counter_id=self.dice.choice(others), note="材料已看过，请接着办")
            actions.transfer(self.store, seat, visit_id, self.now, where)
        else:
            self.finish(seat, visit_id)
        self.busy[_counter(seat)] = None
        self.wake()

    def take_up(self, seat: Actor, visit_id: str) -> None:
        """A parked visitor is back; has to wait until the window is free."""
        if self.busy.get(_counter(seat)) is not None:
            self.after(60, 180, partial(self.take_up, seat, visit_id))
            return
        with contextlib.suppress(DeskError):  # has left meanwhile
            actions.resume(self.store, seat, visit_id, self.now)
            self.busy[_counter(seat)] = visit_id
            self.after(3 * 60, 8 * 60, partial(self.conclude, seat, visit_id))

    def finish(self, seat: Actor, visit_id: str) -> None:
        """Finished with what was given; most visitors rate it."""
        given = {one: self.dice.choice((1, 1, 1, 2)) for one in self.services()}
        actions.finish(self.store, seat, visit_id, self.now, given)
        if self.dice.random() < 0.7:
            self.after(8, 40, partial(self.rate, visit_id))

    def rate(self, visit_id: str) -> None:
        """The visitor presses one of the five."""
        level = self.dice.choices(RATING_LEVELS, _LEVEL_WEIGHTS)[0]
        reasons = () if level in GOOD_LEVELS else (self.dice.choice(rating_reasons()[level]),)
        actions.rate(self.store, visit_id, level, reasons, "", self.now)

    @property
    def _floor(self) -> Actor:
        """A clerk who is not at a window."""
        return replace(self.seats[0], counter_id=None)

    def _quietly(self, act: Callable[..., object], actor: Actor, visit_id: str, *more: str) -> None:
        """Do something that is only possible if the visit still stands as it did."""
        with contextlib.suppress(DeskError):
            act(self.store, actor, visit_id, self.now, *more)


def _counter(seat: Actor) -> str:
    assert seat.counter_id is not None, "who serves sits at a window"
    return seat.counter_id
