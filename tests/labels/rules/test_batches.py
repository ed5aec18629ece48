"""A batch as it is filled in: everything wrong with it at once; quantities, labels, places of numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.labels.rules.test_rights import DAY, FIRM, MARK, PRODUCT, RIGHT
from zhangshu_desk.core import resources
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules import amounts, spans
from zhangshu_desk.labels.rules.batches import (
    MOST_LABELS,
    BatchForm,
    BatchState,
    LabelRules,
    Numbers,
    batch_problems,
    check_state,
    checked_batch,
    labels_of,
    most_spare,
)
from zhangshu_desk.labels.rules.facts import Spec, changed_facts, facts_of
from zhangshu_desk.labels.rules.rights import GiRight, Route, TraceRight
from zhangshu_desk.labels.rules.template_files import parse_template
from zhangshu_desk.labels.rules.templates import Template

BAG = Spec("bag", "gi", "500 克/袋", "千克", 500)
WARDROBE = TraceRight("t", "钢制更衣柜", FIRM, model="RC-6M", place="樟树市", standard_no="GB/T 3325—2024")
PIECE = Spec("piece", "t", "一件", "件", 1_000)
FORM = BatchForm(
    "user",
    "bag",
    "gi-product-60x40",
    250_000,
    "WZY2611",
    DAY,
    expires_on=DAY + timedelta(700),
    place="店下镇",
    inspection_no="ZJ1",
    inspection_until=DAY,
)
TRACED = BatchForm("t", "piece", "traced-60x40", 40_000, "G-1", DAY)


def template(name: str) -> Template:
    return parse_template(resources.text(f"labels/{name}.toml"), name)


GI_LABEL, TRACED_LABEL = template("gi-product-60x40"), template("traced-60x40")


def wrong(left: int | None = 10_000, right: GiRight = RIGHT, spec: Spec = BAG, **changes: Any) -> list[str]:
    found = batch_problems(replace(FORM, **changes), right, spec, GI_LABEL, DAY, left=left)
    assert all(one.text.endswith("。") for one in found)
    return [one.field for one in found if one.hard]


def test_a_form_in_order() -> None:
    found = checked_batch(FORM, RIGHT, BAG, GI_LABEL, DAY, left=500)
    assert (found.labels, found.needs_approval, found.warnings) == (500, False, ())
    assert found.facts.product_name == "樟树吴茱萸"
    traced = checked_batch(TRACED, WARDROBE, PIECE, TRACED_LABEL, DAY)
    assert (traced.labels, traced.form.place, traced.facts.model) == (40, "樟树市", "RC-6M")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"quantity": 0}, ["quantity"]),
        ({"quantity": 499}, ["quantity"]),
        ({"spare": 25}, []),
        ({"spare": 26}, ["spare"]),
        ({"spare": -1}, ["spare"]),
        ({"labels": 0}, ["labels"]),
        ({"labels": 501}, ["labels"]),
        ({"labels": 525, "spare": 25}, []),
        ({"quantity": 20_000 * 500, "labels": None}, ["quota"]),
        ({"quantity": 20_001 * 500}, ["labels", "quota"]),
        ({"batch_no": ""}, ["batch_no"]),
        ({"batch_no": "长" * 41}, ["batch_no"]),
        ({"place": "长" * 101}, ["place"]),
        ({"made_on": DAY + timedelta(1)}, ["made_on"]),
        ({"expires_on": DAY}, ["expires_on"]),
        ({"made_on": date(2020, 1, 1), "expires_on": DAY - timedelta(1)}, ["expires_on"]),
        ({"inspection_no": ""}, ["inspection_no"]),
        ({"inspection_until": None}, ["inspection_no"]),
        ({"inspection_until": DAY - timedelta(1)}, ["inspection_until"]),
    ],
)
def test_one_thing_wrong(changes: dict[str, Any], fields: list[str]) -> None:
    assert wrong(**changes) == fields


def test_the_quota_says_what_is_left() -> None:
    assert wrong(left=500) == []
    assert wrong(left=499) == ["quota"]
    assert wrong(left=None) == ["quota"]


def test_a_traced_product_has_no_quota_and_needs_no_report() -> None:
    assert batch_problems(TRACED, WARDROBE, PIECE, TRACED_LABEL, DAY, left=None) == ()
    expired = replace(TRACED, inspection_until=DAY - timedelta(1))
    assert [one.field for one in batch_problems(expired, WARDROBE, PIECE, TRACED_LABEL, DAY)] == ["inspection_until"]


def test_furniture_never_gets_the_label_of_an_indication() -> None:
    found = batch_problems(TRACED, WARDROBE, PIECE, GI_LABEL, DAY)
    assert [one.field for one in found] == ["template_id"]
    assert "不能用于追溯标签" in found[0].text
    assert [one.field for one in batch_problems(FORM, RIGHT, BAG, TRACED_LABEL, DAY, left=500)] == ["template_id"]


def test_a_template_of_another_route_is_refused() -> None:
    found = batch_problems(FORM, RIGHT, BAG, template("gi-trademark-70x50"), DAY, left=500)
    assert [one.field for one in found] == ["template_id"]
    assert "集体商标、证明商标" in found[0].text


def test_a_missing_piece_is_named() -> None:
    unknown = replace(RIGHT, product=replace(PRODUCT, announcement_no=""))
    found = batch_problems(FORM, unknown, BAG, GI_LABEL, DAY, left=500)
    assert {one.field for one in found} == {"product", "template_id"}
    assert all("公告号" in one.text for one in found)
    mark = replace(RIGHT, product=replace(PRODUCT, route=Route.COLLECTIVE, trademark_name="樟树吴茱萸"))
    found = batch_problems(FORM, mark, BAG, template("gi-trademark-70x50"), DAY, left=500)
    assert all("注册号" in one.text for one in found), found


def test_what_the_template_must_show_is_asked_for() -> None:
    bare = replace(FORM, expires_on=None, place="")
    found = batch_problems(bare, RIGHT, BAG, GI_LABEL, DAY, left=500)
    assert all(one.field == "template_id" for one in found)


def test_a_pack_of_another_product_or_one_that_is_not_protected() -> None:
    assert wrong(spec=replace(BAG, product_id="other")) == ["spec_id"]
    assert wrong(spec=replace(BAG, voided=True)) == ["spec_id"]
    protected = replace(RIGHT, product=replace(PRODUCT, specs=("中花", "小花")))
    assert wrong(right=protected) == ["spec_id"]
    assert wrong(right=protected, spec=replace(BAG, name="中花 500 克/袋")) == []


def test_a_digital_link_limits_the_batch_number() -> None:
    with_gtin = replace(BAG, gtin="06901234567892")
    assert wrong(spec=with_gtin) == []
    assert wrong(spec=with_gtin, batch_no="批号一") == ["batch_no"]
    assert wrong(spec=with_gtin, batch_no="A" * 21) == ["batch_no"]
    assert wrong(spec=replace(BAG, gtin="06901234567893")) == ["spec_id"]


def test_all_problems_at_once() -> None:
    form = replace(FORM, quantity=0, batch_no="", made_on=DAY + timedelta(9), inspection_no="")
    with pytest.raises(DeskError) as refused:
        checked_batch(form, replace(RIGHT, mark=None), BAG, TRACED_LABEL, DAY, left=None)
    assert refused.value.code == "label.invalid"
    found = refused.value.facts["found"]
    assert isinstance(found, tuple)
    assert {one.field for one in found} == {
        "mark",
        "quantity",
        "batch_no",
        "made_on",
        "inspection_no",
        "template_id",
        "quota",
    }


def test_what_is_left_over_is_a_warning() -> None:
    found = checked_batch(replace(FORM, quantity=250_499), RIGHT, BAG, GI_LABEL, DAY, left=500)
    assert found.labels == 500
    assert [(one.field, one.hard) for one in found.warnings] == [("quantity", False)]
    assert "0.499千克" in found.warnings[0].text


def test_full_width_numbers_are_folded() -> None:
    found = checked_batch(replace(FORM, batch_no=" ＷＺＹ－２６ "), RIGHT, BAG, GI_LABEL, DAY, left=500)
    assert found.form.batch_no == "WZY-26"


def test_from_a_limit_on_another_person_is_needed() -> None:
    rules = LabelRules(approval_from=499)
    assert checked_batch(FORM, RIGHT, BAG, GI_LABEL, DAY, left=500, rules=rules).needs_approval
    assert not checked_batch(replace(FORM, labels=499), RIGHT, BAG, GI_LABEL, DAY, left=500, rules=rules).needs_approval


@given(st.integers(1, 10**9), st.integers(1, 10**6), st.integers(0, 100))
def test_never_more_labels_than_packs_and_spare_ones(quantity: int, pack: int, spare: int) -> None:
    packs = labels_of(quantity, pack, 0)
    assert packs * pack <= quantity < (packs + 1) * pack
    assert labels_of(quantity, pack, spare) == packs + spare
    most = most_spare(packs, LabelRules(spare_percent=5))
    assert (most - 1) * 20 < packs <= most * 20 or packs == most == 0


@given(st.integers(0, amounts.MOST_QUANTITY))
def test_quantities_are_read_as_they_are_written(amount: int) -> None:
    assert amounts.amount_of(amounts.amount_text(amount)) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,234.5", 1_234_500),
        ("１２", 12_000),
        (" 0.001 ", 1),
        ("0.0005", None),
        ("-1", None),
        ("", None),
        ("NaN", None),
        ("inf", None),
        ("1e99999999", None),
        ("十", None),
        ("1000000001", None),
    ],
)
def test_quantities_as_people_type_them(text: str, amount: int | None) -> None:
    assert amounts.amount_of(text) == amount


def test_facts_that_changed_are_called_by_their_names() -> None:
    before = facts_of(RIGHT, BAG)
    after = facts_of(replace(RIGHT, mark=replace(MARK, id="new"), product=replace(PRODUCT, standard_no="新")), BAG)
    assert changed_facts(before, before) == ()
    assert set(changed_facts(before, after)) == {"标准号", "专用标志文件"}


def test_a_batch_in_another_state_is_refused() -> None:
    check_state(BatchState.APPROVED, [BatchState.APPROVED], "1", "编号")
    with pytest.raises(DeskError, match="只有草稿、待批准的批次可以"):
        check_state(BatchState("将来的状态"), {BatchState.AWAITING, BatchState.DRAFT}, "1", "修改")


# -- places ------------------------------------------------------------------------------------------------------------

RANGES = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5)), max_size=5).map(
    lambda parts: tuple(
        (end - size, end - size + more)
        for (gap, more), end, size in zip(
            parts,
            accumulate(gap + more + 1 for gap, more in parts),
            (more + 1 for _, more in parts),
            strict=True,
        )
    )
)


@given(RANGES, st.randoms(use_true_random=False), st.integers(0, 30), st.integers(0, 30))
def test_places_and_numbers(ranges: tuple[spans.Span, ...], dice: Any, first: int, last: int) -> None:
    shuffled = list(ranges)
    dice.shuffle(shuffled)
    known = Numbers(tuple(shuffled))
    listed = [number for a, b in shuffled for number in range(a, b + 1)]
    assert known.count == len(listed)
    assert [known.serial_at(place) for place in range(known.count)] == listed
    assert [known.place_of(number) for number in listed] == list(range(known.count))
    assert known.place_of(max(listed, default=0) + 1) is None
    assert list(spans.numbers(known.at_places(first, last))) == sorted(listed[first : last + 1])
    for outside in (-1, known.count):
        with pytest.raises(IndexError):
            known.serial_at(outside)


def test_the_largest_batch_is_what_the_centre_lends_at_once() -> None:
    from zhangshu_server import serials

    assert MOST_LABELS == serials.MOST
