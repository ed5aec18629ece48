"""The command line `zhangshu-server`: arguments to a command, refusals to standard error, results to an exit status.

Help and refusals are Chinese, like those of `zhangshu-desk`. Nothing is imported before it is known which command
needs it.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from zhangshu_desk import __version__
from zhangshu_desk.core.clock import Clock, SystemClock
from zhangshu_desk.core.commandline import DONE, REFUSED, WRONG_USE, Parser, speak_utf8
from zhangshu_desk.core.errors import DeskError
from zhangshu_server import settings
from zhangshu_server.settings import Settings

_STATUS_TEXT = "退出状态：0 完成；1 未完成（原因见提示）；2 命令写法不对；3 check 发现问题。"
_ABOUT = """\
示例：
  zhangshu-server serve                                      启动中心
  zhangshu-server admin add zhanghua                         新增监督页面的管理员
  zhangshu-server stations code --site 樟树 --name 前台一    生成一次性代码
  zhangshu-server services show --toml > services.toml       改好后用 services load 下发
  zhangshu-server backup
设置写在环境变量里：
  ZHANGSHU_DATABASE_URL   PostgreSQL 的地址；不写则用自带的
  ZHANGSHU_STATE_DIR      状态目录：证书、备份、自带的数据库
  ZHANGSHU_HOST           监听的地址（默认 127.0.0.1）；ZHANGSHU_PORT 端口（默认 8843）
  ZHANGSHU_NAMES          工作站访问中心所用的域名或 IP，写进证书
  ZHANGSHU_WORKERS        并列的进程数（默认 1）
  ZHANGSHU_LABEL_DOMAIN   标签上的链接用的域名，消费者从那里打开查询页；告知各工作站
  ZHANGSHU_CERTIFICATE ZHANGSHU_KEY ZHANGSHU_CA    自备的证书；不写则自动生成
  ZHANGSHU_BEHIND_PROXY   设为 1：由 nginx 提供 HTTPS，本程序用明文 HTTP
"""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return the exit status."""
    speak_utf8()
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as end:  # argparse has printed help, version, or what is wrong
        return end.code if isinstance(end.code, int) else WRONG_USE
    try:
        status = _run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # `zhangshu-server stations list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except DeskError as error:
        print(f"未完成：{error}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("已中断，没有完成的部分不会保存。", file=sys.stderr)
        return REFUSED
    except Exception as error:  # noqa: BLE001 - the last net: a person sees a sentence, the log keeps the place
        return _failed(error)
    return status


def _run(options: argparse.Namespace) -> int:
    found = settings.read(os.environ)
    from zhangshu_server import commands

    command: Callable[[argparse.Namespace, Settings, Clock], int] = getattr(commands, options.command)
    return command(options, found, SystemClock())


def _failed(error: Exception) -> int:
    from sqlalchemy.exc import OperationalError

    from zhangshu_server import logs

    cause = getattr(error, "orig", error) if isinstance(error, OperationalError) else error
    if type(cause).__module__.startswith("psycopg") and type(cause).__name__ in (
        "OperationalError",
        "ConnectionTimeout",
    ):
        print("未完成：数据库连接不上。请检查 PostgreSQL 是否在运行、ZHANGSHU_DATABASE_URL 是否正确。", file=sys.stderr)
        return REFUSED
    logs.start()
    logging.getLogger(__name__).critical("bug", exc_info=error)
    print("程序内部错误，操作没有完成。上面一行是详细情况，请交给维护人员。", file=sys.stderr)
    return REFUSED


# -- arguments --------------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="zhangshu-server",
        description="樟树一站式服务工作站 · 中心。接收各工作站的上报，下发变更，并提供监督页面。",
        epilog=f"{_ABOUT}\n{_STATUS_TEXT}",
    )
    parser.add_argument("--version", action="version", version=f"zhangshu-server {__version__}", help="显示版本")
    commands = parser.add_subparsers(title="命令", metavar="命令", dest="command", required=True, parser_class=Parser)

    def command(name: str, about: str, more: str = "", under: object = None) -> argparse.ArgumentParser:
        group = commands if under is None else under
        added: argparse.ArgumentParser = group.add_parser(  # type: ignore[attr-defined]  # argparse hides its type
            name, help=about, description=f"{about}。{more}", epilog=_STATUS_TEXT
        )
        return added

    serve = command("serve", "启动中心", "按 Ctrl+C 或收到 SIGTERM 时停止。")
    serve.add_argument("--print-code", nargs=2, metavar=("站点", "工作站"), help="启动后打印一个一次性代码")
    command("migrate", "把数据库升级到本程序需要的结构", "升级程序后、启动前运行一次。")
    _stations(command("stations", "管理工作站"), command)
    _services(command("services", "管理下发的办理事项"), command)
    _admins(command("admin", "管理监督页面的账号"), command)
    backup = command("backup", "立即备份", "写完后读回到临时数据库逐表核对，一致才算数。")
    backup.add_argument("--to", type=Path, metavar="目录", help="备份存放的目录（默认为状态目录的 backups）")
    restore = command("restore", "用备份替换现有数据库", "请先停止 serve；被替换的数据库改名保留。")
    restore.add_argument(
        "file", type=Path, metavar="备份文件", help="例如 状态目录/backups/centre-20261125-020000.dump"
    )
    check = command("check", "检查数据库、备份和证书", "两条记录链、全部数据行、备份的时间、证书的期限。")
    check.add_argument("--json", action="store_true", help="输出 JSON")
    exchange = command("exchange", "读入工作站的交换文件", "同一文件读入两次也不会重复登记。")
    exchange.add_argument("file", type=Path, metavar="交换文件", help="工作站导出的 .zsx 文件")
    exchange.add_argument("--out", type=Path, required=True, metavar="回执文件", help="写给工作站的回执")
    return parser


def _stations(parser: argparse.ArgumentParser, command: Callable[..., argparse.ArgumentParser]) -> None:
    under = parser.add_subparsers(title="命令", metavar="命令", required=True, parser_class=Parser)
    listed = command("list", "列出全部工作站", under=under)
    listed.add_argument("--json", action="store_true", help="输出 JSON")
    listed.set_defaults(command="stations_list")
    code = command("code", "生成一次性代码", "15 分钟内有效，只能用一次。", under=under)
    code.add_argument("--site", required=True, metavar="名称", help="站点；没有时新建")
    code.add_argument("--name", required=True, metavar="名称", help="工作站的名称")
    code.set_defaults(command="stations_code")
    revoke = command("revoke", "停用工作站", "不再收取它的上报，也不再给它数据。", under=under)
    revoke.add_argument("id", metavar="编号", help="工作站编号，或开头的几位")
    revoke.add_argument("--reason", required=True, metavar="原因", help="工作站会看到")
    revoke.set_defaults(command="stations_revoke")
    back = command("reinstate", "恢复停用的工作站", under=under)
    back.add_argument("id", metavar="编号", help="工作站编号，或开头的几位")
    back.set_defaults(command="stations_reinstate")


def _services(parser: argparse.ArgumentParser, command: Callable[..., argparse.ArgumentParser]) -> None:
    under = parser.add_subparsers(title="命令", metavar="命令", required=True, parser_class=Parser)
    show = command("show", "显示下发的办理事项", "没有下发时，各工作站使用程序自带的。", under=under)
    show.add_argument("--toml", action="store_true", help="写成文件的样子，改好后可以再下发；没有下发时为程序自带的")
    show.set_defaults(command="services_show")
    load = command("load", "下发文件里的办理事项", "只写有变化的；文件里没有的停用，原有记录照常显示。", under=under)
    load.add_argument("file", type=Path, metavar="文件", help="例如 services.toml")
    load.set_defaults(command="services_load")
    reset = command("reset", "不再下发办理事项", "各工作站改用程序自带的。", under=under)
    reset.set_defaults(command="services_reset")


def _admins(parser: argparse.ArgumentParser, command: Callable[..., argparse.ArgumentParser]) -> None:
    under = parser.add_subparsers(title="命令", metavar="命令", required=True, parser_class=Parser)
    add = command("add", "新增管理员，或重设密码", "密码不回显；直接回车则随机生成，只打印一次。", under=under)
    add.add_argument("login", metavar="账号", help="2～32 个字符")
    add.set_defaults(command="admin_add")
