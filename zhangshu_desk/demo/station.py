"""The demo's station, its people with one password for all of them, and its park."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from random import Random

from zhangshu_desk.accounts import actions, queries
from zhangshu_desk.accounts.inputs import CounterChange, NewUser, SetUp, StationChange
from zhangshu_desk.accounts.rules import password_problems
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.db.store import Store
from zhangshu_desk.demo.invent import Firm, firms
from zhangshu_desk.enterprises.actions import run_import
from zhangshu_desk.enterprises.importing import Sheet, TableFile, best_sheet, plan

LOGIN = "zhanzhang"
_NAME = "陈建国"
_STATION = "樟树金属家具产业园工作站（演示）"
_COUNTERS = ("1号窗口", "2号窗口", "3号窗口")
_CLERKS = (("wangfang", "王芳", Role.CLERK), ("liuyang", "刘洋", Role.CLERK), ("zhoumin", "周敏", Role.LABEL))
_CONSONANTS, _VOWELS = "bdfghklmnprstwy", "aou"
_HEADINGS = (
    "企业名称",
    "统一社会信用代码",
    "类型",
    "法定代表人",
    "联系人",
    "联系电话",
    "职务",
    "注册地址",
    "行政区划",
    "行业",
    "成立日期",
)


@dataclass(frozen=True)
class People:
    """Who works at the demo station.

    Attributes:
        head: the supervisor; clerks: two people for the windows; label: who makes labels.
        counters: ids of the windows, in their order.
        login, password: of the supervisor; the others have the same password.
    """

    head: Actor
    clerks: tuple[Actor, Actor]
    label: Actor
    counters: tuple[str, ...]
    login: str
    password: str


def password() -> str:
    """A random password that can be read out and typed: `Mosa-Tuha-4821`."""
    while True:
        words = ("".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(2)) for _ in range(2))
        made = f"{'-'.join(word.capitalize() for word in words)}-{secrets.randbelow(9_000) + 1_000}"
        if not password_problems(made, LOGIN, _NAME, _STATION):
            return made


def move_in(store: Store, secret: str, now: int) -> People:
    """Set the station up and make its accounts; all have one password, which clerks change at their first log-in."""
    head = actions.set_up(store, SetUp(_STATION, "ZS", _COUNTERS, LOGIN, _NAME, secret), now)
    actions.change_station(
        store, head, StationChange(address="樟树市城北工业园服务中心一楼", phone="0795-7000000"), now
    )
    clerks = []
    for login, name, role in _CLERKS:
        user_id = actions.add_user(store, head, NewUser(login, name, role, secret), now)
        clerks.append(Actor(user_id, name, role))
    counters = tuple(counter.id for counter in queries.counters(store))
    actions.change_counter(store, head, counters[2], CounterChange(serves=("JL", "JY", "GI", "ZX")), now)
    return People(head, (clerks[0], clerks[1]), clerks[2], counters, LOGIN, secret)


def settle_park(store: Store, people: People, dice: Random, number: int, now: int) -> list[Firm]:
    """Import so many invented enterprises as one list, as a station would begin."""
    invented = firms(dice, number, day_of(now))
    table = TableFile("园区企业名录（演示）.xlsx", (Sheet("企业", (_HEADINGS, *_rows(invented))),))
    at, layout = best_sheet(table)
    assert layout is not None, "the headings are those of the import"
    run_import(store, people.head, plan(store, table, at, layout, day_of(now)), now)
    return invented


def _rows(invented: list[Firm]) -> list[tuple[str, ...]]:
    return [
        (
            firm.name,
            firm.credit_code,
            firm.kind,
            firm.owner,
            one.name,
            one.phone,
            one.role,
            firm.address,
            firm.region,
            firm.industry,
            firm.founded_on.isoformat(),
        )
        for firm in invented
        for one in firm.people
    ]
