"""A services file written and read again, and what a file must not hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zhangshu_desk.core import resources
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.ids import id_of
from zhangshu_desk.core.services import MOST, Catalogue, as_toml, parse_catalogue, shipped

SHIPPED = resources.text("services.toml")


def test_what_is_written_is_read_as_it_was() -> None:
    assert parse_catalogue(as_toml(shipped()), "x") == shipped()
    first, *rest = shipped().services
    odd = Catalogue((replace(first, name='"年报" \\ 辅导', verified=True), *rest), shipped().groups)
    assert parse_catalogue(as_toml(odd), "x") == odd


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('name = "综合"', 'name = "综\\u0000合"', "group[1].name"),
        ('name = "综合"', 'name = "综\\n合"', "group[1].name"),
        ('name = "综合"', f'name = "{"长" * 101}"', "group[1].name"),
        ('prefix = "A"', 'prefix = "ABCDEFGHI"', "group[1].prefix"),
        ('letter = "A"', 'letter = "A B"', "group[1].letter"),
        ('id = "NB"', 'id = "N、B"', "service[1].id"),
        ('id = "NB"', 'id = "N\\"B"', "service[1].id"),
        ("last = 999", f"last = {MOST + 1}", "group[1].last"),
        ("daily_cap = 0", f"daily_cap = {10**30}", "service[1].daily_cap"),
    ],
)
def test_what_a_row_a_slip_or_another_program_has_no_room_for_is_refused(old: str, new: str, key: str) -> None:
    assert old in SHIPPED
    with pytest.raises(DeskError) as refused:
        parse_catalogue(SHIPPED.replace(old, new, 1), "x")
    assert (refused.value.code, refused.value.facts["key"]) == ("services.bad_file", key)


def test_a_list_of_something_else_is_refused() -> None:
    with pytest.raises(DeskError) as refused:
        parse_catalogue("group = [1]", "x")
    assert refused.value.facts["key"] == "group"


def test_an_id_follows_from_its_words() -> None:
    assert id_of("services", "NB") == id_of("services", "NB") != id_of("services", "BG")
    assert id_of("ab", "c") != id_of("a", "bc")
    assert len(id_of("services", "NB")) == 36
