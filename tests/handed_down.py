"""Services as a pull brings them, in few words: rows of the centre, and a store that receives them."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from tests.store_fixtures import NINE
from zhangshu_desk.core.ids import id_of
from zhangshu_desk.core.services import Catalogue, Group, Service
from zhangshu_desk.db.store import Store
from zhangshu_desk.sync import applying
from zhangshu_desk.sync.applying import Row

GROUP = Group("A", "综合", "A", 1, 999, False)
NB = Service("NB", "年度报告报送公示（辅导）", "年报", "A", 0, 15, 1, False)
DR = Service("DR", "电动自行车检验", "车检", "A", 0, 30, 2, True)
OTHERS = Catalogue((replace(DR, group="E"),), (replace(GROUP, letter="E", name="检验", prefix="E"),))
"""Nothing of what came with the program."""


def group_row(group: Group, position: int = 1, **more: Any) -> Row:
    """A group as the centre has it."""
    fields = {**asdict(group), "verified": int(group.verified), "position": position, "changed_at": NINE, **more}
    return Row("service_groups", id_of("service_groups", group.letter), 1, fields)


def service_row(service: Service, position: int = 1, **more: Any) -> Row:
    """A service as the centre has it."""
    fields = {**asdict(service), "verified": int(service.verified), "position": position, "changed_at": NINE, **more}
    fields["code"] = fields.pop("id")
    return Row("services", id_of("services", service.id), 1, fields)


def send(store: Store, *rows: Row) -> None:
    """What a pull brings."""
    with store.merge() as merge:
        applying.apply(merge, rows, 1)


def send_all(store: Store, catalogue: Catalogue) -> None:
    """A whole catalogue."""
    groups = [group_row(group, position) for position, group in enumerate(catalogue.groups, 1)]
    send(store, *groups, *(service_row(one, position) for position, one in enumerate(catalogue.services, 1)))
