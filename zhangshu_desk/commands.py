"""What each command does: it takes its options, the paths and a clock, and returns the exit status."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from zhangshu_desk.core.actors import COMMAND_LINE
from zhangshu_desk.core.clock import Clock, day_of
from zhangshu_desk.core.commandline import DONE, FOUND
from zhangshu_desk.core.errors import DeskError, sentence
from zhangshu_desk.core.paths import Paths

if TYPE_CHECKING:
    from zhangshu_desk.db.store import Store, WriteSession
    from zhangshu_desk.db.verify import Report

_KINDS = {"enterprise": "企业", "person": "人员", "ticket": "号票"}
_CHECKED = {
    "audit": "审计记录",
    "operations": "操作记录",
    "transactions": "事务",
    "rows": "数据行",
    "search": "检索条目",
}


@contextmanager
def _opened(where: Paths, clock: Clock, quiet: bool = False) -> Iterator[Store]:
    """The store, closed afterwards; what was noticed while opening is said on standard error."""
    from zhangshu_desk.db.store import open_store

    store = open_store(where, clock.now())
    try:
        if not quiet:
            for finding in store.findings:
                print(f"注意：{sentence(finding.code, finding.facts)}", file=sys.stderr)
        yield store
    finally:
        store.close()


def _act(store: Store, code: str, clock: Clock) -> AbstractContextManager[WriteSession]:
    return store.write(COMMAND_LINE, code, clock.now())


def search(options: Namespace, where: Paths, clock: Clock) -> int:
    """Find enterprises, people and tickets."""
    from zhangshu_desk.db.search import find

    with _opened(where, clock) as store, store.read() as session:
        hits = find(session, options.text, limit=options.limit)
    if options.json:
        rows = [{"kind": hit.kind, "id": hit.row_id, "title": hit.title, "subtitle": hit.subtitle} for hit in hits]
        _print_json(rows)
        return DONE
    for hit in hits:
        print(f"{_KINDS.get(hit.kind, hit.kind)}  {hit.title}  {hit.subtitle}")
    if not hits:
        print("没有找到。可以换一种写法：汉字、拼音、首字母、代码或电话的一段。")
    return DONE


def backup(options: Namespace, where: Paths, clock: Clock) -> int:
    """Back up now."""
    from zhangshu_desk.db.backup import make

    _check_exists(where)
    with _opened(where, clock) as store:
        made = make(store, clock.now(), COMMAND_LINE)
    print(f"备份已完成并通过检查：{made}")
    return DONE


def restore(options: Namespace, where: Paths, clock: Clock) -> int:
    """Replace the database by a backup, while no desk has the data directory."""
    from zhangshu_desk.db.backup import restore as put_back
    from zhangshu_desk.instance import Instance

    instance = Instance.acquire(where, listen=False)
    if instance is None:
        raise DeskError("backup.in_use")
    try:
        kept = put_back(where, options.file, clock.now())
        note = f"原数据库保存为 {kept.name}" if kept else ""
        with _opened(where, clock, quiet=True) as store, _act(store, "backup.restore", clock) as session:
            session.about("backup", options.file.name, note)
    finally:
        instance.release()
    print(f"已恢复：{options.file}")
    print(f"原来的数据库保存在：{kept}" if kept else "原来没有数据库。")
    return DONE


def verify(options: Namespace, where: Paths, clock: Clock) -> int:
    """Check the file, both chains, the rows and the index."""
    from zhangshu_desk.db.verify import verify as check

    _check_exists(where)
    try:
        with _opened(where, clock, quiet=True) as store:
            report = check(store)
    except DeskError as error:
        if error.code != "store.damaged":
            raise
        print(f"发现问题：{error}", file=sys.stderr)
        return FOUND
    if options.json:
        problems = [{"code": one.code, "text": str(one)} for one in report.problems]
        _print_json({"problems": problems, "counts": report.counts, "checked": report.checked})
    else:
        _tell(report)
    return FOUND if report.problems else DONE


def _tell(report: Report) -> None:
    """A verification in words."""
    print("已检查：" + "，".join(f"{word} {report.checked.get(name, 0)}" for name, word in _CHECKED.items()))
    if report.checked.get("lives", 0) > 1:
        print(f"数据库曾从备份恢复或更换电脑 {report.checked['lives'] - 1} 次，见审计日志中的「数据库恢复」。")
    for problem in report.problems:
        print(f"发现问题：{problem}")
    for code, count in report.counts.items():
        told = sum(one.code == code for one in report.problems)
        if count > told:
            print(f"同类问题还有 {count - told} 处（{code}）。")
    print("发现问题，请保留现场，不要继续修改，并联系维护人员。" if report.problems else "没有发现问题。")


def import_enterprises(options: Namespace, where: Paths, clock: Clock) -> int:
    """Import a spreadsheet of enterprises, or say what that would do."""
    from zhangshu_desk.enterprises import actions, importing

    with _opened(where, clock) as store:
        today = day_of(clock.now())
        plan = importing.plan_file(store, options.file, today, accept_bad_codes=options.accept_bad_codes)
        if not options.dry_run:
            actions.run_import(store, COMMAND_LINE, plan, clock.now())
    if options.json:
        _print_json(plan.as_json())
        return DONE
    counts = plan.counts
    print("试算，没有写入。" if options.dry_run else f"已导入 {plan.file_name}。")
    print(f"新增 {counts.new}，更新 {counts.changed}，相同 {counts.same}，未导入 {counts.refused}。")
    for refused in plan.as_json()["refused"]:
        print(f"第 {refused['row']} 行未导入：{refused['reason']}")
    return DONE


def demo(options: Namespace, where: Paths, clock: Clock) -> int:
    """Fill an empty data directory with a made-up park; the password is said on standard output, once."""
    from zhangshu_desk.demo import Size, fill

    size = Size(enterprises=options.enterprises, visits=options.visits, seed=options.seed)
    login, password = fill(where, clock.now(), options.password or "", size, _progress)
    print(f"演示数据已建好：{where.data}")
    print(f"账号 {login}（站长），密码 {password}")
    print("另有账号 wangfang、liuyang（窗口人员）和 zhoumin（贴标人员），密码相同，首次登录时修改。")
    print("企业和人员均为虚构。")
    return DONE


def _progress(done: int, total: int) -> None:
    """How far a long command is, on one line, when somebody looks on."""
    if sys.stderr.isatty():
        print(
            f"\r{done * 100 // total if total else 0} %", end="\n" if done == total else "", file=sys.stderr, flush=True
        )


def tour(options: Namespace, where: Paths, clock: Clock) -> int:
    """Take pictures of every screen."""
    from zhangshu_desk import tour as pictures

    return pictures.run(options.folder)


def _check_exists(where: Paths) -> None:
    if not where.database.exists():
        raise DeskError("store.missing", path=where.database)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))
