"""Fields in their one spelling, and everything wrong with them told at once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.core.identifiers import check_credit_code
from zhangshu_desk.enterprises.rules import (
    ContactFields,
    EnterpriseFields,
    cleaned,
    cleaned_contact,
    code_problem,
    contact_problems,
    kind_of_code,
    order_key,
    problems,
)

TODAY = date(2026, 11, 23)
GOOD = "91360982000000019L"


def texts(given: EnterpriseFields) -> dict[str, str]:
    """Hard problems by field."""
    return {one.field: one.text for one in problems(given, TODAY) if one.hard}


def test_spellings_become_one() -> None:
    wanted = cleaned(
        EnterpriseFields(
            " 樟树 袁河　密集架(集团)有限公司\u200b",
            credit_code=" ９１３６０９８２０００００００１９ｌ ",
            notes="a\n\n b\x07 ",
        )
    )

    assert wanted.name == "樟树袁河密集架（集团）有限公司"
    assert wanted.credit_code == GOOD
    assert wanted.notes == "a\n\nb"


def test_everything_wrong_is_told_at_once() -> None:
    wrong = texts(EnterpriseFields("", "91360982000000019X", address="路" * 301, founded_on=date(2027, 1, 1)))

    assert set(wrong) == {"name", "credit_code", "address", "founded_on"}
    assert "第 18 位校验不符" in wrong["credit_code"]
    assert "最多 300 个字，现有 301 个" in wrong["address"]


@pytest.mark.parametrize("code", ["", "91360982000000019X", "913609822368140", "9136098200000001OL"])
def test_a_wrong_or_missing_code_is_no_wall(code: str) -> None:
    without = texts(EnterpriseFields("樟树市示例家具有限公司", code))
    with_reason = problems(EnterpriseFields("樟树市示例家具有限公司", code, code_reason="执照上就是这样"), TODAY)

    assert set(without) == {"credit_code"}
    assert [(one.field, one.hard) for one in with_reason] == [("credit_code", False)]


def test_the_reason_goes_with_the_wrong_code() -> None:
    assert cleaned(EnterpriseFields("甲", GOOD, code_reason="旧执照")).code_reason == ""
    assert cleaned(EnterpriseFields("甲", "123", code_reason=" 旧执照 ")).code_reason == "旧执照"


@pytest.mark.parametrize(
    "code",
    [
        "91330100799655058B",  # another province
        "92360982000000123M",  # 个体工商户
        "12100000400002259P",
        "11100000MB0143028R",
    ],
)
def test_any_region_and_holder_is_right(code: str) -> None:
    assert code_problem(code) == ""


def test_what_is_wrong_with_a_code_is_said() -> None:
    assert code_problem("913609822368140") == "信用代码应为 18 位，现有 15 位"
    assert "「I」" in code_problem("9136098200000001IL")
    assert code_problem("9136098200000OO19L").endswith("是否应为 91360982000000019L")


def test_the_holder_is_read_from_the_code() -> None:
    assert [kind_of_code(code) for code in (GOOD, "92360982000000123M", "", "A1")] == ["企业", "个体工商户", "", ""]


@given(st.text(max_size=60))
def test_any_text_as_code_is_judged_and_the_judgement_stands(text: str) -> None:
    wanted = cleaned(EnterpriseFields("甲", text, code_reason="r"))

    assert bool(code_problem(wanted.credit_code)) == (not check_credit_code(text).ok)
    assert bool(wanted.code_reason) == bool(code_problem(wanted.credit_code))


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_cleaning_twice_is_cleaning_once(name: str, notes: str, phone: str) -> None:
    wanted = cleaned(EnterpriseFields(name, notes=notes))
    person = cleaned_contact(ContactFields(name, phone))

    assert cleaned(wanted) == wanted
    assert cleaned_contact(person) == person


def test_very_long_names_and_rare_characters() -> None:
    assert texts(EnterpriseFields("樟" * 10_000, GOOD)) == {"name": "企业名称最多 200 个字，现有 10000 个。"}
    assert texts(EnterpriseFields("樟树市𠮷祥䶮家具🪑有限公司", GOOD)) == {}
    assert cleaned(EnterpriseFields("樟树市𠮷祥䶮家具🪑有限公司")).name == "樟树市𠮷祥䶮家具🪑有限公司"


def test_a_contact_needs_a_name_or_a_phone() -> None:
    assert [one.hard for one in contact_problems(ContactFields())] == [True]
    assert contact_problems(ContactFields(phone="13800000001")) == ()
    assert [one.hard for one in contact_problems(ContactFields("张三", "一楼"))] == [False]
    assert (
        cleaned_contact(ContactFields(" 张 三 ", "0795－7819478 / 181 6138 3752")).phone == "0795-7819478/18161383752"
    )


def test_names_are_sorted_by_pinyin() -> None:
    assert sorted(["樟树", "江西", "宜春", "Abc"], key=order_key) == ["Abc", "江西", "宜春", "樟树"]
