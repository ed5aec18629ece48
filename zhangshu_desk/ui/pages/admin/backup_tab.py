"""Backup and verification 备份与核对: what there is, make one now, verify now, how to restore."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from zhangshu_desk.accounts import housekeeping
from zhangshu_desk.accounts.housekeeping import BackupFile, Report
from zhangshu_desk.core.clock import day_of, hm, stamp, weekday
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.admin.tab import Tab, side
from zhangshu_desk.ui.session.jobs import size_words
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import (
    Card,
    Column,
    Muted,
    NumberField,
    PlainButton,
    PrimaryButton,
    Status,
    Table,
    Text,
    row,
)

_CHECKED = {"audit": "审计记录", "operations": "变更", "rows": "记录", "search": "检索条目"}
_MOST_TOLD = 5


class BackupTab(Tab):
    """The backups at the left; verification and restoring at the right."""

    title: ClassVar[str] = "备份与核对"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        empty = "还没有备份。\n每天第一次打开时自动备份，也可以按「立即备份」。"
        self.table = Table("备份", self._columns(), lambda row: row.path, empty, self.desk.settings)
        self.make = PrimaryButton("立即备份", "Ctrl+B", self._make)
        self.kept = NumberField("保留份数", self.desk.settings.values.backups_kept, 1, 365, "份")
        self.kept.setFixedWidth(140)
        self.kept.editor.editingFinished.connect(self._keep_kept)
        self.list_card = Card("备份")
        self.list_card.add(self.table, stretch=1)
        foot = row(self.kept)
        foot.addStretch(1)
        foot.addWidget(PlainButton("打开备份目录", "", self._open_folder))
        foot.addWidget(self.make)
        self.list_card.add(foot)
        self.body.addWidget(self.list_card, 1)
        self.body.addWidget(side(self._verify_card(), self._restore_card()))
        self.table.chosen.connect(self._show_command)

    def load(self) -> None:
        paths = self.desk.store.paths
        self.desk.work.do_slow(self, lambda: housekeeping.backups(paths), self._show)

    def begin(self) -> None:
        self.make.setFocus()

    def _show(self, backups: tuple[BackupFile, ...]) -> None:
        self.table.show_rows(backups)
        if backups and self.table.current() is None:
            self.table.choose(backups[0].path)
        self.list_card.hint.setText(f"共 {len(backups)} 份" if backups else "尚无备份")
        self._show_command()

    def _make(self) -> None:
        desk, now = self.desk, self.desk.clock.now()
        actor, kept = desk.session.actor, desk.settings.values.backups_kept
        self.make.setEnabled(False)
        desk.work.do_slow(
            self,
            lambda: housekeeping.make_backup(desk.store, actor, kept, now),
            self._made,
            ended=lambda: self.make.setEnabled(True),
        )

    def _made(self, file: Path) -> None:
        self.page.notices.info(f"备份已完成并读回核对：{file.name}。")
        self.desk.bus.announce({"backups"})

    def _keep_kept(self) -> None:
        if self.kept.value() != self.desk.settings.values.backups_kept:
            self.keep(f"以后保留最近 {self.kept.value()} 份备份。", backups_kept=self.kept.value())

    # -- verification ---------------------------------------------------------------------------------------------

    def _verify_card(self) -> Card:
        card = Card("核对")
        self.verdict = Status("本次启动后还没有核对", Tone.MUTED)
        self.findings = Text(wrap=True)
        self.findings.hide()
        self.verify = PlainButton("立即核对", "Ctrl+Shift+V", self._verify)
        about = Muted("检查数据文件、审计日志和变更记录的连续性，以及每条记录是否与变更一致。不影响办理。")
        about.setWordWrap(True)
        card.add(about, self.verdict, self.findings, self.verify)
        return card

    def _verify(self) -> None:
        store = self.desk.store
        self.verify.setEnabled(False)
        self.verdict.set("正在核对…", Tone.MUTED)
        self.desk.work.do_long(
            self,
            "核对数据",
            lambda progress: housekeeping.verify(store, progress),
            self._verified,
            ended=self._verify_ended,
        )

    def _verify_ended(self) -> None:
        self.verify.setEnabled(True)
        self.verdict.set("核对没有完成", Tone.MUTED)

    def _verified(self, report: Report) -> None:
        at = hm(self.desk.clock.now())
        counts = "、".join(f"{word} {report.checked.get(name, 0):,}" for name, word in _CHECKED.items())
        if not report.problems:
            self.verdict.set(f"{at} 核对无误", Tone.GOOD)
            self.findings.setText(f"已检查：{counts}。")
        else:
            total = sum(report.counts.values())
            self.verdict.set(f"{at} 发现 {total} 处问题", Tone.BAD)
            told = [str(one) for one in report.problems[:_MOST_TOLD]]
            self.findings.setText("\n".join([*told, "请不要继续修改，保留现场并联系维护人员。"]))
        self.findings.show()

    # -- restoring ------------------------------------------------------------------------------------------------

    def _restore_card(self) -> Card:
        card = Card("恢复")
        how = Text(
            "恢复会用备份替换现在的数据，备份之后的记录不在其中，所以要先退出本程序，再由维护人员执行下面的命令。"
            "被替换的数据库会保留在 damaged 目录；数据库损坏打不开时，启动页面会直接提供恢复。",
            wrap=True,
        )
        self.command = Text(wrap=True)
        self.command.setAccessibleName("恢复命令")
        self.copy = PlainButton("复制命令", "", self._copy)
        card.add(how, self.command, self.copy)
        return card

    def _show_command(self) -> None:
        chosen = self.table.current()
        self.copy.setEnabled(chosen is not None)
        self.copy.set_text("复制命令")
        data = self.desk.store.paths.data
        words = f'zhangshu-desk --data-dir "{data}" restore "{chosen.path}"' if chosen else "在左边选一份备份。"
        self.command.setText(words)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command.text())
        self.copy.set_text("已复制")

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.desk.store.paths.backups)))

    def _columns(self) -> list[Column[BackupFile]]:
        def when(row: BackupFile) -> str:
            return f"{stamp(row.at)} {weekday(day_of(row.at))}"

        return [
            Column("备份时间", when, 200, bold=True),
            Column("大小", lambda row: size_words(row.size), 100, right=True),
            Column("文件", lambda row: row.path.name, 240, stretch=True),
        ]
