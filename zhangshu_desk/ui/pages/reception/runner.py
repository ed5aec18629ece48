"""How an act of the reception page goes: one at a time, and only after the centre has agreed where it must."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import shiboken6

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.link import Claim, LinkState
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception.rules import DeskRules, rules_from
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Page

T = TypeVar("T")
Job = Callable[[Store, Actor, int, DeskRules], T]
Refused = Callable[[DeskError], None]
_ANSWERING = frozenset({LinkState.RESTING, LinkState.BUSY, LinkState.LOADING, LinkState.TOO_OLD})


class Runner:
    """Acts of one page. While one is on its way further ones are not taken: a double press acts once.

    Args:
        counter: tells the name of the counter the clerk serves.
    """

    def __init__(self, page: Page, counter: Callable[[], str]) -> None:
        self._page, self._desk, self._counter = page, page.desk, counter
        self._running = False

    def within_reach(self) -> bool:
        """Whether the centre answers, as far as one knows; nothing is asked."""
        return self._desk.link.status().state in _ANSWERING

    def run(
        self,
        job: Job[T],
        then: Callable[[T], None],
        dialog: Dialog | None = None,
        refused: Refused | None = None,
    ) -> None:
        """Do `job`, then tell `then` what came of it; a refusal goes to `refused`, else to `dialog` or the page."""
        if self._running:
            return
        self._running = True
        desk = self._desk
        actor, now, rules = desk.session.actor, desk.clock.now(), rules_from(desk.settings.values)
        told = refused or (lambda error: self.refuse(error, dialog))
        desk.work.do(self._page, lambda: job(desk.store, actor, now, rules), then, told, self._ended)

    def run_claimed(
        self,
        job: Callable[[bool], Job[T]],
        then: Callable[[T], None],
        dialog: Dialog | None = None,
        refused: Refused | None = None,
    ) -> None:
        """The same for an act that may take another station's number: then the centre is asked, and it is done again.

        Args:
            job: makes the job; True = the centre has granted it.
        """
        told = refused or (lambda error: self.refuse(error, dialog))

        def answered(needed: DeskError, claim: Claim) -> None:
            if claim.granted:
                self.run(job(True), then, dialog, told)
            else:
                self.refuse(taken(needed, claim), dialog)

        def claim_or_tell(error: DeskError) -> None:
            if error.code == "visit.claim_needed":
                self.claim(error, lambda claim: answered(error, claim), lambda away: self.refuse(away, dialog))
            else:
                told(error)

        self.run(job(False), then, dialog, claim_or_tell)

    def claim(self, needed: DeskError, answered: Callable[[Claim], None], refused: Refused) -> None:
        """Ask the centre for the visit of a `visit.claim_needed`; the window does not wait.

        Args:
            refused: told `visit.out_of_reach` when the centre does not answer.
        """
        link, visit, counter = self._desk.link, str(needed.facts["visit"]), self._counter()
        name = self._desk.session.actor.name
        self._running = True

        def heard(claim: Claim) -> None:
            if not claim.granted:
                link.sync_now()  # what the others did is not here yet
            answered(claim)

        self._desk.work.do_slow(
            self._page,
            lambda: link.claim(visit, name, counter),
            heard,
            lambda _error: refused(out_of_reach(needed)),
            self._ended,
        )

    def refuse(self, error: DeskError, dialog: Dialog | None = None) -> None:
        """Show a refusal where the clerk looks."""
        asked = dialog if dialog is not None and shiboken6.isValid(dialog) else None
        (asked or self._page).refuse(error)

    def _ended(self) -> None:
        self._running = False


def taken(needed: DeskError, claim: Claim) -> DeskError:
    """Somebody else has the number: where, or who."""
    return DeskError("visit.taken", label=needed.facts["label"], counter=claim.counter or claim.by or "其他窗口")


def out_of_reach(needed: DeskError) -> DeskError:
    """The centre does not answer, so the number of another station cannot be called."""
    return DeskError("visit.out_of_reach", label=needed.facts["label"], station=needed.facts["station"])
