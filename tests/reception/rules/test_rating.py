"""好差评: the exact five, reasons for the last two, only for what is finished."""

from __future__ import annotations

import pytest

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.reception.rules import RATING_LEVELS, State, check_rating, rating_reasons


def test_the_levels_are_exactly_the_five() -> None:
    assert RATING_LEVELS == ("非常满意", "满意", "基本满意", "不满意", "非常不满意")


def test_only_the_last_two_have_reasons() -> None:
    assert set(rating_reasons()) == {"不满意", "非常不满意"}
    assert all(len(set(reasons)) == len(reasons) > 2 for reasons in rating_reasons().values())


@pytest.mark.parametrize(
    ("state", "level", "reasons", "code"),
    [
        (State.SERVING, "满意", (), "rating.not_finished"),
        (State.LEFT, "满意", (), "rating.not_finished"),
        (State.DONE, "一般", (), "rating.unknown_level"),
        (State.DONE, "", (), "rating.unknown_level"),
        (State.DONE, "满意", ("等候时间过长",), "rating.unknown_reason"),
        (State.DONE, "不满意", ("天气不好",), "rating.unknown_reason"),
    ],
)
def test_what_may_not_be_is_refused(state: State, level: str, reasons: tuple[str, ...], code: str) -> None:
    with pytest.raises(DeskError) as error:
        check_rating(state, level, reasons, "A001")
    assert error.value.code == code


def test_a_sound_rating_passes() -> None:
    check_rating(State.DONE, "不满意", rating_reasons()["不满意"][:2])
    check_rating(State.DONE, "非常不满意", ())
    check_rating(State.DONE, "非常满意", ())
