"""Two stations print from their leases without a line; what they did meets at the centre, and a clone is caught."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.labels.shop import GI_TEMPLATE, png
from tests.store_fixtures import NINE
from tests.sync.centre import CentreRig
from tests.sync.park import Park, Rig, new_station
from zhangshu_desk.conflicts import queries as inbox
from zhangshu_desk.conflicts.queries import Part
from zhangshu_desk.conflicts.rules import Choice, Kind
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import DAY, MINUTE, day_of
from zhangshu_desk.db import own_serials, serials
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import open_store
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.verify import verify
from zhangshu_desk.labels import actions, queries, templates
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.batches import KIND, BatchForm, LabelRules
from zhangshu_desk.labels.rules.cards import ProductForm, QuotaForm, SpecForm, UserForm
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.sync import books
from zhangshu_desk.sync.transport import Refused

CODE = "91360982MA35G8KL6C"
RULES = LabelRules(approval_from=20_000)
TODAY = day_of(NINE)


def rights(rig: Rig, folder: Path) -> BatchForm:
    """An indication, its user, his mark, quota and pack, recorded at one station; the form of a batch of 500."""
    now, head = rig.clock.now(), rig.head
    with rig.store.write(head, "enterprise.add", now) as session:
        firm = Enterprise(
            id=session.new_id(), name="江西药都樟树药材有限公司", name_key="k", credit_code=CODE, created_at=now
        )
        session.add(firm)
        session.about("enterprises", firm.id)
    product = actions.add_product(
        rig.store, head, ProductForm("樟树吴茱萸", "地理标志产品", announcement_no="2010年第18号"), now
    )
    mark = actions.import_mark(rig.store, head, firm.id, _mark(folder), CODE, now).id
    user = actions.add_user(rig.store, head, UserForm(product, firm.id, TODAY, mark_id=mark), now)
    actions.set_quota(rig.store, head, QuotaForm(user, TODAY, TODAY + timedelta(30), 100_000, "核定"), now)
    bag = actions.add_spec(rig.store, head, SpecForm(product, "500 克/袋", "千克", 500), now)
    whole = BatchForm(user, bag, GI_TEMPLATE, 250_000, "WZY", TODAY, place="店下", expires_on=date(2028, 1, 1))
    return replace(whole, inspection_no="ZJ2026-118", inspection_until=date(2027, 1, 1))


def _mark(folder: Path) -> Path:
    file = folder / "标志.png"
    file.write_bytes(png())
    return file


def number(rig: Rig, form: BatchForm, quantity: int = 250_000, batch_no: str = "") -> str:
    """A batch with numbers, printed and handed out; its id."""
    now = rig.clock.forward(MINUTE)
    form = replace(form, quantity=quantity, batch_no=batch_no or f"{rig.name}{now}")
    batch = actions.make_batch(rig.store, rig.head, form, now, rules=RULES).id
    count = actions.number_batch(rig.store, rig.head, batch, now, rules=RULES).count
    template = templates.load(rig.store.paths.labels, form.template_id)
    job = actions.begin_job(rig.store, rig.head, batch, template, 0, count - 1, "打印机", now)
    actions.progress(rig.store, rig.head, job, now, state=JobState.DONE)
    actions.hand_out(rig.store, rig.head, batch, "李四", now)
    return batch


def ranges(rig: Rig) -> list[tuple[int, int]]:
    """All numbers that a station knows of."""
    with rig.store.read() as session:
        return sorted(tuple(row) for row in bare(session).execute("SELECT first, last FROM label_ranges"))


def overlap(found: list[tuple[int, int]]) -> bool:
    return any(two[0] <= one[1] for one, two in pairwise(found))


def stocked(rig: Rig, stock: int = 20_000) -> None:
    """The station has asked for numbers and got them."""
    actions.keep_stock(rig.store, replace(RULES, stock=stock))
    rig.cycle()
    assert queries.stock(rig.store).left >= stock


@pytest.fixture
def hall(park: Park, tmp_path: Path) -> tuple[Rig, Rig, BatchForm]:
    """Two stations of one hall with numbers in store; both have the user's mark file."""
    a, b = park.station("甲", NINE), park.station("乙", NINE)
    form = rights(a, tmp_path)
    park.quiet()
    (mark,) = queries.marks(b.store)
    assert mark.file is None, "only its record travels"
    actions.import_mark(b.store, b.head, mark.enterprise_id, _mark(tmp_path), CODE, NINE)
    for rig in (a, b):
        stocked(rig)
    park.quiet()
    return a, b, form


def test_two_stations_print_from_their_leases_without_a_line(
    hall: tuple[Rig, Rig, BatchForm], park: Park, centre: CentreRig
) -> None:
    a, b, form = hall
    mine = [number(rig, form, 10_000 * 500 if at == 0 else 250_000) for at in range(3) for rig in (a, b)]
    park.quiet()
    assert ranges(a) == ranges(b)
    assert not overlap(ranges(a))
    assert spans.size(ranges(a)) == 2 * (10_000 + 500 + 500)
    assert all(last < own_serials.FLOOR for _, last in ranges(a))
    assert centre.rejected() == []
    assert inbox.open_count(a.store) == 0
    for rig in (a, b):
        assert verify(rig.store).problems == ()
        (row,) = queries.year(rig.store, TODAY.year, rig.clock.now())
        assert (row.batches, row.balance.printed, row.balance.is_even) == (6, 22_000, True)
        (user,) = queries.users(rig.store, rig.clock.now())
        assert user.left == 100_000 - 22_000
        assert {queries.card(rig.store, one) is not None for one in mine} == {True}


def test_a_batch_of_twenty_thousand_crosses_the_line_as_a_handful_of_operations(
    hall: tuple[Rig, Rig, BatchForm], centre: CentreRig
) -> None:
    a, b, form = hall
    before = centre.known_ops()
    number(a, form, 20_000 * 500)
    a.cycle()
    assert centre.known_ops() - before <= 14
    b.cycle()
    assert spans.size(ranges(b)) == 20_000


def test_the_stock_is_filled_again_at_the_next_contact(hall: tuple[Rig, Rig, BatchForm], park: Park) -> None:
    a, _b, form = hall
    number(a, form, 15_000 * 500)
    assert queries.stock(a.store) == queries.Stock(5_000, own=False)
    park.quiet(1)
    assert queries.stock(a.store) == queries.Stock(25_000, own=False)
    assert not overlap(ranges(a))


def test_two_stations_that_go_over_one_quota_without_a_line_are_told(
    hall: tuple[Rig, Rig, BatchForm], park: Park
) -> None:
    a, b, form = hall
    (quota,) = queries.quotas(a.store, form.right_id)
    actions.set_quota(a.store, a.head, replace(quota.form, labels=800), a.clock.now(), quota_id=quota.id)
    park.quiet()
    number(a, form)
    number(b, form)
    park.quiet()
    for rig in (a, b):
        (user,) = queries.users(rig.store, rig.clock.now())
        assert (user.left, user.over) == (0, 200)


def test_a_restored_station_never_repeats_a_number(
    hall: tuple[Rig, Rig, BatchForm], park: Park, tmp_path: Path
) -> None:
    a, _b, form = hall
    (tmp_path / "copies").mkdir()
    copy = a.save(tmp_path / "copies")
    number(a, form)
    a.restore(copy)
    assert queries.stock(a.store).left == 0, "the lease belongs to the life before"
    stocked(a)
    number(a, form)
    park.quiet()
    assert not overlap(ranges(a))


def test_numbers_of_before_joining_stay_and_are_never_lent(park: Park, tmp_path: Path, centre: CentreRig) -> None:
    rig = new_station(park.folder, "丙", NINE)
    park.rigs.append(rig)
    form = rights(rig, tmp_path)
    number(rig, form)
    assert all(first >= own_serials.FLOOR for first, _ in ranges(rig))
    park.enrol(rig)
    stocked(rig)
    number(rig, form)
    park.quiet()
    firsts = sorted(first >= own_serials.FLOOR for first, _ in ranges(rig))
    assert firsts == [False, True]
    assert centre.rejected() == []
    assert len(centre.rows("label_ranges")) == 2


# -- a clone -----------------------------------------------------------------------------------------------------------


def clone_of(rig: Rig) -> Rig:
    """The same folder at another machine that passes for this one: nothing on it tells that it is a copy."""
    rig.store.close()
    there = paths.of(rig.where.data.with_name(f"{rig.name}的副本"))
    shutil.copytree(rig.where.data, there.data)
    rig.reopen()
    store = open_store(there, rig.clock.now())
    assert store.findings == []
    with store.merge() as merge:
        books.ensure_lives(merge.db)
    return replace(rig, where=there, store=store)


def test_a_cloned_station_is_caught(hall: tuple[Rig, Rig, BatchForm], park: Park, centre: CentreRig) -> None:
    a, b, form = hall
    clone = clone_of(a)
    first, second = number(a, form, batch_no="原件"), number(clone, form, batch_no="副本")
    with a.store.read() as one, clone.store.read() as two:
        assert reading.numbers(one, first) == reading.numbers(two, second), "the same labels twice"
    park.rigs.append(clone)
    park.quiet()
    for rig in (a, b, clone):
        (entry,) = inbox.page(rig.store, Part.OPEN).rows
        assert (entry.kind, entry.tbl) == (Kind.SERIAL, "label_ranges")
        assert entry.title.startswith("标签 0000")
        card = inbox.card(rig.store, entry.id)
        assert card is not None
        assert card.choices == {Choice.KEEP_BOTH}
        serial = ranges(rig)[0][0]
        assert queries.life(rig.store, str(serial)).state is queries.LabelState.TWICE
    notices = centre._all("SELECT code FROM notices WHERE code = 'serial_twice'")
    assert len(notices) == 1
    number(a, form)
    stocked(clone)
    number(clone, form)
    park.quiet()
    assert inbox.open_count(a.store) == 1, "from then on they are two lives with leases of their own"


def join_in_turn(park: Park, *rigs: Rig) -> None:
    """Each joins as the one station that all of them are copies of; whoever joined before is shut out by that."""
    for rig in rigs:
        park.enrol(rig)
        rig.cycle()
    with pytest.raises(Refused, match="bad_secret"):
        rigs[0].cycle()
    park.enrol(rigs[0])
    rigs[0].cycle()


def test_a_clone_that_had_no_range_yet_begins_its_own(park: Park, tmp_path: Path, centre: CentreRig) -> None:
    rig = new_station(park.folder, "丁", NINE)
    form = rights(rig, tmp_path)
    clone = clone_of(rig)
    number(rig, form, batch_no="原件")
    number(clone, form, batch_no="副本")
    assert not overlap(sorted(ranges(rig) + ranges(clone)))
    park.rigs += [rig, clone]
    join_in_turn(park, rig, clone)
    assert len(centre.rows("label_ranges")) == 2
    assert centre.rows("conflicts") == {}


def test_a_clone_of_a_desk_that_had_begun_its_range_is_caught_when_both_join(
    park: Park, tmp_path: Path, centre: CentreRig
) -> None:
    rig = new_station(park.folder, "戊", NINE)
    form = rights(rig, tmp_path)
    number(rig, form)
    clone = clone_of(rig)
    number(rig, form, batch_no="原件")
    number(clone, form, batch_no="副本")
    park.rigs += [rig, clone]
    join_in_turn(park, rig, clone)
    assert {row["kind"] for row in centre.rows("conflicts").values()} == {"serial"}
    assert inbox.open_count(rig.store) == 1


def test_lent_numbers_come_back_to_nobody(hall: tuple[Rig, Rig, BatchForm], park: Park) -> None:
    """A day without a line, then a new lease: old ones are used up first, in their order."""
    a, _b, form = hall
    with a.store.read() as session:
        there = serials.left(session, KIND)
    number(a, form, 19_990 * 500)
    a.clock.forward(DAY)
    a.cycle()
    number(a, form)
    park.quiet()
    found = ranges(a)
    assert found[0][1] - found[0][0] + 1 == 19_990
    assert spans.size(found) == 20_490
    assert there == 20_000
