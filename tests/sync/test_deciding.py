"""What two stations did apart is decided at one of them, through the real centre: both end the same."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.store_fixtures import NINE
from tests.sync.centre import CentreRig
from tests.sync.park import Park, Rig
from tests.sync.test_exchange_between_stations import equal
from zhangshu_desk.conflicts import actions, queries
from zhangshu_desk.conflicts.queries import ConflictCard, Part
from zhangshu_desk.conflicts.rules import Choice, Kind
from zhangshu_desk.core.clock import MINUTE, day_of
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise, EnterpriseName
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.enterprises import actions as enterprises
from zhangshu_desk.enterprises.queries import card as enterprise_card
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields
from zhangshu_desk.reception import actions as reception
from zhangshu_desk.reception.rules import WalkIn

CODE = "913609820000000019"


@pytest.fixture
def pair(park: Park) -> tuple[Rig, Rig]:
    """Two stations of one site."""
    return park.station("甲", NINE), park.station("乙", NINE)


def register(rig: Rig, name: str, code: str = "", contact: str = "张先生") -> str:
    fields = EnterpriseFields(name, code, "测试")
    return enterprises.add(rig.store, rig.head, fields, rig.clock.forward(MINUTE), [ContactFields(contact, "138")])


def entry(rig: Rig) -> ConflictCard:
    """The one entry that waits."""
    rows = queries.page(rig.store, Part.OPEN).rows
    assert len(rows) == 1
    found = queries.card(rig.store, rows[0].id)
    assert found is not None
    return found


def decide(rig: Rig, choice: Choice, **values: str) -> None:
    card = entry(rig)
    actions.resolve(rig.store, rig.clerk, card.row.id, choice, values, rig.clock.forward(MINUTE), seen=card.seen)


def name_of(rig: Rig, firm: str) -> str:
    with rig.store.read() as session:
        return session.get_one(Enterprise, firm).name


@pytest.mark.parametrize("choice", [Choice.KEEP, Choice.TAKE_OTHER, Choice.EDIT])
def test_renamed_at_both(centre: CentreRig, pair: tuple[Rig, Rig], choice: Choice) -> None:
    first, second = pair
    firm = register(first, "江西宏远校具有限公司")
    centre.park.quiet()
    wanted = {}
    for rig, name in ((first, "江西宏远家具有限公司"), (second, "江西宏远集团有限公司")):
        now = rig.clock.forward(MINUTE)
        enterprises.rename(rig.store, rig.head, firm, name, day_of(now), now)
        wanted[rig.name] = name
    centre.park.quiet()
    card = entry(first)
    assert card.row.kind is Kind.FIELD
    assert {card.row.stands.actor, card.row.other.actor} == {f"{rig.name}的站长" for rig in pair}
    assert "本机" in {card.row.stands.station, card.row.other.station}
    stood = name_of(first, firm)
    values = {"name": "江西宏远（集团）有限公司"} if choice is Choice.EDIT else {}
    decide(first, choice, **values)
    centre.park.quiet()
    other = next(name for name in wanted.values() if name != stood)
    right = {Choice.KEEP: stood, Choice.TAKE_OTHER: other, Choice.EDIT: "江西宏远（集团）有限公司"}[choice]
    for rig in pair:
        assert name_of(rig, firm) == right
        assert queries.open_count(rig.store) == 0
        with rig.store.read() as session:
            mine = (EnterpriseName.enterprise_id == firm, EnterpriseName.voided_at.is_(None))
            still = session.scalars(select(EnterpriseName.name).where(*mine, EnterpriseName.valid_until.is_(None)))
            assert still.all() == [right]
            assert set(session.scalars(select(Contact.enterprise_name).where(Contact.enterprise_id == firm))) == {right}
    assert centre.rejected() == []
    equal(centre, first, second)


@pytest.mark.parametrize("choice", [Choice.KEEP, Choice.TAKE_OTHER])
def test_voided_at_one_and_changed_at_the_other(centre: CentreRig, pair: tuple[Rig, Rig], choice: Choice) -> None:
    first, second = pair
    firm = register(first, "江西宏远校具有限公司")
    centre.park.quiet()
    enterprises.void(first.store, first.head, firm, "重复登记", first.clock.forward(MINUTE))
    now = second.clock.forward(MINUTE)
    enterprises.change(second.store, second.head, firm, {"address": "新区 9 号"}, now)
    centre.park.quiet()
    assert entry(second).row.kind is Kind.VOID
    decide(second, choice)
    centre.park.quiet()
    for rig in pair:
        card = enterprise_card(rig.store, firm)
        assert card is not None
        assert (card.voided_at is None) == (choice is Choice.KEEP)
        assert card.address == "新区 9 号"
        assert len(card.contacts) == 1, "with the card, in use or not"
    equal(centre, first, second)


def test_registered_at_both_and_merged(centre: CentreRig, pair: tuple[Rig, Rig]) -> None:
    first, second = pair
    centre.park.quiet()
    ours, theirs = register(first, "江西宏远校具有限公司", CODE), register(second, "宏远校具公司", CODE, "李女士")
    visits = [
        reception.register(rig.store, rig.clerk, WalkIn(("NB",), firm), rig.clock.forward(MINUTE)).visit_id
        for rig, firm in ((first, ours), (second, theirs))
    ]
    centre.park.quiet()
    card = entry(first)
    assert card.row.kind is Kind.DUPLICATE
    assert {twin.id for twin in card.twins} == {ours, theirs}
    enterprises.merge(first.store, first.head, ours, theirs, first.clock.forward(MINUTE))
    centre.park.quiet()
    for rig in pair:
        assert queries.open_count(rig.store) == 0
        with rig.store.read() as session:
            assert {session.get_one(Visit, visit).enterprise_id for visit in visits} == {ours}
        kept = enterprise_card(rig.store, ours)
        assert kept is not None
        assert len(kept.contacts) == 2
        assert {one.name for one in kept.names} == {"江西宏远校具有限公司", "宏远校具公司"}
    assert centre.rejected() == []
    equal(centre, first, second)


def test_decided_at_both_at_once(centre: CentreRig, pair: tuple[Rig, Rig]) -> None:
    """Each station decides before it hears of the other: one decision stands, both agree on which."""
    first, second = pair
    firm = register(first, "江西宏远校具有限公司")
    centre.park.quiet()
    for rig, person in ((first, "张三"), (second, "李四")):
        now = rig.clock.forward(MINUTE)
        enterprises.change(rig.store, rig.head, firm, {"legal_representative": person}, now)
    centre.park.quiet()
    decide(first, Choice.EDIT, legal_representative="张三丰")
    decide(second, Choice.TAKE_OTHER)
    centre.park.quiet()
    with first.store.read() as one, second.store.read() as other:
        found = {session.get_one(Enterprise, firm).legal_representative for session in (one, other)}
    assert len(found) == 1
    waiting, elsewhere = ([row.id for row in queries.page(rig.store, Part.OPEN).rows] for rig in pair)
    assert waiting == elsewhere
    equal(centre, first, second)


def test_an_older_value_from_the_history(centre: CentreRig, pair: tuple[Rig, Rig]) -> None:
    first, second = pair
    firm = register(first, "江西宏远校具有限公司")
    centre.park.quiet()
    for rig, notes in ((first, "上午联系"), (second, "下午联系")):
        enterprises.change(rig.store, rig.head, firm, {"notes": notes}, rig.clock.forward(MINUTE))
    centre.park.quiet()
    (row,) = queries.page(second.store, Part.AUTO).rows
    lost = row.fields[0].other
    card = queries.card(second.store, row.id)
    assert card is not None
    actions.resolve(
        second.store, second.clerk, row.id, Choice.TAKE_OTHER, {}, second.clock.forward(MINUTE), seen=card.seen
    )
    centre.park.quiet()
    for rig in pair:
        found = enterprise_card(rig.store, firm)
        assert found is not None
        assert found.notes == lost
    equal(centre, first, second)
