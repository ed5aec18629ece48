"""The connection to the centre in plain words, for the status line and for the tab of the centre. No Qt here."""

from __future__ import annotations

from dataclasses import replace

from zhangshu_desk.core import resources
from zhangshu_desk.core.clock import MINUTE, SECOND, day_of, hm, local
from zhangshu_desk.core.errors import sentence
from zhangshu_desk.core.link import CheckReport, LinkState, LinkStatus
from zhangshu_desk.ui.tone import Tone

TELLING_OFFSET = 2 * MINUTE
"""From here on a clock that differs from the centre's is worth saying, ms."""
_GO_ON = " —— 可照常办理"
Said = tuple[str, Tone]


def status_words(status: LinkStatus, now: int, recorded: int = 0) -> Said:
    """What the status line says, and in which tone; `GOOD` only when the centre really has everything.

    Args:
        now: ms UTC, for leaving out today's date.
        recorded: how many changes were ever made here, for 全部 … 条.
    """
    text, tone = _STATES[status.state](status, now, recorded)
    if status.rejected:
        text, tone = f"{status.rejected} 条被中心退回 · {text}", Tone.BAD
    if status.state is not LinkState.ALONE and (clock := _clock_words(status)):
        text, tone = f"{text} · {clock}", _worse(tone, Tone.WARN)
    if status.trouble and status.state in (LinkState.RESTING, LinkState.BUSY, LinkState.LOADING):
        text, tone = f"{text} · {trouble_words(status)}", _worse(tone, Tone.WARN)
    return text, tone


def honest(status: LinkStatus, waiting: int) -> LinkStatus:
    """The status, never better than what the store knows: the link counts after each try, and work goes on between."""
    return replace(status, waiting=waiting) if waiting > status.waiting else status


def trouble_words(status: LinkStatus) -> str:
    """The sentence of what is wrong, empty when nothing is."""
    return sentence(status.trouble, dict(status.trouble_facts)) if status.trouble else ""


def offset_words(status: LinkStatus) -> Said:
    """How this machine's clock stands to the centre's: `比中心快 4 分钟`."""
    ahead = status.offset_ms
    if abs(ahead) < SECOND:
        return "与中心一致（相差不到 1 秒）", Tone.PLAIN
    way = "比中心快" if ahead > 0 else "比中心慢"
    if abs(ahead) > TELLING_OFFSET:
        return f"{way} {length_words(abs(ahead))}，请校准本机时间", Tone.WARN
    return f"{way} {length_words(abs(ahead))}", Tone.PLAIN


def reason_words(code: str) -> str:
    """Why the centre sent a change back, and what to do; a code of the future is shown as it is."""
    reasons = resources.toml("i18n/sync.toml")["refused"]
    return str(reasons.get(code) or reasons["other"]).format(code=code)


def report_words(report: CheckReport) -> Said:
    """What comparing everything with the centre found."""
    parts = [f"已核对 {report.rows:,} 行"]
    if report.differing_tables:
        mended = [f"取回 {report.repaired} 行"] * bool(report.repaired)
        mended += [f"重新上报 {report.offered} 行"] * bool(report.offered)
        done = "，".join(mended)
        parts.append(f"{report.differing_tables} 类记录与中心有差异" + (f"，已修复：{done}" if done else ""))
    waits = f"另有 {report.waiting} 条待上报，上报后才能核对。" if report.waiting else ""
    if not report.agrees:
        return "，".join(parts) + "；仍有差异，请稍后再核对一次，还不一致时告诉中心的维护人员。" + waits, Tone.BAD
    end = "现在与中心一致。" if report.differing_tables else "与中心一致。"
    return "；".join([*parts, end]) + waits, Tone.WARN if report.waiting else Tone.GOOD


def moment_words(moment: int | None, now: int) -> str:
    """`10:42` today, `11-22 10:42` on another day, `—` for never."""
    if moment is None:
        return "—"
    return hm(moment) if day_of(moment) == day_of(now) else local(moment).strftime("%m-%d %H:%M")


def length_words(ms: int) -> str:
    """A duration in its largest fitting unit, rounded down: `40 秒`, `4 分钟`, `3 小时`, `2 天`."""
    seconds = ms // SECOND
    for size, unit in ((86_400, "天"), (3_600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} 秒"


# -- one function for each state ------------------------------------------------------------------------------------


def _alone(status: LinkStatus, _now: int, _recorded: int) -> Said:
    return f"未连接中心 · {status.waiting} 条变更已存在本机{_GO_ON}", Tone.MUTED


def _locked(status: LinkStatus, now: int, _recorded: int) -> Said:
    return f"输入同步口令后才能连接中心{_held(status, now)}{_GO_ON}", Tone.WARN


def _resting(status: LinkStatus, now: int, recorded: int) -> Said:
    if status.waiting:
        return f"{_waits(status, now)}，即将上报", Tone.WARN
    if status.rejected:
        return f"其余已上报中心 {moment_words(status.last_contact_at, now)}", Tone.BAD
    return f"全部 {recorded} 条已上报中心 {moment_words(status.last_contact_at, now)}", Tone.GOOD


def _busy(status: LinkStatus, now: int, _recorded: int) -> Said:
    if status.to_send:
        return f"正在上报 {status.sent}/{status.to_send}", Tone.MUTED
    return (f"{_waits(status, now)}，正在连接中心" if status.waiting else "正在与中心同步"), Tone.MUTED


def _loading(status: LinkStatus, now: int, _recorded: int) -> Said:
    figures = f" {status.loaded}/{status.to_load}" if status.to_load else ""
    return f"正在接收中心数据{figures}{_held(status, now)}{_GO_ON}", Tone.MUTED


def _offline(status: LinkStatus, now: int, recorded: int) -> Said:
    if status.last_contact_at is None and not status.trouble:  # just joined, or just started: not tried yet
        return f"{_waits(status, now)}，正在连接中心" if status.waiting else "正在连接中心", Tone.MUTED
    if status.waiting:
        return f"{_waits(status, now)}，中心暂不可达{_GO_ON}", Tone.WARN
    if status.last_contact_at is None:
        return f"中心暂不可达{_GO_ON}", Tone.WARN
    had = "其余" if status.rejected else f"全部 {recorded} 条"
    return f"{had}已上报，中心自 {moment_words(status.last_contact_at, now)} 起暂不可达{_GO_ON}", Tone.WARN


def _revoked(status: LinkStatus, now: int, _recorded: int) -> Said:
    return f"本机已被停用{_held(status, now)} —— 请联系中心", Tone.BAD


def _unknown(status: LinkStatus, now: int, _recorded: int) -> Said:
    return f"中心不认识本机，请站长重新入网{_held(status, now)}{_GO_ON}", Tone.BAD


def _too_old(status: LinkStatus, now: int, _recorded: int) -> Said:
    kept = f"{_waits(status, now)}，" if status.waiting else ""
    return f"{kept}程序版本过旧，只能上报、不能接收，请升级{_GO_ON}", Tone.WARN


def _stopped(status: LinkStatus, now: int, _recorded: int) -> Said:
    return f"同步已停止{_held(status, now)}：{trouble_words(status) or '原因不明，请告诉维护人员。'}", Tone.BAD


_STATES = {
    LinkState.ALONE: _alone,
    LinkState.LOCKED: _locked,
    LinkState.RESTING: _resting,
    LinkState.BUSY: _busy,
    LinkState.LOADING: _loading,
    LinkState.OFFLINE: _offline,
    LinkState.REVOKED: _revoked,
    LinkState.UNKNOWN: _unknown,
    LinkState.TOO_OLD: _too_old,
    LinkState.STOPPED: _stopped,
}


def _waits(status: LinkStatus, now: int) -> str:
    oldest = f"，最早 {moment_words(status.oldest_at, now)}" if status.oldest_at is not None else ""
    return f"{status.waiting} 条待上报{oldest}"


def _held(status: LinkStatus, now: int) -> str:
    return f" · {_waits(status, now)}" if status.waiting else ""


def _clock_words(status: LinkStatus) -> str:
    off = abs(status.offset_ms)
    return f"时钟偏差 {length_words(off)}" if off > TELLING_OFFSET else ""


_ORDER = (Tone.GOOD, Tone.PLAIN, Tone.MUTED, Tone.WARN, Tone.BAD)


def _worse(one: Tone, other: Tone) -> Tone:
    return max(one, other, key=_ORDER.index)
