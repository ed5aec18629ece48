"""What each command of `zhangshu-server` does: options, settings and a clock in, the exit status out."""

from __future__ import annotations

import getpass
import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, select

from zhangshu_desk.core.clock import Clock, hm, stamp
from zhangshu_desk.core.commandline import DONE, FOUND
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.files import write_atomic
from zhangshu_desk.core.services import Catalogue, Service, as_toml, shipped
from zhangshu_server import acts, admins, backups, catalogue, checking, epochs, stations
from zhangshu_server import migrate as migrating
from zhangshu_server.certificates import RENEW_DAYS, Certificates, days_left, prepare
from zhangshu_server.database import make_engine
from zhangshu_server.migrations import HEAD
from zhangshu_server.settings import Settings
from zhangshu_server.tables import stations as stations_table


@contextmanager
def _database(found: Settings) -> Iterator[str]:
    """The URL of the database, running while the block does."""
    found.state_dir.mkdir(parents=True, exist_ok=True)
    if not found.embedded:
        yield found.database_url
        return
    from zhangshu_server import embedded

    with embedded.running(found.state_dir) as running:
        yield running.url


@contextmanager
def _engine(found: Settings) -> Iterator[Engine]:
    """An engine on a database whose structure fits; our own one is brought up to date by itself."""
    with _database(found) as url:
        engine = make_engine(url)
        try:
            if found.embedded:
                migrating.bring_up_to_date(engine)
            elif (revision := migrating.revision_of(engine)) != HEAD:
                raise DeskError("centre.not_migrated", found=revision or "—", known=HEAD)
            yield engine
        finally:
            engine.dispose()


# -- serving ----------------------------------------------------------------------------------------------------------


def serve(options: Namespace, found: Settings, clock: Clock) -> int:
    """Serve until a signal ends it."""
    from zhangshu_server import logs
    from zhangshu_server import serve as serving

    logs.start(quiet=sys.stderr.isatty())
    with _engine(found) as engine:
        certificates = prepare(found, clock.now())
        serving.run(
            found,
            engine.url.render_as_string(hide_password=False),
            engine,
            lambda: _announce(options, found, engine, certificates, clock.now()),
            clock,
        )
    print("中心已停止。")
    return DONE


def _announce(options: Namespace, found: Settings, engine: Engine, certificates: Certificates, now: int) -> None:
    print(f"樟树中心已启动：{found.address}", flush=True)
    print(f"  监督页面  {found.address}/supervision/")
    print(f"  CA 指纹   {certificates.fingerprint}")
    print(f"  CA 文件   {certificates.ca}")
    print(f"  状态目录  {found.state_dir}")
    with engine.connect() as connection:
        has_admin = admins.exist(connection)
        has_station = connection.execute(select(stations_table.c.id).limit(1)).first() is not None
    # Another terminal does not have this one's settings.
    command = f"ZHANGSHU_STATE_DIR={found.state_dir} " if "ZHANGSHU_STATE_DIR" in os.environ else ""
    command += sys.argv[0] if sys.argv[0].endswith("zhangshu-server") else f"{sys.executable} -m zhangshu_server"
    if not has_admin:
        print(f"还没有管理员，监督页面不能登录。新增：{command} admin add 账号")
    if options.print_code is not None:
        _print_code(found, engine, certificates, options.print_code[0], options.print_code[1], now)
    elif not has_station:
        print(f"还没有工作站。登记一个：{command} stations code --site 站点名称 --name 工作站名称")
        print("  再在工作站的「连接中心」里填写上面的地址和一次性代码，并核对 CA 指纹。")
    sys.stdout.flush()


def migrate(options: Namespace, found: Settings, clock: Clock) -> int:
    """Bring the database up to the structure this program needs."""
    with _database(found) as url:
        engine = make_engine(url)
        try:
            before = migrating.revision_of(engine)
            migrating.bring_up_to_date(engine)
        finally:
            engine.dispose()
    print(f"数据库结构已是 {HEAD}。" if before == HEAD else f"数据库结构已从 {before or '空'} 升级到 {HEAD}。")
    return DONE


# -- stations ---------------------------------------------------------------------------------------------------------


def stations_list(options: Namespace, found: Settings, clock: Clock) -> int:
    """Every station, and how it stands."""
    with _engine(found) as engine:
        listed = stations.listing(engine)
    if options.json:
        rows = [
            {
                "id": one.id,
                "site": one.site_name,
                "name": one.name,
                "last_seen_at": one.last_seen_at,
                "waiting": one.waiting,
                "clock_offset": one.clock_offset,
                "client": one.client,
                "revoked_at": one.revoked_at,
                "revoked_reason": one.revoked_reason,
            }
            for one in listed
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return DONE
    for one in listed:
        seen = f"最近联系 {stamp(one.last_seen_at)}" if one.last_seen_at else "从未联系"
        state = f"已停用（{one.revoked_reason}）" if one.revoked_at else f"{seen}，待上报 {one.waiting} 条"
        print(f"{one.id}  {one.site_name} · {one.name}  {state}")
    if not listed:
        print("还没有工作站。")
    return DONE


def stations_code(options: Namespace, found: Settings, clock: Clock) -> int:
    """A one-time code."""
    with _engine(found) as engine:
        _print_code(found, engine, prepare(found, clock.now()), options.site, options.name, clock.now())
    return DONE


def _print_code(found: Settings, engine: Engine, certificates: Certificates, site: str, name: str, now: int) -> None:
    code = stations.make_code(engine, site, name, now, certificates.fingerprint)
    with engine.begin() as connection:
        facts = {"site": site.strip(), "station": name.strip()}
        acts.record(connection, acts.COMMAND_LINE, "station.code", facts, now)
    print(f"「{name}」（{site}）的一次性代码，{hm(now + stations.CODE_LIFE)} 前有效，只能用一次：")
    print(f"  一次性代码    {code}")
    print(f"  地址      {found.address}")
    print(f"  CA 指纹   {certificates.fingerprint}")


def stations_revoke(options: Namespace, found: Settings, clock: Clock) -> int:
    """Nothing more from and to a station."""
    reason = options.reason.strip()
    if not reason:
        raise DeskError("centre.reason_missing")
    with _engine(found) as engine:
        station, name = _find(engine, options.id)
        stations.revoke(engine, station, reason, clock.now())
        with engine.begin() as connection:
            facts = {"station": station, "reason": reason}
            acts.record(connection, acts.COMMAND_LINE, "station.revoke", facts, clock.now())
    print(f"已停用：{name}")
    return DONE


def stations_reinstate(options: Namespace, found: Settings, clock: Clock) -> int:
    """Take a revoking back."""
    with _engine(found) as engine:
        station, name = _find(engine, options.id)
        stations.reinstate(engine, station)
        with engine.begin() as connection:
            acts.record(connection, acts.COMMAND_LINE, "station.reinstate", {"station": station}, clock.now())
    print(f"已恢复：{name}")
    return DONE


def _find(engine: Engine, beginning: str) -> tuple[str, str]:
    """(id, name) of the one station whose id begins so."""
    with engine.connect() as connection:
        query = select(stations_table.c.id, stations_table.c.name).where(
            stations_table.c.id.startswith(beginning, autoescape=True)
        )
        rows = connection.execute(query.limit(2)).all()
    if not beginning or len(rows) != 1:
        raise DeskError("centre.station_which", beginning=beginning)
    return rows[0].id, rows[0].name


# -- services ---------------------------------------------------------------------------------------------------------


def services_show(options: Namespace, found: Settings, clock: Clock) -> int:
    """What is handed down; as a file that can be changed and loaded, when that is asked for."""
    with _engine(found) as engine:
        now = catalogue.handed_down(engine)
    if options.toml:
        print(as_toml(now.catalogue or shipped()), end="")
        return DONE
    if now.catalogue is None:
        print("中心没有下发办理事项，各工作站使用程序自带的。")
        return DONE
    at = f"，{stamp(now.changed_at)} 更新" if now.changed_at is not None else ""
    print(f"中心下发的办理事项：{len(now.catalogue.services)} 项{at}")
    for group in now.catalogue.groups:
        mark = "" if group.verified else "（待核实）"
        print(f"{group.letter} 组  {group.name}，{group.label(group.first)}～{group.label(group.last)}{mark}")
        for service in now.catalogue.services:
            if service.group == group.letter:
                print(f"  {_service_words(service)}")
    return DONE


def _service_words(service: Service) -> str:
    parts = [
        f"{service.id}  {service.short}  {service.name}",
        f"约 {service.usual_minutes} 分钟",
        f"每日 {service.daily_cap} 号" if service.daily_cap else "",
        f"常用第 {service.frequent}" if service.frequent else "",
        "" if service.verified else "待核实",
    ]
    return "，".join(part for part in parts if part)


def services_load(options: Namespace, found: Settings, clock: Clock) -> int:
    """Hand down what is in a file."""
    wanted = _read_services(options.file)
    with _engine(found) as engine:
        done = catalogue.load(engine, wanted, clock.now())
        _note_services(engine, "services.load", {"file": options.file.name}, done, clock.now())
    if not done.any:
        print("与已下发的一致，没有改动。")
        return DONE
    print(f"已下发：新增 {done.added} 项、修改 {done.changed} 项、停用 {done.voided} 项（到变更第 {done.head} 号）。")
    print("连着的工作站随即生效，其余的在下次同步时生效。")
    return DONE


def services_reset(options: Namespace, found: Settings, clock: Clock) -> int:
    """Hand nothing down any more."""
    with _engine(found) as engine:
        done = catalogue.reset(engine, clock.now())
        _note_services(engine, "services.reset", {}, done, clock.now())
    print("不再下发办理事项，各工作站改用程序自带的。" if done.any else "本来就没有下发办理事项，没有改动。")
    return DONE


def _read_services(path: Path) -> Catalogue:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DeskError("centre.file_unreadable", path=path, detail=error.strerror or "") from error
    except UnicodeDecodeError as error:
        raise DeskError("centre.services_wrong", file=path, key="编码", why="不是 UTF-8") from error
    return catalogue.read_file(text, str(path))


def _note_services(engine: Engine, act: str, facts: dict[str, object], done: catalogue.Loaded, now: int) -> None:
    if done.any:
        counts = {"added": done.added, "changed": done.changed, "voided": done.voided, "head": done.head}
        with engine.begin() as connection:
            acts.record(connection, acts.COMMAND_LINE, act, {**facts, **counts}, now)


# -- people -----------------------------------------------------------------------------------------------------------


def admin_add(options: Namespace, found: Settings, clock: Clock) -> int:
    """An account of the supervision page, or a new password for it."""
    password = _ask_password()
    made_up = password or admins.random_password()
    with _engine(found) as engine:
        is_new = admins.add(engine, options.login, made_up, clock.now())
    print(f"{'已新增管理员' if is_new else '已重设密码'}：{options.login}")
    if not password:
        print(f"密码（只显示这一次）：{made_up}")
    return DONE


def _ask_password() -> str:
    """What is typed twice without echo; empty without a terminal."""
    if not sys.stdin.isatty():
        return ""
    first = getpass.getpass("密码（不少于 12 个字符；直接回车则随机生成）：")
    if first and getpass.getpass("再输一遍：") != first:
        raise DeskError("centre.passwords_differ")
    return first


# -- backups and checks -----------------------------------------------------------------------------------------------


def backup(options: Namespace, found: Settings, clock: Clock) -> int:
    """Back up now."""
    folder = options.to.absolute() if options.to else backups.folder_of(found.state_dir)
    with _engine(found) as engine:
        made = backups.make(engine, folder, clock.now())
    print(f"备份已完成，读回核对一致：{made.path}（到变更第 {made.feed_seq} 号）")
    return DONE


def restore(options: Namespace, found: Settings, clock: Clock) -> int:
    """Put a backup in the place of the database, while nobody uses it."""
    now = clock.now()

    def inspect(url: str) -> None:
        engine = make_engine(url)
        try:
            migrating.bring_up_to_date(engine)
            problems = checking.check(engine).problems
            if problems:
                raise DeskError("centre.restore_unusable", path=options.file, detail=str(problems[0]))
            with engine.begin() as connection:
                acts.record(connection, acts.COMMAND_LINE, "backup.restore", {"file": options.file.name}, now)
        finally:
            engine.dispose()

    with _database(found) as url:
        restored = backups.restore(url, options.file, now, inspect)
    # The next start finds that the epochs differ and begins a new one, also when none began since this backup.
    write_atomic(found.state_dir / epochs.FILE, f"restored {now}".encode(), private=True)
    print(f"已恢复：{options.file}（到变更第 {restored.feed_seq} 号）")
    if restored.kept_as:
        print(f"原来的数据库保留为：{restored.kept_as}")
    print("启动后，各工作站会补报这份备份之后的记录。")
    return DONE


def check(options: Namespace, found: Settings, clock: Clock) -> int:
    """Look at everything that can be proved."""
    now = clock.now()
    with _engine(found) as engine:
        report = checking.check(engine)
        checking.check_backup(engine, now, report)
        checking.check_epoch(engine, found.state_dir, report)
    left = days_left(prepare(found, now), now)
    if left < RENEW_DAYS:
        report.found("check.certificate", days=left)
    if options.json:
        problems = [{"code": one.code, "text": str(one)} for one in report.problems]
        print(json.dumps({"problems": problems, "counts": report.counts}, ensure_ascii=False, indent=2))
    else:
        names = {"operations": "操作", "logs": "记录链", "feed": "变更", "rows": "数据行", "acts": "管理操作"}
        print("已检查：" + "，".join(f"{word} {report.counts.get(name, 0)}" for name, word in names.items()))
        for one in report.problems:
            print(f"发现问题：{one}", file=sys.stderr)
        if not report.problems:
            print("没有发现问题。")
    return FOUND if report.problems else DONE


def exchange(options: Namespace, found: Settings, clock: Clock) -> int:
    """Take in a station's exchange file and write the answer."""
    from zhangshu_server import exchanges
    from zhangshu_server.app import create_app

    data = _read(options.file)
    with _engine(found) as engine:
        app = create_app(engine, found.state_dir, clock, prepare(found, clock.now()).ca_pem)
        answer = exchanges.take(app.state.centre, data)
    try:
        write_atomic(options.out, answer)
    except OSError as error:
        raise DeskError("centre.file_unwritable", path=options.out, detail=error.strerror or "") from error
    print(f"已读入：{options.file}")
    print(f"回执已写到 {options.out}，请带回工作站导入。")
    return DONE


def _read(path: Path) -> bytes:
    from zhangshu_server.exchanges import MAX_FILE_BYTES

    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise DeskError("centre.file_unreadable", path=path, detail=error.strerror or "") from error
