"""The command line in Chinese, for the desk and the centre alike: help, refusals, exit statuses."""

from __future__ import annotations

import argparse
import io
import re
import sys
from typing import NoReturn

DONE, REFUSED, WRONG_USE, FOUND = 0, 1, 2, 3
"""Exit statuses: done · refused or failed · the command line is wrong · a check found problems."""


def speak_utf8() -> None:
    """Chinese comes through whatever the locale; a terminal keeps its own encoding."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


class _ChineseHelp(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]  # as argparse has it
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """argparse, speaking Chinese."""

    def __init__(self, **settings: object) -> None:
        super().__init__(formatter_class=_ChineseHelp, add_help=False, allow_abbrev=False, **settings)  # type: ignore[arg-type]  # passed on
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USE, f"命令写法不对：{_in_chinese(message)}\n用「{self.prog} --help」查看用法。\n")


_MESSAGES = (
    (r"the following arguments are required: (.*)", r"缺少 \1"),
    (r"unrecognized arguments: (.*)", r"不认识 \1"),
    (r"argument (\S+): invalid choice: (.+?) \(choose from (.*)\)", r"没有 \2，可用：\3"),
    (r"argument (\S+): expected one argument", r"\1 后面缺少内容"),
    (r"argument (\S+): ignored explicit argument (.*)", r"\1 后面不能写 \2"),
    (r"argument (\S+): (.*)", r"\1 \2"),
)


def _in_chinese(message: str) -> str:
    for pattern, words in _MESSAGES:
        if re.fullmatch(pattern, message):
            return re.sub(pattern, words, message)
    return message
