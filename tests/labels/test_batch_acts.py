"""Batches from the form to their numbers: who may, when, and what is refused; two clerks at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests import make
from tests.labels import shop as shops
from tests.labels.shop import CLERK, HEAD, TODAY, Shop, fields, refused
from tests.store_fixtures import NINE
from zhangshu_desk.core.clock import DAY, HOUR
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db import serials
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.tables.labels import LabelBatch
from zhangshu_desk.db.verify import verify
from zhangshu_desk.labels import actions, queries, templates
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.batches import KIND, BatchState, LabelRules
from zhangshu_desk.labels.rules.cards import UserForm

SECOND = LabelRules(approval_from=499)


def state(store: Store, batch: str) -> str:
    with store.read() as session:
        return session.get_one(LabelBatch, batch).state


def operations(store: Store) -> int:
    with store.read() as session:
        count: int = bare(session).execute("SELECT count(*) FROM outbox").fetchone()[0]
        return count


def test_from_the_form_to_the_numbers(store: Store, shop: Shop) -> None:
    made = actions.make_batch(store, CLERK, shop.form(), NINE)
    assert (made.state, made.labels, made.warnings) == (BatchState.APPROVED, 500, ())
    found = actions.number_batch(store, CLERK, made.id, NINE + 1)
    assert found.count == 500
    assert shops.numbers(store, made.id) == found.ranges
    card = queries.card(store, made.id)
    assert card is not None
    assert (card.state, card.counts.issued, card.counts.waiting, card.counts.ready) == (
        BatchState.NUMBERED,
        500,
        500,
        0,
    )
    assert card.facts.product_name == "樟树吴茱萸"
    assert card.form == shop.form()
    assert verify(store).problems == ()


def test_a_batch_of_twenty_thousand_is_a_handful_of_operations(store: Store, tmp_path: Path) -> None:
    shop = shops.open_shop(store, tmp_path, quota=20_000)
    before = operations(store)
    batch = shops.numbered(store, shop.form(quantity=10_000_000), NINE)
    assert operations(store) - before <= 8
    shops.printed(store, batch)
    actions.hand_out(store, CLERK, batch, "李四", NINE)
    actions.close_batch(store, CLERK, batch, NINE)
    assert operations(store) - before <= 18
    assert spans.size(shops.history(store, batch).with_user()) == 20_000


def test_a_form_with_everything_wrong_is_refused_at_once(store: Store, shop: Shop) -> None:
    form = shop.form(quantity=0, batch_no="", inspection_until=TODAY - timedelta(1), template_id="traced-60x40")
    error = refused(actions.make_batch, store, CLERK, form, NINE)
    assert set(fields(error)) == {"quantity", "batch_no", "inspection_until", "template_id"}
    assert queries.page(store).total == 0


def test_a_draft_is_kept_whatever_is_wrong(store: Store, shop: Shop) -> None:
    made = actions.make_batch(store, CLERK, shop.form(quantity=0, batch_no=""), NINE, draft=True)
    assert made.state is BatchState.DRAFT
    assert refused(actions.number_batch, store, CLERK, made.id, NINE).code == "label.batch_state"
    done = actions.change_batch(store, CLERK, made.id, shop.form(), NINE)
    assert done.state is BatchState.APPROVED


def test_another_person_approves(store: Store, shop: Shop) -> None:
    made = actions.make_batch(store, CLERK, shop.form(), NINE, rules=SECOND)
    assert made.state is BatchState.AWAITING
    assert refused(actions.number_batch, store, CLERK, made.id, NINE, rules=SECOND).code == "label.batch_state"
    assert refused(actions.approve_batch, store, CLERK, made.id, NINE).code == "label.own_approval"
    assert refused(actions.refuse_batch, store, CLERK, made.id, "错", NINE).code == "label.own_approval"

    actions.refuse_batch(store, HEAD, made.id, "数量请再核对", NINE)
    card = queries.card(store, made.id)
    assert card is not None
    assert (card.state, card.state_note, card.checker_name) == (BatchState.DRAFT, "数量请再核对", HEAD.name)

    actions.change_batch(store, CLERK, made.id, shop.form(), NINE, rules=SECOND)
    actions.approve_batch(store, HEAD, made.id, NINE)
    assert actions.number_batch(store, CLERK, made.id, NINE, rules=SECOND).count == 500


def test_a_change_after_the_approval_needs_another_one(store: Store, shop: Shop) -> None:
    made = actions.make_batch(store, CLERK, shop.form(), NINE, rules=SECOND)
    actions.approve_batch(store, HEAD, made.id, NINE)
    changed = actions.change_batch(store, CLERK, made.id, shop.form(quantity=300_000), NINE, rules=SECOND)
    assert changed.state is BatchState.AWAITING
    actions.approve_batch(store, HEAD, made.id, NINE)
    assert actions.change_batch(store, HEAD, made.id, shop.form(), NINE, rules=SECOND).state is BatchState.AWAITING
    assert refused(actions.approve_batch, store, HEAD, made.id, NINE).code == "label.own_approval"


def test_a_limit_that_was_lowered_holds_at_the_numbering(store: Store, shop: Shop) -> None:
    made = actions.make_batch(store, CLERK, shop.form(), NINE)
    error = refused(actions.number_batch, store, CLERK, made.id, NINE, rules=SECOND)
    assert error.code == "label.needs_approval"


def test_with_numbers_it_is_neither_changed_nor_discarded(store: Store, shop: Shop) -> None:
    batch = shops.numbered(store, shop.form())
    for act in (
        lambda: actions.change_batch(store, CLERK, batch, shop.form(), NINE),
        lambda: actions.discard_batch(store, CLERK, batch, "不要了", NINE),
        lambda: actions.number_batch(store, CLERK, batch, NINE),
        lambda: actions.approve_batch(store, HEAD, batch, NINE),
    ):
        assert refused(act).code == "label.batch_state"
    assert shops.stock(store, batch) == 500


def test_without_numbers_it_can_be_discarded(store: Store, shop: Shop) -> None:
    made = actions.make_batch(store, CLERK, shop.form(), NINE)
    assert refused(actions.discard_batch, store, CLERK, made.id, " ", NINE).code == "label.reason_missing"
    actions.discard_batch(store, CLERK, made.id, "企业取消", NINE)
    assert state(store, made.id) == BatchState.DISCARDED.value
    assert refused(actions.number_batch, store, CLERK, made.id, NINE).code == "label.batch_state"


def test_closing_voids_what_never_came_onto_paper(store: Store, shop: Shop) -> None:
    batch = shops.numbered(store, shop.form())
    shops.printed(store, batch, 0, 299)
    assert actions.close_batch(store, CLERK, batch, NINE) == 200
    assert shops.stock(store, batch) == 300
    (user,) = queries.users(store, NINE)
    assert user.left == 10_000 - 300
    assert actions.hand_out(store, CLERK, batch, "李四", NINE).count == 300
    assert refused(actions.reprint, store, CLERK, batch, shops.nth(store, batch, 3), "破", NINE).code == (
        "label.batch_state"
    )


# -- the right at the moment of numbering ------------------------------------------------------------------------------


def test_the_quota_is_counted_when_numbers_are_given(store: Store, tmp_path: Path) -> None:
    shop = shops.open_shop(store, tmp_path, quota=800)
    first = actions.make_batch(store, CLERK, shop.form(), NINE).id
    second = actions.make_batch(store, CLERK, shop.form(batch_no="第二批"), NINE).id
    actions.number_batch(store, CLERK, first, NINE)
    error = refused(actions.number_batch, store, CLERK, second, NINE)
    assert fields(error) == ["quota"]
    assert "只剩 300 张" in str(error)
    assert fields(refused(actions.make_batch, store, CLERK, shop.form(), NINE)) == ["quota"]
    third = actions.make_batch(store, CLERK, shop.form(quantity=150_000), NINE).id
    actions.number_batch(store, CLERK, third, NINE)
    assert queries.users(store, NINE)[0].left == 0


def test_two_clerks_at_once_never_go_over_the_quota(store: Store, tmp_path: Path) -> None:
    shop = shops.open_shop(store, tmp_path, quota=1_200)
    batches = [actions.make_batch(store, CLERK, shop.form(batch_no=f"第{n}批"), NINE).id for n in range(6)]
    outcomes: list[str] = []

    def number(batch: str) -> None:
        try:
            outcomes.append(str(actions.number_batch(store, CLERK, batch, NINE).count))
        except DeskError as error:
            outcomes.append(",".join(fields(error)))

    threads = [threading.Thread(target=number, args=(one,)) for one in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["500", "500", "quota", "quota", "quota", "quota"]
    assert queries.users(store, NINE)[0].left == 200


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        ("void_user", "right"),
        ("void_product", "product"),
        ("void_mark", "mark"),
        ("void_quota", "quota"),
        ("void_spec", "spec_id"),
        ("lose_mark", "mark"),
        ("new_code", "enterprise"),
    ],
)
def test_what_ended_between_form_and_numbers_is_refused(store: Store, shop: Shop, spoil: str, expected: str) -> None:
    made = actions.make_batch(store, CLERK, shop.form(), NINE)
    if spoil == "lose_mark":
        for file in store.paths.marks.iterdir():
            file.unlink()
    elif spoil == "new_code":
        with store.write(make.SUPERVISOR, "enterprise.change", NINE) as session:
            session.get_one(Enterprise, shop.herbs).credit_code = shops.OTHER_CODE
    else:
        what = {"user": shop.user, "product": shop.product, "mark": shop.mark, "quota": shop.quota, "spec": shop.bag}
        getattr(actions, spoil)(store, HEAD, what[spoil.removeprefix("void_")], "试验", NINE)
    error = refused(actions.number_batch, store, CLERK, made.id, NINE)
    assert expected in fields(error)
    assert shops.numbers(store, made.id) == ()


def test_a_right_that_ran_out_meanwhile(store: Store, shop: Shop) -> None:
    ends = UserForm(shop.product, shop.herbs, TODAY - timedelta(200), TODAY + timedelta(1), "公告", mark_id=shop.mark)
    actions.change_user(store, CLERK, shop.user, ends, NINE)
    made = actions.make_batch(store, CLERK, shop.form(), NINE)
    assert actions.number_batch(store, CLERK, made.id, NINE + DAY).count == 500
    second = actions.make_batch(store, CLERK, shop.form(), NINE).id
    assert fields(refused(actions.number_batch, store, CLERK, second, NINE + 2 * DAY)) == ["right"]


def test_what_changed_since_the_form_is_named(store: Store, shop: Shop) -> None:
    made = actions.make_batch(store, CLERK, shop.form(), NINE)
    actions.change_product(store, HEAD, shop.product, replace(shops.PRODUCT, standard_no="DB36/T 1—2026"), NINE)
    error = refused(actions.number_batch, store, CLERK, made.id, NINE)
    assert error.code == "label.batch_outdated"
    assert "标准号" in str(error)
    actions.change_batch(store, CLERK, made.id, shop.form(), NINE)
    actions.number_batch(store, CLERK, made.id, NINE)
    card = queries.card(store, made.id)
    assert card is not None
    assert card.facts.standard_no == "DB36/T 1—2026"


# -- numbers -----------------------------------------------------------------------------------------------------------


def test_too_few_numbers_are_refused_and_asked_for(store: Store, shop: Shop) -> None:
    with store.merge() as merge:
        merge.db.execute("INSERT INTO meta VALUES ('server_id', 'a centre')")
        block = {"id": "b", "kind": KIND, "first": 1, "last": 7_000}
        serials.receive(merge.db, [block], store.incarnation, NINE)
    actions.keep_stock(store, LabelRules(stock=20_000))
    batch = shops.approved(store, shop.form(quantity=4_000_000))
    with store.read() as session:
        assert serials.wanted(session) == {}
    error = refused(actions.number_batch, store, CLERK, batch, NINE)
    assert error.code == "serial.none_left"
    assert "只剩 7000 个" in str(error)
    assert state(store, batch) == BatchState.APPROVED.value
    with store.read() as session:
        assert serials.wanted(session) == {KIND: 20_000}
    assert queries.stock(store) == queries.Stock(7_000, own=False)

    with store.merge() as merge:
        block = {"id": "c", "kind": KIND, "first": 7_001, "last": 27_000}
        serials.receive(merge.db, [block], store.incarnation, NINE)
    assert actions.number_batch(store, CLERK, batch, NINE).ranges == ((1, 7_000), (7_001, 8_000))


def test_a_station_that_never_joined_has_always_more(store: Store) -> None:
    assert queries.stock(store) == queries.Stock(1 << 19, own=True)


def test_a_clock_that_was_set_back_keeps_the_order_of_places(store: Store, shop: Shop) -> None:
    batch = shops.numbered(store, shop.form())
    shops.printed(store, batch)
    (one,) = actions.reprint(store, CLERK, batch, shops.nth(store, batch, 5), "破损", NINE - HOUR)
    assert shops.nth(store, batch, 500) == ((one.new, one.new),)


# -- elsewhere ---------------------------------------------------------------------------------------------------------


def test_another_stations_batch_is_left_to_it(store: Store, shop: Shop) -> None:
    batch = shops.numbered(store, shop.form())
    open_batch = actions.make_batch(store, CLERK, shop.form(), NINE, rules=SECOND).id
    with store.merge() as merge:
        merge.db.execute("UPDATE label_batches SET station_id = 'another'")
    template = templates.load(store.paths.labels, shops.GI_TEMPLATE)
    for act in (
        lambda: actions.number_batch(store, CLERK, open_batch, NINE),
        lambda: actions.change_batch(store, CLERK, open_batch, shop.form(), NINE),
        lambda: actions.close_batch(store, CLERK, batch, NINE),
        lambda: actions.begin_job(store, CLERK, batch, template, 0, 9, "打印机", NINE),
        lambda: actions.hand_out(store, CLERK, batch, "李四", NINE),
    ):
        assert refused(act).code == "label.elsewhere"
    actions.approve_batch(store, HEAD, open_batch, NINE)
    assert actions.void_numbers(store, CLERK, batch, shops.nth(store, batch, 1), "在这里发现破损", NINE) == 1


def test_clerks_of_the_desk_may_only_look(store: Store, shop: Shop) -> None:
    error = refused(actions.make_batch, store, make.CLERK, shop.form(), NINE)
    assert error.code == "act.not_allowed"


def test_the_form_shows_at_once_what_would_become_of_it(store: Store, shop: Shop) -> None:
    found = queries.preview(store, shop.form(spare=30), NINE, SECOND)
    assert (found.packs, found.most_spare, found.labels, found.needs_approval, found.left) == (
        500,
        25,
        530,
        True,
        10_000,
    )
    assert [one.field for one in found.problems] == ["spare"]
    assert not found.can_be_kept
    assert queries.preview(store, shop.traced_form(), NINE).can_be_kept
    error = refused(queries.preview, store, shop.form(template_id="no-such"), NINE)
    assert error.code == "label.no_template"


def test_the_list_is_found_by_what_people_remember(store: Store, shop: Shop) -> None:
    first = shops.numbered(store, shop.form())
    second = actions.make_batch(store, CLERK, shop.traced_form(), NINE + 1).id
    discarded = actions.make_batch(store, CLERK, shop.form(), NINE + 2).id
    actions.discard_batch(store, CLERK, discarded, "试验", NINE + 2)
    assert [row.id for row in queries.page(store).rows] == [second, first]
    assert [row.id for row in queries.page(store, "药都 WZY").rows] == [first]
    assert [row.id for row in queries.page(store, family="追溯").rows] == [second]
    assert [row.id for row in queries.page(store, states=[BatchState.DISCARDED]).rows] == [discarded]
    page = queries.page(store, limit=1)
    assert (len(page.rows), page.total, page.more) == (1, 2, True)
    assert page.rows[0].numbers == ""
    assert queries.page(store, "WZY").rows[0].numbers.count("–") == 1
