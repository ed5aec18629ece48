"""The services of the station, and a services file that is wrong."""

from __future__ import annotations

import re
from datetime import date

import pytest

from zhangshu_desk.core import resources
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.reception.rules import catalog, parse_catalogue, shown_label

SHIPPED = resources.text("services.toml")


def refusal(text: str) -> DeskError:
    with pytest.raises(DeskError) as refused:
        parse_catalogue(text, "services.toml")
    assert refused.value.code == "services.bad_file"
    assert "services.toml" in str(refused.value)
    return refused.value


def test_the_thirteen_services_of_the_station_are_there() -> None:
    assert [one.id for one in catalog().services] == [
        "NB", "BG", "SB", "ZL", "RZ", "BS", "BZ", "JY", "JL", "ZC", "GI", "XQ", "ZX",
    ]  # fmt: skip
    assert catalog().service("JL").name == "强制检定工作计量器具备案与检定预约"
    assert catalog().service("NB").name == "年度报告报送公示（辅导）"


def test_every_service_has_a_group_and_local_values_are_marked() -> None:
    letters = {group.letter: group for group in catalog().groups}
    assert list(letters) == ["A", "B", "C", "D"]
    for service in catalog().services:
        assert letters[service.group].first == 1
        assert service.usual_minutes > 0
        assert not service.verified


def test_the_chips_come_in_their_order() -> None:
    assert [one.short for one in catalog().frequent()] == [
        "计量强检预约", "年报", "商标注册", "变更登记", "地标用标", "检验检测", "标准声明", "专利",
    ]  # fmt: skip


def test_the_first_service_decides_the_group() -> None:
    assert catalog().group_of(("JL", "NB")).letter == "B"
    assert catalog().group_of(("NB", "JL")).letter == "A"
    with pytest.raises(DeskError, match="没有选择办理事项"):
        catalog().group_of(())


def test_labels_have_three_digits_at_least() -> None:
    group = catalog().group_of(("NB",))
    assert [group.label(number) for number in (1, 11, 999, 1000)] == ["A001", "A011", "A999", "A1000"]
    assert shown_label("A011", date(2026, 11, 23), date(2026, 11, 23)) == "A011"
    assert shown_label("A011", date(2026, 11, 22), date(2026, 11, 23)) == "A011·22日"
    assert shown_label("", date(2026, 11, 22), date(2026, 11, 23)) == ""


def test_texts_and_minutes_of_several_services() -> None:
    assert catalog().text(("NB", "JL")) == "年报 · 计量强检预约"
    assert catalog().minutes(("NB", "JL")) == 15 + 12
    assert catalog().text(("gone",)) == "gone"
    assert catalog().minutes(("gone",)) == 1


def test_an_unknown_service_is_refused_by_name() -> None:
    with pytest.raises(DeskError, match="没有编号为「QQ」的事项"):
        catalog().service("QQ")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('letter = "A"', "letter = 1", "group[1].letter"),
        ('letter = "B"', 'letter = "A"', "group.letter"),
        ('prefix = "B"', 'prefix = "A"', "group.prefix"),
        ("first = 1", "first = 0", "group[1].first"),
        ("last = 999", "last = 0", "group[1].last"),
        ("first = 1\nlast = 999", "first = 5\nlast = 4", "group[1].last"),
        ('id = "BG"', 'id = "NB"', "service.id"),
        ('id = "NB"', 'id = ""', "service[1].id"),
        ('short = "变更登记"', 'short = "年报"', "service.short"),
        ('group = "D"', 'group = "Z"', "service.RZ.group"),
        ("daily_cap = 0", "daily_cap = -1", "service[1].daily_cap"),
        ("daily_cap = 0", 'daily_cap = "viele"', "service[1].daily_cap"),
        ("usual_minutes = 15", "usual_minutes = 0", "service[1].usual_minutes"),
        ("usual_minutes = 15", "usual_minutes = 1.5", "service[1].usual_minutes"),
        ("frequent = 2", "frequent = true", "service[1].frequent"),
        ("\nverified = false", "\nverified = 0", "group[1].verified"),
    ],
)
def test_a_wrong_value_is_refused_naming_file_and_key(old: str, new: str, key: str) -> None:
    assert old in SHIPPED
    assert refusal(SHIPPED.replace(old, new, 1)).facts["key"] == key


def test_a_file_that_is_no_toml_or_empty_is_refused() -> None:
    assert refusal("[[group]\n").facts["key"] == "TOML"
    assert refusal("").facts["key"] == "group"
    assert refusal(re.sub(r"\[\[service\]\]", "[[other]]", SHIPPED)).facts["key"] == "service"
    assert refusal("group = 3").facts["key"] == "group"
