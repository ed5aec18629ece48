"""A label before its batch is made: what it says, and which templates fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.labels import shop as shops
from tests.labels.shop import CLERK, Shop
from tests.store_fixtures import NINE
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import actions, templates
from zhangshu_desk.labels.queries.trial import trial
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.cards import SpecForm
from zhangshu_desk.labels.rules.elements import Text
from zhangshu_desk.labels.rules.rights import Family

DOMAIN = "label.example.invalid"


@pytest.fixture
def shop(store: Store, tmp_path: Path) -> Shop:
    return shops.open_shop(store, tmp_path)


def test_only_templates_of_the_family_and_route_are_offered(store: Store, shop: Shop) -> None:
    herbs = trial(store, shop.form(template_id=""), DOMAIN)
    wardrobes = trial(store, shop.traced_form(template_id=""), DOMAIN)

    assert {one.template.family for one in herbs.templates} == {Family.GI}
    assert all("地理标志产品" in one.template.routes for one in herbs.templates)
    assert {one.template.family for one in wardrobes.templates} == {Family.TRACE}
    assert shops.GI_TEMPLATE in [one.template.id for one in herbs.templates if not one.problems]


def test_a_template_that_needs_more_comes_last_and_says_what(store: Store, shop: Shop) -> None:
    folder = store.paths.labels
    own = templates.copied(folder, templates.load(folder, shops.GI_TEMPLATE), "带商标")
    demanding = [
        replace(one, text="{trademark_name}") if isinstance(one, Text) and one.keys == {"spec"} else one
        for one in own.elements
    ]
    needed = [replace(one, optional=False) if isinstance(one, Text) else one for one in demanding]
    templates.save(folder, replace(own, elements=tuple(needed)))
    found = trial(store, shop.form(), DOMAIN).templates

    assert not found[0].problems
    assert found[-1].template.title == "带商标"
    assert "要印商标" in found[-1].problems[0].text


def test_the_label_says_what_the_form_says_and_a_code_that_proves_nothing(store: Store, shop: Shop) -> None:
    found = trial(store, shop.form(batch_no="ＷＺＹ２６１１"), DOMAIN)

    assert found.data["batch_no"] == "WZY2611"
    assert found.data["product_name"] == "樟树吴茱萸"
    assert found.mark is not None
    assert codes.read(found.data["code"]).serial == int(found.data["serial"])


def test_a_pack_with_a_gtin_has_the_longer_link(store: Store, shop: Shop) -> None:
    bag = actions.add_spec(store, CLERK, SpecForm(shop.product, "1 千克/袋", "千克", 1_000, "6901234567892"), NINE)
    found = trial(store, shop.form(spec_id=bag), DOMAIN)

    assert "/01/06901234567892/10/WZY2611/21/" in found.data["code"]


def test_a_traced_label_takes_the_place_of_its_product(store: Store, shop: Shop) -> None:
    found = trial(store, shop.traced_form(), DOMAIN)

    assert found.data["place"] == "樟树市"
    assert found.data["model"] == "RC-6M"
    assert found.mark is None


def test_what_is_not_there_is_refused(store: Store, shop: Shop) -> None:
    with pytest.raises(DeskError, match="包装规格"):
        trial(store, shop.form(spec_id="no"), DOMAIN)
    with pytest.raises(DeskError, match="授权"):
        trial(store, shop.form(right_id="no"), DOMAIN)


def test_the_address_of_the_centre_comes_before_our_own(store: Store, shop: Shop) -> None:
    with store.merge() as merge:
        merge.db.execute("INSERT INTO meta (key, value) VALUES ('label_domain', 'labels.centre.cn')")

    assert trial(store, shop.form(), DOMAIN).data["code"].startswith("https://labels.centre.cn/t/")
