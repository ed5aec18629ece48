"""A morning at the station for tests and pictures of the reception page: real acts on a real store, a moving clock."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests import make
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import MINUTE, FixedClock, parse_moment
from zhangshu_desk.core.link import Link
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.db.store import Store
from zhangshu_desk.enterprises import actions as enterprises
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.rules import QuickService, WalkIn
from zhangshu_desk.tour.stand_in import StandIn
from zhangshu_desk.ui.bus import Bus
from zhangshu_desk.ui.page import Desk, Session
from zhangshu_desk.ui.printing import Printing
from zhangshu_desk.ui.work import Immediate, Work

TODAY = date(2026, 11, 23)
JINHU = "江西锦湖保险设备集团有限公司"
PARK = (
    (JINHU, "913609820000000019", "张先生", "13812345678"),
    ("樟树市锦湖办公家具有限公司", "913609820000000027", "", ""),
    ("樟树市鼎力校具有限公司", "", "李秋", "13912340001"),
    ("宜春旭日密集架有限公司", "", "王芳", "13912340002"),
    ("江西广正金属设备集团有限公司", "", "陈晓", "13912340003"),
    ("樟树市天静档案装具厂", "", "周敏", "13912340004"),
    ("临江永兴钢制家具厂", "", "黄海", "13912340005"),
    ("张家山博大五金店", "", "刘洋", "13912340006"),
)
"""Name, credit code, main contact and phone of made-up firms."""


def desk(
    store: Store,
    folder: Path,
    clock: FixedClock,
    actor: Actor = make.CLERK,
    work: Work | None = None,
    link: Link | None = None,
) -> Desk:
    """A desk on a real store; jobs run at once unless another `work` is given, changes reach its bus.

    Args:
        link: the connection to the centre; by default one that was never enrolled.
    """
    settings = Settings(folder / "settings.json")
    jobs = work or Work(Immediate(), Immediate())
    bus = Bus()
    store.listen(bus.announce)
    printing = Printing(jobs, settings, clock, folder / "papers")
    connection = link or StandIn()
    connection.listen(lambda _status: bus.announce({"sync"}))
    return Desk(store, jobs, bus, clock, settings, Session(actor), printing, lambda title, payload: None, connection)


def open_counters(store: Store, now: int) -> None:
    """The clerk sits at counter 1, the supervisor at counter 2."""
    from zhangshu_desk.accounts import actions as accounts

    accounts.open_counter(store, make.CLERK, make.counter_id(1), now)
    accounts.open_counter(store, make.SUPERVISOR, make.counter_id(2), now)


def park(store: Store, now: int, firms: int = len(PARK)) -> dict[str, str]:
    """The first so many firms; ids by name."""
    ids = {}
    for name, code, person, phone in PARK[:firms]:
        fields = EnterpriseFields(name, code, "测试数据")
        people = [ContactFields(person, phone)] if person else []
        ids[name] = enterprises.add(store, make.SUPERVISOR, fields, now, people)
    return ids


def come(store: Store, clock: FixedClock, who: str | None, *services: str, **more: object) -> str:
    """One visitor takes a number; returns the id of the visit."""
    walk_in = WalkIn(tuple(services), who, **more)  # type: ignore[arg-type]  # fields of WalkIn by name
    return actions.register(store, make.CLERK, walk_in, clock.now()).visit_id


def morning(store: Store, clock: FixedClock) -> dict[str, str]:
    """Six wait, one is parked, one missed, some were served, one is at counter 1; it is 10:42 then.

    Returns ids: `now` is the visit at the counter.
    """
    clock.moment = parse_moment("2026-11-23T08:30")
    ids = park(store, clock.now())
    firms = list(ids.values())
    open_counters(store, clock.now())
    done = [come(store, clock, firms[at % 8], "NB") for at in range(5)]
    for visit in done[:4]:
        clock.forward(4 * MINUTE)
        _serve(store, clock, visit)
    clock.forward(8 * MINUTE)
    actions.quick(store, make.CLERK, QuickService(("ZX",), firms[3], minutes=2), clock.now())
    _miss(store, clock, done[4])
    parked = come(store, clock, firms[2], "BG")
    _serve(store, clock, parked, finish=False)
    actions.park(store, make.CLERK, parked, clock.now(), "取材料")
    return _queue(store, clock, firms)


def _queue(store: Store, clock: FixedClock, firms: list[str]) -> dict[str, str]:
    found = {}
    at = parse_moment
    clock.moment = at("2026-11-23T10:05")
    found["now"] = come(store, clock, firms[0], "JL", "NB", remark="带来 3 台电子秤")
    clock.moment = at("2026-11-23T10:11")
    come(store, clock, firms[6], "GI")
    clock.moment = at("2026-11-23T10:21")
    come(store, clock, firms[3], "NB")
    clock.moment = at("2026-11-23T10:25")
    come(store, clock, firms[4], "SB")
    clock.moment = at("2026-11-23T10:33")
    come(store, clock, firms[5], "BG", priority="军人")
    clock.moment = at("2026-11-23T10:38")
    actions.call(store, make.CLERK, found["now"], clock.now(), "衔接上一事项")
    actions.arrive(store, make.CLERK, found["now"], clock.now())
    clock.moment = at("2026-11-23T10:40")
    come(store, clock, firms[2], "JL", priority="预约", appointment_at=at("2026-11-23T10:30"))
    clock.moment = at("2026-11-23T10:41")
    come(store, clock, firms[7], "ZX")
    clock.moment = at("2026-11-23T10:42")
    return found


def _serve(store: Store, clock: FixedClock, visit: str, *, finish: bool = True) -> None:
    actions.call(store, make.CLERK, visit, clock.now(), "测试")
    clock.forward(MINUTE)
    actions.arrive(store, make.CLERK, visit, clock.now())
    clock.forward(6 * MINUTE)
    if finish:
        actions.finish(store, make.CLERK, visit, clock.now(), {"NB": 1})


def _miss(store: Store, clock: FixedClock, visit: str) -> None:
    for _ in range(3):
        actions.call(store, make.CLERK, visit, clock.now(), "测试")
        clock.forward(MINUTE)
        actions.no_show(store, make.CLERK, visit, clock.now())
