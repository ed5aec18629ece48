"""查码: the life of a label by its code or number; not ours and altered are told apart, offline too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests import make
from tests.labels import shop as shops
from tests.labels.shop import CLERK, Shop
from tests.store_fixtures import NINE
from tests.ui.counter import write
from tests.ui.labelling import dialog_of, open_page, part_of
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import actions, keys
from zhangshu_desk.labels.queries.life import LabelState
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.ui.finding import finder
from zhangshu_desk.ui.pages.labels.batches_part import BatchesPart
from zhangshu_desk.ui.pages.labels.batches_part.number_dialogs import ReprintDialog
from zhangshu_desk.ui.pages.labels.lookup_part import LookupPart
from zhangshu_desk.ui.theme import Tone

Open = Callable[..., LookupPart]
DOMAIN = "label.example.cn"


@pytest.fixture
def shop(store: Store, tmp_path: Path) -> Shop:
    return shops.open_shop(store, tmp_path)


@pytest.fixture
def batch(store: Store, shop: Shop) -> str:
    """200 labels on paper, 50 of them with the user."""
    made = shops.numbered(store, shop.form(quantity=100_000))
    shops.printed(store, made)
    actions.hand_out(store, CLERK, made, "陈晓梅", NINE, count=50)
    return made


@pytest.fixture
def open_part(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Open:
    kept: list[LookupPart] = []  # a dialog dies with the last reference to its parent

    def open_it(actor: Actor = CLERK) -> LookupPart:
        kept.append(part_of(open_page(qtbot, store, tmp_path, clock, actor), LookupPart))
        kept[-1].begin()
        return kept[-1]

    return open_it


def link(store: Store, serial: int, key: bytes | None = None) -> str:
    return codes.link(key or keys.key_of(store.paths), DOMAIN, serial)


def scan(part: LookupPart, text: str) -> None:
    """As a scanner gun does: the text, then Enter."""
    write(text, part.asked.editor)
    QTest.keyClick(part.asked.editor, Qt.Key.Key_Return)


def nth(store: Store, batch: str, place: int) -> int:
    return shops.nth(store, batch, place)[0][0]


def test_a_scanned_label_shows_its_life(open_part: Open, store: Store, shop: Shop, batch: str) -> None:
    part = open_part()
    serial = nth(store, batch, 7)
    scan(part, link(store, serial))

    assert part.head.text() == f"{codes.serial_text(serial)} · 已发放给企业"
    assert part.proof.text() == "码由本站编制，没有被改过。"
    assert part.facts.value("批号") == "WZY2611"
    assert [one.what for one in part.events.rows.rows] == ["领用", "打印", "编号", "建立批次"]
    assert part.events.rows.index(0, 2).data() == "领取人 陈*"
    assert part.asked.editor.hasFocus()
    assert part.asked.editor.selectedText() == part.asked.text()  # the next scan takes its place


def test_the_next_scan_takes_the_place_of_the_last(open_part: Open, store: Store, batch: str) -> None:
    part = open_part()
    scan(part, link(store, nth(store, batch, 7)))
    QTest.keyClicks(part.asked.editor, link(store, nth(store, batch, 60)))
    QTest.keyClick(part.asked.editor, Qt.Key.Key_Return)

    assert part.life is not None
    assert part.life.state is LabelState.IN_STOCK


def test_altered_foreign_and_none_of_ours_are_told_apart(open_part: Open, store: Store, batch: str) -> None:
    part = open_part()
    keys.key_of(store.paths)
    serial = nth(store, batch, 7)

    scan(part, link(store, serial, bytes(32)))
    assert part.head.text().endswith("这个码与登记的不符")
    assert "码被改过，或是仿冒" in part.proof.text()
    assert part.head.property("tone") == Tone.BAD.value

    scan(part, link(store, 77, bytes(32)))
    assert part.head.text() == "00000077 · 本机没有这个编号"
    assert "可能是其他工作站的" in part.proof.text()
    assert part.facts.labels() == []

    scan(part, "https://example.cn/other")
    assert "没有读到标签上的码" in part.asked.problem.text()
    assert part.life is None


def test_a_typed_number_proves_nothing_about_a_code(open_part: Open, store: Store, batch: str) -> None:
    part = open_part()
    scan(part, f"No. {nth(store, batch, 7)}")

    assert "没有核对二维码" in part.proof.text()
    assert part.proof.property("tone") == Tone.MUTED.value


def test_our_code_without_a_record_is_told(open_part: Open, store: Store, batch: str) -> None:
    part = open_part()
    scan(part, link(store, 99))

    assert "本机没有它的记录" in part.proof.text()


def test_a_label_that_was_replaced_names_the_new_one(open_part: Open, store: Store, batch: str) -> None:
    old = nth(store, batch, 150)
    (replaced,) = actions.reprint(store, CLERK, batch, ((old, old),), "卡纸", NINE)
    part = open_part()
    scan(part, link(store, old))

    assert "换了新编号" in part.head.text()
    assert part.facts.value("换为") == codes.serial_text(replaced.new)
    assert not part.reprint.isVisible()
    scan(part, link(store, replaced.new))
    assert part.facts.value("替换") == codes.serial_text(old)


def test_unusual_scans_are_shown(open_part: Open, store: Store, batch: str) -> None:
    serial = nth(store, batch, 7)
    with store.merge() as merge:  # as a pull brings it
        merge.db.execute(
            "INSERT INTO label_scans (id, batch_id, serial, count, places, first_at, last_at, alert)"
            " VALUES ('s', ?, ?, 34, 6, ?, ?, '一天内多地查询')",
            (batch, serial, NINE, NINE),
        )
        merge.touched.add("label_scans")
    part = open_part()
    scan(part, str(serial))

    assert part.facts.value("消费者查询") == "34 次，2026-11-23 09:00 至 2026-11-23 09:00；一天内多地查询"


def test_a_spoiled_label_is_scanned_and_replaced_at_once(
    open_part: Open, store: Store, batch: str, qtbot: QtBot
) -> None:
    serial = nth(store, batch, 150)
    part = open_part()
    scan(part, link(store, serial))
    part.reprint.click()
    dialog = dialog_of(part, ReprintDialog, qtbot)
    assert dialog.numbers.text() == codes.serial_text(serial)
    dialog.chips.chip("打印损坏").click()
    dialog.act()

    qtbot.waitUntil(lambda: "换了新编号" in part.head.text())


def test_the_batch_is_opened_from_here(open_part: Open, store: Store, batch: str) -> None:
    part = open_part()
    scan(part, link(store, nth(store, batch, 7)))
    part.open.click()

    shown = part.page.part()  # type: ignore[attr-defined]  # of the labels' page
    assert isinstance(shown, BatchesPart)
    assert shown.view.view is not None
    assert shown.view.view.card.id == batch


def test_a_clerk_at_the_counter_looks_up_too(open_part: Open, store: Store, batch: str) -> None:
    part = open_part(make.CLERK)
    scan(part, link(store, nth(store, batch, 7)))

    assert "已发放给企业" in part.head.text()
    assert not any(one.isVisible() for one in (part.open, part.reprint, part.void))


def test_the_search_on_top_knows_a_label(store: Store, batch: str) -> None:
    find = finder(store)
    serial = nth(store, batch, 7)
    scanned = link(store, serial)

    assert find(scanned)[0].key == ("标签", ("查码", scanned))
    assert find(str(serial))[0].title == codes.serial_text(serial)
    assert not [one for one in find("13812345678") if one.group == "标签"]
    assert not [one for one in find("https://example.cn/t/x") if one.group == "标签"]


def test_unusual_scans_are_listed_until_one_looks_something_up(
    open_part: Open, store: Store, batch: str, qtbot: QtBot
) -> None:
    serial = nth(store, batch, 7)
    with store.merge() as merge:
        merge.db.execute(
            "INSERT INTO label_scans (id, batch_id, serial, count, places, first_at, last_at, alert)"
            " VALUES ('s', ?, ?, 34, 6, ?, ?, '一天内多地查询')",
            (batch, serial, NINE, NINE),
        )
        merge.touched.add("label_scans")
    part = open_part()
    qtbot.waitUntil(lambda: part.unusual.isVisible() and len(part.unusual.rows.rows) == 1)
    part.unusual.choose((batch, serial))
    QTest.keyClick(part.unusual, Qt.Key.Key_Return)

    assert part.life is not None
    assert part.life.serial == serial
