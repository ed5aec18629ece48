"""Administration: printing and display, backup and verification."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui.admin import open_page, tab_of
from tests.ui.hands import type_in
from zhangshu_desk.accounts import housekeeping, queries
from zhangshu_desk.core.clock import DAY, FixedClock
from zhangshu_desk.core.settings import Settings, Values
from zhangshu_desk.db.store import Store
from zhangshu_desk.ui.pages.admin.backup_tab import BackupTab
from zhangshu_desk.ui.pages.admin.machine_tab import MachineTab
from zhangshu_desk.ui.theme import theme
from zhangshu_desk.ui.widgets import ComboField


@pytest.fixture
def machine(qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock) -> MachineTab:
    return tab_of(open_page(qtbot, store, tmp_path, clock, tab="打印与显示"), MachineTab)


@pytest.fixture
def backups(qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock) -> BackupTab:
    return tab_of(open_page(qtbot, store, tmp_path, clock, tab="备份与核对"), BackupTab)


def pick(field: ComboField[str] | ComboField[int], words: str) -> None:
    """Choose as a person does: by typing the beginning of the words."""
    at = field.editor.findText(words, Qt.MatchFlag.MatchStartsWith)
    assert at >= 0
    field.editor.setCurrentIndex(at)
    field.editor.activated.emit(at)


# -- printing -----------------------------------------------------------------------------------------------------


def test_a_trial_slip_without_a_printer_says_so(machine: MachineTab) -> None:
    machine.printing.try_slip.click()
    assert machine.page.notices.kind == "failed"
    assert "没有设置打印机" in machine.page.notices.text.text()


def test_choices_of_printing_are_kept_at_once_and_tried(machine: MachineTab, tmp_path: Path) -> None:
    pick(machine.printing.slip, "存为 PDF")
    pick(machine.printing.roll, "58")
    machine.printing.automatic.click()
    machine.printing.try_slip.click()
    assert machine.page.notices.kind == "info"
    assert [file.suffix for file in (tmp_path / "papers").iterdir()] == [".pdf"]
    pick(machine.printing.sheet, "存为 PDF")
    machine.printing.try_sheet.click()
    assert len(list((tmp_path / "papers").iterdir())) == 2
    kept = Settings(tmp_path / "settings.json").values
    assert (kept.slip_printer, kept.slip_width_mm, kept.print_slip, kept.sheet_printer) == ("pdf", 58, False, "pdf")


def test_a_printer_that_is_switched_off_stays_chosen(
    qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock
) -> None:
    Settings(tmp_path / "settings.json").change(slip_printer="窗口热敏打印机")
    tab = tab_of(open_page(qtbot, store, tmp_path, clock, tab="打印与显示"), MachineTab)
    assert tab.printing.slip.key() == "窗口热敏打印机"
    tab.printing.look_for_printers()
    assert tab.printing.slip.key() == "窗口热敏打印机"


def test_the_notice_of_the_slip_stays_one_line(machine: MachineTab) -> None:
    machine.printing.notice.editor.setPlainText("信息仅用于\n本次服务。")
    assert machine.desk.settings.values.privacy_notice == "信息仅用于 本次服务。"


def test_a_disk_that_refuses_settings_is_told(machine: MachineTab, tmp_path: Path) -> None:
    (tmp_path / "settings.json").unlink(missing_ok=True)
    (tmp_path / "settings.json").mkdir()
    pick(machine.printing.roll, "58")
    assert machine.page.notices.kind == "failed"
    assert machine.desk.settings.values.slip_width_mm == 80


# -- screens and speech -------------------------------------------------------------------------------------------


def test_screens_of_this_machine_are_offered(machine: MachineTab) -> None:
    screen = QGuiApplication.primaryScreen().name()
    pick(machine.display.display, f"1. {screen}" if screen else "1.")
    assert machine.desk.settings.values.display_screen == screen
    machine.desk.settings.change(rating_screen="HDMI-9")
    machine.display.look()
    assert machine.display.rating.editor.currentText() == "HDMI-9（未连接）"
    assert machine.display.rating.key() == "HDMI-9"


def test_the_colour_scheme_is_put_on_at_once(machine: MachineTab) -> None:
    pick(machine.display.scheme, "深色")
    assert theme().is_dark()
    assert machine.desk.settings.values.colour_scheme == "dark"
    pick(machine.display.scheme, "浅色")
    assert not theme().is_dark()


def test_a_folder_of_clips_must_exist(machine: MachineTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(machine.display.clips.editor, str(tmp_path / "nowhere"))
    QTest.keyClick(machine.display.clips.editor, Qt.Key.Key_Return)
    assert machine.display.clips.problem.text()
    assert machine.desk.settings.values.clips == ""
    folder = tmp_path / "clips"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    machine.display.choose.click()
    assert machine.desk.settings.values.clips == str(folder)
    assert not machine.display.clips.problem.text()


def test_a_trial_of_the_voice_says_what_can_be_heard(machine: MachineTab, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.display.speech.click()
    assert not machine.desk.settings.values.speech
    monkeypatch.setenv("PATH", "")  # neither a voice nor a player
    machine.display.hear.click()
    assert "本机没有中文语音" in machine.page.notices.text.text()
    assert machine.display.hear.isEnabled()


def test_own_clips_without_a_loudspeaker(machine: MachineTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("请", "A", "0", "1", "号", "到", "窗口"):
        with wave.open(str(tmp_path / f"{name}.wav"), "wb") as clip:
            clip.setnchannels(1)
            clip.setsampwidth(2)
            clip.setframerate(16_000)
            clip.writeframes(bytes(320))
    machine.desk.settings.change(clips=str(tmp_path))
    monkeypatch.setenv("PATH", "")
    machine.display.hear.click()
    assert "没有可用的播放设备" in machine.page.notices.text.text()


# -- backup -------------------------------------------------------------------------------------------------------


def test_a_backup_is_made_and_listed(qtbot: QtBot, store: Store, backups: BackupTab) -> None:
    assert backups.list_card.hint.text() == "尚无备份"
    QTest.keyClick(backups.make, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: backups.list_card.hint.text() == "共 1 份")
    made = housekeeping.backups(store.paths)[0]
    assert made.path.name in backups.page.notices.text.text()
    assert backups.table.rows.index(0, 0).data() == "2026-11-23 09:00 周一"
    assert str(made.path) in backups.command.text()
    backups.copy.click()
    assert QGuiApplication.clipboard().text() == backups.command.text()
    newest = queries.audit_page(store, queries.AuditFilter(act="backup")).rows[0]
    assert newest.actor_id == make.SUPERVISOR.user_id


def test_only_so_many_backups_are_kept(store: Store, clock: FixedClock, backups: BackupTab) -> None:
    backups.kept.editor.setValue(2)
    backups.kept.editor.editingFinished.emit()
    assert backups.desk.settings.values.backups_kept == 2
    for _ in range(3):
        clock.forward(DAY)
        backups.make.click()
    assert len(housekeeping.backups(store.paths)) == 2


def test_a_backup_that_cannot_be_made_is_refused_in_words(
    store: Store, backups: BackupTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(store.paths.backups, ignore_errors=True)
    store.paths.backups.write_text("in the way")
    backups.make.click()
    assert backups.page.notices.kind == "refused"
    assert backups.make.isEnabled()


def test_verification_says_that_all_is_well(backups: BackupTab) -> None:
    QTest.keyClick(
        backups.make,
        Qt.Key.Key_V,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert backups.verdict.text.whole() == "09:00 核对无误"
    assert "审计记录" in backups.findings.text()
    assert backups.verify.isEnabled()


def test_verification_finds_a_changed_entry(store: Store, backups: BackupTab) -> None:
    connection = store.connection()
    connection.execute("UPDATE audit SET actor_name = '别人' WHERE seq = 1")
    connection.commit()
    connection.close()
    backups.verify.click()
    assert "处问题" in backups.verdict.text.whole()
    assert "保留现场" in backups.findings.text()


# -- labels -------------------------------------------------------------------------------------------------------


def test_the_address_in_the_codes_is_set_and_checked(machine: MachineTab) -> None:
    card = machine.labels
    assert card.state.text().startswith("待设置")
    card.domain.setFocus()
    type_in(card.domain.editor, "https://标签")
    QTest.keyClick(card.domain.editor, Qt.Key.Key_Return)
    assert "不能使用" in card.domain.problem.text()
    assert machine.desk.settings.values.label_domain == Values.label_domain

    card.domain.editor.selectAll()
    type_in(card.domain.editor, "Label.Example.cn/zs")
    QTest.keyClick(card.domain.editor, Qt.Key.Key_Return)
    assert machine.desk.settings.values.label_domain == "label.example.cn/zs"
    assert card.state.text().startswith("本站自行设置")


def test_the_address_of_the_centre_counts(machine: MachineTab) -> None:
    with machine.desk.store.merge() as merge:
        merge.db.execute("INSERT INTO meta (key, value) VALUES ('label_domain', 'labels.centre.cn')")
    machine.load()

    assert machine.labels.state.text() == "由中心规定：labels.centre.cn"
    assert not machine.labels.domain.isEnabled()


def test_limits_of_batches_are_kept(machine: MachineTab) -> None:
    field = machine.labels.fields["label_approval_from"]
    field.setFocus()
    field.editor.selectAll()
    type_in(field.editor, "500")
    QTest.keyClick(field.editor, Qt.Key.Key_Return)

    assert machine.desk.settings.values.label_approval_from == 500
    assert "500 张" in machine.page.notices.text.text()
