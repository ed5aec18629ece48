"""Rights on a day, what must stand beside the mark, and what is left of quotas."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.labels.rules.rights import (
    Enterprise,
    GiProduct,
    GiRight,
    Issue,
    MarkFile,
    Quota,
    Route,
    TraceRight,
    account,
    missing_pieces,
    quota_problem,
    right_problems,
)

DAY = date(2026, 11, 23)
CODE = "91360982MA35G8KL6C"
FIRM = Enterprise("firm", "江西药都樟树药材有限公司", CODE)
PRODUCT = GiProduct("gi", "樟树吴茱萸", Route.PRODUCT, announcement_no="2010年第18号")
MARK = MarkFile("mark", "firm", CODE, is_here=True)
RIGHT = GiRight("user", PRODUCT, FIRM, FIRM.name, CODE, date(2020, 1, 1), date(2026, 12, 31), MARK)


def wrong(day: date = DAY, **changes: Any) -> list[tuple[str, bool]]:
    return [(one.field, one.hard) for one in right_problems(replace(RIGHT, **changes), day)]


def test_a_right_in_order() -> None:
    assert wrong() == []
    assert wrong(date(2020, 1, 1)) == []
    assert wrong(date(2026, 12, 31)) == []
    assert wrong(date(2099, 1, 1), valid_until=None) == []


@pytest.mark.parametrize(
    ("changes", "day", "expected"),
    [
        ({}, date(2019, 12, 31), [("right", True)]),
        ({}, date(2027, 1, 1), [("right", True)]),
        ({"voided": True}, DAY, [("right", True)]),
        ({"product": replace(PRODUCT, voided=True)}, DAY, [("product", True)]),
        ({"product": replace(PRODUCT, announcement_no="")}, DAY, [("product", True)]),
        ({"product": replace(PRODUCT, route=Route("新的保护方式"))}, DAY, [("product", True)]),
        ({"mark": None}, DAY, [("mark", True)]),
        ({"mark": replace(MARK, is_here=False)}, DAY, [("mark", True)]),
        ({"mark": replace(MARK, voided=True)}, DAY, [("mark", True)]),
        ({"mark": replace(MARK, enterprise_id="other")}, DAY, [("mark", True)]),
        ({"mark": replace(MARK, credit_code="91360982MA7B12345X")}, DAY, [("mark", True)]),
        ({"enterprise": replace(FIRM, voided=True)}, DAY, [("enterprise", True)]),
        ({"enterprise": replace(FIRM, credit_code="")}, DAY, [("enterprise", True)]),
        ({"enterprise": replace(FIRM, name="江西药都药业有限公司")}, DAY, [("enterprise", False)]),
        ({"enterprise": None}, DAY, [("enterprise", True), ("mark", True)]),
    ],
)
def test_everything_that_may_be_wrong(changes: dict[str, Any], day: date, expected: list[tuple[str, bool]]) -> None:
    assert wrong(day, **changes) == expected


def test_all_problems_are_told_together_and_each_says_what_to_do() -> None:
    broken = replace(RIGHT, voided=True, mark=None, product=replace(PRODUCT, announcement_no="", voided=True))
    found = right_problems(broken, DAY)
    assert [one.field for one in found] == ["right", "product", "product", "mark"]
    assert all(one.text.endswith("。") for one in found)
    assert "标准号或批准公告号" in found[2].text


def test_a_traced_product_needs_no_mark() -> None:
    traced = TraceRight("t", "钢制更衣柜", FIRM)
    assert right_problems(traced, DAY) == ()
    assert [one.field for one in right_problems(replace(traced, voided=True, enterprise=None), DAY)] == [
        "enterprise",
        "right",
    ]


@pytest.mark.parametrize(
    ("route", "known", "missing"),
    [
        (Route.PRODUCT, {"standard_no": "GB/T 1"}, ()),
        (Route.PRODUCT, {"announcement_no": "公告"}, ()),
        (Route.PRODUCT, {"trademark_name": "某", "registration_no": "1"}, ("标准号或批准公告号",)),
        (Route.COLLECTIVE, {"trademark_name": "某", "registration_no": "1"}, ()),
        (Route.CERTIFICATION, {"trademark_name": "某"}, ("商标注册号",)),
        (Route.COLLECTIVE, {"standard_no": "GB/T 1"}, ("商标名称", "商标注册号")),
    ],
)
def test_what_must_stand_beside_the_mark(route: Route, known: dict[str, Any], missing: tuple[str, ...]) -> None:
    assert missing_pieces(GiProduct("", "某产品", route, **known)) == missing


# -- quotas ------------------------------------------------------------------------------------------------------------


def quota(first: int, last: int, labels: int) -> Quota:
    return Quota(DAY + timedelta(first), DAY + timedelta(last), labels)


def issue(day: int, count: int) -> Issue:
    return Issue(DAY + timedelta(day), count)


def left(quotas: list[Quota], issues: list[Issue], day: int) -> int | None:
    return account(quotas, issues).left_on(DAY + timedelta(day))


def test_what_is_left() -> None:
    year, more = quota(0, 364, 1_000), quota(180, 364, 500)
    assert left([year], [], 0) == 1_000
    assert left([year], [issue(3, 400), issue(200, 100)], 200) == 500
    assert left([year, more], [issue(3, 900)], 100) == 100
    assert left([year, more], [issue(3, 900)], 200) == 600
    assert left([year], [], 365) is None
    assert left([], [issue(1, 1)], 1) is None


def test_what_ends_first_is_used_first() -> None:
    spring, year = quota(0, 90, 100), quota(0, 364, 1_000)
    assert left([year, spring], [issue(10, 100)], 200) == 1_000
    assert left([year, spring], [issue(10, 150)], 200) == 950


def test_more_than_was_granted_is_told() -> None:
    found = account([quota(0, 10, 100)], [issue(1, 80), issue(2, 50)])
    assert (found.left, found.over) == ((0,), 30)


def test_the_refusal_says_what_is_left() -> None:
    assert quota_problem(100, 100) is None
    problem = quota_problem(101, 100)
    assert problem is not None
    assert "只剩 100 张" in problem.text
    assert quota_problem(1, None) is not None


QUOTAS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 20)).map(
        lambda one: quota(min(one[:2]), max(one[:2]), one[2])
    ),
    max_size=4,
)
ISSUES = st.lists(st.builds(issue, st.integers(0, 9), st.integers(0, 12)), max_size=6)


def fits(quotas: list[Quota], issues: list[Issue]) -> bool:
    """Whether everything can be taken from some quota of its day: by maximum flow, label by label."""
    units = [(at, quota) for at, quota in enumerate(quotas) for _ in range(quota.labels)]
    taken: dict[int, int] = {}  # unit → wanted label
    wanted = [one.day for one in issues for _ in range(one.count)]

    def place(label: int, seen: set[int]) -> bool:
        for unit, (_, one) in enumerate(units):
            if one.covers(wanted[label]) and unit not in seen:
                seen.add(unit)
                if unit not in taken or place(taken[unit], seen):
                    taken[unit] = label
                    return True
        return False

    return all(place(label, set()) for label in range(len(wanted)))


@given(QUOTAS, ISSUES, st.integers(0, 9))
def test_so_many_fit_and_not_one_more(quotas: list[Quota], issues: list[Issue], day: int) -> None:
    """Issues come in the order of their days, as they do; then what is said to be left fits, and one more does not."""
    issues = sorted((one for one in issues if one.day <= DAY + timedelta(day)), key=lambda one: one.day)
    found = account(quotas, issues)
    assert (found.over == 0) == fits(quotas, issues)
    some = found.left_on(DAY + timedelta(day))
    if found.over or some is None:
        return
    assert fits(quotas, [*issues, issue(day, some)])
    assert not fits(quotas, [*issues, issue(day, some + 1)])
