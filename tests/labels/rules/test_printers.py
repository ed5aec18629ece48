"""What may be typed about a printer, and what is made of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules.printers import (
    DPIS,
    LABELS,
    SPEEDS,
    Language,
    PrinterSettings,
    Use,
    Way,
    checked,
    endpoint,
    from_json,
    minimum_module,
    problems,
    to_json,
)

TCP = PrinterSettings("标签机", Way.TSPL_TCP, address="192.168.1.50")
FILE = PrinterSettings("存为 PDF", Way.PDF, dpi=600)


def wrong(settings: PrinterSettings, **changes: object) -> tuple[str, ...]:
    """The fields that are refused."""
    with pytest.raises(DeskError) as refusal:
        checked(replace(settings, **changes))  # type: ignore[arg-type]  # whatever was typed
    assert refusal.value.code == "label.printer_invalid"
    fields: tuple[str, ...] = refusal.value.facts["fields"]  # type: ignore[assignment]
    assert all(f"「{LABELS[one]}」" in str(refusal.value) for one in fields)
    return fields


def test_what_is_right_is_kept() -> None:
    for way in Way:
        settings = PrinterSettings(" 标签机  二 ", way, address=" 192.168.1.50：9100", queue="labels")
        kept = checked(settings)
        assert (kept.name, kept.address) == ("标签机 二", "192.168.1.50:9100")
        assert from_json(to_json(kept)) == kept


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "长" * 101}, "name"),
        ({"way": Way("tspl-usb")}, "way"),
        ({"dpi": 180}, "dpi"),
        ({"address": ""}, "address"),
        ({"address": "192.168.1.50:"}, "address"),
        ({"address": "192.168.1.50:70000"}, "address"),
        ({"address": "http://printer:9100"}, "address"),
        ({"way": Way.SYSTEM}, "queue"),
        ({"way": Way.ZPL_QUEUE, "queue": " "}, "queue"),
        ({"offset_x": 20_001}, "offset_x"),
        ({"offset_y": -20_001}, "offset_y"),
        ({"scale_x": 949}, "scale_x"),
        ({"scale_y": 1_051}, "scale_y"),
        ({"darkness": 16}, "darkness"),
        ({"speed": 0}, "speed"),
        ({"gap": -1}, "gap"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, object], field: str) -> None:
    assert wrong(TCP, **changes) == (field,)


def test_everything_wrong_is_said_at_once() -> None:
    assert wrong(TCP, name="", dpi=1, speed=99) == ("name", "dpi", "speed")
    assert f"{SPEEDS[0]}～{SPEEDS[-1]}" in str(problems(replace(TCP, speed=99))[0])


def test_a_file_needs_no_place() -> None:
    assert not problems(FILE)


def test_rows_of_other_programs_are_read() -> None:
    kept = to_json(TCP) | {"colour": "blue", "way": "tspl-usb"}
    del kept["gap"]
    found = from_json(kept)
    assert found.way == "tspl-usb"
    assert found.way.label == "tspl-usb"
    assert found.way.language is None
    assert found.gap is None


def test_ways() -> None:
    assert [way for way in Way if way.is_tcp] == [Way.TSPL_TCP, Way.ZPL_TCP]
    assert [way for way in Way if way.has_queue] == [Way.TSPL_QUEUE, Way.ZPL_QUEUE, Way.SYSTEM]
    assert {way: way.language for way in Way if way.language} == {
        Way.TSPL_TCP: Language.TSPL,
        Way.TSPL_QUEUE: Language.TSPL,
        Way.ZPL_TCP: Language.ZPL,
        Way.ZPL_QUEUE: Language.ZPL,
    }
    assert len({way.label for way in Way}) == len(Way)


def test_addresses() -> None:
    assert endpoint("printer.local") == ("printer.local", 9100)
    assert endpoint("192.168.1.50:9101") == ("192.168.1.50", 9101)
    assert endpoint("[fe80::1]") == ("fe80::1", 9100)
    assert endpoint("[fe80::1]:9101") == ("fe80::1", 9101)
    for text in ("", ":9100", "fe80::1", "[fe80::1", "[fe80::1]9101", "a b", "host:٣", "host:0"):
        with pytest.raises(ValueError):
            endpoint(text)


def test_modules_are_as_small_as_still_scans() -> None:
    assert [minimum_module(dpi) for dpi in DPIS] == [3, 3, 6]
    assert [minimum_module(dpi, Use.RETAIL) for dpi in DPIS] == [4, 5, 10]


@given(st.integers(150, 1200), st.sampled_from(Use))
def test_no_module_is_smaller_than_it_may_be(dpi: int, use: Use) -> None:
    found = minimum_module(dpi, use)
    assert found >= 3
    assert found * 25_400 / dpi >= use.value - 0.001
