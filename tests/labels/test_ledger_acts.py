"""Labels handed out, taken back, reported, voided, destroyed, replaced: each act leaves the ledger even."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.labels import shop as shops
from tests.labels.shop import CLERK, HEAD, TODAY, Shop, fields, refused
from tests.store_fixtures import NINE
from zhangshu_desk.accounts.actions import unmask
from zhangshu_desk.core.clock import DAY
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.verify import verify
from zhangshu_desk.labels import actions, queries
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.batches import Fate
from zhangshu_desk.labels.rules.cards import QuotaForm, UserForm
from zhangshu_desk.labels.rules.ledger import Balance, Move, balance

EVER = (date.min, date.max)


@pytest.fixture
def batch(store: Store, shop: Shop) -> str:
    """Five hundred labels on paper."""
    made = shops.numbered(store, shop.form())
    shops.printed(store, made)
    return made


def ledger(store: Store, batch: str) -> Balance:
    found = balance(shops.history(store, batch), *EVER)
    assert found.is_even, found.said()
    assert verify(store).problems == ()
    return found


def left(store: Store) -> int | None:
    return queries.users(store, NINE)[0].left


def moves(store: Store, batch: str) -> list[tuple[str, int]]:
    card = queries.card(store, batch)
    assert card is not None
    return [(one.move.value, one.count) for one in card.moves]


# -- handing out -------------------------------------------------------------------------------------------------------


def test_the_lowest_numbers_go_first(store: Store, batch: str) -> None:
    found = actions.hand_out(store, CLERK, batch, " 李四 ", NINE, count=100)
    assert found.numbers == shops.nth(store, batch, 0, 99)
    assert actions.hand_out(store, CLERK, batch, "李四", NINE).count == 400
    assert ledger(store, batch).handed_out == 500
    assert refused(actions.hand_out, store, CLERK, batch, "李四", NINE).code == "label.too_many"


def test_only_what_is_known_to_be_on_paper(store: Store, shop: Shop) -> None:
    batch = shops.numbered(store, shop.form())
    assert refused(actions.hand_out, store, CLERK, batch, "李四", NINE, count=1).code == "label.too_many"
    shops.printed(store, batch, 0, 9)
    error = refused(actions.hand_out, store, CLERK, batch, "李四", NINE, numbers=shops.nth(store, batch, 5, 20))
    assert "还没有确认打印完好" in str(error)
    assert actions.hand_out(store, CLERK, batch, "李四", NINE, count=10).count == 10


def test_void_numbers_are_passed_over_in_one_line(store: Store, batch: str) -> None:
    for place in (5, 17, 18, 99):
        actions.void_numbers(store, CLERK, batch, shops.nth(store, batch, place), "划伤", NINE)
    found = actions.hand_out(store, CLERK, batch, "李四", NINE, numbers=shops.nth(store, batch, 0, 99))
    assert found.count == 96
    assert moves(store, batch) == [("领用", 96)]
    assert (ledger(store, batch).handed_out, ledger(store, batch).voided) == (96, 4)


def test_nobody_gets_a_label_twice(store: Store, batch: str) -> None:
    actions.hand_out(store, CLERK, batch, "李四", NINE, numbers=shops.nth(store, batch, 10, 19))
    error = refused(actions.hand_out, store, CLERK, batch, "王五", NINE, numbers=shops.nth(store, batch, 0, 10))
    assert error.code == "label.numbers_wrong"
    assert "已经发放" in str(error)
    error = refused(actions.hand_out, store, CLERK, batch, "王五", NINE, numbers=((1, 1),))
    assert "不是这一批的" in str(error)
    actions.void_numbers(store, CLERK, batch, shops.nth(store, batch, 0), "划伤", NINE)
    error = refused(actions.hand_out, store, CLERK, batch, "王五", NINE, numbers=shops.nth(store, batch, 0))
    assert "都已作废" in str(error)
    assert refused(actions.hand_out, store, CLERK, batch, " ", NINE).code == "label.receiver_missing"


def test_the_receiver_is_masked_and_shown_with_a_reason(store: Store, batch: str) -> None:
    actions.hand_out(store, CLERK, batch, "欧阳四", NINE, count=1)
    card = queries.card(store, batch)
    assert card is not None
    assert card.moves[0].receiver == "欧*"
    assert unmask(store, HEAD, "label_moves", card.moves[0].id, "receiver", "核对领用", NINE) == "欧阳四"
    with store.read() as session:
        notes = [note for (note,) in bare(session).execute("SELECT note FROM audit")]
    assert not any("欧阳四" in note for note in notes)


# -- coming back -------------------------------------------------------------------------------------------------------


def test_unused_labels_come_back_void_and_off_the_quota(store: Store, batch: str) -> None:
    actions.hand_out(store, CLERK, batch, "李四", NINE, count=100)
    assert left(store) == 9_500
    back = shops.nth(store, batch, 60, 99)
    assert actions.take_back(store, CLERK, batch, back, "用不完", NINE) == 40
    assert left(store) == 9_540
    found = ledger(store, batch)
    assert (found.handed_out, found.returned, found.held, found.closing) == (100, 40, 60, 400)
    error = refused(actions.take_back, store, CLERK, batch, back, "再退", NINE)
    assert "不在企业手中" in str(error)


def test_a_mistake_is_put_back_as_if_nothing_had_happened(store: Store, batch: str) -> None:
    actions.hand_out(store, CLERK, batch, "李四", NINE, count=100)
    actions.take_back(store, CLERK, batch, shops.nth(store, batch, 0, 99), "发错企业", NINE, again=True)
    found = ledger(store, batch)
    assert (found.handed_out, found.returned, found.closing) == (0, 0, 500)
    assert actions.hand_out(store, CLERK, batch, "王五", NINE, count=100).numbers == shops.nth(store, batch, 0, 99)


def test_no_more_comes_back_than_is_left_after_what_was_used(store: Store, batch: str) -> None:
    actions.hand_out(store, CLERK, batch, "李四", NINE, count=100)
    actions.report_use(store, CLERK, batch, NINE, used=90)
    error = refused(actions.take_back, store, CLERK, batch, shops.nth(store, batch, 80, 99), "退", NINE)
    assert error.code == "label.too_many"
    actions.report_use(store, CLERK, batch, NINE, used=-10, reason="上次多报")
    assert actions.take_back(store, CLERK, batch, shops.nth(store, batch, 80, 99), "退", NINE) == 20
    assert ledger(store, batch).held == 0


# -- reports -----------------------------------------------------------------------------------------------------------


def test_a_report_is_compared_with_what_should_be_left(store: Store, batch: str) -> None:
    actions.hand_out(store, CLERK, batch, "李四", NINE, count=100)
    assert actions.report_use(store, CLERK, batch, NINE, used=50, spoiled=3, held=47) == actions.Reported(47)
    assert ledger(store, batch).held == 47
    assert actions.report_use(store, CLERK, batch, NINE + 1, held=40) == actions.Reported(47, -7)
    found = balance(shops.history(store, batch), *EVER)
    assert found.said() == "企业报的手存比应有少 7 张"


def test_what_cannot_be_is_not_reported(store: Store, shop: Shop) -> None:
    batch = shops.numbered(store, shop.form(spare=25))
    shops.printed(store, batch)
    actions.hand_out(store, CLERK, batch, "李四", NINE)
    assert refused(actions.report_use, store, CLERK, batch, NINE).code == "label.nothing_reported"
    assert refused(actions.report_use, store, CLERK, batch, NINE, used=526).code == "label.too_many"
    assert refused(actions.report_use, store, CLERK, batch, NINE, used=501).code == "label.over_packs"
    assert refused(actions.report_use, store, CLERK, batch, NINE, used=-1, reason="错").code == "label.too_many"
    assert refused(actions.report_use, store, CLERK, batch, NINE, used=-1).code == "label.reason_missing"
    tomorrow = TODAY + timedelta(1)
    assert refused(actions.report_use, store, CLERK, batch, NINE, used=1, day=tomorrow).code == "label.day_wrong"
    assert actions.report_use(store, CLERK, batch, NINE, used=500).held == 25


# -- voided, destroyed, replaced ---------------------------------------------------------------------------------------


def test_void_labels_count_until_they_are_destroyed(store: Store, batch: str) -> None:
    numbers = shops.nth(store, batch, 10, 19)
    assert actions.void_numbers(store, CLERK, batch, numbers, "卡纸", NINE) == 10
    assert left(store) == 9_500
    assert actions.destroy(store, CLERK, batch, shops.nth(store, batch, 10, 14), "剪碎", NINE) == 5
    assert left(store) == 9_505
    error = refused(actions.destroy, store, CLERK, batch, shops.nth(store, batch, 14), "剪碎", NINE)
    assert "已经销毁" in str(error)
    assert "没有作废" in str(refused(actions.destroy, store, CLERK, batch, shops.nth(store, batch, 30), "剪", NINE))
    assert "已经作废" in str(refused(actions.void_numbers, store, CLERK, batch, numbers, "再", NINE))
    assert ledger(store, batch).voided == 10


def test_what_was_never_printed_goes_back_at_once(store: Store, shop: Shop) -> None:
    batch = shops.numbered(store, shop.form())
    shops.printed(store, batch, 0, 9)
    actions.void_numbers(store, CLERK, batch, shops.nth(store, batch, 5, 14), "改批号", NINE)
    fates = {(one.fate, one.count) for one in shops.history(store, batch).lost}
    assert fates == {(Fate.VOID, 5), (Fate.UNPRINTED, 5)}
    assert left(store) == 9_505


def test_spoiled_at_the_users_leaves_his_side(store: Store, batch: str) -> None:
    actions.hand_out(store, CLERK, batch, "李四", NINE, count=100)
    actions.void_numbers(store, CLERK, batch, shops.nth(store, batch, 95, 104), "受潮", NINE, destroyed=True)
    found = ledger(store, batch)
    assert (found.voided, found.spoiled, found.held, found.closing) == (5, 5, 95, 395)
    assert left(store) == 9_510


def test_a_replacement_has_its_own_number(store: Store, batch: str) -> None:
    old = shops.nth(store, batch, 7, 9)
    found = actions.reprint(store, CLERK, batch, old, "打印歪斜", NINE)
    assert [one.old for one in found] == list(spans.numbers(old))
    assert [one.new for one in found] == list(spans.numbers(shops.nth(store, batch, 500, 502)))
    assert left(store) == 9_497
    assert ledger(store, batch).printed == 503
    error = refused(actions.reprint, store, CLERK, batch, shops.nth(store, batch, 7), "再补", NINE)
    assert "已经作废" in str(error)
    shops.printed(store, batch, 500, 502)
    assert actions.hand_out(store, CLERK, batch, "李四", NINE).count == 500


def test_a_label_that_was_not_printed_needs_no_replacement(store: Store, shop: Shop) -> None:
    batch = shops.numbered(store, shop.form())
    assert "还没有打印过" in str(refused(actions.reprint, store, CLERK, batch, shops.nth(store, batch, 1), "破", NINE))


def test_the_last_label_of_a_quota_can_be_replaced_when_it_is_destroyed(store: Store, tmp_path: Path) -> None:
    shop = shops.open_shop(store, tmp_path, quota=500)
    batch = shops.numbered(store, shop.form())
    shops.printed(store, batch)
    one = shops.nth(store, batch, 499)
    assert fields(refused(actions.reprint, store, CLERK, batch, one, "破", NINE)) == ["quota"]
    assert shops.stock(store, batch) == 500
    actions.reprint(store, CLERK, batch, one, "破", NINE, destroyed=True)
    assert left(store) == 0
    assert ledger(store, batch).closing == 500


def test_a_label_that_is_with_the_user_is_replaced(store: Store, batch: str) -> None:
    actions.hand_out(store, CLERK, batch, "李四", NINE, count=10)
    actions.reprint(store, CLERK, batch, shops.nth(store, batch, 3), "撕破", NINE)
    found = ledger(store, batch)
    assert (found.voided, found.spoiled, found.held, found.closing) == (0, 1, 9, 491)


def test_nothing_is_replaced_under_a_right_that_ended(store: Store, shop: Shop, batch: str) -> None:
    actions.void_user(store, HEAD, shop.user, "停止使用", NINE)
    assert fields(refused(actions.reprint, store, CLERK, batch, shops.nth(store, batch, 3), "破", NINE)) == ["right"]


def test_a_reason_is_always_asked_for(store: Store, batch: str) -> None:
    numbers = shops.nth(store, batch, 3)
    for act in (actions.void_numbers, actions.destroy, actions.reprint, actions.take_back):
        assert refused(act, store, CLERK, batch, numbers, "  ", NINE).code == "label.reason_missing"


# -- the report --------------------------------------------------------------------------------------------------------


def test_the_ledger_of_a_year_user_by_user(store: Store, shop: Shop, batch: str) -> None:
    actions.hand_out(store, CLERK, batch, "李四", NINE, count=300)
    actions.report_use(store, CLERK, batch, NINE, used=200)
    traced = shops.numbered(store, shop.traced_form())
    shops.printed(store, traced)
    gi, furniture = queries.year(store, TODAY.year, NINE)
    assert (gi.family, gi.product_name, gi.credit_code, gi.batches) == ("地理标志", "樟树吴茱萸", shops.CODE, 1)
    assert (gi.balance.printed, gi.balance.handed_out, gi.balance.used, gi.balance.held) == (500, 300, 200, 100)
    assert (furniture.product_name, furniture.balance.closing) == ("钢制更衣柜 RC-6M", 40)
    assert [row.product_name for row in queries.year(store, TODAY.year, NINE, family="追溯")] == ["钢制更衣柜 RC-6M"]
    (row,) = queries.ledger_batches(store, shop.user, TODAY, TODAY)
    assert (row.batch_id, row.balance.handed_out) == (batch, 300)
    assert [(one.move, one.receiver) for one in queries.lines(store, shop.user, TODAY, TODAY)] == [
        (Move.HANDED_OUT, "李*"),
        (Move.USED, ""),
    ]
    following = queries.year(store, TODAY.year + 1, NINE)
    assert (following[0].balance.opening, following[0].balance.held_before) == (200, 100)
    assert queries.year(store, TODAY.year - 1, NINE) == ()


def test_users_who_stay_without_labels_are_reminded(store: Store, shop: Shop) -> None:
    ended = UserForm(shop.product, shop.furniture, TODAY - timedelta(3_000), TODAY - timedelta(1), "旧公告")
    other = actions.add_user(store, CLERK, ended, NINE)
    assert queries.ledger(store, TODAY, TODAY, NINE) == ()
    again = replace(ended, valid_from=TODAY - timedelta(720), valid_until=None)
    actions.change_user(store, CLERK, other, again, NINE)
    (row,) = queries.ledger(store, TODAY, TODAY, NINE)
    assert row.idle is not None
    assert not row.idle.over

    batch = shops.numbered(store, shop.form())
    shops.printed(store, batch)
    actions.hand_out(store, CLERK, batch, "李四", NINE)
    later = queries.ledger(store, TODAY, TODAY, NINE + 731 * DAY)
    assert [row.idle is not None and row.idle.over for row in later] == [True, True]


def test_a_second_quota_adds_up(store: Store, shop: Shop, batch: str) -> None:
    more = QuotaForm(shop.user, TODAY, TODAY + timedelta(30), 300, "追加")
    quota = actions.set_quota(store, HEAD, more, NINE)
    assert left(store) == 9_800
    assert [(one.form.labels, one.left) for one in queries.quotas(store, shop.user)] == [(300, 0), (10_000, 9_800)]
    actions.void_quota(store, HEAD, quota, "核错", NINE)
    assert left(store) == 9_500
    smaller = QuotaForm(shop.user, date(TODAY.year, 1, 1), date(TODAY.year, 12, 31), 400, "核减")
    actions.set_quota(store, HEAD, smaller, NINE, quota_id=shop.quota)
    (user,) = queries.users(store, NINE)
    assert (user.granted, user.left, user.over) == (400, 0, 100)
