"""The table of moves: what is in it happens, everything else is refused with its reason."""

from __future__ import annotations

from itertools import product

import pytest

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.reception.rules import (
    ACT_TITLES,
    AT_COUNTER,
    MOVES,
    OPEN,
    TIMED,
    UNDOABLE,
    Act,
    State,
    allowed_acts,
    check_move,
)

# Written out a second time on purpose: a slip in the table must not go unnoticed.
EXPECTED = """
call        等候→叫号中 过号→叫号中 挂起→叫号中
call_again  叫号中→叫号中
arrive      叫号中→办理中
no_show     叫号中→等候
miss        叫号中→过号
come_late   过号→等候
park        办理中→挂起
resume      挂起→办理中
transfer    等候→等候 叫号中→等候 办理中→等候 挂起→等候
finish      办理中→已办结
leave       等候→弃号 叫号中→弃号 挂起→弃号 过号→弃号
cancel      等候→已取消 过号→已取消
carry_over  等候→等候 挂起→挂起 叫号中→等候 办理中→等候
close_out   等候→弃号 挂起→弃号 叫号中→弃号 办理中→弃号
change      等候→等候 叫号中→叫号中 办理中→办理中 挂起→挂起 过号→过号
"""


def expected() -> dict[tuple[str, str], str]:
    found = {}
    for line in EXPECTED.strip().splitlines():
        act, *moves = line.split()
        for move in moves:
            start, end = move.split("→")
            found[act, start] = end
    return found


def test_the_states_are_the_eight_of_the_hall() -> None:
    assert [state.value for state in State] == [
        "等候", "叫号中", "办理中", "挂起", "过号", "弃号", "已办结", "已取消",
    ]  # fmt: skip


def test_the_table_is_what_was_agreed() -> None:
    assert {(act.value, start.value): end.value for (act, start), end in MOVES.items()} == expected()


@pytest.mark.parametrize(("act", "state"), list(product(Act, State)))
def test_every_pair_is_allowed_or_refused(act: Act, state: State) -> None:
    target = expected().get((act.value, state.value))
    assert (act in allowed_acts(state)) == (target is not None)
    if target is not None:
        assert check_move(act, state, "A011").value == target
        return
    with pytest.raises(DeskError) as refused:
        check_move(act, state, "A011")
    assert refused.value.code == "visit.illegal_move"
    assert "A011" in str(refused.value)
    assert f"「{state.value}」" in str(refused.value)
    assert ACT_TITLES[act] in str(refused.value)


def test_nothing_leaves_a_final_state() -> None:
    final = set(State) - OPEN
    assert final == {State.LEFT, State.DONE, State.CANCELLED}
    assert not [move for move in MOVES if move[1] in final]


def test_every_open_state_can_end() -> None:
    for state in OPEN:
        seen, edge = set(), {state}
        while edge:
            seen |= edge
            edge = {end for (_, start), end in MOVES.items() if start in edge} - seen
        assert seen & {State.DONE}, f"{state} never reaches 已办结"
        assert seen & {State.LEFT}


def test_every_act_has_a_title_and_every_timed_state_its_time() -> None:
    assert set(ACT_TITLES) == set(Act)
    assert len(set(TIMED.values())) == len(TIMED) == 4
    assert {State.CALLED, State.SERVING} == AT_COUNTER
    assert set(Act) > UNDOABLE
    assert not UNDOABLE & {Act.REGISTER, Act.QUICK, Act.UNDO, Act.CARRY_OVER, Act.CLOSE_OUT}
