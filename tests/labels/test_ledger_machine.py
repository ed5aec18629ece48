"""Whatever a label clerk does, in any order: ledgers come out even, quotas hold, no number is in two places."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.labels import shop as shops
from tests.labels.shop import CLERK, HEAD, Shop
from tests.store_fixtures import NINE
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import DAY, HOUR
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.db.verify import verify
from zhangshu_desk.labels import actions, queries, templates
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.batches import GIVEN_BACK, BatchState, LabelRules
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.rules.ledger import balance
from zhangshu_desk.labels.rules.spans import Spans

QUOTA = 70
RULES = LabelRules(approval_from=40)
PICK = st.integers(0, 10**6)
SOME = st.integers(1, 12)


class Desk(RuleBasedStateMachine):
    """Acts on up to a few batches; one that is refused must leave everything as it was."""

    folder: Path
    template: Path
    shop: Shop
    runs = 0

    @initialize()
    def move_in(self) -> None:
        Desk.runs += 1
        here = self.folder / str(Desk.runs)
        shutil.copytree(self.template, here)
        self.store = open_store(paths.of(here), NINE)
        self.now = NINE
        self.batches: list[str] = []
        self.make(30, printed=True)
        self.make(20, printed=True)
        self.hand_out(0, 12)

    def act(self, does: Callable[[], object]) -> None:
        """Do something, or be refused without a trace."""
        self.now += HOUR
        before = self.store.waiting()
        refusal = None
        try:
            does()
        except DeskError as error:
            refusal = error
        if refusal is not None:
            assert "〔" not in str(refusal), refusal
            assert self.store.waiting() == before, f"refused ({refusal.code}), and something was written"

    def one(self, pick: int) -> str:
        return self.batches[pick % len(self.batches)]

    def numbers(self, batch: str, of: Callable[[str], Spans], pick: int, some: int) -> Spans:
        """A few of some numbers of a batch; any at all when there are none of the kind."""
        found = of(batch) or ((1, 3),)
        first, last = found[pick % len(found)]
        start = first + pick % (last - first + 1)
        return spans.common(found, [(start, start + some)])

    def everything(self, batch: str) -> Spans:
        return shops.history(self.store, batch).numbers()

    def alive(self, batch: str) -> Spans:
        found = shops.history(self.store, batch)
        return spans.minus(found.numbers(), found.dead())

    def in_stock(self, batch: str) -> Spans:
        return shops.history(self.store, batch).stock()

    def with_user(self, batch: str) -> Spans:
        return shops.history(self.store, batch).with_user()

    # -- acts ---------------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.batches) < 4)
    @rule(packs=st.integers(1, 60), printed=st.booleans())
    def make(self, packs: int, printed: bool) -> None:
        form = self.shop.form(quantity=packs * 500, batch_no=f"批{len(self.batches)}")

        def does() -> None:
            made = actions.make_batch(self.store, CLERK, form, self.now, rules=RULES)
            self.batches.append(made.id)
            if made.state is BatchState.AWAITING:
                actions.approve_batch(self.store, HEAD, made.id, self.now)

        self.act(does)
        batch = self.batches[-1]
        self.act(lambda: actions.number_batch(self.store, CLERK, batch, self.now, rules=RULES))
        if printed and self.everything(batch):
            self.act(lambda: shops.printed(self.store, batch, now=self.now))

    @precondition(lambda self: self.batches)
    @rule(pick=PICK, some=st.integers(0, 40), confirmed=st.booleans())
    def print_on(self, pick: int, some: int, confirmed: bool) -> None:
        batch = self.one(pick)
        label = templates.load(self.store.paths.labels, shops.GI_TEMPLATE)
        with self.store.read() as session:
            known = reading.numbers(session, batch)
            waiting = spans.minus(known.ranges, reading.on_paper(session, batch, known).touched)
        first = known.place_of(waiting[0][0]) if waiting else 0
        assert first is not None
        last = min(first + some, known.count - 1)

        def does() -> None:
            job = actions.begin_job(self.store, CLERK, batch, label, first, last, "打印机", self.now)
            if confirmed:
                actions.progress(self.store, CLERK, job, self.now, state=JobState.DONE)
            else:
                good = first + (last - first) // 2
                actions.end_job(self.store, CLERK, job, self.now, good_until=good, touched_until=last)

        self.act(does)

    @precondition(lambda self: self.batches)
    @rule(pick=PICK, some=SOME, destroyed=st.booleans())
    def void(self, pick: int, some: int, destroyed: bool) -> None:
        batch = self.one(pick)
        numbers = self.numbers(batch, self.alive, pick, some)
        self.act(lambda: actions.void_numbers(self.store, CLERK, batch, numbers, "划伤", self.now, destroyed=destroyed))

    @precondition(lambda self: self.batches)
    @rule(pick=PICK, some=SOME)
    def destroy(self, pick: int, some: int) -> None:
        batch = self.one(pick)
        numbers = self.numbers(batch, lambda one: shops.history(self.store, one).dead(), pick, some)
        self.act(lambda: actions.destroy(self.store, CLERK, batch, numbers, "剪碎", self.now))

    @precondition(lambda self: self.batches)
    @rule(pick=PICK, some=SOME, destroyed=st.booleans())
    def reprint(self, pick: int, some: int, destroyed: bool) -> None:
        batch = self.one(pick)
        numbers = self.numbers(batch, self.alive, pick, some)
        self.act(lambda: actions.reprint(self.store, CLERK, batch, numbers, "破", self.now, destroyed=destroyed))

    @precondition(lambda self: self.batches)
    @rule(pick=PICK, some=SOME)
    def hand_out(self, pick: int, some: int) -> None:
        batch = self.one(pick)
        self.act(lambda: actions.hand_out(self.store, CLERK, batch, "李四", self.now, count=some))

    @precondition(lambda self: self.batches)
    @rule(pick=PICK, some=SOME)
    def hand_out_these(self, pick: int, some: int) -> None:
        batch = self.one(pick)
        numbers = self.numbers(batch, self.in_stock if pick % 4 else self.everything, pick, some)
        self.act(lambda: actions.hand_out(self.store, CLERK, batch, "王五", self.now, numbers=numbers))

    @precondition(lambda self: self.batches)
    @rule(pick=PICK, some=SOME, again=st.booleans())
    def take_back(self, pick: int, some: int, again: bool) -> None:
        batch = self.one(pick)
        numbers = self.numbers(batch, self.with_user, pick, some)
        self.act(lambda: actions.take_back(self.store, CLERK, batch, numbers, "退", self.now, again=again))

    @precondition(lambda self: self.batches)
    @rule(pick=PICK, used=st.integers(-3, 12), spoiled=st.integers(-2, 4))
    def report(self, pick: int, used: int, spoiled: int) -> None:
        batch = self.one(pick)
        held = shops.history(self.store, batch).held(date.max) - used - spoiled
        self.act(
            lambda: actions.report_use(
                self.store, CLERK, batch, self.now, used=used, spoiled=spoiled, held=max(held, 0), reason="更正"
            )
        )

    @precondition(lambda self: self.batches)
    @rule(pick=PICK)
    def close(self, pick: int) -> None:
        self.act(lambda: actions.close_batch(self.store, CLERK, self.one(pick), self.now))

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.now += days * DAY

    # -- what always holds --------------------------------------------------------------------------------------------

    @invariant()
    def ledgers_come_out_even_and_quotas_hold(self) -> None:
        if not hasattr(self, "store"):
            return
        counted, everywhere = 0, []
        for batch in self.batches:
            found = shops.history(self.store, batch)
            even = balance(found, date.min, date.max)
            assert even.is_even, even.said()
            assert not spans.common(found.stock(), found.with_user())
            back = spans.union([(one.first, one.last) for one in found.lost if one.fate in GIVEN_BACK])
            counted += spans.size(spans.minus(found.numbers(), back))
            everywhere += list(found.numbers())
        assert counted <= QUOTA
        assert not [one for one in pairwise(sorted(everywhere)) if one[1][0] <= one[0][1]]
        (user,) = queries.users(self.store, NINE)
        assert (user.left, user.over) == (QUOTA - counted, 0)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert verify(self.store).problems == ()
            self.store.close()


@pytest.mark.slow
def test_whatever_a_clerk_does(store: Store, tmp_path: Path) -> None:
    Desk.shop = shops.open_shop(store, tmp_path, quota=QUOTA)
    store.close()
    Desk.folder, Desk.template = tmp_path / "runs", store.paths.data
    run_state_machine_as_test(Desk, settings=settings(max_examples=30, stateful_step_count=40))
