"""The 20,000 records that every system in the sync bench keeps: the same fields, the same contents, every time."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.bench import million

RECORDS = 20_000
CHANGES = 1_000
TOWNS = ("临江镇", "永泰镇", "黄土岗镇", "经楼镇", "昌付镇", "店下镇", "阁山镇", "刘公庙镇")


def records(count: int = RECORDS) -> Iterator[dict[str, str]]:
    """`count` enterprises with the fields a card of one usually has."""
    dice = random.Random(20261125)
    for number in range(count):
        yield {
            "name": f"{million.enterprise_name(dice)}{number}号",
            "credit_code": million.credit_code(dice),
            "kind": dice.choice(("企业", "企业", "个体工商户")),
            "address": f"{dice.choice(TOWNS)}工业大道{dice.randrange(1, 400)}号",
            "region": "360982",
            "industry": dice.choice(million.TRADES),
            "legal_representative": million.person_name(dice),
            "notes": "",
        }


def note(round_number: int, place: int, side: str = "a") -> str:
    """The text that a round writes into the notes of a record: one changed field, never the same twice."""
    return f"{side}第{round_number}轮回访，第{place}家，已告知年检安排"
