"""What happened at the demo station: the days before, and today until now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from sqlalchemy import select

from zhangshu_desk.core.clock import MINUTE, day_of, moment_of
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.demo.days import live, working_days
from zhangshu_desk.demo.hall import Guest
from zhangshu_desk.demo.invent import Firm
from zhangshu_desk.demo.labels import settle_labels
from zhangshu_desk.demo.station import People, settle_park
from zhangshu_desk.demo.today import live_today
from zhangshu_desk.enterprises.actions import rename
from zhangshu_desk.reception.actions import close_day

Progress = Callable[[int, int], None]
_USUAL_VISITS = 34
_STRANGERS = 12
"""Of a hundred visitors, so many come for no enterprise."""


@dataclass(frozen=True)
class Size:
    """How much is made up.

    Attributes:
        enterprises: of the park; days: working days before today; visits: in all of them, 0 = as usual.
        seed: the same one makes up the same.
    """

    enterprises: int = 400
    days: int = 5
    visits: int = 0
    seed: int = 1


DEFAULT = Size()


def first_moment(now: int, size: Size) -> int:
    """When the story begins: early on the first of its days."""
    return moment_of(working_days(day_of(now), max(size.days, 1))[0], 8, 0)


def tell(store: Store, people: People, now: int, size: Size, progress: Progress) -> None:
    """Let everything happen, from the first day until now."""
    dice = Random(size.seed)
    days = working_days(day_of(now), size.days)
    steps = len(days) + 2
    progress(0, steps)
    invented = settle_park(store, people, dice, size.enterprises, first_moment(now, size))
    settle_labels(store, people, invented, size.seed, first_moment(now, size) + 5 * MINUTE)
    guests = _guests(store, invented)
    progress(1, steps)
    for number, day in enumerate(days):
        visits = size.visits * (number + 1) // len(days) - size.visits * number // len(days)
        live(store, people, dice, guests, day, visits or _USUAL_VISITS + dice.randrange(-6, 7))
        close_day(store, people.head, day, carry_over=day == days[-1], now=moment_of(day, 17, 45))
        if number == len(days) // 2:
            _give_new_name(store, people, guests, day)
        progress(number + 2, steps)
    live_today(store, people, dice, guests, now)
    progress(steps, steps)


def _guests(store: Store, invented: list[Firm]) -> list[Guest]:
    """Who may come: the park's firms by their ids, and some visitors who belong to none."""
    with store.read() as session:
        ids = {name: row_id for row_id, name in session.execute(select(Enterprise.id, Enterprise.name))}
    known = [Guest(firm, ids[firm.name]) for firm in invented if firm.name in ids]
    strangers = [Guest(None, None)] * (len(known) * _STRANGERS // (100 - _STRANGERS) or 1)
    return known + strangers


def _give_new_name(store: Store, people: People, guests: list[Guest], day: date) -> None:
    """One firm is renamed: its earlier visits keep the old name."""
    for at, guest in enumerate(guests):
        if guest.firm is not None and guest.enterprise_id is not None and "金属家具" in guest.firm.name:
            name = guest.firm.name.replace("金属家具", "智能金属家具", 1)
            now = moment_of(day, 17, 50)
            rename(store, people.head, guest.enterprise_id, name, day, now, despite="企业更名")
            guests[at] = replace(guest, firm=replace(guest.firm, name=name))
            return
