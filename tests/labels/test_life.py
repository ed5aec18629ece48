"""The life of one label, found by its number or its code."""

from __future__ import annotations

import pytest

from tests.labels import shop as shops
from tests.labels.shop import CLERK, Shop, refused
from tests.store_fixtures import NINE
from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.labels import LabelRange
from zhangshu_desk.labels import actions, keys, queries
from zhangshu_desk.labels.queries import LabelState, Proof
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.cards import SpecForm

DOMAIN = "labels.example.invalid"


@pytest.fixture
def batch(store: Store, shop: Shop) -> str:
    return shops.numbered(store, shop.form())


def first(store: Store, batch: str) -> int:
    return shops.numbers(store, batch)[0][0]


def link(store: Store, serial: int, gtin: str = "", batch_no: str = "", key: bytes = b"") -> str:
    return codes.link(key or keys.key_of(store.paths), DOMAIN, serial, gtin, batch_no)


def test_from_its_number_to_its_end(store: Store, batch: str) -> None:
    serial = first(store, batch)
    text = codes.serial_text(serial)
    assert queries.life(store, text).state is LabelState.UNPRINTED
    shops.printed(store, batch, now=NINE + MINUTE)
    assert queries.life(store, text).state is LabelState.IN_STOCK
    actions.hand_out(store, CLERK, batch, "欧阳四", NINE + 2 * MINUTE, count=10)
    assert queries.life(store, text).state is LabelState.WITH_USER
    (one,) = actions.reprint(store, CLERK, batch, ((serial, serial),), "撕破", NINE + 3 * MINUTE)
    found = queries.life(store, text)
    assert (found.state, found.replaced_by, found.batch_no) == (LabelState.REPLACED, one.new, "WZY2611")
    assert [event.what for event in found.events] == ["建立批次", "编号", "打印", "领用", "作废", "已补打"]
    assert not any("欧阳四" in event.detail for event in found.events)
    assert "欧*" in found.events[3].detail
    after = queries.life(store, str(one.new))
    assert (after.state, after.replaces) == (LabelState.UNPRINTED, serial)
    actions.void_numbers(store, CLERK, batch, ((serial + 1, serial + 1),), "受潮", NINE)
    assert queries.life(store, str(serial + 1)).state is LabelState.VOID


def test_a_scanned_code_is_proved_offline(store: Store, batch: str) -> None:
    serial = first(store, batch)
    assert queries.life(store, str(serial)).proof is Proof.NONE
    scanned = link(store, serial)
    found = queries.life(store, scanned)
    assert (found.serial, found.proof, found.batch_id) == (serial, Proof.OURS, batch)
    forged = queries.life(store, link(store, serial, key=b"x" * 32))
    assert (forged.proof, forged.batch_id) == (Proof.FOREIGN, batch)
    store.paths.label_key.unlink()
    assert queries.life(store, scanned).proof is Proof.UNKNOWN


def test_a_digital_link_of_another_batch_is_noticed(store: Store, shop: Shop) -> None:
    form = SpecForm(shop.wardrobe, "一件装", "件", 1_000, "6901234567892")
    spec = actions.add_spec(store, CLERK, form, NINE)
    batch = shops.numbered(store, shop.traced_form(spec_id=spec))
    serial = first(store, batch)
    right = queries.life(store, link(store, serial, "06901234567892", "G-2611-07"))
    assert (right.proof, right.code_differs) == (Proof.OURS, False)
    assert queries.life(store, link(store, serial, "06901234567892", "G-2611-08")).code_differs
    assert queries.life(store, link(store, serial)).code_differs


def use_up(store: Store, batch: str, serial: int) -> None:
    """A range that comes from elsewhere."""
    with store.write(CLERK, "label.number", NINE) as session:
        row = LabelRange(id=new_id(NINE), batch_id=batch, kind="LABEL", first=serial, last=serial, issued_at=NINE)
        session.insert(row)


def test_a_number_that_this_desk_does_not_know(store: Store, batch: str) -> None:
    assert queries.life(store, "12345678").state is LabelState.UNKNOWN
    use_up(store, "a batch that has not arrived", 12_345_678)
    assert queries.life(store, "12345678").state is LabelState.UNKNOWN


def test_two_batches_with_one_number_are_told(store: Store, shop: Shop, batch: str) -> None:
    serial = first(store, batch)
    other = shops.numbered(store, shop.traced_form())
    use_up(store, other, serial)
    assert queries.life(store, str(serial)).state is LabelState.TWICE
    assert set(queries.find_batches(store, str(serial))) == {batch, other}
    assert queries.find_batches(store, "WZY2611") == ()


def test_what_is_neither_number_nor_code(store: Store) -> None:
    assert refused(queries.life, store, "WZY2611").code == "label.serial_spelling"
    assert refused(queries.life, store, "https://www.example.com/t/abc").code == "label.code_unknown"


def test_a_broken_key_is_told_and_never_replaced(store: Store) -> None:
    store.paths.label_key.write_bytes(b"short")
    assert refused(keys.key_of, store.paths).code == "label.key_broken"
    assert store.paths.label_key.read_bytes() == b"short"
    assert keys.known_key(store.paths) is None
    store.paths.label_key.unlink()
    store.paths.label_key.mkdir()
    assert refused(keys.key_of, store.paths).code == "label.key_unreadable"
