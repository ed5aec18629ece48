"""What printers say, in the words of the clerk, with what to do about it."""

from __future__ import annotations

from collections.abc import Iterable

from zhangshu_desk.labels.printers.outputs import Known, Trouble, Word
from zhangshu_desk.ui.theme import Tone

REMEDIES = {
    Trouble.PAPER_OUT: "请装好标签纸",
    Trouble.RIBBON_OUT: "请换上新的碳带或墨粉",
    Trouble.HEAD_OPEN: "请合上机盖和打印头",
    Trouble.JAM: "请取出卡住的纸",
    Trouble.PAUSED: "请按打印机上的暂停键，让它继续",
    Trouble.STOPPED: "请在系统的打印机设置中启用它",
    Trouble.HELD: "请在系统的打印队列中放行这个任务",
    Trouble.CANCELED: "请核对是谁取消的，需要时再打一次",
    Trouble.ABORTED: "请核对打印机里的纸张大小，再试一次",
    Trouble.REFUSED: "请打开打印机，并核对端口",
    Trouble.SILENT: "请打开打印机，并检查网线",
    Trouble.UNREACHABLE: "请核对地址，并检查网络",
    Trouble.CUT: "请检查网线，看看实际打出了几张",
    Trouble.STALLED: "请看打印机上的提示，处理好再继续",
    Trouble.NO_QUEUE: "请在系统中安装它，或另选一台",
    Trouble.NOT_ACCEPTING: "请在系统的打印机设置中让它接受任务",
    Trouble.FOLDER: "请检查磁盘空间和权限",
    Trouble.OTHER: "请看打印机上的提示",
}


def in_words(troubles: Iterable[Trouble]) -> str:
    """`缺纸：请装好标签纸。机盖或打印头没有合上：请合上机盖和打印头。`"""
    there = set(troubles)
    return "".join(f"{one.value}：{REMEDIES[one]}。" for one in Trouble if one in there)


def of_condition(troubles: frozenset[Trouble] | None) -> tuple[str, Tone]:
    """How a printer is now; None = it does not say."""
    if troubles is None:
        return "连接正常；这台打印机不报告状态", Tone.PLAIN
    if not troubles:
        return "就绪", Tone.GOOD
    return in_words(troubles), Tone.BAD


def of_trial(word: Word, what: str) -> tuple[str, bool]:
    """What became of a trial, and whether it may be on paper; `what`: `样张`, `校准页`."""
    match word.known:
        case Known.PRINTED:
            return f"{what}已打印。", True
        case Known.SAVED:
            return f"{what}已保存到本站的 papers 文件夹。", True
        case Known.SENT:
            return f"{what}已发送，请看看打印机。", True
        case Known.WAITING:
            return f"{what}已发送，打印机还在打印。", True
    return f"{what}没有打印。{in_words(word.troubles)}", False
