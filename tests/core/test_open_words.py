"""Words that this program does not know."""

from __future__ import annotations

import copy
import pickle

from zhangshu_desk.core import acts
from zhangshu_desk.core.actors import Role
from zhangshu_desk.core.open_words import OpenWords


class Fruit(OpenWords):
    APPLE = "苹果"
    PEAR = "梨"


def test_a_known_word_is_its_member() -> None:
    assert Fruit("苹果") is Fruit.APPLE
    assert list(Fruit) == ["苹果", "梨"]


def test_an_unknown_word_stays_what_it_is_and_is_none_of_the_members() -> None:
    found = Fruit("橘子")
    assert (found, found.value, f"{found}", str(found)) == ("橘子",) * 4
    assert isinstance(found, Fruit)
    assert found not in set(Fruit)
    assert list(Fruit) == ["苹果", "梨"], "it is not kept"
    assert {Fruit.APPLE: 1}.get(found) is None
    assert Fruit("APPLE") is not Fruit.APPLE, "a name is no word"
    for again in (copy.deepcopy(found), pickle.loads(pickle.dumps(found)), Fruit("橘子")):
        assert again == found


def test_a_role_of_the_future_may_come_and_go_and_nothing_else() -> None:
    allowed = {code for code in acts.ACTS if acts.allowed(code, Role("质检员"))}
    assert allowed == {"user.log_in", "user.log_out", "user.lock", "user.unlock", "user.change_password"}
