"""Invented firms and people: right in form, alike for the same seed, and nobody's real telephone."""

from datetime import date
from random import Random

from zhangshu_desk.core.identifiers import check_credit_code, is_phone
from zhangshu_desk.demo.invent import credit_code, firms, person

TODAY = date(2026, 11, 23)


def test_credit_codes_are_right() -> None:
    dice = Random(1)
    codes = [credit_code(dice) for _ in range(500)]
    assert all(check_credit_code(code).ok for code in codes)
    assert len(set(codes)) > 490


def test_the_same_seed_invents_the_same_firms() -> None:
    assert firms(Random(7), 50, TODAY) == firms(Random(7), 50, TODAY)
    assert firms(Random(7), 50, TODAY) != firms(Random(8), 50, TODAY)


def test_no_two_firms_share_a_name_however_many() -> None:
    made = firms(Random(1), 5_000, TODAY)
    assert len({firm.name for firm in made}) == 5_000
    assert all(firm.people and firm.industry and firm.founded_on < TODAY for firm in made)


def test_phones_have_four_zeros_in_the_middle() -> None:
    dice = Random(1)
    for _ in range(200):
        phone = person(dice).phone
        assert is_phone(phone)
        assert phone[3:7] == "0000"
