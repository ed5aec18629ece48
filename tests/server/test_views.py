"""What the author of an operation had before them, from the operations alone."""

from __future__ import annotations

from typing import Any

from zhangshu_desk.core.operations import format_hlc
from zhangshu_desk.sync.wire import TABLES
from zhangshu_server.merging import Operation
from zhangshu_server.views import replay


def op(station: str, n: int, kind: str = "update", base: int = 0, **sets: Any) -> Operation:
    clock = format_hlc((n, 0), station)
    return Operation(
        station, station.lower(), n, f"{station}{n}", "enterprises", "row", kind, sets, base, clock, "x", n
    )


LOGGED: list[tuple[Operation, int | None]] = [
    (op("A", 1, "insert", name="甲", notes="0"), 1),
    (op("B", 1, base=1, notes="1"), 2),
    (op("A", 2, base=1, name="乙"), 3),
    (op("B", 2, base=1, name="丙"), None),
]


def seen(change: Operation, *earlier: Operation) -> dict[str, Any]:
    return dict(replay(TABLES["enterprises"], change, LOGGED, earlier))


def test_the_feed_up_to_the_base_and_one_s_own_on_top() -> None:
    assert seen(op("C", 1, base=0)) == {}
    assert seen(op("C", 1, base=1)) == {"name": "甲", "notes": "0"}
    assert seen(op("C", 1, base=3)) == {"name": "乙", "notes": "1"}
    assert seen(op("B", 3, base=1)) == {"name": "丙", "notes": "1"}
    assert seen(op("B", 2, base=1)) == {"name": "甲", "notes": "1"}
    assert seen(op("A", 3, base=1)) == {"name": "乙", "notes": "0"}


def test_what_the_same_push_brought_counts_up_to_the_operation() -> None:
    mine = op("C", 1, base=1, name="丁", notes=None), op("C", 3, base=1, name="戊")
    assert seen(op("C", 2, base=1), *mine) == {"name": "丁"}
