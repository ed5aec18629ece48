"""The states of a print job and what leads from one to another."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.open_words import OpenWords


class JobState(OpenWords):
    """Where a print job stands.

    A job is open until somebody or the printer says how it ended. Only an open one may print a place a second time.
    """

    PRINTING = "打印中"
    """Pages go out; also what a job is found as whose program died."""
    SENT = "已发送"
    """Everything is with a printer that cannot say whether it is on paper: the clerk confirms."""
    STOPPED = "已中断"
    """A jam, a cancel, a printer that refused: it goes on after the last good label."""
    DONE = "已打印"
    """Everything is on paper, by the printer's word or the clerk's."""
    ENDED = "已结束"
    """Given up: what is not on paper by then can be printed by another job."""


OPEN = frozenset({JobState.PRINTING, JobState.SENT, JobState.STOPPED})
MOVES: Mapping[JobState, frozenset[JobState]] = MappingProxyType(
    {
        JobState.PRINTING: frozenset({JobState.SENT, JobState.STOPPED, JobState.DONE, JobState.ENDED}),
        JobState.SENT: frozenset({JobState.PRINTING, JobState.STOPPED, JobState.DONE, JobState.ENDED}),
        JobState.STOPPED: frozenset({JobState.PRINTING, JobState.DONE, JobState.ENDED}),
    }
)
"""From a state to those it may lead to; one that is not here is the end."""


def check_move(state: JobState, to: JobState) -> None:
    """Raises `DeskError` `label.job_over` when no way leads from one state to the other."""
    if to not in MOVES.get(state, frozenset()):
        raise DeskError("label.job_over", state=state.value, to=to.value)
