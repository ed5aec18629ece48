"""What more than one place offers to do with the centre: compare everything, write and read exchange files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from zhangshu_desk.core import acts
from zhangshu_desk.core.clock import file_stamp
from zhangshu_desk.core.link import CheckReport
from zhangshu_desk.ui.page import Desk

_OURS = QFileDialog.Option.DontUseNativeDialog
_KINDS = "交换文件 (*.zsx)"


def check(owner: QWidget, desk: Desk, then: Callable[[CheckReport], None], ended: Callable[[], None]) -> None:
    """数据核对 with count and Cancel."""
    desk.work.do_long(owner, "数据核对", lambda progress: desk.link.check_now(progress), then, ended=ended)


def export_exchange(owner: QWidget, desk: Desk, say: Callable[[str], object], ended: Callable[[], None]) -> None:
    """Ask where to, then write what waits there."""
    now, actor = desk.clock.now(), desk.session.actor
    proposed = Path.home() / f"上报-{file_stamp(now)}.zsx"
    chosen, _ = QFileDialog.getSaveFileName(owner.window(), "导出交换文件", str(proposed), _KINDS, options=_OURS)
    if not chosen:
        return
    target = Path(chosen)

    def write() -> int:
        from zhangshu_desk.accounts import actions

        acts.check("sync.export", actor.role)
        count = desk.link.export_exchange(target)
        actions.note_export(desk.store, actor, target.name, count, now)
        return count

    def written(count: int) -> None:
        say(f"已导出 {count} 条到「{target.name}」。请把它带到中心读入，再把中心给的回执文件带回来。")

    desk.work.do_slow(owner, write, written, ended=ended)


def import_answer(owner: QWidget, desk: Desk, say: Callable[[str], object], ended: Callable[[], None]) -> None:
    """Ask for the centre's answer file, then take it in."""
    now, actor = desk.clock.now(), desk.session.actor
    chosen, _ = QFileDialog.getOpenFileName(owner.window(), "读入中心回执", str(Path.home()), _KINDS, options=_OURS)
    if not chosen:
        return
    source = Path(chosen)

    def read() -> int:
        from zhangshu_desk.accounts import actions

        acts.check("sync.import", actor.role)
        count = desk.link.import_answer(source)
        actions.note_import(desk.store, actor, source.name, count, now)
        return count

    def taken(count: int) -> None:
        say(f"回执已读入，中心确认收到 {count} 条。")

    desk.work.do_slow(owner, read, taken, ended=ended)
