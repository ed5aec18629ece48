"""The connection in plain words: every state, and green only when the centre really has everything."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.core import resources
from zhangshu_desk.core.clock import DAY, HOUR, MINUTE, SECOND, parse_moment
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.link import CheckReport, LinkState, LinkStatus
from zhangshu_desk.ui.sync import codes, words
from zhangshu_desk.ui.tone import Tone
from zhangshu_server import validating

NOW = parse_moment("2026-11-23T10:42")
NINE_TEN = parse_moment("2026-11-23T09:10")
THREE = LinkStatus(waiting=3, oldest_at=NINE_TEN, last_contact_at=NINE_TEN)
DONE = LinkStatus(last_contact_at=NOW)
ON = " —— 可照常办理"


@pytest.mark.parametrize(
    ("status", "said", "tone"),
    [
        (LinkStatus(waiting=12), f"未连接中心 · 12 条变更已存在本机{ON}", Tone.MUTED),
        (replace(DONE, state=LinkState.RESTING), "全部 214 条已上报中心 10:42", Tone.GOOD),
        (
            replace(DONE, state=LinkState.RESTING, last_contact_at=NOW - DAY),
            "全部 214 条已上报中心 11-22 10:42",
            Tone.GOOD,
        ),
        (replace(THREE, state=LinkState.RESTING), "3 条待上报，最早 09:10，即将上报", Tone.WARN),
        (replace(THREE, state=LinkState.OFFLINE), f"3 条待上报，最早 09:10，中心暂不可达{ON}", Tone.WARN),
        (
            replace(DONE, state=LinkState.OFFLINE),
            f"全部 214 条已上报，中心自 10:42 起暂不可达{ON}",
            Tone.WARN,
        ),
        (LinkStatus(LinkState.OFFLINE, trouble="sync.unreachable"), f"中心暂不可达{ON}", Tone.WARN),
        (LinkStatus(LinkState.OFFLINE), "正在连接中心", Tone.MUTED),
        (
            LinkStatus(LinkState.OFFLINE, waiting=3, oldest_at=NINE_TEN),
            "3 条待上报，最早 09:10，正在连接中心",
            Tone.MUTED,
        ),
        (replace(THREE, state=LinkState.BUSY, sent=40, to_send=214), "正在上报 40/214", Tone.MUTED),
        (replace(DONE, state=LinkState.BUSY), "正在与中心同步", Tone.MUTED),
        (replace(THREE, state=LinkState.BUSY), "3 条待上报，最早 09:10，正在连接中心", Tone.MUTED),
        (
            replace(DONE, state=LinkState.LOADING, loaded=1200, to_load=20000),
            f"正在接收中心数据 1200/20000{ON}",
            Tone.MUTED,
        ),
        (replace(DONE, state=LinkState.LOADING), f"正在接收中心数据{ON}", Tone.MUTED),
        (LinkStatus(LinkState.LOCKED), f"输入同步口令后才能连接中心{ON}", Tone.WARN),
        (
            replace(THREE, state=LinkState.LOCKED),
            f"输入同步口令后才能连接中心 · 3 条待上报，最早 09:10{ON}",
            Tone.WARN,
        ),
        (replace(THREE, state=LinkState.REVOKED), "本机已被停用 · 3 条待上报，最早 09:10 —— 请联系中心", Tone.BAD),
        (replace(DONE, state=LinkState.REVOKED), "本机已被停用 —— 请联系中心", Tone.BAD),
        (replace(DONE, state=LinkState.UNKNOWN), f"中心不认识本机，请站长重新入网{ON}", Tone.BAD),
        (replace(DONE, state=LinkState.TOO_OLD), f"程序版本过旧，只能上报、不能接收，请升级{ON}", Tone.WARN),
        (
            replace(THREE, state=LinkState.TOO_OLD),
            f"3 条待上报，最早 09:10，程序版本过旧，只能上报、不能接收，请升级{ON}",
            Tone.WARN,
        ),
        (LinkStatus(LinkState.STOPPED), "同步已停止：原因不明，请告诉维护人员。", Tone.BAD),
        (
            replace(DONE, state=LinkState.RESTING, rejected=2),
            "2 条被中心退回 · 其余已上报中心 10:42",
            Tone.BAD,
        ),
        (
            replace(DONE, state=LinkState.OFFLINE, rejected=2),
            f"2 条被中心退回 · 其余已上报，中心自 10:42 起暂不可达{ON}",
            Tone.BAD,
        ),
        (
            replace(DONE, state=LinkState.RESTING, offset_ms=-4 * MINUTE - 20 * SECOND),
            "全部 214 条已上报中心 10:42 · 时钟偏差 4 分钟",
            Tone.WARN,
        ),
        (replace(DONE, state=LinkState.RESTING, offset_ms=2 * MINUTE), "全部 214 条已上报中心 10:42", Tone.GOOD),
    ],
)
def test_every_state_in_words(status: LinkStatus, said: str, tone: Tone) -> None:
    assert words.status_words(status, NOW, 214) == (said, tone)


def test_no_state_is_forgotten() -> None:
    for state in LinkState:
        text, _ = words.status_words(LinkStatus(state), NOW, 0)
        assert text


def test_a_stop_says_why_and_a_notice_is_added() -> None:
    stopped = LinkStatus(LinkState.STOPPED, trouble="sync.refused", trouble_facts=(("detail", "500 oops"),))
    assert "500 oops" in words.status_words(stopped, NOW)[0]
    told = replace(DONE, state=LinkState.RESTING, trouble="sync.station_restored")
    text, tone = words.status_words(told, NOW, 214)
    assert text.startswith("全部 214 条已上报中心 10:42 · ")
    assert str(DeskError("sync.station_restored")) in text
    assert tone is Tone.WARN


@given(
    state=st.sampled_from(LinkState),
    waiting=st.integers(0, 3),
    rejected=st.integers(0, 2),
    offset=st.sampled_from((0, MINUTE, 3 * MINUTE, -HOUR)),
    trouble=st.sampled_from(("", "sync.station_forked")),
    here=st.integers(0, 2),
)
def test_green_only_when_nothing_waits_and_nothing_is_refused(
    state: LinkState, waiting: int, rejected: int, offset: int, trouble: str, here: int
) -> None:
    status = LinkStatus(
        state, waiting=waiting, rejected=rejected, offset_ms=offset, trouble=trouble, last_contact_at=NOW
    )
    _, tone = words.status_words(words.honest(status, here), NOW, 9)
    all_well = state is LinkState.RESTING and not (waiting or rejected or trouble or here)
    assert (tone is Tone.GOOD) == (all_well and abs(offset) <= 2 * MINUTE)


def test_what_the_store_knows_is_never_hidden() -> None:
    resting = replace(DONE, state=LinkState.RESTING)
    assert words.status_words(words.honest(resting, 2), NOW)[0].startswith("2 条待上报")
    assert words.honest(replace(THREE, state=LinkState.OFFLINE), 9).waiting == 9
    assert words.honest(replace(THREE, state=LinkState.OFFLINE), 2).waiting == 3
    assert words.honest(LinkStatus(), 7).waiting == 7


@pytest.mark.parametrize(
    ("offset", "said"),
    [
        (0, "与中心一致（相差不到 1 秒）"),
        (40 * SECOND, "比中心快 40 秒"),
        (-5 * MINUTE, "比中心慢 5 分钟，请校准本机时间"),
        (3 * HOUR, "比中心快 3 小时，请校准本机时间"),
    ],
)
def test_the_clock_in_words(offset: int, said: str) -> None:
    assert words.offset_words(LinkStatus(offset_ms=offset))[0] == said


@pytest.mark.parametrize(
    ("report", "said", "tone"),
    [
        (CheckReport(20_184, 0, 0, 0, True, 0), "已核对 20,184 行；与中心一致。", Tone.GOOD),
        (
            CheckReport(20_184, 2, 5, 1, True, 0),
            "已核对 20,184 行；2 类记录与中心有差异，已修复：取回 5 行，重新上报 1 行；现在与中心一致。",
            Tone.GOOD,
        ),
        (CheckReport(9, 0, 0, 0, True, 3), "已核对 9 行；与中心一致。另有 3 条待上报，上报后才能核对。", Tone.WARN),
        (
            CheckReport(9, 1, 0, 0, False, 0),
            "已核对 9 行，1 类记录与中心有差异；仍有差异，请稍后再核对一次，还不一致时告诉中心的维护人员。",
            Tone.BAD,
        ),
    ],
)
def test_what_comparing_found(report: CheckReport, said: str, tone: Tone) -> None:
    assert words.report_words(report) == (said, tone)


def test_refusals_of_the_centre_have_their_sentences() -> None:
    known = set(resources.toml("i18n/sync.toml")["refused"])
    assert known == {*validating.CODES, "other"}
    for code in known:
        assert words.reason_words(code).endswith("。")
    assert "from_the_future" in words.reason_words("from_the_future")


def test_the_words_need_no_qt() -> None:
    for module in (words, codes):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        asked = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        assert asked
        assert not [one for one in asked if "PySide6" in one or "ui.theme" in one or "ui.widgets" in one]


# -- codes --------------------------------------------------------------------------------------------------------

FINGERPRINT = "8F:3A:51:C0:" + ":".join(["AB"] * 28)


@pytest.mark.parametrize("code", ["K7QM-8F3A51C0", "a-b-c-8F3A51C0"])
def test_a_code_of_this_centre(code: str) -> None:
    codes.check_code(codes.cleaned_code(code), FINGERPRINT)


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("K7QM-8F3A51C1", "sync.fingerprint"),
        ("8F3A51C0", "sync.code_wrong"),
        ("-8F3A51C0", "sync.code_wrong"),
        ("K7QM-51C0", "sync.code_wrong"),
    ],
)
def test_a_code_of_another_centre_or_none(code: str, refusal: str) -> None:
    with pytest.raises(DeskError) as caught:
        codes.check_code(code, FINGERPRINT)
    assert caught.value.code == refusal


def test_a_code_as_people_type_it() -> None:
    assert codes.cleaned_code(" k7qm – ８f3a 51c0\n") == "K7QM-8F3A51C0"


def test_the_fingerprint_in_groups_for_reading_aloud() -> None:
    lines = codes.grouped(FINGERPRINT).splitlines()
    assert lines[0] == "8F3A  51C0  ABAB  ABAB"
    assert len(lines) == 4
