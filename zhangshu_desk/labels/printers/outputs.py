"""What every way to a printer can do, and what can be known of something that was handed over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol


class Known(Enum):
    """How much is known of a part that was handed over."""

    WAITING = "打印中"
    PRINTED = "已打印"
    SAVED = "已保存"
    SENT = "已发送"  # and more will not be known
    STUCK = "等待处理"  # a person must do something at the printer
    GIVEN_BACK = "被退回"  # nothing more will come of it


class Trouble(Enum):
    """What is the matter with a printer or a part, in the words of the clerk."""

    PAPER_OUT = "缺纸"
    RIBBON_OUT = "碳带用完"
    HEAD_OPEN = "机盖或打印头没有合上"
    JAM = "卡纸"
    PAUSED = "打印机已暂停"
    STOPPED = "打印机已停用"
    HELD = "任务被挂起"
    CANCELED = "任务已被取消"
    ABORTED = "打印机中止了任务"
    REFUSED = "打印机拒绝连接（没有开机，或端口不对）"
    SILENT = "打印机没有响应（没有开机，或网络不通）"
    UNREACHABLE = "找不到打印机（地址不对，或网络不通）"
    CUT = "发送到一半，连接断开"
    STALLED = "打印机停止接收数据"
    NO_QUEUE = "系统中没有这台打印机"
    NOT_ACCEPTING = "打印机队列不接受任务"
    FOLDER = "文件夹不能写入"
    OTHER = "打印机报告故障"


@dataclass(frozen=True)
class Word:
    """What is known of a part at the moment."""

    known: Known
    troubles: frozenset[Trouble] = frozenset()

    @property
    def over(self) -> bool:
        """Whether asking again would bring nothing new."""
        return self.known in (Known.PRINTED, Known.SAVED, Known.SENT, Known.GIVEN_BACK)

    def __str__(self) -> str:
        return "、".join([self.known.value, *sorted(one.value for one in self.troubles)])


class NotSent(Exception):
    """Nothing of the part left this machine: it is certainly not on paper."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class HalfSent(Exception):
    """Some of the part went out, and nobody knows how much of it is on paper."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Output(Protocol):
    """One printer, open for one run. A part is a file: a stream of labels in the printer's language, or a PDF."""

    def send(self, title: str, part: Path) -> str:
        """Hand over a part.

        Args:
            title: unlike any other of this printer.

        Returns:
            A ticket by which it can be followed, also by another process later; empty where there is no such thing.

        Raises:
            NotSent, HalfSent.
        """
        ...

    def look(self, ticket: str) -> Word:
        """What is known of a part now; answers within some seconds."""
        ...

    def find(self, title: str) -> str | None:
        """The ticket of a part that was handed over by a process that died before it could remember the ticket.

        Empty when it certainly was not handed over, None when that cannot be said.
        """
        ...

    def take_back(self, ticket: str) -> None:
        """Cancel what is still waiting of a part, where that can be done."""
        ...

    def troubles(self) -> frozenset[Trouble] | None:
        """What keeps the printer from printing now, empty = nothing; None = it does not say. It is given nothing.

        Raises:
            NotSent: it cannot be reached.
        """
        ...

    def close(self) -> None:
        """Let go of the printer."""
        ...
