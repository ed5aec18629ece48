"""What a print job writes down, and that no place of a batch ever belongs to two jobs."""

from __future__ import annotations

import pytest

from tests.labels import shop as shops
from tests.labels.shop import CLERK, HEAD, Shop, fields, refused
from tests.store_fixtures import NINE
from zhangshu_desk.core import resources
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import actions, queries, templates
from zhangshu_desk.labels.rules.jobs import MOVES, OPEN, JobState
from zhangshu_desk.labels.rules.templates import Template


@pytest.fixture
def batch(store: Store, shop: Shop) -> str:
    return shops.numbered(store, shop.form())


def template(store: Store, name: str = shops.GI_TEMPLATE) -> Template:
    return templates.load(store.paths.labels, name)


def begin(store: Store, batch: str, first: int, last: int) -> str:
    return actions.begin_job(store, CLERK, batch, template(store), first, last, "TSC TTP-244", NINE)


def job(store: Store, job_id: str) -> queries.JobRow:
    found = queries.job(store, job_id)
    assert found is not None
    return found


def test_a_job_that_went_well(store: Store, batch: str) -> None:
    one = begin(store, batch, 0, 499)
    assert [row.id for row in queries.open_jobs(store)] == [one]
    actions.progress(store, CLERK, one, NINE + 1, state=JobState.SENT, good_until=100)
    actions.progress(store, CLERK, one, NINE + 2, state=JobState.DONE, result="CUPS: completed")
    found = job(store, one)
    assert (found.state, found.good_until, found.result, found.ended_at) == (
        JobState.DONE,
        499,
        "CUPS: completed",
        NINE + 2,
    )
    assert found.template_sha == templates.fingerprint(template(store))
    assert queries.open_jobs(store) == ()
    assert [row.id for row in queries.history(store, "TSC WZY")] == [one]
    card = queries.card(store, batch)
    assert card is not None
    assert (card.counts.printed, card.counts.ready, card.counts.waiting) == (500, 500, 0)


def test_a_jam_goes_on_after_the_last_good_label(store: Store, batch: str) -> None:
    one = begin(store, batch, 0, 499)
    actions.progress(store, CLERK, one, NINE, state=JobState.STOPPED, good_until=99, result="卡纸")
    card = queries.card(store, batch)
    assert card is not None
    assert (card.counts.printed, card.counts.doubtful) == (100, 400)
    actions.progress(store, CLERK, one, NINE, state=JobState.PRINTING)
    actions.print_again(store, CLERK, one, 98, 101, "卡纸，两张压皱", NINE + 5)
    found = job(store, one)
    assert found.repeats == ({"at": NINE + 5, "by": CLERK.name, "first": 98, "last": 101, "reason": "卡纸，两张压皱"},)
    actions.progress(store, CLERK, one, NINE, good_until=50)
    assert job(store, one).good_until == 99, "it never goes back"


def test_no_place_belongs_to_two_jobs(store: Store, batch: str) -> None:
    one = begin(store, batch, 0, 99)
    assert refused(begin, store, batch, 50, 150).code == "label.printed_before"
    actions.progress(store, CLERK, one, NINE, state=JobState.DONE)
    error = refused(begin, store, batch, 99, 99)
    assert error.code == "label.printed_before"
    begin(store, batch, 100, 499)
    for first, last in ((-1, 5), (5, 4), (499, 500)):
        assert refused(begin, store, batch, first, last).code == "label.places_wrong"


def test_what_was_given_up_can_be_printed_by_another_job_as_far_as_it_is_not_on_paper(store: Store, batch: str) -> None:
    one = begin(store, batch, 0, 499)
    actions.end_job(store, CLERK, one, NINE, good_until=99, touched_until=129, result="打印机坏了")
    assert refused(begin, store, batch, 100, 499).code == "label.printed_before"
    assert refused(begin, store, batch, 129, 129).code == "label.printed_before"
    begin(store, batch, 130, 499)
    card = queries.card(store, batch)
    assert card is not None
    assert card.counts.doubtful == 30 + 370
    replaced = actions.reprint(store, CLERK, batch, shops.nth(store, batch, 100, 129), "卡纸", NINE, destroyed=True)
    assert len(replaced) == 30
    begin(store, batch, 500, 529)


def test_a_job_of_which_nothing_went_out(store: Store, batch: str) -> None:
    one = begin(store, batch, 10, 19)
    actions.end_job(store, CLERK, one, NINE, good_until=9, touched_until=9)
    begin(store, batch, 0, 499)


def test_a_job_that_is_over_stays_over(store: Store, batch: str) -> None:
    one = begin(store, batch, 0, 9)
    actions.progress(store, CLERK, one, NINE, state=JobState.DONE)
    for act in (
        lambda: actions.progress(store, CLERK, one, NINE, state=JobState.PRINTING),
        lambda: actions.progress(store, CLERK, one, NINE, good_until=9),
        lambda: actions.print_again(store, CLERK, one, 0, 1, "再打", NINE),
        lambda: actions.end_job(store, CLERK, one, NINE, good_until=9, touched_until=9),
    ):
        assert refused(act).code == "label.job_over"


def test_a_void_number_is_not_printed_again(store: Store, batch: str) -> None:
    one = begin(store, batch, 0, 9)
    actions.void_numbers(store, CLERK, batch, shops.nth(store, batch, 3), "压皱", NINE)
    error = refused(actions.print_again, store, CLERK, one, 2, 4, "再打", NINE)
    assert "不能重打" in str(error)
    actions.print_again(store, CLERK, one, 4, 5, "再打", NINE)
    assert refused(actions.print_again, store, CLERK, one, 5, 10, "再打", NINE).code == "label.places_wrong"


def test_only_with_numbers_and_while_the_right_holds(store: Store, shop: Shop, batch: str) -> None:
    without = actions.make_batch(store, CLERK, shop.form(), NINE).id
    assert refused(begin, store, without, 0, 1).code == "label.batch_state"
    actions.void_user(store, HEAD, shop.user, "停止使用", NINE)
    assert fields(refused(begin, store, batch, 0, 1)) == ["right"]


def test_the_mark_must_be_what_was_imported(store: Store, batch: str) -> None:
    (file,) = store.paths.marks.iterdir()
    file.write_bytes(shops.png(ink=7))
    assert refused(begin, store, batch, 0, 1).code == "label.mark_changed"
    file.unlink()
    assert fields(refused(begin, store, batch, 0, 1)) == ["mark"]


def test_another_template_of_the_family_will_do_and_no_other(store: Store, shop: Shop, batch: str) -> None:
    def with_template(name: str) -> str:
        return actions.begin_job(store, CLERK, batch, template(store, name), 0, 9, "A4", NINE)

    assert fields(refused(with_template, shops.TRACED_TEMPLATE)) == ["template_id"]
    assert fields(refused(with_template, "gi-trademark-70x50")) == ["template_id"]
    assert job(store, with_template("gi-product-a4-3x8")).template_id == "gi-product-a4-3x8"


def test_a_closed_batch_waits_for_its_jobs(store: Store, batch: str) -> None:
    one = begin(store, batch, 0, 499)
    assert refused(actions.close_batch, store, CLERK, batch, NINE).code == "label.job_open"
    actions.progress(store, CLERK, one, NINE, state=JobState.DONE)
    assert actions.close_batch(store, CLERK, batch, NINE) == 0
    assert refused(begin, store, batch, 0, 0).code == "label.batch_state"


def test_every_state_is_open_or_an_end() -> None:
    known = set(JobState)
    assert set(MOVES) == OPEN
    assert {to for states in MOVES.values() for to in states} <= known
    assert known - OPEN == {JobState.DONE, JobState.ENDED}
    assert resources.toml("i18n/audit.toml")["tables"]["print_jobs"]


def test_a_row_of_a_newer_program_is_shown_and_left_alone(store: Store, batch: str) -> None:
    one = begin(store, batch, 0, 9)
    with store.merge() as merge:
        merge.db.execute("UPDATE print_jobs SET state = '排队中'")
    assert job(store, one).state.value == "排队中"
    assert refused(actions.progress, store, CLERK, one, NINE, state=JobState.DONE).code == "label.job_over"
    assert not job(store, one).is_open
