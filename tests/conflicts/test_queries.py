"""What the inbox shows: titles, both sides, people masked, what may be decided."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests import make
from tests.labels import shop as shops
from tests.ui import morning
from zhangshu_desk.conflicts import actions, queries, rules
from zhangshu_desk.conflicts.queries import Part, Side
from zhangshu_desk.conflicts.rules import Choice, Kind
from zhangshu_desk.core.clock import HOUR, MINUTE, FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Contact
from zhangshu_desk.db.tables.labels import LabelMove, LabelRange
from zhangshu_desk.labels import actions as labels
from zhangshu_desk.tour import apart


@pytest.fixture
def firms(store: Store, clock: FixedClock) -> list[str]:
    return list(morning.park(store, clock.now()).values())


def address(store: Store, now: int, firm: str, **more: object) -> str:
    return apart.arrive(store, now, "field", "enterprises", firm, {"address": "旧"}, {"address": "新"}, **more)


def test_open_ones_oldest_first_history_newest_first(store: Store, clock: FixedClock, firms: list[str]) -> None:
    now = clock.now()
    second, first = address(store, now - HOUR, firms[0]), address(store, now - 2 * HOUR, firms[1])
    old = address(store, now - 3 * HOUR, firms[2], state="auto")
    new = address(store, now - MINUTE, firms[3], state="auto")
    assert queries.open_count(store) == 2
    assert [row.id for row in queries.page(store, Part.OPEN).rows] == [first, second]
    assert [row.id for row in queries.page(store, Part.AUTO).rows] == [new, old]
    actions.resolve(store, make.CLERK, first, Choice.KEEP, {}, now)
    assert queries.open_count(store) == 1
    done = queries.page(store, Part.RESOLVED).rows
    assert [(row.id, row.resolution, row.resolved_by, row.resolved_at) for row in done] == [
        (first, "a", make.CLERK.name, now)
    ]


def test_pages(store: Store, clock: FixedClock, firms: list[str]) -> None:
    ids = [address(store, clock.now() + at, firms[0]) for at in range(5)]
    page = queries.page(store, Part.OPEN, 0, 3)
    assert ([row.id for row in page.rows], page.more) == (ids[:3], True)
    page = queries.page(store, Part.OPEN, 3, 3)
    assert ([row.id for row in page.rows], page.more) == (ids[3:], False)


def test_who_and_where(store: Store, clock: FixedClock, firms: list[str]) -> None:
    now = clock.now()
    apart.other_station(store, now)
    stranger = "01930000-0000-7000-8000-00000000dead"
    entry = address(store, now, firms[0], a_actor=make.CLERK.user_id, b_actor=stranger, b_at=now - HOUR)
    card = queries.card(store, entry)
    assert card is not None
    assert card.row.stands == Side(make.CLERK.name, "本机", now - 20 * MINUTE)
    assert card.row.other == Side("其他站人员", "东区二号机", now - HOUR)
    own = "樟树金属家具产业园工作站"
    named = address(store, now, firms[0], a_actor="王芳", a_station=own, b_actor="system", b_station="城北二号机")
    card = queries.card(store, named)
    assert card is not None
    assert (card.row.stands.actor, card.row.stands.station) == ("王芳", "本机"), "the centre says names"
    assert (card.row.other.actor, card.row.other.station) == ("系统", "城北二号机")
    unknown = address(store, now, firms[0], b_station=stranger)
    card = queries.card(store, unknown)
    assert card is not None
    assert card.row.other.station == "其他站"


def test_people_are_masked_everywhere(store: Store, clock: FixedClock, firms: list[str]) -> None:
    with store.read() as session:
        contact = session.scalars(select(Contact).where(Contact.name == "张先生")).one()
    apart.arrive(
        store,
        clock.now(),
        "field",
        "contacts",
        contact.id,
        {"name": "张先生", "phone": "13812345678"},
        {"name": "张先声", "phone": "13912349999"},
    )
    row = queries.page(store, Part.OPEN).rows[0]
    assert row.title == "江西锦湖保险设备集团有限公司 · 联系人 张*"
    assert [(one.field, one.present, one.stands, one.other, one.masked) for one in row.fields] == [
        ("name", "张*", "张*", "张*", True),
        ("phone", "138****5678", "138****5678", "139****9999", True),
    ]
    card = queries.card(store, row.id)
    assert card is not None
    assert "张先生" not in repr(card.row)
    assert card.choices == {Choice.KEEP, Choice.TAKE_OTHER, Choice.EDIT}


def test_what_follows_is_not_shown_but_watched(store: Store, clock: FixedClock, firms: list[str]) -> None:
    stands, other = {"name": "甲", "name_key": "甲"}, {"name": "乙", "name_key": "乙"}
    entry = apart.arrive(store, clock.now(), "field", "enterprises", firms[0], stands, other)
    card = queries.card(store, entry)
    assert card is not None
    assert [one.field for one in card.row.fields] == ["name"]
    assert card.row.fields[0].present == morning.JINHU
    assert set(card.seen) == {"name", "name_key"}


def test_of_a_visit_what_one_can_judge_by(store: Store, clock: FixedClock, firms: list[str]) -> None:
    visit = morning.come(store, clock, firms[0], "NB")
    counter = make.counter_id(2)
    stands = {"state": "办理中", "counter_id": make.counter_id(1), "clerk_id": None, "waited_ms": 5}
    other = {"state": "叫号中", "counter_id": counter, "clerk_id": make.CLERK.user_id, "waited_ms": 7}
    entry = apart.arrive(store, clock.now(), "state", "visits", visit, stands, other)
    card = queries.card(store, entry)
    assert card is not None
    assert card.row.title.endswith(morning.JINHU)
    assert [one.field for one in card.row.fields] == ["state", "counter_id", "clerk_id"]
    assert card.names[counter] == "2号窗口"
    assert card.choices == {Choice.KEEP}


def test_twins_side_by_side(store: Store, clock: FixedClock, firms: list[str]) -> None:
    morning.come(store, clock, firms[1], "NB")
    entry = apart.arrive(store, clock.now(), "duplicate", "enterprises", firms[0], {}, {}, other_row_id=firms[1])
    card = queries.card(store, entry)
    assert card is not None
    assert [(twin.id, twin.contacts, twin.visits, twin.voided) for twin in card.twins] == [
        (firms[0], 1, 0, False),
        (firms[1], 0, 1, False),
    ]


def test_things_of_the_future_and_records_that_are_not_here(store: Store, clock: FixedClock) -> None:
    now = clock.now()
    entry = apart.arrive(store, now, "a_new_kind", "moon_landings", "x", {"crater": "A"}, {"crater": "B"})
    card = queries.card(store, entry)
    assert card is not None
    assert (card.row.kind, card.row.title, card.here) == (Kind.FIELD, "moon_landings", False)
    assert card.choices == {Choice.KEEP}
    assert queries.card(store, "nobody") is None


def test_titles_of_records(store: Store, clock: FixedClock, firms: list[str]) -> None:
    visit = morning.come(store, clock, None, "NB", visitor="王小明")
    asked = {("enterprises", firms[0]), ("visits", visit), ("users", make.CLERK.user_id), ("", ""), ("contacts", "no")}
    found = queries.titles(store, asked)
    assert found["enterprises", firms[0]] == morning.JINHU
    assert found["visits", visit].endswith("2026-11-23 · 王*")
    assert found["users", make.CLERK.user_id] == make.CLERK.name
    assert found["", ""] == "—"
    assert found["contacts", "no"] == "联系人"


def test_what_labels_are_called(store: Store, clock: FixedClock, tmp_path: Path) -> None:
    shop = shops.open_shop(store, tmp_path)
    batch = shops.numbered(store, shop.form())
    shops.printed(store, batch)
    labels.hand_out(store, shops.CLERK, batch, "欧阳四", clock.now(), count=5)
    with store.read() as session:
        ranges, moves = session.scalars(select(LabelRange)).one(), session.scalars(select(LabelMove)).one()
    whole = "江西药都樟树药材有限公司 · 樟树吴茱萸 · 批号 WZY2611"
    titles = queries.titles(
        store,
        [
            ("gi_products", shop.product),
            ("gi_users", shop.user),
            ("gi_quotas", shop.quota),
            ("gi_marks", shop.mark),
            ("traced_products", shop.wardrobe),
            ("label_specs", shop.bag),
            ("label_batches", batch),
            ("label_ranges", ranges.id),
            ("label_moves", moves.id),
        ],
    )
    assert [titles[one] for one in sorted(titles)] == [
        "江西药都樟树药材有限公司 · 专用标志文件",
        "樟树吴茱萸",
        "江西药都樟树药材有限公司 · 用标授权 · 2026-01-01 起",
        "江西药都樟树药材有限公司 · 用标授权",
        whole,
        whole,
        f"标签 {ranges.first:08d}–{ranges.last:08d} · {whole}",
        "500 克/袋",
        "樟树市瑞岑校具有限公司 · 钢制更衣柜 · RC-6M",
    ]
    stands, other = {"mark_id": shop.mark, "receiver": "欧阳四"}, {"mark_id": None, "receiver": "欧阳五"}
    entry = apart.arrive(store, clock.now(), "field", "gi_users", shop.user, stands, other)
    card = queries.card(store, entry)
    assert card is not None
    assert card.names[shop.mark] == "标志.png"
    assert rules.choices(Kind.FIELD, "gi_users", {"mark_id": ""}, {"mark_id": ""}, "open") >= {Choice.TAKE_OTHER}
    assert {one.field: one.present for one in card.row.fields}["mark_id"] == shop.mark
    moved = apart.arrive(store, clock.now(), "field", "label_moves", moves.id, stands, other)
    card = queries.card(store, moved)
    assert card is not None
    assert "欧阳" not in repr(card.row)
