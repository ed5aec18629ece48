"""What lists, prints and logs may show of a person."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.core.masking import mask_address, mask_id, mask_name, mask_phone, mask_text


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), (" 欧阳文静 ", "欧*"), ("𠮷", "𠮷*"), ("John", "J*"), ("", ""), (" ", "")]
)
def test_a_name_keeps_its_first_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("138-1234-5678", "138****5678"),
        ("+86 138 1234 5678", "138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("0795-7819478", "0795-****478"),
        ("0795-78194781", "0795-****4781"),
        ("0795-7819478/18161383752", "0795-****478/181****3752"),
        ("13812345678、13912345678", "138****5678、139****5678"),
        ("7819478", "****"),
        ("12345", "****"),
        ("", ""),
        ("无", "无"),
    ],
)
def test_a_phone_hides_its_middle(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("360982199001010013", "3609**********0013"),
        ("36098219900101001X", "3609**********001X"),
        ("E12345678", "E1*****78"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_an_id_keeps_its_ends(number: str, masked: str) -> None:
    assert mask_id(number) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("江西省宜春市樟树市吴城乡194号", "江西省宜春市樟树市吴城乡***"),
        ("江西省宜春市樟树市店下镇工业园109号", "江西省宜春市樟树市店下镇***"),
        ("江西省宜春市樟树市张家山24号", "江西省宜春市樟树市***"),
        ("樟树市福城街道药都路镇江宾馆", "樟树市福城街道***"),
        ("北京市海淀区中关村街道1号", "北京市海淀区中关村街道***"),
        ("樟树市临江镇", "樟树市临江镇"),
        ("药都大道1号", "***"),
        ("", ""),
    ],
)
def test_an_address_ends_at_its_town(address: str, masked: str) -> None:
    assert mask_address(address) == masked


def test_free_text_hides_phones_and_ids() -> None:
    text = "张 １３８12345678, 0795-7819478; id=36098219900101001x。电话13912345678转"

    assert mask_text(text) == "张 138****5678, 0795-****478; id=3609**********001x。电话139****5678转"


def test_free_text_keeps_moments_ids_and_codes() -> None:
    text = "visit 01930000-0000-7000-8000-00000000abcd at 1732358400000 code 91360982MA0000015B ticket A023"

    assert mask_text(text) == text


@given(st.text(), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text())
def test_no_mobile_survives_in_free_text(before: str, mobile: str, after: str) -> None:
    masked = mask_text(f"{before} {mobile}\n{after}")

    assert not re.search(rf"(?<!\d){mobile}(?!\d)", masked)


@given(st.text())
def test_masking_never_raises(text: str) -> None:
    for mask in (mask_name, mask_phone, mask_id, mask_address, mask_text):
        mask(text)
