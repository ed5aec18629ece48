"""A centre that decides claims: grants, says who has it, or cannot be reached."""

from __future__ import annotations

import threading

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.link import Claim, LinkState, LinkStatus
from zhangshu_desk.tour.stand_in import StandIn


class Claiming(StandIn):
    """Grants every claim.

    Attributes:
        others: visits that somebody else has, with the window where. reachable: False raises `sync.unreachable`.
        claims: the visits that were asked for, in order. gate: a claim waits until it is set.
    """

    def __init__(self, state: LinkState = LinkState.RESTING) -> None:
        super().__init__(LinkStatus(state=state, address="https://centre"))
        self.others: dict[str, str] = {}
        self.reachable = True
        self.claims: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def claim(self, visit_id: str, actor_name: str, counter_name: str) -> Claim:
        assert self.gate.wait(10)
        self.claims.append(visit_id)
        self.asked.append(("claim", (actor_name, counter_name)))
        if not self.reachable:
            raise DeskError("sync.unreachable", address="https://centre", detail="")
        if visit_id in self.others:
            return Claim(False, "操作员09", self.others[visit_id])
        return Claim(True)
