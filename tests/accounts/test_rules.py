"""Sound passwords, locks, and the spelling of logins and codes."""

import pytest

from zhangshu_desk.accounts import rules
from zhangshu_desk.core.clock import DAY, MINUTE
from zhangshu_desk.core.errors import DeskError, sentences

SOUND = (
    "Maple7-river",
    "窗台上的绿萝2026年长得很高很绿",
    "correct horse battery staple",
    "kT9!wpLm2x",
    "绿水青山白云-Jx59",
)
LOCK = rules.LOCK_MINUTES * MINUTE


@pytest.mark.parametrize("password", SOUND)
def test_sound_passwords_pass(password: str) -> None:
    assert rules.password_problems(password, "wang.fang", "王芳", "樟树金属家具产业园工作站") == ()


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("Ab3!x", "account.password_short"),
        ("x7G!" * 33, "account.password_long"),
        ("maplerivers7", "account.password_kinds"),
        ("94736218402", "account.password_kinds"),
        ("Wang.Fang-77", "account.password_personal"),
        ("xx-WANGFANG-7", "account.password_personal"),
        ("王芳-river-77", "account.password_personal"),
        ("Zhangshu-river7", "account.password_personal"),
        ("P@ssw0rd2026!", "account.password_common"),
        ("Admin@20261123", "account.password_common"),
        ("Huawei#2026-11", "account.password_common"),
        ("Qwerty-8x2!", "account.password_run"),
        ("Lk-98765-tm", "account.password_run"),
        ("Laaaaa-77-kt", "account.password_run"),
        ("aB1aB1aB1aB1", "account.password_run"),
    ],
)
def test_each_weakness_is_named(password: str, problem: str) -> None:
    assert problem in rules.password_problems(password, "wang.fang", "王芳", "樟树金属家具产业园工作站")


def test_every_problem_has_its_sentence() -> None:
    found = {
        code
        for password in ("", "a" * 200, "wangfang")
        for code in rules.password_problems(password, "wangfang", "王芳")
    }
    assert found
    assert found <= set(sentences())


def test_a_surname_is_read_as_one() -> None:
    assert "account.password_personal" in rules.password_problems("Shanxiong-77x", "u1", "单雄")


def test_a_lock_runs_out_in_its_own_time() -> None:
    assert rules.lock_left(None, 1_000, 0) == 0
    assert rules.lock_left(1_000 + LOCK, 1_000, 0) == LOCK
    assert rules.lock_left(1_000 + LOCK, 1_000 + LOCK - 1, 0) == 1
    assert rules.lock_left(1_000 + LOCK, 1_000 + LOCK, 0) == 0


def test_a_clock_set_back_neither_shortens_a_lock_nor_makes_it_last_a_day() -> None:
    start = 10 * DAY
    until = start + LOCK
    assert rules.lock_left(until, start - DAY, last_seen=start) == LOCK
    assert rules.lock_left(until, start - DAY, last_seen=start - DAY) == LOCK


@pytest.mark.parametrize(
    ("typed", "kept"), [("Wang.Fang", "wang.fang"), (" ｃｌｅｒｋ１ ", "clerk1"), ("王芳", "王芳")]
)
def test_a_login_has_one_spelling(typed: str, kept: str) -> None:
    assert rules.check_login(typed) == kept


@pytest.mark.parametrize("typed", ["", "a", "a b", "x" * 33, "a/b", "a\tb"])
def test_a_login_that_cannot_be_one_is_refused(typed: str) -> None:
    with pytest.raises(DeskError, match="账号应为"):
        rules.check_login(typed)


def test_a_station_code_is_two_letters() -> None:
    assert rules.check_station_code(" ｚs ") == "ZS"
    for wrong in ("", "Z", "ZSX", "Z1", "樟树"):
        with pytest.raises(DeskError) as refused:
            rules.check_station_code(wrong)
        assert refused.value.code == "station.code_spelling"


def test_names_lose_their_outer_blanks_only() -> None:
    assert rules.check_name("  1号  窗口 ", "窗口名称") == "1号 窗口"
    assert rules.check_name("𠮷田䶮", "姓名") == "𠮷田䶮"
    with pytest.raises(DeskError, match="「姓名」没有填写"):
        rules.check_name(" \u3000 ", "姓名")
    with pytest.raises(DeskError, match="最多 60"):
        rules.check_name("长" * 10_000, "姓名")
