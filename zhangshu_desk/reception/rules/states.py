"""The states of a visit and the one table of acts that may lead from one to another."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.open_words import OpenWords


class State(OpenWords):
    """Where a visit stands. The words are those of the hall and are kept as they are."""

    WAITING = "等候"
    CALLED = "叫号中"
    SERVING = "办理中"
    PARKED = "挂起"
    MISSED = "过号"
    LEFT = "弃号"
    DONE = "已办结"
    CANCELLED = "已取消"


AT_COUNTER = frozenset({State.CALLED, State.SERVING})
"""States in which a visit occupies a counter."""
OPEN = frozenset({State.WAITING, State.CALLED, State.SERVING, State.PARKED, State.MISSED})
"""States from which a visit still goes somewhere."""
TIMED: Mapping[State, str] = MappingProxyType(
    {
        State.WAITING: "waited_ms",
        State.CALLED: "way_ms",
        State.SERVING: "served_ms",
        State.PARKED: "parked_ms",
    }
)
"""Which time a state counts into. 过号 counts into none: nobody knows whether the person is in the hall."""


class Act(OpenWords):
    """What can happen to a visit; the code kept in its events."""

    REGISTER = "register"
    QUICK = "quick"
    CHANGE = "change"
    CALL = "call"
    CALL_AGAIN = "call_again"
    ARRIVE = "arrive"
    NO_SHOW = "no_show"
    MISS = "miss"
    COME_LATE = "come_late"
    PARK = "park"
    RESUME = "resume"
    TRANSFER = "transfer"
    FINISH = "finish"
    LEAVE = "leave"
    CANCEL = "cancel"
    CARRY_OVER = "carry_over"
    CLOSE_OUT = "close_out"
    UNDO = "undo"


ACT_TITLES: Mapping[Act, str] = MappingProxyType(
    {
        Act.REGISTER: "取号",
        Act.QUICK: "即时服务",
        Act.CHANGE: "修改登记",
        Act.CALL: "叫号",
        Act.CALL_AGAIN: "再次呼叫",
        Act.ARRIVE: "已到",
        Act.NO_SHOW: "未到",
        Act.MISS: "未到，过号",
        Act.COME_LATE: "过号重排",
        Act.PARK: "挂起",
        Act.RESUME: "继续办理",
        Act.TRANSFER: "转窗口",
        Act.FINISH: "办结",
        Act.LEAVE: "弃号",
        Act.CANCEL: "取消",
        Act.CARRY_OVER: "结转",
        Act.CLOSE_OUT: "日结弃号",
        Act.UNDO: "撤销",
    }
)

MOVES: Mapping[tuple[Act, State], State] = MappingProxyType(
    {
        (Act.CALL, State.WAITING): State.CALLED,
        (Act.CALL, State.MISSED): State.CALLED,
        (Act.CALL, State.PARKED): State.CALLED,
        (Act.CALL_AGAIN, State.CALLED): State.CALLED,
        (Act.ARRIVE, State.CALLED): State.SERVING,
        (Act.NO_SHOW, State.CALLED): State.WAITING,
        (Act.MISS, State.CALLED): State.MISSED,
        (Act.COME_LATE, State.MISSED): State.WAITING,
        (Act.PARK, State.SERVING): State.PARKED,
        (Act.RESUME, State.PARKED): State.SERVING,
        (Act.TRANSFER, State.WAITING): State.WAITING,
        (Act.TRANSFER, State.CALLED): State.WAITING,
        (Act.TRANSFER, State.SERVING): State.WAITING,
        (Act.TRANSFER, State.PARKED): State.WAITING,
        (Act.FINISH, State.SERVING): State.DONE,
        (Act.LEAVE, State.WAITING): State.LEFT,
        (Act.LEAVE, State.CALLED): State.LEFT,
        (Act.LEAVE, State.PARKED): State.LEFT,
        (Act.LEAVE, State.MISSED): State.LEFT,
        (Act.CANCEL, State.WAITING): State.CANCELLED,
        (Act.CANCEL, State.MISSED): State.CANCELLED,
        (Act.CARRY_OVER, State.WAITING): State.WAITING,
        (Act.CARRY_OVER, State.PARKED): State.PARKED,
        (Act.CARRY_OVER, State.CALLED): State.WAITING,
        (Act.CARRY_OVER, State.SERVING): State.WAITING,
        (Act.CLOSE_OUT, State.WAITING): State.LEFT,
        (Act.CLOSE_OUT, State.PARKED): State.LEFT,
        (Act.CLOSE_OUT, State.CALLED): State.LEFT,
        (Act.CLOSE_OUT, State.SERVING): State.LEFT,
        **{(Act.CHANGE, state): state for state in OPEN},
    }
)
"""Every allowed move: (act, state it happens in) → the state it leads to. Nothing else moves a visit, except that an
undo goes back the way the undone act came. A day is closed over people at a counter only when another machine, which
cannot be asked any more, holds them since a day before (`actions/closing.py`)."""

UNDOABLE = frozenset(
    {
        Act.CALL,
        Act.CALL_AGAIN,
        Act.ARRIVE,
        Act.NO_SHOW,
        Act.MISS,
        Act.COME_LATE,
        Act.PARK,
        Act.RESUME,
        Act.TRANSFER,
        Act.FINISH,
        Act.LEAVE,
        Act.CANCEL,
    }
)
"""What Ctrl+Z takes back. A number that was given out is not: the visitor holds the paper."""


def check_move(act: Act, state: State, label: str = "") -> State:
    """Where `act` leads from `state`.

    Args:
        label: ticket label for the refusal.

    Raises:
        DeskError: `visit.illegal_move` with the reason.
    """
    found = MOVES.get((act, state))
    if found is None:
        raise DeskError("visit.illegal_move", label=label, act=ACT_TITLES[act], state=state.value, allowed=_from(act))
    return found


def act_title(act: Act) -> str:
    """What an act is called; one that this program does not know stands for itself."""
    return ACT_TITLES.get(act, act.value)


def allowed_acts(state: State) -> frozenset[Act]:
    """The acts the table has for a state; for enabling buttons."""
    return frozenset(act for act, start in MOVES if start is state)


def _from(act: Act) -> str:
    return "、".join(state.value for state in State if (act, state) in MOVES)
