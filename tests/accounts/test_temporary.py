"""The password the program makes for a first log-in."""

from __future__ import annotations

import random

from zhangshu_desk.accounts.rules import password_problems
from zhangshu_desk.accounts.temporary import temporary_password


def test_it_is_sound_and_easy_to_read_out() -> None:
    pick = random.Random(20261123).choice
    made = {temporary_password(pick, "zhanghua", "张华", "樟树工作站") for _ in range(300)}
    assert len(made) == 300
    for password in made:
        assert not password_problems(password, "zhanghua", "张华", "樟树工作站")
        assert not set(password) & set("0O1lI8i")


def test_one_that_holds_the_persons_own_words_is_made_again() -> None:
    pick = random.Random(1).choice
    first = temporary_password(pick, "nobody", "", "")
    own = first.split("-")[0].lower()
    again = temporary_password(random.Random(1).choice, own, "", "")
    assert own not in again.lower()
