"""The command line: arguments to a command, refusals to standard error, results to an exit status.

Help and refusals are Chinese, because the people of a station read them; names of commands and options are English.
Nothing is imported before it is known which command needs it.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from zhangshu_desk import __version__
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import Clock, ShiftedClock, SystemClock, parse_moment
from zhangshu_desk.core.commandline import DONE, REFUSED, WRONG_USE, Parser, speak_utf8
from zhangshu_desk.core.errors import DeskError

_STATUS_TEXT = "退出状态：0 完成；1 未完成（原因见提示）；2 命令写法不对；3 verify 发现问题。"
_EXAMPLES = """\
示例：
  zhangshu-desk                                     打开窗口
  zhangshu-desk --data-dir 目录 demo                建立演示数据
  zhangshu-desk import-enterprises 企业.xlsx --dry-run
  zhangshu-desk search 樟树金属
  zhangshu-desk backup
"""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return the exit status."""
    speak_utf8()
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as end:  # argparse has printed help, version, or what is wrong
        return end.code if isinstance(end.code, int) else WRONG_USE
    where = paths.of(options.data_dir)
    clock: Clock = SystemClock() if options.now is None else ShiftedClock(options.now)
    try:
        status = _run(options, where, clock)
        sys.stdout.flush()
    except BrokenPipeError:  # `zhangshu-desk search … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except DeskError as error:
        print(f"未完成：{error}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("已中断，没有完成的部分不会保存。", file=sys.stderr)
        return REFUSED
    except Exception:  # noqa: BLE001 - the last net: a person sees a sentence, the log keeps the traceback
        return _bug(where)
    return status


def _run(options: argparse.Namespace, where: paths.Paths, clock: Clock) -> int:
    if options.command is None:
        from zhangshu_desk import app

        return app.run(where, clock)
    from zhangshu_desk import commands

    command: Callable[[argparse.Namespace, paths.Paths, Clock], int] = getattr(commands, options.command)
    return command(options, where, clock)


def _bug(where: paths.Paths) -> int:
    from zhangshu_desk.core import logs

    handler = logs.start(where.logs)
    logging.getLogger(__name__).critical("bug", exc_info=True)
    place = f"详细情况已写入 {where.logs / 'desk.log'}" if handler else "日志无法写入"
    print(f"程序内部错误，操作没有完成。{place}，请联系维护人员。", file=sys.stderr)
    if handler is not None:
        logging.getLogger().removeHandler(handler)
        handler.close()
    return REFUSED


# -- arguments --------------------------------------------------------------------------------------------------------


def _moment(text: str) -> int:
    try:
        return parse_moment(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"「{text}」不是日期，请写成 2026-11-23 或 2026-11-23T09:00") from None


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal():
        raise argparse.ArgumentTypeError(f"「{text}」不是数目")
    return int(text)


def _shared(parser: argparse.ArgumentParser, default: object) -> None:
    """The options that may stand before or after the command."""
    parser.add_argument("--data-dir", type=Path, default=default, metavar="目录", help="数据目录（默认为本用户的目录）")
    parser.add_argument(
        "--now", type=_moment, default=default, metavar="时间", help="把现在当作某个时间来试，例如 2026-12-31T17:30"
    )


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="zhangshu-desk",
        description="樟树一站式服务工作站 · 前台。不写命令时打开窗口。",
        epilog=f"{_EXAMPLES}\n{_STATUS_TEXT}",
    )
    parser.set_defaults(command=None)
    parser.add_argument("--version", action="version", version=f"zhangshu-desk {__version__}", help="显示版本")
    _shared(parser, None)
    commands = parser.add_subparsers(title="命令", metavar="命令", parser_class=Parser)

    def command(name: str, about: str, more: str = "") -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about, description=f"{about}。{more}", epilog=_STATUS_TEXT)
        added.set_defaults(command=name.replace("-", "_"))
        _shared(added, argparse.SUPPRESS)
        return added

    _demo(command("demo", "在空的数据目录里建立演示数据", "虚构的园区、一周的来访和今天的排队；登录密码打印在最后。"))
    add = command("import-enterprises", "导入企业名录", "支持 .xlsx .xls .csv；同一文件可反复导入，不会重复。")
    add.add_argument("file", type=Path, metavar="文件", help="企业名录")
    add.add_argument("--dry-run", action="store_true", help="只看结果，不写入")
    add.add_argument("--accept-bad-codes", action="store_true", help="信用代码不合规则的行也导入，代码照原样登记")
    _json(add)
    search = command("search", "查找企业、人员、号票", "可用汉字、拼音、首字母、信用代码或电话的一段、票号。")
    search.add_argument("text", metavar="文字", help="要找的内容")
    search.add_argument("--limit", type=_count, default=20, metavar="数目", help="每类最多几条（默认 20）")
    _json(search)
    command("backup", "立即备份", "备份写完后会重新读一遍，通过检查才算数。")
    restore = command("restore", "用备份替换现有数据库", "请先关闭窗口；被替换的数据库会保留。")
    restore.add_argument("file", type=Path, metavar="备份文件", help="例如 数据目录/backups/desk-20261123-090000.db")
    _json(command("verify", "检查数据库", "文件是否完好，审计日志和操作记录有无缺失或改动，数据是否被绕过程序修改。"))
    tour = command("tour", "给每个画面拍照", "在演示数据上打开各个画面，存成图片。")
    tour.add_argument("folder", type=Path, metavar="目录", help="图片存放的目录")
    return parser


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--password", metavar="密码", help="演示账户的密码（默认随机生成）")
    parser.add_argument("--enterprises", type=_count, default=400, metavar="数目", help="企业数（默认 400）")
    parser.add_argument("--visits", type=_count, default=0, metavar="数目", help="过去一周的来访数（默认按平常的量）")
    parser.add_argument("--seed", type=_count, default=1, metavar="数目", help="同一个数得到同样的数据（默认 1）")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="输出 JSON")
