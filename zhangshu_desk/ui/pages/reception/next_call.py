"""呼叫下一位: whoever is next, of this station or another; who was called elsewhere meanwhile is passed over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.link import Claim
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.actions import Called
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.reception.runner import Runner, taken

ALONE = "中心暂不可达，本机只叫自己发出的号。"
MOST_TAKEN = 5
"""So many numbers in a row that others have called: then the queue here is too old to go on with."""


@dataclass(frozen=True)
class Search:
    """How far a call has got.

    Attributes:
        others_wait: people with numbers of other stations wait.
        own_only: the centre does not answer. granted: the visit it let us have. without: visits that others have.
        told: what the clerk has to hear with the outcome.
    """

    others_wait: bool
    own_only: bool
    granted: str = ""
    without: frozenset[str] = frozenset()
    told: str = ""


class NextCall:
    """Calls of one page.

    Args:
        called: told who was called, or None, and what is to be said before.
    """

    def __init__(self, page: Page, runner: Runner, called: Callable[[Called | None, str], None]) -> None:
        self._page, self._runner, self._called = page, runner, called
        self._told_alone = False
        self._was_within_reach = False

    def begin(self, others_wait: bool) -> None:
        """Call whoever is next."""
        within_reach = self._runner.within_reach()
        if within_reach and not self._was_within_reach:
            self._told_alone = False
        self._was_within_reach = within_reach
        self._try(Search(others_wait, own_only=not within_reach))

    def _try(self, search: Search) -> None:
        self._runner.run(
            lambda store, actor, now, rules: actions.call_next(
                store,
                actor,
                now,
                rules=rules,
                own_only=search.own_only,
                granted=search.granted,
                without=search.without,
            ),
            lambda called: self._tell(called, search),
            refused=lambda error: self._refused(error, search),
        )

    def _refused(self, error: DeskError, search: Search) -> None:
        if error.code != "visit.claim_needed":
            self._page.notices.refused(f"{search.told}{error}")
            return
        self._runner.claim(
            error,
            lambda claim: self._answered(error, claim, search),
            lambda _error: self._try(replace(search, own_only=True)),
        )

    def _answered(self, needed: DeskError, claim: Claim, search: Search) -> None:
        self._told_alone = False
        visit = str(needed.facts["visit"])
        if claim.granted:
            self._try(replace(search, granted=visit))
            return
        told = f"{search.told}{taken(needed, claim)}"
        if len(search.without) + 1 >= MOST_TAKEN:
            self._page.notices.refused(f"{told}队列正在更新，请稍候再叫。")
            return
        self._try(replace(search, without=search.without | {visit}, told=told))

    def _tell(self, called: Called | None, search: Search) -> None:
        alone = search.own_only and search.others_wait
        if called is None and alone:
            self._page.notices.info(f"{search.told}没有等候本窗口的本机号。{ALONE}")
            return
        told = search.told
        if alone and not self._told_alone:
            self._told_alone = True
            told += ALONE
        self._called(called, told)
