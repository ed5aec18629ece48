"""How this centre is set up: everything from environment variables, checked before anything starts."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules.domains import checked_domain

APP: Final = "zhangshu-server"
_HOST_NAME = re.compile(r"(\*\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
_YES, _NO = {"1", "true", "yes", "on", "是"}, {"", "0", "false", "no", "off", "否"}
_MOST_WORKERS = 64
_SOCKET = "unix:"


@dataclass(frozen=True)
class Settings:
    """The centre's settings, each from the variable `ZHANGSHU_` and its name.

    Attributes:
        database_url: DSN of a PostgreSQL as SQLAlchemy writes it (`postgresql+psycopg://…`); empty = a PostgreSQL of
            our own inside `state_dir`.
        state_dir: certificates, epoch file, backups, the PostgreSQL of our own.
        host: address to listen on, or `unix:/path` behind a proxy.
        port: TCP port.
        workers: processes that answer side by side.
        certificate, key, ca: PEM files of one's own; without them a deployment CA is made in `state_dir`.
        names: DNS names and IP addresses under which stations reach this centre.
        behind_proxy: speak plain HTTP, because nginx in front of us speaks TLS.
        label_domain: `host[:port][/prefix]` under which consumers reach the page of a label; empty = not decided.
    """

    database_url: str
    state_dir: Path
    host: str
    port: int
    workers: int
    certificate: Path | None
    key: Path | None
    ca: Path | None
    names: tuple[str, ...]
    behind_proxy: bool
    label_domain: str = ""

    @property
    def embedded(self) -> bool:
        """Whether the database is one of our own."""
        return not self.database_url

    @property
    def socket(self) -> str | None:
        """Path of the Unix socket to listen on, if it is one."""
        return self.host.removeprefix(_SOCKET) if self.host.startswith(_SOCKET) else None

    @property
    def address(self) -> str:
        """`https://host:port` as a station would write it: the first name, else the address listened on."""
        host = self.names[0] if self.names else "127.0.0.1" if self.socket or is_wildcard(self.host) else self.host
        shown = f"[{host}]" if ":" in host else host
        return f"https://{shown}" if self.behind_proxy else f"https://{shown}:{self.port}"

    @property
    def certificate_names(self) -> tuple[str, ...]:
        """What the server certificate must be good for; each once."""
        own = () if self.socket or is_wildcard(self.host) else (self.host,)
        return tuple(dict.fromkeys((*self.names, *own, "localhost", "127.0.0.1", "::1")))


def read(environment: Mapping[str, str]) -> Settings:
    """The settings that an environment describes.

    Raises:
        DeskError: `centre.setting`, naming the variable, what is wrong and what to write.
    """
    names = tuple(_name(part) for part in re.split(r"[,\s]+", environment.get("ZHANGSHU_NAMES", "").strip()) if part)
    found = Settings(
        database_url=_database(environment.get("ZHANGSHU_DATABASE_URL", "").strip()),
        state_dir=_state_dir(environment.get("ZHANGSHU_STATE_DIR", "").strip()),
        host=environment.get("ZHANGSHU_HOST", "").strip() or "127.0.0.1",
        port=_number(environment, "ZHANGSHU_PORT", 8843, 1, 65_535),
        workers=_number(environment, "ZHANGSHU_WORKERS", 1, 1, _MOST_WORKERS),
        certificate=_file(environment, "ZHANGSHU_CERTIFICATE"),
        key=_file(environment, "ZHANGSHU_KEY"),
        ca=_file(environment, "ZHANGSHU_CA"),
        names=names,
        behind_proxy=_truth(environment, "ZHANGSHU_BEHIND_PROXY"),
        label_domain=_label_domain(environment.get("ZHANGSHU_LABEL_DOMAIN", "").strip()),
    )
    _check_certificates(found)
    _check_host(found)
    return found


def is_wildcard(host: str) -> bool:
    """Whether listening on `host` means all addresses of the machine."""
    return host in ("0.0.0.0", "::")


# -- single values ----------------------------------------------------------------------------------------------------


def _refuse(variable: str, problem: str, remedy: str) -> DeskError:
    return DeskError("centre.setting", variable=variable, problem=problem, remedy=remedy)


def _database(text: str) -> str:
    if not text:
        return ""
    if text.startswith(("postgresql://", "postgres://")):  # as libpq writes it
        text = "postgresql+psycopg://" + text.partition("://")[2]
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    remedy = "写成 postgresql+psycopg://用户:密码@主机:5432/库名；不写则使用自带的 PostgreSQL"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # the text itself is not repeated: it may hold a password
        raise _refuse("ZHANGSHU_DATABASE_URL", "不是数据库地址", remedy) from None
    if url.drivername != "postgresql+psycopg":
        raise _refuse("ZHANGSHU_DATABASE_URL", f"不支持 {url.drivername}，只支持 PostgreSQL", remedy)
    if not url.database:
        raise _refuse("ZHANGSHU_DATABASE_URL", "没有写库名", remedy)
    return text


def _state_dir(text: str) -> Path:
    if text:
        path = Path(text)
        if not path.is_absolute():
            raise _refuse("ZHANGSHU_STATE_DIR", f"「{text}」不是绝对路径", "写成以 / 开头的完整路径")
    else:
        import platformdirs

        path = Path(platformdirs.user_data_dir(APP, appauthor=False))
    if path.exists() and not path.is_dir():
        raise _refuse("ZHANGSHU_STATE_DIR", f"{path} 不是目录", "换一个目录")
    return path


def _number(environment: Mapping[str, str], variable: str, default: int, least: int, most: int) -> int:
    text = environment.get(variable, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
        raise _refuse(variable, f"「{text}」不是 {least}～{most} 的整数", f"改正，或删去这个变量（默认 {default}）")
    return int(text)


def _truth(environment: Mapping[str, str], variable: str) -> bool:
    text = environment.get(variable, "").strip().lower()
    if text not in _YES | _NO:
        raise _refuse(variable, f"「{text}」看不懂", "写 1（是）或 0（否）")
    return text in _YES


def _file(environment: Mapping[str, str], variable: str) -> Path | None:
    text = environment.get(variable, "").strip()
    if not text:
        return None
    path = Path(text)
    if not path.is_file():
        raise _refuse(variable, f"找不到文件 {text}", "检查路径和权限")
    return path


def _name(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        pass
    if not _HOST_NAME.fullmatch(text):
        raise _refuse(
            "ZHANGSHU_NAMES", f"「{text}」不是域名或 IP 地址", "只写名称，用逗号分开，例如 centre.example.cn,10.0.0.5"
        )
    return text.lower()


def _label_domain(text: str) -> str:
    try:
        return checked_domain(text) if text else ""
    except DeskError:
        problem, remedy = f"「{text}」不能用作标签链接的域名", "只写域名和可选的路径，例如 q.example.cn，不写 https://"
        raise _refuse("ZHANGSHU_LABEL_DOMAIN", problem, remedy) from None


def _check_certificates(found: Settings) -> None:
    if (found.certificate is None) != (found.key is None):
        missing = "ZHANGSHU_KEY" if found.key is None else "ZHANGSHU_CERTIFICATE"
        raise _refuse(missing, "证书和私钥只写了一个", "两个都写，或都不写（自动生成）")
    if found.certificate is not None and found.ca is None:
        raise _refuse("ZHANGSHU_CA", "用自己的证书时没有写签发它的 CA", "写上 CA 证书文件，工作站只信任它")
    if found.certificate is None and found.ca is not None and not found.behind_proxy:
        raise _refuse("ZHANGSHU_CA", "写了 CA，没有写证书", "同时写 ZHANGSHU_CERTIFICATE 和 ZHANGSHU_KEY")


def _check_host(found: Settings) -> None:
    if found.socket is not None:
        if not found.behind_proxy:
            raise _refuse(
                "ZHANGSHU_HOST", "监听套接字文件时没有 TLS", "同时设 ZHANGSHU_BEHIND_PROXY=1，由 nginx 提供 HTTPS"
            )
        return
    try:
        loopback = ipaddress.ip_address(found.host).is_loopback
    except ValueError:
        loopback = found.host == "localhost"
        if not _HOST_NAME.fullmatch(found.host):
            raise _refuse(
                "ZHANGSHU_HOST", f"「{found.host}」不是地址", "写 IP 地址，例如 0.0.0.0 或 127.0.0.1"
            ) from None
    if found.behind_proxy and not loopback:
        raise _refuse("ZHANGSHU_HOST", f"在 {found.host} 上不能用明文 HTTP", "写 127.0.0.1，让本机的 nginx 转发")
