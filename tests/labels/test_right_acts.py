"""Rights, quotas, traced products and packs: what is kept, what is refused, who may, and what is never changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests import make
from tests.labels import shop as shops
from tests.labels.shop import CLERK, CODE, HEAD, PRODUCT, TODAY, Shop, fields, refused
from tests.store_fixtures import NINE
from zhangshu_desk.accounts.queries import AuditFilter, audit_page
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.verify import verify
from zhangshu_desk.labels import actions, queries
from zhangshu_desk.labels.rules.cards import (
    ProductForm,
    QuotaForm,
    SpecForm,
    TracedForm,
    UserForm,
    card_problems,
    cleaned,
)
from zhangshu_desk.labels.rules.rights import Family


def test_a_product_is_kept_in_one_spelling(store: Store) -> None:
    form = ProductForm(
        " 樟树 吴茱萸 ", "地理标志产品", announcement_no="２０１０年第１８号", specs=("中花", " 中花", "")
    )
    actions.add_product(store, HEAD, form, NINE)
    (row,) = queries.products(store)
    assert (row.form.announcement_no, row.form.specs, row.missing) == ("2010年第18号", ("中花",), ())


def test_what_is_not_known_yet_is_a_warning(store: Store) -> None:
    found = card_problems(cleaned(ProductForm("樟树港辣椒", "证明商标")))
    assert [(one.field, one.hard) for one in found] == [
        ("route", False),
        ("route", False),
        ("name", False),
        ("verified", False),
    ]
    actions.add_product(store, HEAD, ProductForm("清江枳壳", "证明商标"), NINE)
    assert queries.products(store)[0].missing == ("商标名称", "商标注册号")


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (ProductForm("", "没有这种"), ["name", "route"]),
        (ProductForm("长" * 61, "地理标志产品", "x"), ["name"]),
        (UserForm("", "", TODAY, TODAY - timedelta(1)), ["gi_product_id", "enterprise_id", "valid_until"]),
        (QuotaForm("u", TODAY, TODAY - timedelta(1), 0), ["valid_until", "labels", "basis"]),
        (QuotaForm("u", TODAY, TODAY, 10_000_001, "x"), ["labels"]),
        (TracedForm("e", "", gtin="6901234567893"), ["name", "gtin"]),
        (SpecForm("", "", "", 0, "123"), ["name", "product_id", "unit", "pack", "gtin"]),
    ],
)
def test_everything_wrong_with_a_card_at_once(card: Any, expected: list[str]) -> None:
    assert [one.field for one in card_problems(cleaned(card)) if one.hard] == expected


def test_the_same_thing_twice_is_refused(store: Store, shop: Shop) -> None:
    for act in (
        lambda: actions.add_product(store, HEAD, replace(PRODUCT, name="樟树　吴茱萸"), NINE),
        lambda: actions.add_user(store, CLERK, UserForm(shop.product, shop.herbs, TODAY), NINE),
        lambda: actions.add_spec(store, CLERK, SpecForm(shop.product, "500克/袋", "千克", 500), NINE),
        lambda: actions.add_traced(store, CLERK, TracedForm(shop.furniture, "钢制更衣柜", "RC-6M"), NINE),
    ):
        assert refused(act).code == "label.duplicate"
    actions.add_traced(store, CLERK, TracedForm(shop.furniture, "钢制更衣柜", "RC-9M"), NINE)
    actions.add_product(store, HEAD, replace(PRODUCT, route="集体商标"), NINE)


def test_a_right_that_follows_another_is_none_twice(store: Store, shop: Shop) -> None:
    first = UserForm(shop.product, shop.herbs, TODAY - timedelta(200), TODAY, "公告", mark_id=shop.mark)
    actions.change_user(store, CLERK, shop.user, first, NINE)
    actions.add_user(store, CLERK, UserForm(shop.product, shop.herbs, TODAY + timedelta(1)), NINE)
    assert len(queries.users(store, NINE)) == 2


def test_a_right_is_called_as_the_announcement_calls_it(store: Store, shop: Shop) -> None:
    (user,) = queries.users(store, NINE)
    assert (user.form.enterprise_name, user.form.credit_code) == ("江西药都樟树药材有限公司", CODE)
    named = replace(user.form, enterprise_name="江西药都樟树药材厂", credit_code=CODE.lower())
    actions.change_user(store, CLERK, shop.user, named, NINE)
    (user,) = queries.users(store, NINE)
    assert (user.form.enterprise_name, user.form.credit_code) == ("江西药都樟树药材厂", CODE)
    assert [(one.field, one.hard) for one in user.problems] == [("enterprise", False)]


def test_an_enterprise_without_a_code_has_no_mark(store: Store, shop: Shop) -> None:
    other = make.enterprise(store, NINE, "樟树没有代码的厂")
    assert fields(refused(actions.add_user, store, CLERK, UserForm(shop.product, other, TODAY), NINE)) == [
        "credit_code"
    ]
    assert fields(refused(actions.add_user, store, CLERK, UserForm(shop.product, "nobody", TODAY), NINE)) == [
        "enterprise_id"
    ]


def test_product_and_enterprise_of_a_right_stay(store: Store, shop: Shop) -> None:
    (user,) = queries.users(store, NINE)
    other = replace(user.form, enterprise_id=shop.furniture, mark_id=None)
    assert refused(actions.change_user, store, CLERK, shop.user, other, NINE).code == "label.fixed"


def test_what_another_changed_meanwhile_is_not_written_over(store: Store, shop: Shop) -> None:
    seen = queries.products(store)[0].form
    actions.change_product(store, HEAD, shop.product, replace(seen, notes="甲的备注"), NINE, seen=seen)
    error = refused(actions.change_product, store, HEAD, shop.product, replace(seen, notes="乙的备注"), NINE, seen=seen)
    assert (error.code, error.facts["field"]) == ("label.changed_meanwhile", "备注")


def test_a_traced_label_says_no_protected_name(store: Store, shop: Shop) -> None:
    for name in ("樟树吴茱萸", "精选樟树 吴茱萸礼盒"):
        assert fields(refused(actions.add_traced, store, CLERK, TracedForm(shop.herbs, name), NINE)) == ["name"]
    error = refused(
        actions.change_traced, store, CLERK, shop.wardrobe, TracedForm(shop.furniture, "樟树吴茱萸柜"), NINE
    )
    assert fields(error) == ["name"]


def test_out_of_use_is_for_good_and_says_why(store: Store, shop: Shop) -> None:
    for act, row, what in (
        (actions.void_spec, shop.bag, "包装规格"),
        (actions.void_traced, shop.wardrobe, "追溯产品"),
        (actions.void_user, shop.user, "用标授权"),
        (actions.void_product, shop.product, "地理标志"),
    ):
        assert refused(act, store, HEAD, row, " ", NINE).code == "label.reason_missing"
        act(store, HEAD, row, "试验", NINE)
        error = refused(act, store, HEAD, row, "再", NINE)
        assert (error.code, error.facts["what"]) == ("label.voided", what)
        assert refused(act, store, HEAD, "no such", "再", NINE).code == "label.gone"
    assert not queries.products(store)
    assert not queries.users(store, NINE)
    assert not queries.traced(store)
    assert [row.voided for row in queries.users(store, NINE, voided=True)] == [True]
    assert verify(store).problems == ()


@pytest.mark.parametrize(
    ("act", "arguments"),
    [
        ("add_product", (PRODUCT,)),
        ("void_user", ("id", "why")),
        ("set_quota", (QuotaForm("u", TODAY, TODAY, 1, "x"),)),
    ],
)
def test_what_belongs_to_the_heads(store: Store, act: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(DeskError) as found:
        getattr(actions, act)(store, CLERK, *arguments, NINE)
    assert found.value.code == "act.not_allowed"


def test_everything_stands_in_the_audit_log(store: Store, shop: Shop) -> None:
    found = {row.act for row in audit_page(store, AuditFilter()).rows}
    added = {"gi.product_add", "gi.user_add", "gi.quota_set", "label.spec_add", "label.traced_add"}
    assert {"gi.mark_import", *added} <= found


def test_rights_to_choose_from(store: Store, shop: Shop) -> None:
    found = queries.right_choices(store, NINE)
    assert [(one.family, one.product_name, one.product_id) for one in found] == [
        (Family.GI, "樟树吴茱萸", shop.product),
        (Family.TRACE, "钢制更衣柜 RC-6M", shop.wardrobe),
    ]
    assert [one.form.name for one in queries.specs(store, shop.product)] == ["500 克/袋"]
    actions.void_mark(store, CLERK, shop.mark, "换发", NINE)
    assert [one.family for one in queries.right_choices(store, NINE)] == [Family.TRACE]
    assert queries.user(store, shop.user, NINE) is not None
    assert queries.user(store, "no such", NINE) is None
    assert queries.users(store, NINE, enterprise_id=shop.herbs)[0].form.credit_code == shops.CODE
