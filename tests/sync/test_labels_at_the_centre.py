"""A label from the station that numbers it to the phone that scans it, and the scan back to the desk."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.labels import shop as shops
from tests.labels.shop import CLERK, HEAD, Shop, nth, numbered, numbers, open_shop, printed
from tests.server.labels import PHONE, look
from tests.store_fixtures import NINE
from tests.sync.centre import CentreRig
from tests.sync.park import Park, Rig, new_station
from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.db.tables.accounts import User
from zhangshu_desk.labels import actions, keys
from zhangshu_desk.labels.queries.life import life
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.batches import DEFAULT_RULES
from zhangshu_desk.labels.rules.scans import MANY_PLACES, Alert
from zhangshu_server.verification import routes

DOMAIN = "q.example.cn"


@pytest.fixture
def consumers(centre: CentreRig) -> FastAPI:
    """What consumers reach."""
    app = FastAPI()
    routes.mount(app, routes.Surroundings(centre.engine, centre.clock, centre.state_dir))
    return app


def with_label_staff(rig: Rig) -> Rig:
    """The people whom the shop is worked by have accounts."""
    with rig.store.write(rig.head, "user.add", rig.clock.now()) as session:
        for actor in (CLERK, HEAD):
            session.add(
                User(id=actor.user_id, login=actor.user_id, name=actor.name, role=actor.role.value, created_at=NINE)
            )
        session.about("users", CLERK.user_id)
    return rig


@pytest.fixture
def rig(park: Park) -> Rig:
    """A station that has joined and has numbers in store."""
    made = with_label_staff(park.station("贴标", NINE))
    actions.keep_stock(made.store, DEFAULT_RULES)
    made.cycle()
    return made


@pytest.fixture
def shop(rig: Rig, tmp_path: Path) -> Shop:
    """What there is to make labels of."""
    return open_shop(rig.store, tmp_path)


def path(rig: Rig, serial: int, gtin: str = "", batch_no: str = "") -> str:
    """Where the code of a label leads."""
    link = codes.link(keys.key_of(rig.where), DOMAIN, serial, gtin, batch_no)
    return link.removeprefix(f"https://{DOMAIN}")


def test_offline_on_its_way_then_genuine_then_void_then_replaced(
    consumers: FastAPI, centre: CentreRig, rig: Rig, shop: Shop
) -> None:
    batch = numbered(rig.store, shop.form())
    ((first, _),) = numbers(rig.store, batch)
    printed(rig.store, batch)
    assert look(consumers, path(rig, first)).title == "数据在途"

    rig.cycle()
    assert centre.rejected() == []
    seen = look(consumers, path(rig, first + 1))
    assert (seen.tone, seen.title) == ("good", "标签真实")
    for shown in ("樟树吴茱萸", "江西药都樟树药材有限公司", "2010年第18号", "WZY2611", "500 克/袋", "樟树市店下镇"):
        assert shown in seen.text
    assert look(consumers, path(rig, first)).title == "标签真实"

    actions.void_numbers(rig.store, CLERK, batch, nth(rig.store, batch, 2), "印坏", NINE)
    rig.cycle()
    assert look(consumers, path(rig, first + 2)).title == "已作废"

    (made,) = actions.reprint(rig.store, CLERK, batch, nth(rig.store, batch, 3), "撕破", NINE)
    assert look(consumers, path(rig, made.new)).title == "数据在途"
    rig.cycle()
    assert f"由编号 {codes.serial_text(made.new)} 的标签替代" in look(consumers, path(rig, made.old)).text
    assert f"Replaces No. {codes.serial_text(made.old)}" in look(consumers, path(rig, made.new)).text
    assert centre.rejected() == []
    centre.check_chains()


def test_handing_out_and_taking_back(consumers: FastAPI, rig: Rig, shop: Shop) -> None:
    batch = numbered(rig.store, shop.form())
    ((first, last),) = numbers(rig.store, batch)
    printed(rig.store, batch)
    rig.cycle()
    assert "尚未登记" in look(consumers, path(rig, first)).text
    actions.hand_out(rig.store, CLERK, batch, "李小红", NINE, count=100)
    rig.cycle()
    out = look(consumers, path(rig, first + 1))
    assert out.title == "标签真实"
    assert shops.TODAY.isoformat() in out.text
    assert "李小红" not in out.text
    assert look(consumers, path(rig, last)).title == "编号真实，尚未登记领用"
    actions.take_back(rig.store, CLERK, batch, nth(rig.store, batch, 5), "多领", NINE)
    rig.cycle()
    assert look(consumers, path(rig, first + 5)).title == "已退回"


def test_unprinted_numbers_of_a_closed_batch_are_void(consumers: FastAPI, rig: Rig, shop: Shop) -> None:
    batch = numbered(rig.store, shop.form())
    ((first, last),) = numbers(rig.store, batch)
    printed(rig.store, batch, 0, 99)
    actions.close_batch(rig.store, CLERK, batch, NINE)
    rig.cycle()
    assert look(consumers, path(rig, first)).title == "标签真实"
    assert look(consumers, path(rig, last)).title == "已作废"


def test_past_its_date(consumers: FastAPI, centre: CentreRig, rig: Rig, shop: Shop) -> None:
    batch = numbered(rig.store, shop.form(expires_on=shops.TODAY + timedelta(days=1)))
    ((first, _),) = numbers(rig.store, batch)
    rig.cycle()
    centre.clock.forward(3 * 24 * 60 * MINUTE)
    assert look(consumers, path(rig, first)).title == "标签真实，已过有效期"


def test_what_is_unusual_comes_back_to_the_desk(consumers: FastAPI, centre: CentreRig, rig: Rig, shop: Shop) -> None:
    batch = numbered(rig.store, shop.form())
    ((first, _),) = numbers(rig.store, batch)
    rig.cycle()
    for number in range(MANY_PLACES):
        look(consumers, path(rig, first), {**PHONE, "User-Agent": f"Mozilla/5.0 {number}"}, at=f"10.{number}.0.1")
    rig.cycle()
    found = life(rig.store, codes.serial_text(first)).scans
    assert found is not None
    assert (found.count, found.places, found.alert) == (MANY_PLACES, MANY_PLACES, Alert.PLACES)
    assert rig.store.waiting() == 0
    centre.check_chains()


def test_labels_of_before_joining_are_good_once_it_has_joined(
    consumers: FastAPI, centre: CentreRig, park: Park, tmp_path: Path
) -> None:
    alone = with_label_staff(new_station(tmp_path, "独立", NINE))
    park.rigs.append(alone)
    shop = open_shop(alone.store, tmp_path)
    batch = numbered(alone.store, shop.form())
    ((first, _),) = numbers(alone.store, batch)
    assert first > 1 << 39
    assert look(consumers, path(alone, first)).status == 404
    park.enrol(alone)
    alone.cycle()
    alone.cycle()
    assert centre.rejected() == []
    assert look(consumers, path(alone, first)).title == "标签真实"


def test_a_centre_that_was_restored_answers_for_what_it_forgot(
    consumers: FastAPI, centre: CentreRig, rig: Rig, shop: Shop
) -> None:
    """The key comes back with the next contact, and with it every label that was made since the backup."""
    centre.save()
    batch = numbered(rig.store, shop.form())
    ((first, _),) = numbers(rig.store, batch)
    rig.cycle()
    look(consumers, path(rig, first))
    centre.restore()
    centre.park.restart()
    for _ in range(3):
        rig.cycle()
    assert look(consumers, path(rig, first)).title == "标签真实"
    assert centre.rejected() == []
    centre.check_chains()
